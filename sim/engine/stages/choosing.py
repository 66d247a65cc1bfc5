"""Stages of the month in which the market moves and partners decide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals
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
    for kind in plan.kinds:
        _choose(now, market, channels, table, note, kind, review, pick, float(worth[kind.position]))
    _measure_market(now, market, channels, table, note, worth)
    for rival in rivals:
        rival.earn()


def _come_and_go(now: Now, market: Market, table: Table, work: WorkSpace, note: Notebook) -> None:
    plan = now.plan
    hazard = plan.by_segment.leave[:, now.t]
    if hazard.any():
        u = work.draw("turnover.leave")
        note["left"] = turnover.leave(plan.layout.edges, hazard.copy(), u, table.status)
    for kind, mean in zip(plan.kinds, plan.by_segment.entry[:, now.t] * market.demand, strict=True):
        recruited = _recruit(now, market, table, work, kind)
        note["recruited"] += recruited
        returned = controlling.defaulted_return(now, market, table, work, kind)
        note["returned"] += returned
        note["entered"] += recruited + returned
        if mean > 0:
            note["entered"] += _bring_in(now, market, table, kind, float(mean))


def _bring_in(now: Now, market: Market, table: Table, kind: Kind, mean: float) -> int:
    number = int(poisson_from_uniform(mean, now.world(f"turnover.enter.{kind.name}")))
    if number == 0:
        return 0
    _enter(now, table, kind, _rows_for_entrants(now, kind), number, market.odds(kind.position), "entry")
    return number


def _enter(now: Now, table: Table, kind: Kind, rows: tuple[int, int, int], number: int, odds: Reals, by: str) -> None:
    """Bring partners into free rows; `by` is the key that says how many may come."""
    came = turnover.enter(
        *rows,
        number,
        now.month,
        now.plan.population.rank,
        odds,
        kind.multi,
        table.status,
        table.entered,
        table.principal,
        table.share,
    )
    if came < number:
        raise SimError(f"no room for {number - came} more partners of segment {kind.name}: lower its {by}")


def _rows_for_entrants(now: Now, kind: Kind) -> tuple[int, int, int]:
    """First row, the one after the last, and the step from one partner to the next."""
    population, s = now.plan.population, kind.position
    return kind.first_spare + population.returning[s], kind.last - population.recruits[s], kind.segment.turnover.names


def _recruit(now: Now, market: Market, table: Table, work: WorkSpace, kind: Kind) -> int:
    """Recruits of the month: their number is luck of the segment, each one's sponsor is its own luck."""
    room, rate = now.plan.population.recruits[kind.position], kind.segment.turnover.recruiting.at(now.ordinal)
    if room == 0 or rate == 0 or market.demand == 0:
        return 0
    among = np.empty(kind.last - kind.first, dtype=np.int64)
    among = among[: recruiting.sponsors(kind.first, kind.last, table.status, table.share[0], among)]
    number = int(poisson_from_uniform(rate * among.size * market.demand, now.world(f"recruiting.{kind.name}")))
    if number == 0:
        return 0
    ours = np.zeros(len(now.plan.principals))
    ours[0] = 1.0
    rows = (kind.last - room, kind.last, kind.segment.turnover.names)
    _enter(now, table, kind, rows, number, ours, "recruiting")
    u = work.draw("recruiting.sponsor")
    recruiting.find_sponsors(*rows, now.month, among, u, table.status, table.entered, table.sponsor[0])
    return number


def _choose(
    now: Now,
    market: Market,
    channels: Channels,
    table: Table,
    note: Notebook,
    kind: Kind,
    review: Reals,
    pick: Reals,
    worth: float,
) -> None:
    s = kind.position
    by_segment, review_rate = now.plan.by_segment, now.plan.by_segment.review[s, now.t]
    if kind.multi and _homeless(market, table, kind):
        review_rate = 1.0
    first, last = now.plan.layout.edges[s : s + 2]
    terms = (first, last, table.utility, market.utilities[s], by_segment.inertia[s], review_rate, table.present)
    if kind.multi:
        choice.split_flow(*terms, table.share)
        return
    surprise, to_us, away = choice.choose_one(*terms, review, pick, channels.flow, table.principal, table.share)
    note["surprise.choice"] += surprise * worth
    note["switched_to_us"] += to_us
    note["switched_away"] += away


def _homeless(market: Market, table: Table, kind: Kind) -> bool:
    """Whether partners of a segment still give flow to a rival that has left: they review at once."""
    there = slice(kind.first, kind.last)
    return any(table.share[k, there].any() for k in market.left)


def _measure_market(now: Now, market: Market, channels: Channels, table: Table, note: Notebook, worth: Reals) -> None:
    """Expected premium by segment and principal."""
    plan = now.plan
    volumes = np.zeros((len(plan.kinds) + 1, len(plan.principals)))
    ours, agents = choice.volumes(plan.layout.edges, channels.flow, table.present, table.share, volumes)
    note["our_partners"], note["agents"] = ours - 1, agents - 1  # our own row apart
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
    note["active_partners"], note["lost_partners"] = activity.remember(sold[:-1], table.sold_months)
    us, target = now.plan.scenario.us, float(now.plan.seen["reliability"][0, now.t])
    late = us.late_payment_penalty if books.short_of_cash else 0.0
    recovery = 1.0 - 2.0 ** (-1.0 / us.reliability_half_life) if us.reliability_half_life > 0 else 1.0
    choice.learn(target, recovery, late, table.reliability)
