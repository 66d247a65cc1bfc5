"""Stages of the month in which the market moves and partners decide.

Notation: R replications, s segment, k principal (0 is us).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.errors import Problem, ScenarioError
from sim.base.functions import add_up, exponentials
from sim.base.samplers import poisson
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.stages.business import approving, seeing
from sim.engine.stages.choice import departing, flowing, offers, outlawing, rivalry, sounding, trying
from sim.engine.stages.payment import brokers, controlling
from sim.engine.state.books import Books
from sim.engine.state.brand_damage import BrandDamage
from sim.engine.state.channels import Channels
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.unsold_units import UnsoldUnits
from sim.engine.state.work_space import WorkSpace
from sim.partners import activity, choice, recruiting, turnover
from sim.partners.columns import ACTIVE, DEFAULTED

if TYPE_CHECKING:
    from sim.engine.actors import RivalActor

Rows = tuple[Integers, Integers, Integers]
"""by slice: first row for those who come, the one after the last, and the step from one partner to the next"""


def calendar_plays(now: Now, market: Market, brand: BrandDamage | None, books: Books) -> None:
    """Dated stories change the conditions of the month; so does what incidents have done to our brand."""
    now.play_calendars()
    market.closed = books.stopped[0].copy()
    market.demand = now.batch.by_case.demand[:, now.t] * now.factor("demand") * ~market.closed
    if brand is not None:
        market.damage[:] = brand.damage
        market.kept[:] = -brand.terms.elasticity * brand.damage
        exponentials(market.kept[None])


def rivals_answer(now: Now, market: Market, rivals: Sequence[Sequence[RivalActor]]) -> None:
    """Rivals act, all at once, on what was public last month."""
    rivalry.answer(now, market, rivals)


def offers_are_seen(now: Now, market: Market, channels: Channels, journeys: Journeys | None, table: Table) -> None:
    """What each offer is worth to a partner."""
    offers.see(now, market, channels, journeys, table)
    market.our_history.append(market.our_rates)
    market.trailing[:, :, now.ordinal % MONTHS_PER_YEAR] = market.demand[:, None] * now.plan.worth[:, now.t]


def partners_choose(
    now: Now,
    market: Market,
    rivals: Sequence[Sequence[RivalActor]],
    channels: Channels,
    table: Table,
    work: WorkSpace,
    note: Notebook,
) -> None:
    """Partners enter and leave, review their choice and split their flow."""
    _come_and_go(now, market, channels, table, work, note)
    np.equal(table.status, ACTIVE, out=table.present)
    if note["entered"].any():
        sounding.newcomers_come(now, table)
    brokers.brokers_begin(now, channels, table)
    flowing.buyers_come(now, channels, table)
    review = work.draw("choice.review")
    if market.gone.any():
        review[_homeless(now, market, table)] = -1.0  # they look for a home at once, whatever their review rate
    pick = work.draw("choice.pick", 1)
    batch = now.batch
    choice.utility_of_us(
        now.edges, batch.with_own(market.utilities[..., 0]), batch.with_own(market.weights["commission"]),
        table.offer, batch.with_own(market.weights["reliability"]), table.reliability, table.utility,
    )  # fmt: skip
    trying.partners_try(now, market, table, note)
    worth = market.premium_of_buyer()
    _choose(now, market, channels, table, work, note, review, pick, worth)
    _measure_market(now, market, channels, table, work, note, worth)
    rivalry.earn(rivals)


def _homeless(now: Now, market: Market, table: Table) -> Flags:
    """Rows whose principal has left: bool[n]."""
    left = np.zeros((now.size, len(now.plan.principals)), dtype=np.bool_)
    left[:, 1 : 1 + market.gone.shape[1]] = market.gone
    principal = table.principal.reshape(now.size, -1)
    return np.take_along_axis(left, principal.astype(np.intp), axis=1).ravel()


def _come_and_go(now: Now, market: Market, channels: Channels, table: Table, work: WorkSpace, note: Notebook) -> None:
    note["left"] = departing.leave(now, channels, table, work) + outlawing.banned_leave(now, channels, table, work)
    recruited = _recruit(now, market, table, work)
    returned = controlling.defaulted_return(now, market, table, work)
    returned = returned + outlawing.banned_return(now, market, table, work)
    note["recruited"], note["returned"] = recruited, returned
    note["entered"] = recruited + returned + _bring_in(now, market, table, work)


def _bring_in(now: Now, market: Market, table: Table, work: WorkSpace) -> Integers:
    """How many partners enter by themselves: int64[R]."""
    entry = now.plan.by_segment.entry[:, now.t]
    if now.conditions[0].bans:
        entry = np.where(outlawing.banned(now), 0.0, entry)
    if not entry.any():
        return np.zeros(now.size, dtype=np.int64)
    numbers = _numbers(now, "turnover.enter", entry * market.demand[:, None])
    if numbers.any():
        _enter(now, table, work, _rows_for_entrants(now), numbers, market.all_odds(), "entry")
    return np.add.reduce(numbers, axis=1)


def _numbers(now: Now, name: str, means: Reals) -> Integers:
    """How many come to each segment, given means [R, s], each number the luck of its segment: int64[R, s]."""
    drawn = np.zeros(means.shape, dtype=np.int64)
    for kind, mean in zip(now.plan.kinds, means.T, strict=True):
        if mean.any():
            number = np.empty(now.size, dtype=np.int64)
            poisson(np.ascontiguousarray(mean), now.world(f"{name}.{kind.name}"), number)
            drawn[:, kind.position] = number
    return drawn


def _enter(now: Now, table: Table, work: WorkSpace, rows: Rows, numbers: Integers, odds: Reals, by: str) -> None:
    """Bring partners into free rows; `by` is the key that says how many may come."""
    came, batch = work.tallies[0], now.batch
    turnover.enter(
        *rows, batch.with_own(numbers), now.month, batch.fixed.rank, batch.with_own(odds),
        now.plan.by_channel.multi, table.status, table.entered, table.principal, table.share, came,
    )  # fmt: skip
    left_out = numbers - work.partners(came)
    if left_out.any():
        for kind, number in zip(now.plan.kinds, left_out.max(axis=0).tolist(), strict=True):
            if number:
                what = f"there is no room for {number} more partners that come"
                raise ScenarioError(Problem(f"segments.{kind.name}.turnover.{by}", what, "lower it"))


def _by_slice(now: Now, rows: Sequence[int]) -> Integers:
    """Rows of a replication by segment, as rows of the batch by slice; our own channels take nobody."""
    batch = now.batch
    first = np.arange(batch.size)[:, None] * batch.of_one
    return batch.with_own(first + np.array(rows, dtype=np.int64), 0)


def _rows_for_entrants(now: Now) -> Rows:
    kinds, kept = now.plan.kinds, np.add(now.plan.population.returning, now.plan.population.banned).tolist()
    _, last, names = _rows_for_recruits(now)
    return _by_slice(now, [kind.first_spare + one for kind, one in zip(kinds, kept, strict=True)]), last, names


def _rows_for_recruits(now: Now) -> Rows:
    """The last rows of each segment."""
    kinds, recruits = now.plan.kinds, now.plan.population.recruits
    first = _by_slice(now, [kind.last - one for kind, one in zip(kinds, recruits, strict=True)])
    names = np.array([*(kind.segment.turnover.names for kind in kinds), *[1] * now.batch.ours], dtype=np.int64)
    return first, _by_slice(now, [kind.last for kind in kinds]), np.tile(names, now.size)


def _recruit(now: Now, market: Market, table: Table, work: WorkSpace) -> Integers:
    """Recruits of the month, int64[R]: their number is luck of the segment, each one's sponsor is its own luck."""
    plan, rates = now.plan, now.plan.by_segment.recruiting[:, now.t]
    if not market.demand.any() or not rates.any():
        return np.zeros(now.size, dtype=np.int64)
    edges, among, found = now.edges, work.counts, work.tallies[1]
    recruiting.sponsors(edges, table.status, table.share[0] * now.batch.fixed.starts, among, found)
    there = np.minimum(plan.population.recruits, 1)  # none come where no rows are kept for them
    numbers = _numbers(now, "recruiting", rates * (work.partners(found) * there) * market.demand[:, None])
    if numbers.any():
        rows, ours = _rows_for_recruits(now), np.zeros_like(market.utilities)
        ours[..., 0] = 1.0
        _enter(now, table, work, rows, numbers, ours, "recruiting")
        u = work.draw("recruiting.sponsor")
        recruiting.find_sponsors(
            edges, *rows, now.month, among, found, u, table.status, table.entered, table.sponsor[0]
        )  # fmt: skip
    return np.add.reduce(numbers, axis=1)


