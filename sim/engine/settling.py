"""Stages of the month in which commission accrues and we and our partners settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.base.functions import normal_quantile
from sim.policy.facts import MonthFacts, Statement
from sim.settlement import settle
from sim.settlement.credit import hazard_given

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

Reals = NDArray[np.float64]


def commission_accrues(model: PartnerNetwork) -> None:
    """Commission on premium is accrued as it is written, by the rules in force."""
    table = model.table
    for name in ("accrued", "expensed", "reversed"):
        table.array(name)[:] = 0
    facts = MonthFacts(
        model.ordinal, model.plan.layout, table.premium_new, table.premium_renewal, table.new, table.renewed
    )
    model.statement = Statement(table.accrued, table.expensed, table.reversed, model.watched)
    model.plan.book.draw_up(facts, model.memory, model.statement)


def partners_settle(model: PartnerNetwork) -> None:
    """Defaults, then remittances and netting, then our payments."""
    table, payment = model.table, model.plan.scenario.policy.payment
    for name in ("remitted", "netted", "paid", "lost", "debit_lost"):
        table.array(name)[:] = 0
    np.sum(table.premium_new, axis=0, out=table.written)
    np.add(table.written, table.premium_renewal.sum(axis=0), out=table.written)
    table.written[-1] = 0  # our own customers pay at once
    model.taken_back = table.released if payment.clawback == "pro_rata" else model.zeros
    settle.rest_of_statement(table.expensed, table.reversed, model.taken_back, table.rest)
    _owe(model)
    _default(model)
    _remit_and_pay(model)


def _owe(model: PartnerNetwork) -> None:
    table, by_segment = model.table, model.plan.by_segment
    settle.push(
        model.plan.layout.edges, model.month, by_segment.lag_months, by_segment.lag_fraction, by_segment.net,
        model.plan.scenario.policy.payment.delay, table.written, table.accrued.sum(axis=0), table.rest,
        table.due_premium, table.due_commission, table.due_pay, table.receivable, table.payable,
    )  # fmt: skip


def _default(model: PartnerNetwork) -> None:
    table, hazards = model.table, model.plan.by_segment.default[:, model.t]
    table.defaulted[:] = False
    if not hazards.any():
        return
    bad_times = float(normal_quantile(model.world("default.common")))
    factor, correlation = model.conditions.factor("default"), model.plan.scenario.credit.correlation
    given = np.array([hazard_given(min(1.0, one * factor), correlation, bad_times) for one in hazards])
    model.notebook.counts["defaulted"] = settle.default(
        model.plan.layout.edges, given, table.present, model.draw("default"), table.due_premium,
        table.due_commission, table.arrears_premium, table.arrears_commission, table.due_pay, table.account,
        table.receivable, table.payable, table.netted, table.lost, table.defaulted,
    )  # fmt: skip


def _remit_and_pay(model: PartnerNetwork) -> None:
    table, slot = model.table, model.month % len(model.table.due_premium)
    discipline = model.plan.by_segment.discipline[:, model.t] * model.conditions.factor("discipline")
    settle.remit(
        model.plan.layout.edges, discipline, model.draw("remittance"), table.due_premium[slot],
        table.due_commission[slot], table.arrears_premium, table.arrears_commission, table.receivable, table.payable,
        table.remitted, table.netted,
    )  # fmt: skip
    if len(table.arrears_before):
        model.overdue = int(settle.overdue(model.month, table.arrears_premium, table.arrears_before))
    settle.pay(
        table.present, table.defaulted, table.due_pay[model.month % len(table.due_pay)], table.account, table.payable,
        table.paid, table.debit_lost,
    )  # fmt: skip
