"""Theory beside a programme whose administration changes: when a network, or a platform of our own, pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.judgement.beside.theory_figure import TheoryFigure
from sim.market.shocks.departure import Departure
from sim.policy.rules.network_fee import NetworkFee
from sim.policy.rules.programme_cost import ProgrammeCost
from sim.theory.channels import Leaving, leaving_a_network

SOURCE = "fixed / ((1 - lost) (m - c') - (m - c))"


@dataclass(frozen=True)
class Terms:
    """What the programme costs beside commission in a month."""

    fees: Reals
    """of networks, as a share of the partners' commission: float64[P, S]"""
    fixed: float
    """money a month"""
    each: float
    """money a month for an active partner"""

    @classmethod
    def at(cls, plan: Plan, ordinal: int) -> Terms:
        """Those in force in the calendar month."""
        pages = plan.book.pages(ordinal)
        shape = len(plan.lines), len(plan.kinds)
        fees = [page.terms[:, : shape[1]] for page in pages if _of_commission(page.rule)]
        costs = [page.terms for page in pages if isinstance(page.rule, ProgrammeCost)]
        fixed, each = sum(one.fixed for one in costs), sum(one.each for one in costs)
        return cls(np.sum([np.zeros(shape), *fees], axis=0), fixed / MINOR_PER_MAJOR, each / MINOR_PER_MAJOR)


def _of_commission(rule: object) -> bool:
    return isinstance(rule, NetworkFee) and rule.of == "commission"


def of_networks(model: PartnerNetwork, premium: Reals, margins: Reals) -> list[TheoryFigure]:
    """Where leaving a network, or joining one, breaks even, and where a platform does that replaces work by hand.

    Each at the first month of the horizon in which the policy changes so; rates, margins and sales are those of the
    opening, repeat purchases apart.

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
    lost = 0.0 if joins else _lost(model.plan, month, np.where(concerned, premium, 0.0))
    leaving = _broken_even(premium, margins, model.market.our_rates, concerned, with_it, without, lost)
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
    premium: Reals, margins: Reals, rates: Reals, concerned: Reals, with_it: Terms, without: Terms, lost: float
) -> Leaving | None:  # fmt: skip
    """None where doing without costs nothing: it pays at once, or never."""
    weight = np.where(concerned, premium, 0.0)
    sales, margin = float(weight.sum()), float((weight * margins).sum() / weight.sum())
    paid, less = (float((weight * rates * (1.0 + one.fees)).sum() / sales) for one in (with_it, without))
    fixed = without.fixed - with_it.fixed
    if fixed < 0.0 or less <= 0.0:
        return None
    return leaving_a_network(sales, less, paid / less - 1.0, fixed, with_it.fixed, lost, margin)


def _lost(plan: Plan, month: int, premium: Reals) -> float:
    """Share of the premium[p, s] of those who are stated to go by share in a month."""
    stays = np.ones(len(plan.kinds))
    for event in plan.scenario.market.events.values():
        if isinstance(event, Departure) and event.start == month and event.share is not None:
            stays *= [1.0 - event.share * event.leaving.covers(kind.name) for kind in plan.kinds]
    return float((premium * (1.0 - stays)).sum() / premium.sum())


def _platform(before: Terms, after: Terms) -> list[TheoryFigure]:
    """More is fixed and less is for each partner, as where a platform does what was done by hand; or the reverse."""
    fixed, each = after.fixed - before.fixed, before.each - after.each
    if fixed * each <= 0.0:
        return []
    return [
        TheoryFigure("platform_above", fixed / each, "count",
                     "active partners above which the dearer fixed cost in place of a cost for each pays",
                     "fixed cost / cost for each")
    ]  # fmt: skip
