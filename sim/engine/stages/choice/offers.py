"""Offers are seen: what our terms and the rivals' are worth to each segment's partners this month.

Our offer is made once for all replications in which all that it depends on is the same.

Notation: R replications, p product, s segment, k principal (0 is us), i partner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim.base.arrays import Flags, Integers, Places, Reals
from sim.base.columns import Table
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout.lines import Kind
from sim.engine.stages.payment import coming_in, pledging
from sim.engine.state.channels import Channels
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.market import NEVER, Market, ratio
from sim.engine.state.now import Now
from sim.partners import effort
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.yields import Carriage

_DIGITS = 3  # of the market's premium a buyer, in major units: less is no change of an offer


def see(now: Now, market: Market, channels: Channels, journeys: Journeys | None, table: Table) -> None:
    """Renew what our offer is worth where anything it depends on has changed, and the utilities of all principals."""
    worth = market.year
    reaching = None if journeys is None else journeys.see(now)
    renewed = _renewed(now, market, table, worth, reaching)
    if renewed.any() or channels.networks:
        market.our_rates = market.our_rates.copy()  # those of earlier months are still looked at
    for alike in _alike(now, channels, worth, reaching, np.flatnonzero(renewed)):
        _offer(now, market, channels, table, journeys, worth[alike[0]], now.plan.kinds, alike)
    others = np.flatnonzero(~renewed)
    for kind in now.plan.kinds if others.size else ():
        if kind.segment.network is not None:  # agents change what brokers would bring
            _offer_each(now, market, channels, table, journeys, worth[others], kind, others)
    if renewed.any() or channels.networks:
        same = (market.our_rates == market.our_rates[market.like]).all(axis=(1, 2))
        market.like = np.where(same, market.like, np.arange(now.size))
    moved = np.flatnonzero(_market_moves(now, market, renewed))
    if moved.size:
        for name, series in now.batch.by_case.weights.items():
            market.weights[name][moved] = series[moved, :, now.t] * now.factor(f"weight.{name}")[moved, None]
        market.rival_rates[moved] = _rival_rates(now, market.public[moved], worth[moved])
        market.utilities[moved] = _utilities(now, market, moved)


def _renewed(now: Now, market: Market, table: Table, worth: Reals, reaching: Reals | None) -> Flags:
    """Replications in which anything has changed that our offer depends on, so that it is made anew: bool[R]."""
    common = (
        now.policy_version, pledging.carriage(now).tobytes(), now.plan.funnel.passing[:, now.t].tobytes(),
        b"" if reaching is None else reaching.tobytes(),
    )  # fmt: skip
    own = np.column_stack([np.round(worth, _DIGITS), _paying_deposits(now, table)])
    before, market.offered = market.offered, (common, own)
    if before is None or before[0] != common:
        return np.ones(now.size, dtype=np.bool_)
    return np.asarray((own != before[1]).any(axis=1))


def _alike(now: Now, channels: Channels, worth: Reals, reaching: Reals | None, renewed: Places) -> Iterator[Places]:
    """Replications in which our offer is the same, by their places; each by itself where partners' states count."""
    terms = now.plan.scenario.policy.deposits
    own = reaching is not None and len(reaching) > 1
    if own or channels.networks or (terms is not None and terms.chooses):
        yield from renewed[:, None]
        return
    groups: dict[tuple[int, bytes], list[int]] = {}
    for replication in renewed.tolist():
        book = now.batch.plan_of(replication).book
        groups.setdefault((id(book), worth[replication].tobytes()), []).append(replication)
    yield from (np.array(one) for one in groups.values())


def _market_moves(now: Now, market: Market, renewed: Flags) -> Flags:
    """Replications in which any principal's utility may differ from last month's: bool[R]."""
    weights = np.array([now.factor(f"weight.{name}") for name in now.plan.weights])
    seen = weights, market.public.copy(), market.gone.copy(), market.damage.copy()
    before, market.shown = market.shown, seen
    if before is None or now.plan.utilities_move:
        return np.ones(now.size, dtype=np.bool_)
    turned = (weights != before[0]).any(axis=0)
    acted = (market.public != before[1]).any(axis=(1, 2, 3)) | (market.gone != before[2]).any(axis=1)
    return np.asarray(renewed | turned | acted | (market.damage != before[3]))


