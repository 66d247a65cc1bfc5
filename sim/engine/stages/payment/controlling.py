"""Partners are judged: audits, the control of partners, and what follows from it.

A scenario without control, audits that end partners and segments whose defaulted partners return passes through.
Notation: R replications, s segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.units import to_minor
from sim.engine.stages.payment import brokers
from sim.engine.stages.payment.training import find_unsound, train
from sim.engine.state.books import Books
from sim.engine.state.channels import Channels
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.market.conditions import Inspection
from sim.partners import control
from sim.partners.columns import DEFAULTED
from sim.policy.terms.control_terms import Control, Rating, Recapture

COSTS = "amortised", "released", "expensed", "written_down"
"""columns of what a partner's commission costs us in a month"""
RETURNED = "taken_back", "reversed", "loss_share", "held_lost"
"""columns of what it bears or loses of that"""


def partners_are_judged(
    now: Now, market: Market, channels: Channels, table: Table, books: Books, work: WorkSpace, note: Notebook
) -> None:
    """Records of the month, audits, at a review the partners that we end, training."""
    books.judging_cost[:] = 0
    _judge(now, market, channels, table, books, work, note)
    training = now.policy.training
    if training is not None and training.due(now.ordinal):
        train(now, market, table, books, work, training)


def _judge(
    now: Now, market: Market, channels: Channels, table: Table, books: Books, work: WorkSpace, note: Notebook
) -> None:
    terms = now.policy.control
    if len(table.default_month) and note["defaulted"].any():
        table.default_month[0, table.defaulted] = now.month
    audits = {name: audit for _, one in now.stirred for name, audit in one.audits.items()}
    if terms is None and not audits:
        return
    if terms is not None:
        _begin_anew(now, table, terms)
        _record(now, table, terms)
    ended = work.flags
    ended[:] = False
    for name, audit in audits.items():
        _audit(now, channels, table, books, work, name, audit, ended)
    if terms is not None and terms.reviews(now.ordinal):
        _review(now, table, terms, ended)
    if ended.any():
        _end(now, market, channels, table, work, note, ended)


def _begin_anew(now: Now, table: Table, terms: Control) -> None:
    """Forget the months of a window that is as long no more, where control changes with the policy."""
    earlier = now.plan.book.earlier
    if earlier is None or now.ordinal != earlier.until or earlier.policy.control is None:
        return
    if earlier.policy.control.window != terms.window:
        for kept in (
            table.earned_by_month, table.result_by_month, table.claims_by_month, table.earned_in_window,
            table.claims_in_window, table.late_months,
        ):  # fmt: skip
            kept[:] = 0


def _record(now: Now, table: Table, terms: Control) -> None:
    handling = np.array([line.product.expenses.handling for line in now.plan.lines])
    control.record(
        now.month % terms.window, table.earned, table.incurred, handling, table.month, _lines(now, table, COSTS),
        _lines(now, table, RETURNED), table.status, table.share[0],
        table.with_us[0], table.earned_by_month, table.result_by_month, table.claims_by_month, table.earned_in_window,
        table.claims_in_window,
    )  # fmt: skip
    if terms.rating is not None:
        _rate(table, terms, terms.rating)


def _lines(now: Now, table: Table, columns: Sequence[str]) -> Integers:
    """Lines of the month's whole numbers that hold these columns, those apart that nothing writes: int64[any]."""
    held = (table.month_lines[name] for name in columns if name not in now.plan.idle)
    return np.array([place.start for place in held], dtype=np.int64)


def _rate(table: Table, terms: Control, rating: Rating) -> None:
    control.rate(
        terms.window,
        terms.grace,
        to_minor(terms.judged_from_premium),
        rating.remittance,
        rating.claims,
        rating.premium,
        rating.survey,
        to_minor(rating.half_premium),
        rating.newcomer,
        table.arrears_premium,
        table.with_us[0],
        table.earned_in_window[0],
        table.claims_in_window[0],
        *_answers(table, rating),
        table.late_months[0],
        table.rating[0],
    )


def _answers(table: Table, rating: Rating) -> tuple[Counts, Counts]:
    """Answers of customers in the last twelve months, and those for us less those against us: int32[n] each."""
    if rating.survey == 0.0 or not len(table.survey_answers):
        return np.zeros(table.rows, dtype=np.int32), np.zeros(table.rows, dtype=np.int32)
    return table.survey_answers[0], table.survey_score[0]


def _review(now: Now, table: Table, terms: Control, ended: Flags) -> None:
    """Mark partners that fall below a bound."""
    result, premium = terms.end_when_result_below, terms.end_when_premium_below
    bounds = (
        -inf if result is None else float(to_minor(result)), _or_none(terms.end_when_margin_below),
        -inf if premium is None else float(to_minor(premium)), _or_none(terms.end_when_rating_below),
    )  # fmt: skip
    covered = np.array([*(terms.covers(kind.name) for kind in now.plan.kinds), *[False] * now.batch.ours])
    control.judge(
        now.edges, covered, terms.grace, to_minor(terms.judged_from_premium), *bounds, table.status,
        table.with_us[0], table.earned_by_month, table.result_by_month, table.rating, ended,
    )  # fmt: skip


