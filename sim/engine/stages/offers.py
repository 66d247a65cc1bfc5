"""Offers are seen: what our terms and the rivals' are worth to each segment's partners this month.

Notation: p product, s segment, k principal (0 is us), i partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.engine.stages import pledging
from sim.policy.facts import Prospect

if TYPE_CHECKING:
    from sim.engine.layout.lines import Kind
    from sim.engine.model import PartnerNetwork
    from sim.policy.yields import Carriage

NEVER = -1e300  # utility of a principal that is not there
_DIGITS = 3  # of the market's premium a buyer, in major units: less is no change of an offer


def see(model: PartnerNetwork) -> None:
    """Renew what our offer is worth where anything it depends on has changed, and the utilities of all principals."""
    market = model.trailing.mean(axis=0)
    signature = (model.conditions.policy_version, tuple(np.round(market, _DIGITS)), *_deposits_asked(model))
    if signature != model.offer_signature:
        model.offer_signature = signature
        _offer(model, market, model.plan.kinds)
    else:
        for one in model.networks:  # agents change what brokers would bring
            _offer(model, market, (one.kind,))
    if _market_moves(model, signature):
        model.weights = _weights(model)
        model.rival_rates = _rival_rates(model, market)
        model.utilities = _utilities(model)


def _market_moves(model: PartnerNetwork, signature: tuple[Any, ...]) -> bool:
    """Whether any principal's utility may differ from last month's."""
    shown = [(rival.public, rival.gone) for rival in model.rivals]
    quiet = (signature, [model.conditions.factor(f"weight.{name}") for name in model.plan.weights])
    before, model.shown = model.shown, (quiet, shown)
    if before is None or before[0] != quiet or model.plan.utilities_move:
        return True
    return any(a[0] is not b[0] or a[1] != b[1] for a, b in zip(shown, before[1], strict=True))


def _weights(model: PartnerNetwork) -> dict[str, Reals]:
    """What partners weigh this month: float64[segment] by name, with the factors of the stories that play."""
    plan, factor = model.plan, model.conditions.factor
    return {name: series[:, model.t] * factor(f"weight.{name}") for name, series in plan.weights.items()}


def _offer(model: PartnerNetwork, market: Reals, kinds: Sequence[Kind]) -> None:
    """Renew our offer to the partners of segments that follow one another."""
    plan, first, last = model.plan, kinds[0].first, kinds[-1].last
    prospect, rate = _expected(model, market, slice(first, last))
    carriage = plan.carriage.paid_after(model.payment.wait(np.append(model.plan.carriage.float_lag, 0.0))[:-1])
    pledged = carriage.with_deposit(pledging.carriage(model))
    brought = prospect.rate * prospect.premium
    model.our_rates = model.our_rates.copy()  # those of earlier months are still looked at
    for kind in kinds:
        rows = slice(kind.first - first, kind.last - first)
        model.table.offer[kind.first : kind.last] = _effective(model, kind, carriage, pledged, rate[rows])
        _average(model, kind, brought[:, rows], prospect.premium[:, rows])


def _expected(model: PartnerNetwork, market: Reals, rows: slice) -> tuple[Prospect, Reals]:
    """What the partners of these rows would bring, and the rate of commission on all of it: float64[n]."""
    plan, flow = model.plan, model.flow[rows]
    layout = plan.layout.within(rows.start, rows.stop)
    count = (
        layout.by_row(np.vstack([plan.by_segment.mix * plan.funnel.passing[:, None], np.zeros(len(plan.lines))]).T)
        * flow
    )
    premium = count * market[:, None]
    prospect = Prospect(
        model.ordinal,
        layout,
        premium,
        count,
        np.zeros(premium.shape),
        np.append(plan.carriage.cost_of_money / MONTHS_PER_YEAR, 0.0),
        plan.funnel.per_sale,
    )
    plan.book.expect(prospect, rows)
    return prospect, _ratio((prospect.rate * premium).sum(axis=0), premium.sum(axis=0))


def _average(model: PartnerNetwork, kind: Kind, brought: Reals, premium: Reals) -> None:
    """Our average rates and offer to a segment whose premium, float64[product, n], is given.

    Of those there at the opening: rows kept for entrants are as many as the horizon is long.
    """
    s, last = kind.position, max(kind.first_spare, min(kind.first + 1, kind.last))
    cells = np.array([part[:, : last - kind.first].sum(axis=1) for part in (brought, premium)])
    model.our_rates[:, s] = _ratio(*cells)
    model.our_segment_rates[s] = _ratio(*cells.sum(axis=1, keepdims=True))[0]
    offer = model.table.offer[kind.first : last]
    model.mean_offers[s] = offer.mean() if offer.size else 0.0


def _deposits_asked(model: PartnerNetwork) -> tuple[Any, ...]:
    """What changes our offer by the deposits that it asks: their cost, and who has to pay them."""
    terms = model.plan.scenario.policy.deposits
    if terms is None:
        return ()
    chosen = int(model.table.in_scheme.sum()) if terms.chooses else 0
    return tuple(pledging.carriage(model).tolist()), chosen


def _effective(model: PartnerNetwork, kind: Kind, carriage: Carriage, pledged: Carriage, rate: Reals) -> Reals:
    """Effective yield of a segment's rates, with the deposit for those who must pay one."""
    found, terms = pledged.of(kind.position).effective(rate), model.plan.scenario.policy.deposits
    if terms is None or not terms.chooses:
        return found
    free = carriage.of(kind.position).effective(rate)
    return np.where(model.table.in_scheme[0, kind.first : kind.last], found, free)