def _choose(
    now: Now,
    market: Market,
    channels: Channels,
    table: Table,
    work: WorkSpace,
    note: Notebook,
    review: Reals,
    pick: Reals,
    worth: Reals,
) -> None:
    ours, surprise, (to_us, away), (came, went) = now.plan.by_channel, work.parts, work.tallies, work.moved
    terms = (
        now.edges, table.utility, now.batch.with_own(market.utilities), ours.inertia,
        _review_rates(now, market, table), table.present,
    )  # fmt: skip
    choice.split_flow(ours.multi, *terms, table.share, came, went)
    choice.choose_one(
        ours.single, *terms, review, pick, channels.flow, table.principal, table.share, surprise, to_us, away
    )  # fmt: skip
    note["surprise.choice"] = work.total(surprise * now.batch.with_own(worth))
    note["switched_to_us"] = work.count(to_us) + work.total(came)
    note["switched_away"] = work.count(away) + work.total(went)


def _review_rates(now: Now, market: Market, table: Table) -> Reals:
    """Probability of a review by segment, or by slice."""
    rates = now.plan.by_channel.review[:, now.t].copy()
    if not market.gone.any():
        return rates
    by_replication = np.tile(rates, (now.size, 1))
    for replication, left in enumerate(market.left):
        for kind in now.plan.kinds:
            there = now.batch.first(replication)
            rows = slice(there + kind.first, there + kind.last)
            if kind.multi and any(table.share[k, rows].any() for k in left):
                by_replication[replication, kind.position] = 1.0  # who gives flow to one that has left reviews at once
    return by_replication.ravel()


