"""Stages of the month in which the market moves and partners decide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.errors import SimError
from sim.base.samplers import poisson_from_uniform
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.actors import RivalActor
from sim.engine.layout.lines import Kind
from sim.engine.stages import brokers, controlling, offers
from sim.engine.state import market_view
from sim.engine.state.books import Books
from sim.engine.state.channels import Channels
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.partners import activity, choice, recruiting, turnover
from sim.partners.columns import ACTIVE, DEFAULTED

Rows = tuple[Integers, Integers, Integers]
"""first row of each segment for those who come, the one after the last, and the step from one partner to the next"""


def calendar_plays(now: Now, market: Market, books: Books) -> None:
    """Dated stories change the conditions of the month."""
    now.calendar.play_month(now.month)
    market.closed = books.stopped
    market.demand = now.plan.demand[now.t] * now.conditions.factor("demand") * (not market.closed)


def rivals_answer(now: Now, market: Market, rivals: Sequence[RivalActor]) -> None:
    """Rivals act, all at once, on what was public last month."""
    looking = any(rival.sees_market for rival in rivals)
    seen = market_view.gather(now, market) if looking else None  # before the first of them moves
    for rival in rivals:
        rival.answer(seen)


def offers_are_seen(now: Now, market: Market, channels: Channels, table: Table) -> None:
    """What each offer is worth to a partner."""
    offers.see(now, market, channels, table)
    market.our_history.append(market.our_rates)
    market.trailing[now.ordinal % MONTHS_PER_YEAR] = market.demand * now.plan.worth[:, now.t]


def partners_choose(
    now: Now,
    market: Market,
    rivals: Sequence[RivalActor],
    channels: Channels,
    table: Table,
    work: WorkSpace,
    note: Notebook,
) -> None:
    """Partners enter and leave, review their choice and split their flow."""
    plan = now.plan
    _come_and_go(now, market, table, work, note)
    np.equal(table.status, ACTIVE, out=table.present)
    brokers.brokers_begin(now, channels, table)
    review = work.draw("choice.review")
    for k in market.left:
        review[table.principal == k] = -1.0  # its partners look for a home at once, whatever their review rate
    pick = work.draw("choice.pick", 1)
    choice.utility_of_us(
        plan.layout.edges, np.ascontiguousarray(market.utilities[:, 0]), market.weights["commission"], table.offer,
        market.weights["reliability"], table.reliability, table.utility,
    )  # fmt: skip
    worth = market.premium_of_buyer()
    _choose(now, market, channels, table, work, note, review, pick, worth)
    _measure_market(now, market, channels, table, work, note, worth)
    for rival in rivals:
        rival.earn()


def _come_and_go(now: Now, market: Market, table: Table, work: WorkSpace, note: Notebook) -> None:
    plan = now.plan
    hazard = plan.by_segment.leave[:, now.t]
    if hazard.any():
        u = work.draw("turnover.leave")
        left = work.tallies[0]
        turnover.leave(plan.layout.edges, hazard.copy(), u, table.status, left)
        note["left"] = work.count(left)
    recruited = _recruit(now, market, table, work)
    returned = controlling.defaulted_return(now, market, table, work)
    note["recruited"], note["returned"] = recruited, returned
    note["entered"] = recruited + returned + _bring_in(now, market, table, work)


def _bring_in(now: Now, market: Market, table: Table, work: WorkSpace) -> int:
    numbers = _numbers(now, "turnover.enter", now.plan.by_segment.entry[:, now.t] * market.demand)
    if numbers.any():
        _enter(now, table, work, _rows_for_entrants(now), numbers, market.all_odds(), "entry")
    return work.count(numbers)


def _numbers(now: Now, name: str, means: Reals) -> Integers:
    """How many come to each segment, each number the luck of its segment: int64[segment]."""
    drawn = [
        poisson_from_uniform(mean, now.world(f"{name}.{kind.name}")) if mean > 0 else 0
        for kind, mean in zip(now.plan.kinds, means.tolist(), strict=True)
    ]
    return np.array(drawn, dtype=np.int64)


def _enter(now: Now, table: Table, work: WorkSpace, rows: Rows, numbers: Integers, odds: Reals, by: str) -> None:
    """Bring partners into free rows; `by` is the key that says how many may come."""
    plan, came = now.plan, work.tallies[0]
    turnover.enter(
        *rows, numbers, now.month, plan.population.rank, odds, plan.by_segment.multi, table.status, table.entered,
        table.principal, table.share, came,
    )  # fmt: skip
    for kind, left_out in zip(plan.kinds, (numbers - came[:-1]).tolist(), strict=True):
        if left_out:
            raise SimError(f"no room for {left_out} more partners of segment {kind.name}: lower its {by}")


def _rows_for_entrants(now: Now) -> Rows:
    first = np.array([kind.first_spare for kind in now.plan.kinds], dtype=np.int64)
    last, _, names = _rows_for_recruits(now)
    return first + np.array(now.plan.population.returning), last, names


def _rows_for_recruits(now: Now) -> Rows:
    """The last rows of each segment."""
    last = np.array([kind.last for kind in now.plan.kinds], dtype=np.int64)
    names = np.array([kind.segment.turnover.names for kind in now.plan.kinds], dtype=np.int64)
    return last - np.array(now.plan.population.recruits), last, names


def _recruit(now: Now, market: Market, table: Table, work: WorkSpace) -> int:
    """Recruits of the month: their number is luck of the segment, each one's sponsor is its own luck."""
    plan, rates = now.plan, now.plan.by_segment.recruiting[:, now.t]
    if market.demand == 0 or not rates.any():
        return 0
    edges, among, found = plan.layout.edges, work.counts, work.tallies[1]
    recruiting.sponsors(edges, table.status, table.share[0], among, found)
    there = np.minimum(plan.population.recruits, 1)  # none come where no rows are kept for them
    numbers = _numbers(now, "recruiting", rates * (found[:-1] * there) * market.demand)
    if numbers.any():
        rows, ours = _rows_for_recruits(now), np.zeros_like(market.utilities)
        ours[:, 0] = 1.0
        _enter(now, table, work, rows, numbers, ours, "recruiting")
        u = work.draw("recruiting.sponsor")
        recruiting.find_sponsors(
            edges, *rows, now.month, among, found, u, table.status, table.entered, table.sponsor[0]
        )  # fmt: skip
    return work.count(numbers)


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
    by_segment, surprise, (to_us, away) = now.plan.by_segment, work.parts, work.tallies
    terms = (
        now.plan.layout.edges, table.utility, market.utilities, by_segment.inertia, _review_rates(now, market, table),
        table.present,
    )  # fmt: skip
    choice.split_flow(by_segment.multi, *terms, table.share)
    choice.choose_one(
        by_segment.single, *terms, review, pick, channels.flow, table.principal, table.share, surprise, to_us, away
    )  # fmt: skip
    note["surprise.choice"] = work.total(surprise[:-1] * worth)
    note["switched_to_us"], note["switched_away"] = work.count(to_us), work.count(away)


