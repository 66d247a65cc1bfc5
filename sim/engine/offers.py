"""Offers are seen: what our terms and the rivals' are worth to each segment's partners this month.

Notation: p product, s segment, k principal (0 is us), i partner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.base.units import MINOR_PER_MAJOR
from sim.engine.plan import Kind
from sim.policy.facts import Prospect

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

Reals = NDArray[np.float64]
NEVER = -1e300  # utility of a principal that is not there
_DIGITS = 3  # of the market's premium a buyer, in major units: less is no change of an offer


def see(model: PartnerNetwork) -> None:
    """Renew the columns of our offer where anything it depends on has changed, and the rivals' utilities."""
    market = np.mean(model.trailing, axis=0)
    signature = (model.conditions.policy_version, tuple(np.round(market, _DIGITS)))
    if signature != model.offer_signature:
        model.offer_signature = signature
        _offer(model, market)
    model.us.publish(model.our_rates)
    model.utilities = [rival_utilities(model, kind) for kind in model.plan.kinds]


def _offer(model: PartnerNetwork, market: Reals) -> None:
    plan, flow = model.plan, model.population.flow
    premium, count = np.zeros((2, len(plan.lines), flow.size))
    for kind in plan.kinds:
        there = slice(kind.first, kind.last)
        count[:, there] = kind.mix[:, None] * flow[None, there]
        premium[:, there] = count[:, there] * market[:, None]
    prospect = Prospect(model.ordinal, plan.layout, premium, count, np.zeros(premium.shape))
    plan.book.expect(prospect)
    whole = premium.sum(axis=0)
    rate = np.divide((prospect.rate * premium).sum(axis=0), whole, out=np.zeros(flow.size), where=whole > 0)
    for kind in plan.kinds:
        there = slice(kind.first, kind.last)
        model.table.offer[there] = _effective(model, kind, rate[there])
    total = premium.sum(axis=1)
    earned = (prospect.rate * premium).sum(axis=1)
    model.our_rates = np.divide(earned, total, out=np.zeros(total.size), where=total > 0)
    model.our_segment_rates = np.array([_weighted(rate[k.first : k.last], whole[k.first : k.last]) for k in plan.kinds])


def _weighted(rate: Reals, premium: Reals) -> float:
    total = float(premium.sum())
    return float((rate * premium).sum()) / total if total > 0 else 0.0


def _effective(model: PartnerNetwork, kind: Kind, rate: Reals) -> Reals:
    return model.plan.carriage.of(kind.position).effective(rate)


def rival_utilities(model: PartnerNetwork, kind: Kind) -> Reals:
    """Utility of every principal for a segment, inertia apart; entry 0 (us) is left for `our_utility`."""
    utility = np.full(len(model.plan.principals), NEVER)
    rates = _rival_rates(model, kind)
    for k, rival in enumerate(model.rivals, start=1):
        if not rival.gone:
            offer = float(_effective(model, kind, rates[k - 1 : k])[0])
            utility[k] = _utility(model, kind, k, offer, model.plan.seen["reliability"][k, model.t])
    if model.plan.scenario.market.outside_option is not None:
        utility[-1] = model.plan.scenario.market.outside_option
    return utility


def _rival_rates(model: PartnerNetwork, kind: Kind) -> Reals:
    weight = kind.mix * np.mean(model.trailing, axis=0)
    total = weight.sum()
    rates = [float(rival.public[:, kind.position] @ weight) / total if total > 0 else 0.0 for rival in model.rivals]
    return np.array(rates, dtype=np.float64)


def our_utility(model: PartnerNetwork, kind: Kind, offer: float, reliability: float) -> float:
    """Utility of us for an offer of so many points, inertia apart."""
    return _utility(model, kind, 0, offer, reliability)


def _utility(model: PartnerNetwork, kind: Kind, k: int, offer: float, reliability: float) -> float:
    t, seen = model.t, model.plan.seen
    return float(
        kind.weight_commission[t] * offer
        + kind.weight_service[t] * seen["service"][k, t]
        + kind.weight_brand[t] * seen["brand"][k, t]
        + kind.weight_reliability[t] * reliability
        + kind.weight_popularity[t] * model.market_shares[k]
    )


def market_rate(model: PartnerNetwork) -> float:
    """Average commission rate of the market on new business, weighted by last month's expected premium."""
    rates = np.column_stack(
        [model.our_segment_rates] + [[float(_rival_rates(model, kind)[k]) for kind in model.plan.kinds] for k in range(len(model.rivals))]
    )
    weights = model.market_volumes[:, : rates.shape[1]]
    return float((rates * weights).sum() / weights.sum()) if weights.sum() > 0 else 0.0


def premium_of_buyer(model: PartnerNetwork, kind: Kind) -> float:
    """Expected premium (minor units) of one buyer of a segment this month."""
    return float(kind.mix @ np.asarray(model.trailing[-1])) * MINOR_PER_MAJOR