def _measure_market(
    now: Now, market: Market, channels: Channels, table: Table, work: WorkSpace, note: Notebook, worth: Reals
) -> None:
    """Expected premium by segment and principal."""
    plan, ours, agents = now.plan, work.tallies[0], work.parts
    by_slice = np.zeros((now.batch.slices, len(plan.principals)))
    choice.volumes(now.edges, channels.flow, table.present, table.share, by_slice, ours, agents)
    note["our_partners"] = np.add.reduce(work.partners(ours), axis=1)
    note["agents"] = work.total_of_partners(agents)
    volumes, pull = by_slice.reshape(now.size, -1, len(plan.principals))[:, : -now.batch.ours], market.pull
    market.volumes = volumes * (worth * (1.0 - pull))[..., None]
    if plan.rivals_worth is not None:
        there = slice(1, 1 + len(plan.rivals))
        market.volumes[..., there] = volumes[..., there] * (market.premium_elsewhere() * (1.0 - pull)[..., None])
    market.volumes[..., 0] += volumes.sum(axis=2) * worth * pull
    total = market.volumes.reshape(now.size, -1).sum(axis=1)
    shares = market.volumes.sum(axis=1)
    some = total > 0
    market.shares = np.where(some[:, None], shares / np.where(some, total, 1.0)[:, None], market.shares)


def partners_remember(
    now: Now,
    market: Market,
    channels: Channels,
    table: Table,
    units: UnsoldUnits | None,
    books: Books,
    work: WorkSpace,
    note: Notebook,
) -> None:
    """What partners carry into next month: who defaulted, shares at sale, sales, trust in us."""
    if note["defaulted"].any():
        table.status[table.defaulted] = DEFAULTED
    brokers.agents_move(now, channels, table)
    slots = len(table.share_then)
    active, lost = work.tallies[0], work.parts
    add_up((table.new,), work.counts)
    activity.remember(now.edges, work.counts, table.sold_months, active)
    then, ours = (table.share_then[month % slots] for month in (now.month - MONTHS_PER_YEAR, now.month))
    stood = np.empty(now.batch.slices)
    activity.lost(now.edges, then, table.share[0], table.status, ours, lost, stood)
    note.by_segment["lost_in_year"][:, : -now.batch.ours] = now.batch.by_replication(lost)[:, : -now.batch.ours]
    note.by_segment["with_us_a_year_ago"][:, : -now.batch.ours] = now.batch.by_replication(stood)[:, : -now.batch.ours]
    by_segment = work.partners(active)
    note["active_partners"] = np.add.reduce(by_segment, axis=1)
    note["lost_partners"] = work.total_of_partners(lost)
    note.by_segment["active"][:, : -now.batch.ours] = by_segment
    us, target = now.plan.scenario.us, float(now.plan.seen["reliability"][0, now.t])
    late = np.where(books.short_of_cash[0], us.late_payment_penalty, 0.0)
    recovery = np.append(now.plan.tracked.recovery, np.ones(now.batch.ours))  # our own channels need no trust
    choice.learn(now.edges, target, recovery, now.batch.by_slice(late), table.reliability)
    seeing.trust_lost(now, table)
    approving.trust_lost(now, table, units)
    flowing.customers_complain(now, market, table)
    if now.plan.scenario.registers:
        sold = table.present & (table.share[0] > 0.0) & ((table.sold_months & activity.RECENT) != 0)
        note["active_registered"] = (sold & ~now.batch.is_own).reshape(now.size, -1).sum(axis=1)
