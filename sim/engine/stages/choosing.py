"""Stages of the month in which the market moves and partners decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.errors import SimError
from sim.base.samplers import poisson_from_uniform
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout.lines import Kind
from sim.engine.stages import brokers, controlling, market_view, offers
from sim.engine.stages.opening import opening_odds
from sim.partners import activity, choice, recruiting, turnover
from sim.partners.columns import ACTIVE, DEFAULTED

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork


def calendar_plays(model: PartnerNetwork) -> None:
    """Dated stories change the conditions of the month."""
    model.calendar.play_month(model.month)
    model.demand = model.plan.demand[model.t] * model.conditions.factor("demand") * (not model.stopped)


def rivals_answer(model: PartnerNetwork) -> None:
    """Rivals act, all at once, on what was public last month."""
    market = market_view.gather(model)  # before the first of them moves
    for rival in model.rivals:
        rival.answer(model.us.rate_history, market)


def offers_are_seen(model: PartnerNetwork) -> None:
    """What each offer is worth to a partner."""
    offers.see(model)
    model.us.publish(model.our_rates)
    model.trailing[model.ordinal % MONTHS_PER_YEAR] = model.demand * model.plan.worth[:, model.t]


def partners_choose(model: PartnerNetwork) -> None:
    """Partners enter and leave, review their choice and split their flow."""
    table, plan = model.table, model.plan
    _come_and_go(model)
    np.equal(table.status, ACTIVE, out=table.present)
    brokers.brokers_begin(model)
    review = model.draw("choice.review")
    for k, rival in enumerate(model.rivals, start=1):
        if rival.gone:
            review[table.principal == k] = -1.0  # its partners look for a home at once, whatever their review rate
    pick = model.draw("choice.pick", 1)
    choice.utility_of_us(
        plan.layout.edges, np.ascontiguousarray(model.utilities[:, 0]), model.weights["commission"], table.offer,
        model.weights["reliability"], table.reliability, table.utility,
    )  # fmt: skip
    worth = offers.premium_of_buyer(model)
    for kind in plan.kinds:
        _choose(model, kind, review, pick, float(worth[kind.position]))
    _measure_market(model, worth)


def _come_and_go(model: PartnerNetwork) -> None:
    table, plan, note = model.table, model.plan, model.notebook
    hazard = plan.by_segment.leave[:, model.t]
    if hazard.any():
        u = model.draw("turnover.leave")
        note["left"] = turnover.leave(plan.layout.edges, hazard.copy(), u, table.status)
    for kind, mean in zip(plan.kinds, plan.by_segment.entry[:, model.t] * model.demand, strict=True):
        recruited = _recruit(model, kind)
        note["recruited"] += recruited
        returned = controlling.defaulted_return(model, kind)
        note["returned"] += returned
        note["entered"] += recruited + returned
        if mean > 0:
            note["entered"] += _bring_in(model, kind, float(mean))


def _bring_in(model: PartnerNetwork, kind: Kind, mean: float) -> int:
    number = int(poisson_from_uniform(mean, model.world(f"turnover.enter.{kind.name}")))
    if number == 0:
        return 0
    _enter(model, kind, _rows_for_entrants(model, kind), number, opening_odds(model, kind.position), "entry")
    return number


def _enter(model: PartnerNetwork, kind: Kind, rows: tuple[int, int, int], number: int, odds: Reals, by: str) -> None:
    """Bring partners into free rows; `by` is the key that says how many may come."""
    table = model.table
    came = turnover.enter(
        *rows,
        number,
        model.month,
        model.population.rank,
        odds,
        kind.multi,
        table.status,
        table.entered,
        table.principal,
        table.share,
    )
    if came < number:
        raise SimError(f"no room for {number - came} more partners of segment {kind.name}: lower its {by}")


def _rows_for_entrants(model: PartnerNetwork, kind: Kind) -> tuple[int, int, int]:
    """First row, the one after the last, and the step from one partner to the next."""
    population, s = model.population, kind.position
    return kind.first_spare + population.returning[s], kind.last - population.recruits[s], kind.segment.turnover.names


def _recruit(model: PartnerNetwork, kind: Kind) -> int:
    """Recruits of the month: their number is luck of the segment, each one's sponsor is its own luck."""
    room, rate = model.population.recruits[kind.position], kind.segment.turnover.recruiting.at(model.ordinal)
    if room == 0 or rate == 0 or model.demand == 0:
        return 0
    table, among = model.table, np.empty(kind.last - kind.first, dtype=np.int64)
    among = among[: recruiting.sponsors(kind.first, kind.last, table.status, table.share[0], among)]
    number = int(poisson_from_uniform(rate * among.size * model.demand, model.world(f"recruiting.{kind.name}")))
    if number == 0:
        return 0
    ours = np.zeros(len(model.plan.principals))
    ours[0] = 1.0
    rows = (kind.last - room, kind.last, kind.segment.turnover.names)
    _enter(model, kind, rows, number, ours, "recruiting")
    u = model.draw("recruiting.sponsor")
    recruiting.find_sponsors(*rows, model.month, among, u, table.status, table.entered, table.sponsor[0])
    return number