def _ratio(top: Reals, bottom: Reals) -> Reals:
    return np.divide(top, bottom, out=np.zeros(bottom.shape), where=bottom > 0)


def _rival_rates(model: PartnerNetwork, market: Reals) -> Reals:
    """Average rate of each rival on what a segment sells: float64[segment, rival]."""
    if not model.rivals:
        return np.zeros((len(model.plan.kinds), 0))
    weight = model.plan.by_segment.mix * market
    public = np.array([rival.public for rival in model.rivals])
    paid = (public * weight.T).sum(axis=1).T
    return _ratio(paid, np.broadcast_to(weight.sum(axis=1)[:, None], paid.shape))


def product_weights(model: PartnerNetwork, market: Reals) -> Reals:
    """What each product is of the premium of a segment's buyers: float64[product, segment]; 0 where none is sold."""
    weight = (model.plan.by_segment.mix * market).T
    return _ratio(weight, np.broadcast_to(weight.sum(axis=0), weight.shape))


def _utilities(model: PartnerNetwork) -> Reals:
    """Utility of each principal by segment, inertia apart: float64[segment, principal].

    Of us (column 0) commission and reliability are left out: partners' own columns hold them.
    """
    t, plan, rivals = model.t, model.plan, len(model.rivals)
    weights = {name: weight[:, None] for name, weight in model.weights.items()}
    there = 1 + rivals
    utility = np.full((len(plan.kinds), len(plan.principals)), NEVER)
    utility[:, :there] = (
        weights["service"] * plan.seen["service"][:, t]
        + weights["brand"] * plan.seen["brand"][:, t]
        + weights["popularity"] * model.market_shares[:there]
    )
    offered = plan.carriage.by_segment().effective(model.rival_rates)
    utility[:, 1:there] += weights["commission"] * offered + weights["reliability"] * plan.seen["reliability"][1:, t]
    for k, rival in enumerate(model.rivals, start=1):
        if rival.gone:
            utility[:, k] = NEVER
    if plan.scenario.market.outside_option is not None:
        utility[:, -1] = plan.scenario.market.outside_option
    return utility


def mean_utilities(model: PartnerNetwork, s: int) -> Reals:
    """Utility of each principal for a segment, of us with the mean offer and our true reliability."""
    t, plan = model.t, model.plan
    utility = np.array(model.utilities[s])
    utility[0] += model.weights["commission"][s] * model.mean_offers[s]
    utility[0] += model.weights["reliability"][s] * plan.seen["reliability"][0, t]
    return utility


def market_rate(model: PartnerNetwork) -> float:
    """Average commission rate of the market on new business, weighted by this month's expected premium."""
    rates = np.column_stack([model.our_segment_rates, model.rival_rates])
    weights = model.market_volumes[:, : rates.shape[1]]
    return float((rates * weights).sum() / weights.sum()) if weights.sum() > 0 else 0.0


def premium_of_buyer(model: PartnerNetwork) -> Reals:
    """Expected premium (minor units) of one buyer this month, by segment."""
    return (
        np.asarray((model.plan.by_segment.mix * model.trailing[model.ordinal % MONTHS_PER_YEAR]).sum(axis=1))
        * MINOR_PER_MAJOR
    )