def _review_rates(now: Now, market: Market, table: Table) -> Reals:
    """Probability of a review by segment: float64[segment]."""
    rates = now.plan.by_segment.review[:, now.t].copy()
    for kind in now.plan.kinds if market.left else ():
        if kind.multi and _homeless(market, table, kind):
            rates[kind.position] = 1.0
    return rates


def _homeless(market: Market, table: Table, kind: Kind) -> bool:
    """Whether partners of a segment still give flow to a rival that has left: they review at once."""
    there = slice(kind.first, kind.last)
    return any(table.share[k, there].any() for k in market.left)


def _measure_market(
    now: Now, market: Market, channels: Channels, table: Table, work: WorkSpace, note: Notebook, worth: Reals
) -> None:
    """Expected premium by segment and principal."""
    plan, (ours, agents) = now.plan, work.tallies
    volumes = np.zeros((len(plan.kinds) + 1, len(plan.principals)))
    choice.volumes(plan.layout.edges, channels.flow, table.present, table.share, volumes, ours, agents)
    note["our_partners"], note["agents"] = work.count(ours[:-1]), work.count(agents[:-1])  # our own row apart
    pull = plan.by_segment.pull
    market.volumes = volumes[:-1] * (worth * (1.0 - pull))[:, None]
    market.volumes[:, 0] += volumes[:-1].sum(axis=1) * worth * pull
    total = market.volumes.sum()
    market.shares = market.volumes.sum(axis=0) / total if total > 0 else market.shares


def partners_remember(
    now: Now, channels: Channels, table: Table, books: Books, work: WorkSpace, note: Notebook
) -> None:
    """What partners carry into next month: who defaulted, shares at sale, sales, trust in us."""
    if note["defaulted"]:
        table.status[table.defaulted] = DEFAULTED
    brokers.agents_move(now, channels, table)
    table.share_then[now.month % len(table.share_then)] = table.share[0]
    sold = np.sum(table.new, axis=0, out=work.counts)
    active, lost = work.tallies[:, :-1]  # our own row apart
    activity.remember(now.plan.layout.edges, sold, table.sold_months, active, lost)
    note["active_partners"], note["lost_partners"] = work.count(active), work.count(lost)
    note.by_segment["active"][:-1] = active
    us, target = now.plan.scenario.us, float(now.plan.seen["reliability"][0, now.t])
    late = us.late_payment_penalty if books.short_of_cash else 0.0
    recovery = 1.0 - 2.0 ** (-1.0 / us.reliability_half_life) if us.reliability_half_life > 0 else 1.0
    choice.learn(target, recovery, late, table.reliability)