def _offer(
    now: Now, market: Market, channels: Channels, table: Table, journeys: Journeys | None, worth: Reals,
    kinds: Sequence[Kind], alike: Places,
) -> None:  # fmt: skip
    """Renew our offer to the partners of segments that follow one another, in replications that are alike."""
    plan, first, last = now.plan, kinds[0].first, kinds[-1].last
    start = now.batch.first(int(alike[0]))
    layout, rows = plan.layout.within(first, last), slice(start + first, start + last)
    mix = layout.by_row(np.pad(_contracts(now), ((0, now.batch.ours), (0, 0))).T)
    prospect, rate = _expected(now, layout, journeys, mix * channels.usual[rows], worth[:, None], rows, alike[:1])
    carriages = _carriages(now)
    brought, offers = prospect.rate * prospect.premium, table.offer.reshape(now.size, -1)
    for kind in kinds:
        rows = slice(kind.first - first, kind.last - first)
        asked = table.in_scheme[:, start + kind.first : start + kind.last]
        offer = _effective(now, asked, kind, carriages, rate[rows])
        offers[alike, kind.first : kind.last] = offer
        _average(market, kind, alike, offer[None], brought[:, None, rows], prospect.premium[:, None, rows])


def _offer_each(
    now: Now, market: Market, channels: Channels, table: Table, journeys: Journeys | None, worth: Reals, kind: Kind,
    replications: Places,
) -> None:  # fmt: skip
    """Renew our offer to the partners of a segment, which differ between these replications; worth[r, p]."""
    size, there = replications.size, kind.last - kind.first
    rows = (replications[:, None] * now.batch.of_one + np.arange(kind.first, kind.last)).ravel()
    layout = now.plan.layout.within(kind.first, kind.last).repeated(size)
    count = _contracts(now)[kind.position, :, None] * channels.usual[rows]
    worth = np.repeat(worth.T, there, axis=1)
    prospect, rate = _expected(now, layout, journeys, count, worth, rows, replications)
    offer = _effective(now, table.in_scheme[:, rows], kind, _carriages(now), rate).reshape(size, there)
    table.offer[rows] = offer.ravel()
    by_replication = len(prospect.premium), size, there
    brought = (prospect.rate * prospect.premium).reshape(by_replication)
    _average(market, kind, replications, offer, brought, prospect.premium.reshape(by_replication))


def _carriages(now: Now) -> tuple[Carriage, Carriage]:
    """What time does to our offer, without a deposit and with one."""
    carriage, ours = now.plan.carriage, now.batch.ours
    lag, cost = np.pad(carriage.float_lag, (0, ours)), pledging.carriage(now)
    if now.payment.collected.any() and now.plan.sizes["instalment"]:
        lag = lag + coming_in.months_until_paid(now)
    paid = carriage.paid_after(now.payment.wait(lag)[:-ours])
    if not now.payment.discount.any():
        return paid, paid.with_deposit(cost)
    discount = np.where(coming_in.takes_discount(now), now.payment.discount, 0.0)[:-ours]
    paid = replace(paid, float_lag=np.add(*coming_in.lags(now))[:-ours])
    return paid.with_deposit(-discount), paid.with_deposit(cost - discount)  # as income on what is passed on


def _contracts(now: Now) -> Reals:
    """Contracts of a partner whose whole flow sells for us, by buyer of its: float64[segment, product]."""
    return np.asarray(now.plan.by_segment.mix * now.plan.funnel.passing[:, now.t, None])


