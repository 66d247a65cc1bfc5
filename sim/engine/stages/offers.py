"""Offers are seen: what our terms and the rivals' are worth to each segment's partners this month.

Notation: p product, s segment, k principal (0 is us), i partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.columns import Table
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout.lines import Kind
from sim.engine.stages import pledging
from sim.engine.state.channels import Channels
from sim.engine.state.market import NEVER, Market, ratio
from sim.engine.state.now import Now
from sim.policy.facts import Prospect
from sim.policy.yields import Carriage

_DIGITS = 3  # of the market's premium a buyer, in major units: less is no change of an offer


def see(now: Now, market: Market, channels: Channels, table: Table) -> None:
    """Renew what our offer is worth where anything it depends on has changed, and the utilities of all principals."""
    worth = market.year
    signature = (now.conditions.policy_version, tuple(np.round(worth, _DIGITS)), *_deposits_asked(now, table))
    if signature != market.signature:
        market.signature = signature
        _offer(now, market, channels, table, worth, now.plan.kinds)
    else:
        for one in channels.networks:  # agents change what brokers would bring
            _offer(now, market, channels, table, worth, (one.kind,))
    if _market_moves(now, market, signature):
        market.weights = _weights(now)
        market.rival_rates = _rival_rates(now, market, worth)
        market.utilities = _utilities(now, market)


def _market_moves(now: Now, market: Market, signature: tuple[Any, ...]) -> bool:
    """Whether any principal's utility may differ from last month's."""
    shown = list(zip(market.public, market.gone.tolist(), strict=True))
    quiet = (signature, [now.conditions.factor(f"weight.{name}") for name in now.plan.weights])
    before, market.shown = market.shown, (quiet, shown)
    if before is None or before[0] != quiet or now.plan.utilities_move:
        return True
    return any(a[0] is not b[0] or a[1] != b[1] for a, b in zip(shown, before[1], strict=True))


def _weights(now: Now) -> dict[str, Reals]:
    """What partners weigh this month: float64[segment] by name, with the factors of the stories that play."""
    plan, factor = now.plan, now.conditions.factor
    return {name: series[:, now.t] * factor(f"weight.{name}") for name, series in plan.weights.items()}


def _offer(now: Now, market: Market, channels: Channels, table: Table, worth: Reals, kinds: Sequence[Kind]) -> None:
    """Renew our offer to the partners of segments that follow one another."""
    plan, first, last = now.plan, kinds[0].first, kinds[-1].last
    prospect, rate = _expected(now, channels, worth, slice(first, last))
    carriage = plan.carriage.paid_after(now.payment.wait(np.append(now.plan.carriage.float_lag, 0.0))[:-1])
    pledged = carriage.with_deposit(pledging.carriage(now))
    brought = prospect.rate * prospect.premium
    market.our_rates = market.our_rates.copy()  # those of earlier months are still looked at
    for kind in kinds:
        rows = slice(kind.first - first, kind.last - first)
        table.offer[kind.first : kind.last] = _effective(now, table, kind, carriage, pledged, rate[rows])
        _average(market, table, kind, brought[:, rows], prospect.premium[:, rows])


def _expected(now: Now, channels: Channels, worth: Reals, rows: slice) -> tuple[Prospect, Reals]:
    """What the partners of these rows would bring, and the rate of commission on all of it: float64[n]."""
    plan, flow = now.plan, channels.flow[rows]
    layout = plan.layout.within(rows.start, rows.stop)
    count = (
        layout.by_row(np.vstack([plan.by_segment.mix * plan.funnel.passing[:, None], np.zeros(len(plan.lines))]).T)
        * flow
    )
    premium = count * worth[:, None]
    prospect = Prospect(
        now.ordinal,
        layout,
        premium,
        count,
        np.zeros(premium.shape),
        np.append(plan.carriage.cost_of_money / MONTHS_PER_YEAR, 0.0),
        plan.funnel.per_sale,
    )
    plan.book.expect(prospect, rows)
    return prospect, ratio((prospect.rate * premium).sum(axis=0), premium.sum(axis=0))


def _average(market: Market, table: Table, kind: Kind, brought: Reals, premium: Reals) -> None:
    """Our average rates and offer to a segment whose premium, float64[product, n], is given.

    Of those there at the opening: rows kept for entrants are as many as the horizon is long.
    """
    s, last = kind.position, max(kind.first_spare, min(kind.first + 1, kind.last))
    cells = np.array([part[:, : last - kind.first].sum(axis=1) for part in (brought, premium)])
    market.our_rates[:, s] = ratio(*cells)
    market.our_segment_rates[s] = ratio(*cells.sum(axis=1, keepdims=True))[0]
    offer = table.offer[kind.first : last]
    market.mean_offers[s] = offer.mean() if offer.size else 0.0


def _deposits_asked(now: Now, table: Table) -> tuple[Any, ...]:
    """What changes our offer by the deposits that it asks: their cost, and who has to pay them."""
    terms = now.plan.scenario.policy.deposits
    if terms is None:
        return ()
    chosen = int(table.in_scheme.sum()) if terms.chooses else 0
    return tuple(pledging.carriage(now).tolist()), chosen


def _effective(now: Now, table: Table, kind: Kind, carriage: Carriage, pledged: Carriage, rate: Reals) -> Reals:
    """Effective yield of a segment's rates, with the deposit for those who must pay one."""
    found, terms = pledged.of(kind.position).effective(rate), now.plan.scenario.policy.deposits
    if terms is None or not terms.chooses:
        return found
    free = carriage.of(kind.position).effective(rate)
    return np.where(table.in_scheme[0, kind.first : kind.last], found, free)


def _rival_rates(now: Now, market: Market, worth: Reals) -> Reals:
    """Average rate of each rival on what a segment sells: float64[segment, rival]."""
    if not market.public:
        return np.zeros((len(now.plan.kinds), 0))
    weight = now.plan.by_segment.mix * worth
    public = np.array(market.public)
    paid = (public * weight.T).sum(axis=1).T
    return ratio(paid, np.broadcast_to(weight.sum(axis=1)[:, None], paid.shape))


def _utilities(now: Now, market: Market) -> Reals:
    """Utility of each principal by segment, inertia apart: float64[segment, principal].

    Of us (column 0) commission and reliability are left out: partners' own columns hold them.
    """
    t, plan, there = now.t, now.plan, 1 + len(market.public)
    weights = {name: weight[:, None] for name, weight in market.weights.items()}
    utility = np.full((len(plan.kinds), len(plan.principals)), NEVER)
    utility[:, :there] = (
        weights["service"] * plan.seen["service"][:, t]
        + weights["brand"] * plan.seen["brand"][:, t]
        + weights["popularity"] * market.shares[:there]
    )
    offered = plan.carriage.by_segment().effective(market.rival_rates)
    utility[:, 1:there] += weights["commission"] * offered + weights["reliability"] * plan.seen["reliability"][1:, t]
    utility[:, market.left] = NEVER
    if plan.scenario.market.outside_option is not None:
        utility[:, -1] = plan.scenario.market.outside_option
    return utility
