"""Books close: every flow of the month is posted, the sub-ledgers are proven, the balance sheet is struck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.errors import LedgerError
from sim.base.units import MONTHS_PER_YEAR, monthly_rate, to_minor
from sim.contracts import earning
from sim.engine.plan import Line
from sim.money.flows import Account, Flow
from sim.settlement import settle

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork


def close(model: PartnerNetwork) -> None:
    """Post, prove and close the month."""
    _post_interest(model)
    _post_contracts(model)
    _post_commission(model)
    _post_settlement(model)
    for line in model.plan.lines:
        _post_product(model, line)
    _post_programme(model)
    note, ledger = model.notebook, model.ledger
    _prove_partners(model)
    note.turnover, note.balance = ledger.close(_stocks(model))
    note.values = (ledger.equity, run_off_value(model))
    model.short_of_cash = ledger.on(Account.CASH) < 0
    if model.plan.scenario.accounts.on_ruin == "stop" and model.month >= 0 and ledger.equity < 0:
        model.stopped = True


def _post_interest(model: PartnerNetwork) -> None:
    cash = model.ledger.on(Account.CASH)
    interest = round(cash * monthly_rate(float(model.plan.interest[model.t])))
    model.ledger.post(Flow.INTEREST_EARNED if interest >= 0 else Flow.INTEREST_PAID, abs(interest))


def _post_contracts(model: PartnerNetwork) -> None:
    table, post = model.table, model.ledger.post
    direct = int(table.premium_new[:, -1].sum() + table.premium_renewal[:, -1].sum())
    post(Flow.PREMIUM_WRITTEN, int(table.written.sum()))
    post(Flow.PREMIUM_WRITTEN_DIRECT, direct)
    post(Flow.PREMIUM_EARNED, int(table.earned.sum()))
    post(Flow.PREMIUM_REFUNDED, int(table.refund.sum()))


def _post_commission(model: PartnerNetwork) -> None:
    table, post = model.table, model.ledger.post
    released, taken_back = int(table.released.sum()), int(model.taken_back.sum())
    post(Flow.COMMISSION_ACCRUED, int(table.accrued.sum()))
    post(Flow.COMMISSION_AMORTISED, int(table.amortised.sum()) + released - taken_back)
    post(Flow.COMMISSION_CLAWED_BACK, taken_back)
    post(Flow.COMMISSION_EXPENSED, int(table.expensed.sum()))
    post(Flow.COMMISSION_REVERSED, int(table.reversed.sum()))


def _post_settlement(model: PartnerNetwork) -> None:
    table, post, credit = model.table, model.ledger.post, model.plan.scenario.credit
    lost = int(table.lost.sum())
    post(Flow.PREMIUM_REMITTED, int(table.remitted.sum()))
    post(Flow.COMMISSION_NETTED, int(table.netted.sum()))
    post(Flow.COMMISSION_PAID, int(table.paid.sum()))
    post(Flow.RECEIVABLE_PROVIDED, lost)
    post(Flow.RECEIVABLE_WRITTEN_OFF, lost)
    post(Flow.DEBIT_BALANCE_WRITTEN_OFF, int(table.debit_lost.sum()))
    share = credit.recovery * model.conditions.factor("recovery")
    post(Flow.RECOVERED, model.recoveries.expect(lost, share))


def _post_product(model: PartnerNetwork, line: Line) -> None:
    table, post, p = model.table, model.ledger.post, line.position
    costs = line.product.expenses
    written = int(table.premium_new[p].sum() + table.premium_renewal[p].sum())
    incurred, earned = int(table.incurred[p].sum()), int(table.earned[p].sum())
    # our tax and social charges on commission are a cost of acquisition: they are not the partners' income
    acquisition = round(costs.acquisition * written) + round(costs.onload * int(table.accrued[p].sum()))
    post(Flow.ACQUISITION_PAID, acquisition)
    deferred = model.plan.scenario.accounts.acquisition == "deferred"
    kept = model.kept_steps[line.name]
    amortised = model.acquisition[p].amortise(model.month, acquisition, kept) if deferred else acquisition
    post(Flow.ACQUISITION_AMORTISED, amortised)
    post(Flow.COST_OF_GOODS if line.product.claims is None else Flow.CLAIMS_INCURRED, incurred)
    post(Flow.CLAIMS_PAID, model.claims_payable[p].pay(incurred))
    _post_reserve_error(model, line, incurred)
    post(Flow.HANDLING_PAID, round(costs.handling * incurred))
    post(Flow.ADMINISTRATION_PAID, round(costs.administration * earned) + to_minor(costs.administration_fixed))


def _post_reserve_error(model: PartnerNetwork, line: Line, incurred: int) -> None:
    """Claims first booked too high (or low) come right when the last of them is paid."""
    error = 0.0 if line.product.claims is None else line.product.claims.reserve_error
    extra = abs(round(error * incurred))
    back = model.reserve_margin[line.position].pay(extra)
    first, last = Flow.RESERVE_STRENGTHENED, Flow.RESERVE_RELEASED
    model.ledger.post(first if error > 0 else last, extra)
    model.ledger.post(last if error > 0 else first, back)


def _post_programme(model: PartnerNetwork) -> None:
    table, population = model.table, model.population
    served = table.present & (table.share[0] > 0)
    service = int((population.service_minor * served).sum())
    came = table.present & (table.entered == model.month)
    onboarding = sum(
        to_minor(kind.segment.cost.onboarding) * int(came[kind.first : kind.last].sum()) for kind in model.plan.kinds
    )
    model.ledger.post(Flow.PROGRAMME_PAID, service + onboarding)


def _stocks(model: PartnerNetwork) -> dict[Account, int]:
    """What the sub-ledgers hold, debit positive: the accounts must show the same."""
    month = model.month
    deferred = sum(one.unearned(month) for one in model.commission_steps)
    deferred += sum(one.steps.unearned(month) for one in model.acquisition)
    margin = sum(
        one.reserve * (-1 if (line.product.claims and line.product.claims.reserve_error < 0) else 1)
        for line, one in zip(model.plan.lines, model.reserve_margin, strict=True)
    )
    return {
        Account.UPR: -sum(one.unearned(month) for one in model.premium_steps),
        Account.DAC: deferred,
        Account.LOSS_RESERVE: -sum(one.reserve for one in model.claims_payable) - margin,
        Account.RECEIVABLE: int(model.table.receivable.sum()),
        Account.COMMISSION_PAYABLE: -int(model.table.payable.sum()),
    }


def _prove_partners(model: PartnerNetwork) -> None:
    """Each partner's receivable and commission account is the sum of what is due; once a year the rings are counted."""
    table = model.table
    row = settle.prove(
        table.due_premium, table.due_commission, table.arrears_premium, table.arrears_commission, table.due_pay,
        table.account, table.receivable, table.payable,
    )  # fmt: skip
    if row >= 0:
        raise LedgerError(f"the account of partner {model.population.ids[row]} is not the sum of what is due")
    if (model.month + 1) % MONTHS_PER_YEAR == 0:
        for line in model.plan.lines:
            _prove_rings(model, line)


def _prove_rings(model: PartnerNetwork, line: Line) -> None:
    for ring, steps in (
        (model.table.ring_premium, model.premium_steps),
        (model.table.ring_commission, model.commission_steps),
    ):
        held = earning.unearned(ring[line.ring], model.month, line.slots) if line.term else 0
        if held != steps[line.position].unearned(model.month):
            raise LedgerError(f"the cohorts of {line.name} hold {held} minor units unearned, its steps another sum")


def run_off_value(model: PartnerNetwork) -> float:
    """Equity less deferred cost plus the expected margin in the unearned premium (minor units)."""
    t, margin = model.t, 0.0
    for line, steps in zip(model.plan.lines, model.premium_steps, strict=True):
        costs = line.product.expenses
        ratio = line.frequency[t] * line.per_premium[t] * model.plan.claims_frequency[t] * model.plan.claims_severity[t]
        if line.cost_ratio is not None:
            ratio = line.cost_ratio[t]
        margin += steps.unearned(model.month) * (1.0 - ratio * (1.0 + costs.handling) - costs.administration)
    return float(model.ledger.equity - model.ledger.on(Account.DAC) + np.round(margin))