def _choose(model: PartnerNetwork, kind: Kind, review: Reals, pick: Reals, worth: float) -> None:
    table, s = model.table, kind.position
    by_segment, review_rate = model.plan.by_segment, model.plan.by_segment.review[s, model.t]
    if kind.multi and _homeless(model, kind):
        review_rate = 1.0
    terms = (
        *model.plan.layout.edges[s : s + 2], table.utility, model.utilities[s], by_segment.inertia[s], review_rate,
        table.present,
    )  # fmt: skip
    if kind.multi:
        choice.split_flow(*terms, table.share)
        return
    surprise, to_us, away = choice.choose_one(*terms, review, pick, model.flow, table.principal, table.share)
    model.notebook["surprise.choice"] += surprise * worth
    model.notebook["switched_to_us"] += to_us
    model.notebook["switched_away"] += away


def _homeless(model: PartnerNetwork, kind: Kind) -> bool:
    """Whether partners of a segment still give flow to a rival that has left: they review at once."""
    there = slice(kind.first, kind.last)
    return any(rival.gone and model.table.share[k, there].any() for k, rival in enumerate(model.rivals, start=1))


def _measure_market(model: PartnerNetwork, worth: Reals) -> None:
    """Expected premium by segment and principal, and what it earns the rivals."""
    plan = model.plan
    volumes = np.zeros((len(plan.kinds) + 1, len(plan.principals)))
    ours, agents = choice.volumes(plan.layout.edges, model.flow, model.table.present, model.table.share, volumes)
    model.notebook["our_partners"], model.notebook["agents"] = ours - 1, agents - 1  # our own row apart
    pull = plan.by_segment.pull
    model.market_volumes = volumes[:-1] * (worth * (1.0 - pull))[:, None]
    model.market_volumes[:, 0] += volumes[:-1].sum(axis=1) * worth * pull
    total = model.market_volumes.sum()
    model.market_shares = model.market_volumes.sum(axis=0) / total if total > 0 else model.market_shares
    for k, rival in enumerate(model.rivals):
        margin = 1.0 - rival.loss_ratio() - rival.rival.expense_ratio - model.rival_rates[:, k]
        rival.earn(float((model.market_volumes[:, k + 1] * margin).sum()))


def partners_remember(model: PartnerNetwork) -> None:
    """What partners carry into next month: who defaulted, shares at sale, sales, trust in us."""
    table, note = model.table, model.notebook
    if note["defaulted"]:
        table.status[table.defaulted] = DEFAULTED
    brokers.agents_move(model)
    table.share_then[model.month % len(table.share_then)] = table.share[0]
    sold = np.sum(table.new, axis=0, out=model.counts)
    note["active_partners"], note["lost_partners"] = activity.remember(sold[:-1], table.sold_months)
    us, target = model.plan.scenario.us, float(model.plan.seen["reliability"][0, model.t])
    late = us.late_payment_penalty if model.short_of_cash else 0.0
    recovery = 1.0 - 2.0 ** (-1.0 / us.reliability_half_life) if us.reliability_half_life > 0 else 1.0
    choice.learn(target, recovery, late, table.reliability)
