"""Stages of the month in which commission accrues and we and our partners settle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from sim.base.arrays import Integers
from sim.base.errors import LedgerError
from sim.base.functions import normal_quantile
from sim.engine.stages import brokers, pledging
from sim.partners.columns import DEFAULTED
from sim.policy.facts import MonthFacts
from sim.policy.withheld import Withheld
from sim.settlement import ageing, settle
from sim.settlement.credit import hazard_given

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

_SETTLED = (
    "remitted",
    "netted",
    "paid",
    "lost",
    "debit_lost",
    "withheld",
    "freed",
    "held_set_off",
    "held_lost",
    "advance_lost",
)


def commission_accrues(model: PartnerNetwork) -> None:
    """Commission on premium is accrued as it is written, by the rules in force."""
    model.statement.clear()
    model.facts = _facts(model)
    model.plan.book.accrue(model.facts, model.memory, model.statement)


def statement_is_concluded(model: PartnerNetwork) -> None:
    """The rest of the statement: what depends on earning, claims, cancellations; clawback."""
    model.plan.book.conclude(model.facts, model.memory, model.statement)


def _facts(model: PartnerNetwork) -> MonthFacts:
    table, lines = model.table, model.plan.lines
    return MonthFacts(
        ordinal=model.ordinal,
        month=model.month,
        layout=model.plan.layout,
        premium_new=table.premium_new,
        premium_renewal=table.premium_renewal,
        count_new=table.new,
        count_renewal=table.renewed,
        renewed=tuple(table.renewing[line.renewing] for line in lines),
        in_force=table.in_force,
        earned=table.earned,
        incurred=table.incurred if model.plan.claims == "drawn" else cast(Any, Withheld()),
        lost=tuple(table.lapsed[line.aged] for line in lines),
        moved=tuple(table.moved[line.aged] for line in lines),
        released=table.released,
        released_passed=table.released_passed,
        views=_one(model, table.views),
        clicks=_one(model, table.clicks),
        leads=_one(model, table.leads),
        bad_leads=_one(model, table.bad_leads),
        present=table.present,
        defaulted=table.status == DEFAULTED,
        share=table.share[0],
        sold_months=table.sold_months,
        entered=table.entered,
        sponsor=model.sponsor,
    )


def _one(model: PartnerNetwork, column: Integers) -> Integers:
    """The single line of a column that not every scenario has, or zeros."""
    return np.asarray(column[0]) if len(column) else model.zeros


def partners_settle(model: PartnerNetwork) -> None:
    """Defaults, then remittances and netting, then our payments."""
    table = model.table
    for name in _SETTLED:
        table.array(name)[:] = 0
    np.sum(table.premium_new, axis=0, out=table.written)
    np.add(table.written, table.premium_renewal.sum(axis=0), out=table.written)
    table.written[-1] = 0  # our own customers pay at once
    settle.rest_of_statement(
        table.received,
        table.expensed,
        table.reversed,
        table.loss_share,
        table.taken_back,
        table.advance_back,
        table.rest,
    )
    row = settle.advance_moves(table.advanced, table.written_down, table.advance_back, table.advance)
    if row >= 0:
        raise LedgerError(f"partner {model.population.ids[row]} was charged more than the advance it had")
    _owe(model)
    brokers.brokers_meet_dues(model)
    _default(model)
    pledging.void_blanks_are_lost(model)
    _remit_and_pay(model)
    brokers.commission_comes_in(model)
    pledging.deposits_answer(model)


def _owe(model: PartnerNetwork) -> None:
    table, by_segment, payment = model.table, model.plan.by_segment, model.payment
    own = table.accrued.sum(axis=0) - (table.passed.sum(axis=0) if len(table.passed) else 0)
    settle.push(
        model.plan.layout.edges, model.month, by_segment.lag_months, by_segment.lag_fraction, by_segment.net,
        payment.collected, payment.delay, payment.held, payment.quiet, table.written, own, table.rest,
        table.due_premium, table.due_commission, table.due_pay, table.due_holdback, table.receivable, table.payable,
        table.holdback, table.withheld,
    )  # fmt: skip
    _owe_third_parties(model)


def _owe_third_parties(model: PartnerNetwork) -> None:
    """Networks and our own staff are paid through the account of our own row, which sells nothing on commission."""
    table, fees = model.table, int(model.statement.fees.sum()) + model.statement.fees_now
    due = (model.month + int(model.payment.delay[-1])) % len(table.due_pay)
    table.due_pay[due, -1] += fees
    table.payable[-1] += fees


def _default(model: PartnerNetwork) -> None:
    table, hazards = model.table, model.plan.by_segment.default[:, model.t]
    table.defaulted[:] = False
    if not (hazards.any() or table.broker_failed.any()):
        return
    bad_times = float(normal_quantile(model.world("default.common")))
    factor, correlation = model.conditions.factor("default"), model.plan.scenario.credit.correlation
    given = np.array([hazard_given(min(1.0, one * factor), correlation, bad_times) for one in hazards])
    u, active = model.draw("default"), table.present
    if model.networks:
        active = brokers.may_default(model)
        brokers.decide(model, "broker_failed", brokers.PAYS, brokers.ROLLS_ON, u)
    model.notebook["defaulted"] = settle.default(
        model.plan.layout.edges, given, active, u, table.due_premium,
        table.due_commission, table.arrears_premium, table.arrears_commission, table.due_pay, table.due_holdback,
        table.account, table.receivable, table.payable, table.holdback, table.advance, table.netted,
        table.held_set_off, table.freed, table.advance_lost, table.lost, table.defaulted,
    )  # fmt: skip


def _age(model: PartnerNetwork) -> None:
    """Tell arrears apart by age, and set aside what the policy says for them."""
    table, scenario, came = model.table, model.plan.scenario, model.counts
    np.add(table.remitted, table.netted, out=came)
    ageing.close(model.plan.layout.edges, model.month, table.arrears_premium, came, table.arrears_before, model.late)
    control = scenario.policy.credit_control
    before = model.allowance
    if control is not None and control.allowance is not None:
        model.allowance = ageing.allowances(control.allowance, model.late)
        model.set_aside = model.allowance - before
    if scenario.accounts.ninety_days:
        rate = 0.0 if control is None or control.allowance is None else control.allowance.over_90
        overdue = int(model.late[:, -1].sum())
        model.overdue = overdue - round(rate * overdue)  # what is set aside is no equity already


def _remit_and_pay(model: PartnerNetwork) -> None:
    table, slot, payment = model.table, model.month % len(model.table.due_premium), model.payment
    discipline = model.plan.by_segment.discipline[:, model.t] * model.conditions.factor("discipline")
    u = model.draw("remittance")
    brokers.decide(model, "broker_short", brokers.ROLLS_ON, brokers.PAYS, u)
    settle.remit(
        model.plan.layout.edges, discipline, model.plan.by_segment.net, u,
        table.due_premium[slot], table.due_commission[slot], table.arrears_premium, table.arrears_commission,
        table.account, table.receivable, table.payable, table.remitted, table.netted,
    )  # fmt: skip
    if len(table.arrears_before):
        _age(model)
    if len(table.due_holdback):
        settle.release(
            model.plan.layout.edges,
            payment.forfeits,
            table.present,
            table.due_holdback[model.month % len(table.due_holdback)],
            table.account,
            table.payable,
            table.holdback,
            table.freed,
            table.held_lost,
        )
    settle.pay(
        model.plan.layout.edges, (model.ordinal + 1) % payment.every == 0, payment.minimum, table.present,
        table.defaulted, table.due_pay[model.month % len(table.due_pay)], table.account, table.payable,
        table.holdback, table.paid, table.debit_lost,
    )  # fmt: skip