def _or_none(bound: float | None) -> float:
    return -inf if bound is None else bound


def _audit(
    now: Now,
    channels: Channels,
    table: Table,
    books: Books,
    work: WorkSpace,
    name: str,
    audit: Inspection,
    ended: Flags,
) -> None:
    """Mark partners on whom an audit finds what ends them; count what looking costs."""
    if not (audit.cost or audit.ends or "insolvency" in audit.finds or "unsound" in audit.finds):
        return
    look, detect = "audit.look." + name, "audit.detect." + name
    looked: Flags = np.array(work.draw(look) < audit.sample)
    u = np.where(looked, work.draw(detect), 1.0)
    with_us = table.present & (table.share[0] > 0.0)
    audited = np.array([name in one.audits for one in now.conditions])
    covered = audited[:, None] & np.array([audit.covers(kind.name) for kind in now.plan.kinds])
    there = now.batch.layout.by_row(now.batch.with_own(covered, False))
    seen = np.array([(looked & with_us & there)[rows].sum() for rows in now.batch.rows_by_slice])
    books.judging_cost += to_minor(audit.cost) * now.batch.by_replication(seen)
    if audit.ends and "fraud" in audit.finds:
        chance = np.where(covered & (now.plan.by_segment.fraud > 0.0), audit.detection, 0.0)
        control.find(now.edges, now.batch.with_own(chance), u, table.status, table.share[0], ended)
    if "insolvency" in audit.finds:
        ended |= there & _hollow(channels, table) & (u < audit.detection)
    if "unsound" in audit.finds:
        find_unsound(table, audit, with_us & there & (u < audit.detection), ended)


def _hollow(channels: Channels, table: Table) -> Flags:
    """Network brokers whose cash is less than all that they owe: bool[n]."""
    found: Flags = np.zeros(table.rows, dtype=np.bool_)
    for one in channels.networks:
        owed = brokers.unremitted(table, one, table.present)
        short = one.view(table.broker_cash[0]) < one.by_replication(owed)
        one.view(found)[:] = one.view(table.present) & short
    return found


def _end(
    now: Now, market: Market, channels: Channels, table: Table, work: WorkSpace, note: Notebook, ended: Flags
) -> None:
    """Let the marked partners leave; their buyers may come to us later."""
    count, buyers, batch = work.tallies[0], np.zeros(now.batch.slices), now.batch
    control.end(
        now.edges, ended, channels.flow, batch.with_own(market.pull), table.status, table.share[0], count, buyers
    )  # fmt: skip
    note["ended"] = work.count(count)
    marked = ended.reshape(now.size, -1).any(axis=1)
    for replication in np.flatnonzero(marked).tolist():
        for segment, number in zip(
            batch.layout.segments, batch.by_replication(count)[replication].tolist(), strict=True
        ):
            if number:
                now.log(replication, segment, f"{number} partners ended")
        channels.ended[replication].append((now.month, batch.by_replication(buyers)[replication, : -batch.ours].copy()))


def recaptured(now: Now, channels: Channels) -> Reals | None:
    """Buyers a month of ended partners that come to our own channels, float64[R, segment]; None without any."""
    terms = now.policy.control
    if terms is None or terms.recapture is None or not any(channels.ended):
        return None
    if channels.recaptured is None or channels.recaptured[0] != now.month:  # asked for each product
        channels.recaptured = now.month, _recaptured(now, channels, terms.recapture)
    return channels.recaptured[1]


def _recaptured(now: Now, channels: Channels, terms: Recapture) -> Reals:
    found = np.zeros((now.size, len(now.plan.kinds)))
    for replication, ended in enumerate(channels.ended):
        if ended:
            months = np.array([now.month - month for month, _ in ended])
            sent = np.array([buyers for _, buyers in ended])
            found[replication] = terms.share * (control.grown(months, terms.ramp) @ sent)
    return found


def defaulted_return(now: Now, market: Market, table: Table, work: WorkSpace) -> Integers:
    """Partners that come back under new names, with clean records, this month: int64[R]."""
    batch, ours, came = now.batch, now.plan.by_channel, work.tallies[0]
    if market.closed.all() or not ours.return_chance.any() or not (table.status == DEFAULTED).any():
        return np.zeros(now.size, dtype=np.int64)
    may_not = {now.plan.bans[name].segment for name in now.conditions[0].bans}
    chances = np.where([name in may_not for name in now.plan.population.segments], 0.0, ours.return_chance)
    chance = np.where(batch.by_slice(market.closed), 0.0, np.tile(chances, now.size))
    control.rise(
        now.edges, np.pad(now.plan.population.returning, (0, batch.ours)), now.month, ours.return_after, chance,
        work.draw("turnover.phoenix"), table.default_month[0], batch.fixed.rank, batch.with_own(market.all_odds()),
        ours.multi, table.status, table.entered, table.principal, table.share, came,
    )  # fmt: skip
    return work.count(came)
