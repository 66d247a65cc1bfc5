"""Theory beside a programme whose administration changes: when a network, or a platform of our own, pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR
from sim.engine.layout.plan import Plan
from sim.judgement.beside.theory_figure import TheoryFigure
from sim.market.shocks.departure import Departure
from sim.policy.rules.network_fee import NetworkFee
from sim.policy.rules.programme_cost import ProgrammeCost
from sim.theory.channels import Leaving, leaving_a_network

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

SOURCE = "fixed / ((1 - lost) (m - c') - (m - c))"


@dataclass(frozen=True)
class Terms:
    """What the programme costs beside commission in a month."""

    fees: Reals
    """of networks, as a share of the partners' commission: float64[P, S]"""
    fixed: float
    """money a month"""
    each: Reals
    """money a month for an active partner: float64[S]"""

    @classmethod
    def at(cls, plan: Plan, ordinal: int) -> Terms:
        """Those in force in the calendar month."""
        pages = plan.book.pages(ordinal)
        shape = len(plan.lines), len(plan.kinds)
        fees = [page.terms[:, : shape[1]] for page in pages if _of_commission(page.rule)]
        costs = [page.terms for page in pages if isinstance(page.rule, ProgrammeCost)]
        each = [one.each / MINOR_PER_MAJOR * one.cells.any(axis=0)[: shape[1]] for one in costs]
        return cls(
            np.sum([np.zeros(shape), *fees], axis=0), sum(one.fixed for one in costs) / MINOR_PER_MAJOR,
            np.sum([np.zeros(shape[1]), *each], axis=0),
        )  # fmt: skip

    def paid(self, partners: Reals) -> float:
        """Money a month where so many, float64[S], are active."""
        return self.fixed + float(self.each @ partners)


def _of_commission(rule: object) -> bool:
    return isinstance(rule, NetworkFee) and rule.of == "commission"


def of_networks(model: PartnerNetwork, premium: Reals, margins: Reals) -> list[TheoryFigure]:
    """Where leaving a network, or joining one, breaks even, and where a platform does that replaces work by hand.

    Each at the first month of the horizon in which the policy changes so; rates, margins, sales and partners, all taken
    to be active, are those of the opening, repeat purchases apart.

    Parameters
    ----------
    premium : float64[product, segment]
        Our expected new premium a month, major units.
    margins : float64[segment]
        Margin before commission.
    """
    plan = model.plan
    start = plan.scenario.start
    months = range(start, start + plan.months)
    terms = [Terms.at(plan, month) for month in months] if _is_stated(plan) and premium.any() else []
    found, by_hand = list[TheoryFigure](), list[TheoryFigure]()
    for month, before, after in zip(months[1:], terms, terms[1:], strict=False):
        found = found or _leaving(model, premium, margins, month, before, after)
        by_hand = by_hand or _platform(before, after)
    return [*found, *by_hand]


def _is_stated(plan: Plan) -> bool:
    return any(isinstance(rule, NetworkFee | ProgrammeCost) for _, rule in plan.book.rules)


def _leaving(
    model: PartnerNetwork, premium: Reals, margins: Reals, month: int, before: Terms, after: Terms
) -> list[TheoryFigure]:  # fmt: skip
    """One side has a network's fee that the other has not, or a lower one; joining is leaving, told backwards."""
    rates = model.market.our_rates * premium
    inside, outside = (float((rates * (1.0 + one.fees)).sum()) for one in (before, after))
    concerned = (before.fees != after.fees) & (rates > 0.0)
    if not concerned.any() or inside == outside:
        return []
    joins = inside < outside
    with_it, without = (after, before) if joins else (before, after)
    stays = np.ones(len(model.plan.kinds)) if joins else _stays(model.plan, month)
    weight = np.where(concerned, premium, 0.0)
    leaving = _broken_even(model, weight, margins, with_it, without, stays)
    if leaving is None:
        return []
    lasting = [
        TheoryFigure("network_cost", leaving.network_cost, "money",
                     "what the network takes a month of first purchases, as expected at the opening", "S c fee"),
        TheoryFigure("no_network_above", leaving.break_even_sales, "money",
                     "partners' sales a month above which doing without the network pays", SOURCE),
    ]  # fmt: skip
    return lasting if joins else [
        *lasting,
        TheoryFigure("no_network_lost", leaving.break_even_partners_lost, "share",
                     "share of these sales that may be lost with the network before leaving it stops to pay", SOURCE),
    ]  # fmt: skip


def _broken_even(
    model: PartnerNetwork, weight: Reals, margins: Reals, with_it: Terms, without: Terms, stays: Reals
) -> Leaving | None:  # fmt: skip
    """Of the premium weight[p, s] that concerns the network; None where doing without costs less anyway."""
    sales, rates, kinds = float(weight.sum()), model.market.our_rates, model.plan.kinds
    margin, lost = (float((weight * one).sum() / sales) for one in (margins, 1.0 - stays))
    paid, less = (float((weight * rates * (1.0 + one.fees)).sum() / sales) for one in (with_it, without))
    partners = np.array([np.count_nonzero(~model.plan.population.spare[one.first : one.last]) for one in kinds])
    manager = with_it.paid(partners)
    platform = without.paid(partners * stays) - manager
    return leaving_a_network(sales, less, paid / less - 1.0, platform, manager, lost, margin) if platform >= 0 else None


def _stays(plan: Plan, month: int) -> Reals:
    """Part of each segment's partners left by departures of a share of them in a month: float64[S]."""
    stays = np.ones(len(plan.kinds))
    for event in plan.scenario.market.events.values():
        if isinstance(event, Departure) and event.start == month and event.share is not None:
            stays *= [1.0 - event.share * event.leaving.covers(kind.name) for kind in plan.kinds]
    return stays


def _largest(difference: Reals) -> float:
    """The entry furthest from 0: rules that cover some segments only are told by what they cover."""
    return float(difference[np.abs(difference).argmax()])


def _platform(before: Terms, after: Terms) -> list[TheoryFigure]:
    """More is fixed and less is for each partner, as where a platform does what was done by hand; or the reverse."""
    fixed, each = after.fixed - before.fixed, _largest(before.each - after.each)
    if fixed * each <= 0.0:
        return []
    return [
        TheoryFigure("platform_above", fixed / each, "count",
                     "active partners above which the dearer fixed cost in place of a cost for each pays",
                     "fixed cost / cost for each")
    ]  # fmt: skip
