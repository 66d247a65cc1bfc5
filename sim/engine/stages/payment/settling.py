"""Stage of the month in which we and our partners settle."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.base.columns import Table
from sim.base.errors import LedgerError
from sim.base.functions import add_up
from sim.engine.stages.choice import departing
from sim.engine.stages.payment import brokers, coming_in, pledging
from sim.engine.state.books import Books
from sim.engine.state.channels import Channels
from sim.engine.state.commission import Commission
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.sales_limits import Limits
from sim.engine.state.work_space import WorkSpace
from sim.policy.terms.credit_control import Allowance
from sim.settlement import ageing, due_batches, settle
from sim.settlement.credit import hazards_given

_OF_ALL = np.zeros(0, dtype=np.int64)
_WHOLE = np.int64(2**62)
_SETTLED = (
    "remitted",
    "netted",
    "lost",
    "withheld",
    "freed",
    "held_set_off",
    "held_lost",
    "advance_lost",
)


def partners_settle(
    now: Now,
    market: Market,
    channels: Channels,
    table: Table,
    limits: Limits | None,
    commission: Commission,
    books: Books,
    work: WorkSpace,
    note: Notebook,
) -> None:
    """Defaults, then remittances and netting, then our payments."""
    for name in _SETTLED:
        if name not in now.plan.idle:
            table.array(name)[:] = 0
    add_up((table.premium_new, table.premium_renewal), table.written)
    table.written[now.batch.own] = 0  # our own customers pay at once
    settle.rest_of_statement(
        table.received,
        table.expensed,
        table.reversed,
        table.loss_share,
        table.taken_back,
        table.advance_back,
        table.drawn,
        table.rest,
    )
    row = settle.advance_moves(
        table.advanced, table.drawn, table.written_down, table.advance_back, table.advance
    )  # fmt: skip
    if row >= 0:
        raise LedgerError(f"partner {now.batch.name(row)} was charged more than the advance it had")
    _owe(now, table, commission, work)
    brokers.brokers_meet_dues(now, market, channels, table)
    _default(now, channels, table, work, note)
    pledging.void_blanks_are_lost(now, table, limits, work)
    _remit_and_pay(now, channels, table, commission, books, work)
    brokers.commission_comes_in(channels, table)
    pledging.deposits_answer(now, channels, table, limits, work, note)
    _count_overdue(now, table, books, work)


def _owe(now: Now, table: Table, commission: Commission, work: WorkSpace) -> None:
    ours, payment, own = now.plan.by_channel, now.payment, work.counts
    add_up((table.accrued,), own)
    if len(table.passed):
        own -= table.passed.sum(axis=0)
    fees = coming_in.fees_wait(now, table)
    if len(fees):
        for amounts, sign in ((own, 1), (table.rest, -1)):
            amounts += sign * fees.sum(axis=0)
    came = coming_in.customers_pay(now, table, own, fees)
    coming_in.discount_is_promised(now, table, came, own)
    due_batches.push(
        now.edges, now.month, *coming_in.lags(now), ours.net,
        payment.collected, payment.delay, payment.held, payment.quiet, _held_of(now, commission),
        came, own, table.rest,
        table.due_premium, table.due_commission, table.due_pay, table.due_holdback, table.receivable, table.payable,
        table.holdback, table.withheld,
    )  # fmt: skip
    _owe_third_parties(now, table, commission)


def _held_of(now: Now, commission: Commission) -> Integers:
    """The most of each statement of which a share is held back, where that is of some rules: int64[n or 0]."""
    named = now.payment.held_of
    if not named:
        return _OF_ALL
    rows, slices = np.full(now.batch.layout.rows, _WHOLE), now.batch.layout.edges.size - 1
    for s, rules in named.items():
        mine = commission.statement.commission(rules)
        for one in range(s, slices, len(now.batch.layout.segments)):
            there = slice(now.batch.layout.bounds[one], now.batch.layout.bounds[one + 1])
            rows[there] = mine[there]
    return rows


def _owe_third_parties(now: Now, table: Table, commission: Commission) -> None:
    """Networks and our own staff are paid through the account of our own row, which sells nothing on commission."""
    fees = commission.statement.fees.sum(axis=0) + commission.statement.fees_now
    due = (now.month + int(now.payment.delay[-1])) % len(table.due_pay)
    table.due_pay[due, now.batch.direct] += fees
    table.payable[now.batch.direct] += fees


def _default(now: Now, channels: Channels, table: Table, work: WorkSpace, note: Notebook) -> None:
    hazards = now.plan.by_channel.default[:, now.t]
    table.defaulted[:] = False
    if not (hazards.any() or table.broker_failed.any() or departing.may_default(now)):
        return
    bad_times = now.world_normal("default.common")
    stressed = np.minimum(1.0, hazards * now.factor("default")[:, None])
    given = hazards_given(stressed, now.plan.scenario.credit.correlation, bad_times).ravel()
    u, active, count = work.draw("default"), table.present, work.tallies[0]
    if channels.networks:
        active = brokers.may_default(channels, table)
        brokers.decide(channels, table, "broker_failed", brokers.PAYS, brokers.ROLLS_ON, u)
    departing.default(now, channels, table, work, u)
    settle.default(
        now.edges, given, active, u, table.due_premium,
        table.due_commission, table.arrears_premium, table.arrears_commission, table.due_pay, table.due_holdback,
        table.account, table.receivable, table.payable, table.holdback, table.advance, table.netted,
        table.held_set_off, table.freed, table.advance_lost, table.lost, table.defaulted, count,
    )  # fmt: skip
    coming_in.nothing_waits(table.defaulted, table)
    note["defaulted"] = work.count(count)


def _age(now: Now, table: Table, books: Books, work: WorkSpace) -> None:
    """Tell arrears apart by age, and set aside what the policy says for them."""
    came, late = work.counts, books.late.reshape(-1, ageing.AGES)
    np.add(table.remitted, table.netted, out=came)
    ageing.close(now.edges, now.month, table.arrears_premium, came, table.arrears_before, late, books.over_90[0])
    rates, before = _allowance(now), books.allowance
    if rates is not None or before.any() or books.set_aside.any():
        books.allowance = ageing.allowances(rates or Allowance(), late).reshape(before.shape)
        books.set_aside = books.allowance - before


def _allowance(now: Now) -> Allowance | None:
    control = now.policy.credit_control
    return None if control is None else control.allowance


def _count_overdue(now: Now, table: Table, books: Books, work: WorkSpace) -> None:
    """What prudent equity leaves out: arrears and debit balances over 90 days past due that nothing secures."""
    if not (books.over_90.size and now.plan.scenario.accounts.prudent):
        return
    arrears, debits = books.over_90
    if len(table.debits_before):
        ageing.close_debits(now.month, table.account, table.debits_before, debits)
    rates, unsecured = _allowance(now), work.tallies[0]
    ageing.unsecured(
        now.edges, 0.0 if rates is None else rates.over_90, arrears, debits, table.account, table.payable,
        table.holdback, table.deposit, unsecured,
    )  # fmt: skip
    books.overdue[:] = work.count(unsecured)


def _remit_and_pay(
    now: Now, channels: Channels, table: Table, commission: Commission, books: Books, work: WorkSpace
) -> None:
    slot, payment = now.month % len(table.due_premium), now.payment
    discipline = now.plan.by_channel.discipline[:, now.t] * now.factor("discipline")[:, None]
    u = work.draw("remittance")
    brokers.decide(channels, table, "broker_short", brokers.ROLLS_ON, brokers.PAYS, u)
    if now.plan.by_channel.sets_off.any():
        settle.set_off(
            now.edges, discipline.ravel(), now.plan.by_channel.sets_off, u, table.due_commission[slot],
            table.arrears_commission, table.account,
        )  # fmt: skip
    settle.remit(
        now.edges, discipline.ravel(), now.plan.by_channel.net, now.month, payment.after, u,
        table.due_premium[slot], table.due_commission[slot], table.arrears_premium, table.arrears_commission,
        table.due_pay, table.receivable, table.payable, table.remitted, table.netted,
    )  # fmt: skip
    coming_in.discount_is_taken(now, table, discipline.ravel(), u)
    coming_in.premium_comes_in(now, table, commission, discipline.ravel(), u)
    if len(table.arrears_before):
        _age(now, table, books, work)
    if len(table.due_holdback):
        settle.release(
            now.edges,
            payment.forfeits,
            table.present,
            table.due_holdback[now.month % len(table.due_holdback)],
            table.account,
            table.payable,
            table.holdback,
            table.freed,
            table.held_lost,
        )
    settle.pay(
        now.edges, (now.ordinal + 1) % payment.every == 0, payment.minimum, table.present,
        table.defaulted, table.due_pay[now.month % len(table.due_pay)], table.account, table.payable,
        table.holdback, table.paid, table.debit_lost,
    )  # fmt: skip
