"""Stages of the month in which commission accrues and its statement is concluded."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from sim.base.arrays import Integers
from sim.base.columns import Table
from sim.engine.stages.business import poached
from sim.engine.stages.payment.states_told import told
from sim.engine.state.commission import Commission
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.partners.columns import DEFAULTED
from sim.policy.book import Book
from sim.policy.given.facts import MonthFacts
from sim.policy.given.stopped_claims import StoppedClaims
from sim.policy.withheld import Withheld


def commission_accrues(now: Now, table: Table, commission: Commission, work: WorkSpace) -> None:
    """Commission on premium is accrued as it is written, by the rules in force."""
    commission.statement.clear()
    commission.facts = _facts(now, table, commission, work)
    if len(table.poached):
        commission.facts = poached.seen_as_new(now, table, commission.facts)
    if now.batch.book.needs.reads_cost:
        commission.facts = _with_cost(now, commission.facts)
    now.batch.book.accrue(commission.facts, commission.memory, commission.statement)


def statement_is_concluded(now: Now, commission: Commission) -> None:
    """The rest of the statement: what depends on earning, claims, cancellations; clawback."""
    now.batch.book.conclude(commission.facts, commission.memory, commission.statement)


def _facts(now: Now, table: Table, commission: Commission, work: WorkSpace) -> MonthFacts:
    lines, book = now.plan.lines, now.batch.book
    return MonthFacts(
        ordinal=now.ordinal,
        month=now.month,
        layout=now.batch.layout,
        premium_new=table.credited_new if len(table.credited_new) else table.premium_new,
        premium_renewal=table.premium_renewal,
        count_new=table.new,
        credit_milli=table.credit_milli if len(table.credit_milli) else None,
        credit_count=table.credit_count if len(table.credit_count) else table.new,
        count_renewal=table.renewed,
        renewed=tuple(table.renewing[line.renewing] for line in lines),
        in_force=table.in_force,
        earned=table.earned,
        incurred=table.incurred if now.plan.claims == "drawn" else cast(Any, Withheld()),
        lost=tuple(table.lapsed[line.aged] for line in lines),
        moved=tuple(table.moved[line.aged] for line in lines),
        released=table.released,
        released_passed=table.released_passed,
        views=_one(work, table.views),
        clicks=_one(work, table.clicks),
        leads=_one(work, table.leads),
        bad_leads=_one(work, table.bad_leads),
        posts=_one(work, table.posts),
        present=table.present,
        defaulted=table.status == DEFAULTED,
        share=table.share[0],
        sold_months=table.sold_months,
        entered=table.entered,
        sponsor=commission.sponsor,
        refunds=work.refunds,
        partly=work.partly if len(table.ring_unreturned) else None,
        changes=work.changes if len(table.added_new) else None,
        collections=commission.collections,
        sales=work.sales if any(line.sales_read for line in lines) else None,
        due=table.ended if now.batch.book.needs.reads_due else None,
        quota=None if now.batch.book.members is None else now.batch.book.members.quotas,
        stopped=_stopped(table, book) if book.needs.stops_of_claims else None,
        service=_service(now, table) if book.needs.reads_service else None,
        leg=now.batch.fixed.leg,
        **told(book, table),
    )


def _stopped(table: Table, book: Book) -> StoppedClaims:
    """Claims within the stops that rules state."""
    return StoppedClaims(book.needs.stops_of_claims, table.claims_within.reshape(-1, *table.incurred.shape))


def _service(now: Now, table: Table) -> Integers:
    """What partners that sell for us cost this month beyond commission: int64[n], minor units."""
    return np.asarray(now.batch.fixed.service_minor * (table.present & (table.share[0] > 0.0)))


def _with_cost(now: Now, facts: MonthFacts) -> MonthFacts:
    """The facts with what the month's premium is expected to cost: premium x the share that claims or goods take."""
    index = float(now.plan.claims_frequency[now.t] * now.plan.claims_severity[now.t])
    share = np.array([line.cost_share(now.t, index) for line in now.plan.lines])[:, None]
    cost = [np.rint(share * premium).astype(np.int64) for premium in (facts.premium_new, facts.premium_renewal)]
    return facts.but(cost_new=cost[0], cost_renewal=cost[1])


def _one(work: WorkSpace, column: Integers) -> Integers:
    """The single line of a column that not every scenario has, or zeros."""
    return np.asarray(column[0]) if len(column) else work.zeros