def _expected(
    now: Now, layout: Layout, journeys: Journeys | None, count: Reals, worth: Reals, rows: slice | Integers,
    replications: Places,
) -> tuple[Prospect, Reals]:  # fmt: skip
    """What partners with so many contracts would bring, and the rate that reaches them of all of it: float64[n]."""
    plan = now.plan
    premium, counted = count * worth, plan.by_segment.counted
    prospect = Prospect(
        now.ordinal,
        layout,
        premium,
        count,
        np.zeros(premium.shape),
        np.pad(plan.carriage.cost_of_money / MONTHS_PER_YEAR, (0, now.batch.ours)),
        plan.funnel.per_sale[..., now.t],
        on_sale=np.zeros(premium.shape) if counted.any() else None,
    )
    now.batch.book.expect(prospect, rows, replications)
    if counted.any():
        prospect = prospect.with_renewals(layout.by_row(np.pad(counted, ((0, now.batch.ours), (0, 0))).T))
    brought = prospect.rate * prospect.premium
    if journeys is not None:
        brought *= journeys.reaching(now, rows)
    return prospect, ratio(brought.sum(axis=0), prospect.premium.sum(axis=0))


def _average(market: Market, kind: Kind, places: Places, offer: Reals, brought: Reals, premium: Reals) -> None:
    """Our average rates and offer[r, n] to a segment whose premium, float64[product, r, n], is given.

    Of those there at the opening: rows kept for entrants are as many as the horizon is long.
    """
    s, there = kind.position, max(kind.first_spare, min(kind.first + 1, kind.last)) - kind.first
    cells = np.array([part[..., :there].sum(axis=2).T for part in (brought, premium)])
    market.our_rates[places, :, s] = ratio(*cells)
    market.our_segment_rates[places, s] = ratio(*cells.sum(axis=2))
    worth = effort.worth(kind.segment.effort, offer[:, :there])
    market.mean_offers[places, s] = worth.mean(axis=1) if there else 0.0


def _paying_deposits(now: Now, table: Table) -> Integers:
    """How many have to pay a deposit, where the scheme chooses: int64[R]."""
    terms = now.plan.scenario.policy.deposits
    if terms is None or not terms.chooses:
        return np.zeros(now.size, dtype=np.int64)
    return np.asarray(table.in_scheme.reshape(now.size, -1).sum(axis=1))


def _effective(now: Now, asked: Flags, kind: Kind, carriages: tuple[Carriage, Carriage], rate: Reals) -> Reals:
    """Effective yield of a segment's rates, with the deposit for those who must pay one, asked[1, n]."""
    plain, pledged = (carriage.of(kind.position) for carriage in carriages)
    terms = now.plan.scenario.policy.deposits
    if terms is None or not terms.chooses:
        return pledged.effective(rate)
    return np.where(asked[0], pledged.effective(rate), plain.effective(rate))


def _rival_rates(now: Now, public: Reals, worth: Reals) -> Reals:
    """Average rate of each rival, public[R, r, p, s], on what a segment sells: float64[R, s, r]."""
    weight = now.plan.by_segment.mix * worth[:, None] * (1.0 + now.plan.by_segment.counted)
    paid = (public * weight.transpose(0, 2, 1)[:, None]).sum(axis=2).transpose(0, 2, 1)
    return ratio(paid, np.broadcast_to(weight.sum(axis=2)[..., None], paid.shape))


def _utilities(now: Now, market: Market, moved: Places) -> Reals:
    """Utility of each principal by segment, inertia apart, in the replications named: float64[moved, s, k].

    Of us (column 0) commission and reliability are left out: partners' own columns hold them.
    """
    t, plan, there = now.t, now.plan, 1 + market.gone.shape[1]
    weights = {name: weight[moved][..., None] for name, weight in market.weights.items()}
    utility = np.full((moved.size, len(plan.kinds), len(plan.principals)), NEVER)
    utility[..., :there] = (
        weights["service"] * plan.seen["service"][:, t]
        + weights["brand"] * plan.seen["brand"][:, t]
        + weights["popularity"] * (market.shares[moved] / plan.alike)[:, None, :there]
    )
    utility[..., :there] += np.log(plan.alike[:there])
    if plan.in_doubt is not None:
        utility[..., 0] -= weights["brand"][..., 0] * market.damage[moved][:, None]
    offered = now.rivals_carriage.effective(market.rival_rates[moved])
    utility[..., 1:there] += weights["commission"] * offered + weights["reliability"] * plan.seen["reliability"][1:, t]
    np.copyto(utility[..., 1:there], NEVER, where=market.gone[moved][:, None])
    if plan.scenario.market.outside_option is not None:
        utility[..., -1] = plan.scenario.market.outside_option
    return utility
