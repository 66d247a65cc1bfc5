"""Books close: every flow of the month is posted, the sub-ledgers are proven, the balance sheet is struck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers
from sim.base.errors import LedgerError
from sim.base.units import MONTHS_PER_YEAR, monthly_rate, to_minor
from sim.contracts import earning
from sim.engine.layout.lines import Line
from sim.money.flows import Account, Flow
from sim.partners import turnover
from sim.settlement import settle

if TYPE_CHECKING:
    from sim.engine.layout.plan import Plan
    from sim.engine.model import PartnerNetwork
    from sim.engine.state.claims_book import ClaimsBook
    from sim.money.ledger import Ledger


def books_close(model: PartnerNetwork) -> None:
    """Post, prove and close the month, in the model's own world and in those that echo it."""
    sums, note = model.totals, model.notebook
    sums.take(model.plan.layout.edges)
    _post_contracts(model)
    _post_commission(model)
    _post_settlement(model)
    for line in model.plan.lines:
        _post_product(model, line)
    _post_programme(model)
    _prove_partners(model)
    model.written[model.month % MONTHS_PER_YEAR] = _written(model)
    stocks = _stocks(model)
    for echo in model.echoes:
        echo.close(model, stocks)
    note.turnover[:], note.balance[:] = close(
        model, model.plan, model.ledger, model.claims, sums.cells("incurred"), stocks
    )
    note["equity"], note["run_off_value"] = model.ledger.equity, run_off_value(model, model.plan, model.ledger)
    note["written_12_months"], note["overdue_90_days"] = sum(model.written), model.overdue
    note["overdue_30"], note["overdue_60"], note["overdue_90"] = model.late.sum(axis=0).tolist()
    if model.limits is not None:
        note["exposure"], note["refused_premium"] = model.limits.outstanding, model.limits.refused_premium
    _date_ruin(model)


def close(
    model: PartnerNetwork,
    plan: Plan,
    ledger: Ledger,
    claims: ClaimsBook,
    incurred: Integers,
    stocks: Mapping[Account, int],
) -> tuple[Integers, Integers]:
    """Post interest and claims, int64[product, segment], into books that hold all else of the month; prove and close them.

    Returns
    -------
    (turnover, balance) : int64[flows], int64[accounts]
    """
    interest = round(ledger.on(Account.CASH) * monthly_rate(float(plan.interest[model.t])))
    ledger.post(Flow.INTEREST_EARNED if interest >= 0 else Flow.INTEREST_PAID, abs(interest))
    claims.post(ledger, plan, model.conditions, incurred)
    return ledger.close({**stocks, Account.LOSS_RESERVE: -claims.reserve})


def failing(model: PartnerNetwork, ledger: Ledger) -> tuple[bool, bool]:
    """Whether closed books show cash below 0, and equity below 0 within the horizon."""
    return ledger.on(Account.CASH) < 0, model.month >= 0 and ledger.equity - model.overdue < 0


def _date_ruin(model: PartnerNetwork) -> None:
    """Log the first month with equity, and the first with cash, below 0; stop selling where the scenario says so.

    Where claims are expected values neither is dated: what the books show is a mean.
    """
    if model.plan.claims == "expected":
        return
    short, ruined = failing(model, model.ledger)
    if ruined and not model.ruined:
        model.calendar.log("us", "ruin: equity falls below 0")
    if short and not model.short_of_cash and model.month >= 0:
        model.calendar.log("us", "cash falls below 0")
    model.short_of_cash, model.ruined = short, model.ruined or ruined
    model.stopped = model.stopped or (ruined and model.plan.scenario.accounts.on_ruin == "stop")


def _written(model: PartnerNetwork) -> int:
    return model.totals.of("premium_new") + model.totals.of("premium_renewal")


def _post_contracts(model: PartnerNetwork) -> None:
    sums, post = model.totals, model.ledger.post
    partners = sums.of("written")
    post(Flow.PREMIUM_WRITTEN, partners)
    post(Flow.PREMIUM_WRITTEN_DIRECT, _written(model) - partners)
    post(Flow.PREMIUM_EARNED, sums.of("earned"))
    post(Flow.PREMIUM_REFUNDED, sums.of("refund"))


def _post_commission(model: PartnerNetwork) -> None:
    sums, post = model.totals, model.ledger.post
    accrued, released, back = sums.of("accrued"), sums.of("released"), sums.of("reversed")
    taken_back, fees, statement = sums.of("taken_back"), 0, model.statement
    for line, cost, fee in zip(model.plan.lines, model.third_parties, statement.fees.tolist(), strict=True):
        accrued += fee
        fees += cost.amortise(model.month, fee, model.kept_steps[line.position]) if model.deferred else fee
    post(Flow.COMMISSION_ACCRUED, accrued)
    post(Flow.COMMISSION_EXPENSED, sums.of("expensed") + statement.fees_now)
    post(Flow.LOSS_SHARE_CHARGED, sums.of("loss_share"))
    post(Flow.ADVANCE_PAID, sums.of("advanced"))
    post(Flow.ADVANCE_WRITTEN_DOWN, sums.of("written_down"))
    post(Flow.ADVANCE_CLAWED_BACK, sums.of("advance_back"))
    if model.deferred:
        post(Flow.COMMISSION_AMORTISED, sums.of("amortised") + fees + released - taken_back)
        post(Flow.COMMISSION_CLAWED_BACK, taken_back)
        post(Flow.COMMISSION_REVERSED, back)
    else:  # nothing is deferred: what comes back is income of the month
        post(Flow.COMMISSION_AMORTISED, accrued)
        post(Flow.COMMISSION_REVERSED, back + taken_back)


def _post_settlement(model: PartnerNetwork) -> None:
    sums, post, credit = model.totals, model.ledger.post, model.plan.scenario.credit
    lost = sums.of("lost")
    post(Flow.PREMIUM_REMITTED, sums.of("remitted"))
    post(Flow.COMMISSION_NETTED, sums.of("netted"))
    post(Flow.COMMISSION_PAID, sums.of("paid"))
    post(Flow.RECEIVABLE_PROVIDED, lost + int(np.maximum(model.set_aside, 0).sum()))
    post(Flow.PROVISION_RELEASED, int(np.maximum(-model.set_aside, 0).sum()))
    post(Flow.RECEIVABLE_WRITTEN_OFF, lost)
    post(Flow.HOLDBACK_KEPT, sums.of("withheld"))
    post(Flow.HOLDBACK_RELEASED, sums.of("freed"))
    post(Flow.HOLDBACK_SET_OFF, sums.of("held_set_off"))
    post(Flow.HOLDBACK_FORFEITED, sums.of("held_lost"))
    post(Flow.DEPOSIT_IN, sums.of("deposit_in"))
    post(Flow.DEPOSIT_OUT, sums.of("deposit_out"))
    post(Flow.DEPOSIT_INTEREST, sums.of("deposit_interest"))
    post(Flow.DEPOSIT_SET_OFF, sums.of("deposit_taken"))
    post(Flow.DEPOSIT_FORFEITED, sums.of("deposit_kept"))
    post(Flow.ADVANCE_WRITTEN_OFF, sums.of("advance_lost"))
    post(Flow.DEBIT_BALANCE_WRITTEN_OFF, sums.of("debit_lost"))
    share = credit.recovery * model.conditions.factor("recovery")
    post(Flow.RECOVERED, model.recoveries.expect(lost, share))


def _post_product(model: PartnerNetwork, line: Line) -> None:
    post, p = model.ledger.post, line.position
    sums = {
        name: int(model.totals.by_product(name)[p]) for name in ("premium_new", "premium_renewal", "earned", "accrued")
    }
    costs = line.product.expenses
    # our tax and social charges on commission are a cost of acquisition: they are not the partners' income
    written = sums["premium_new"] + sums["premium_renewal"]
    acquisition = round(costs.acquisition * written) + round(costs.onload * sums["accrued"])
    post(Flow.ACQUISITION_PAID, acquisition)
    if model.deferred:
        post(Flow.ACQUISITION_AMORTISED, model.acquisition[p].amortise(model.month, acquisition, model.kept_steps[p]))
    else:
        post(Flow.ACQUISITION_AMORTISED, acquisition)
    administration = round(costs.administration * sums["earned"]) + to_minor(costs.administration_fixed)
    post(Flow.ADMINISTRATION_PAID, administration)


def _post_programme(model: PartnerNetwork) -> None:
    table = model.table
    service = int(turnover.service(table.present, table.share[0], model.population.service_minor))
    onboarding = 0
    if model.notebook["entered"]:
        came = table.present & (table.entered == model.month)
        for kind in model.plan.kinds:
            onboarding += to_minor(kind.segment.cost.onboarding) * int(came[kind.first : kind.last].sum())
    programme = model.statement.programme + model.judged.audit_cost
    model.ledger.post(Flow.PROGRAMME_PAID, service + onboarding + programme)


def _stocks(model: PartnerNetwork) -> dict[Account, int]:
    """What the sub-ledgers but that of claims hold, debit positive: the accounts must show the same."""
    month = model.month
    commission = sum(one.unearned(month) for one in model.commission_steps) if model.deferred else 0
    deferred = commission + sum(one.steps.unearned(month) for one in (*model.acquisition, *model.third_parties))
    return {
        Account.UPR: -sum(one.unearned(month) for one in model.premium_steps),
        Account.DAC: deferred,
        Account.RECEIVABLE: model.totals.of("receivable"),
        Account.COMMISSION_PAYABLE: -model.totals.of("payable"),
        Account.HOLDBACK: -model.totals.of("holdback"),
        Account.ALLOWANCE: -int(model.allowance.sum()),
        Account.DEPOSITS: -model.totals.of("deposit"),
        Account.ADVANCE: model.totals.of("advance"),
    }


def _prove_partners(model: PartnerNetwork) -> None:
    """Each partner's receivable and commission account is the sum of what is due; once a year the rings are counted."""
    table = model.table
    row = settle.prove(
        table.due_premium, table.due_commission, table.arrears_premium, table.arrears_commission, table.due_pay,
        table.due_holdback, table.account, table.receivable, table.payable, table.holdback,
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


def run_off_value(model: PartnerNetwork, plan: Plan, ledger: Ledger) -> float:
    """Equity less deferred cost and advances plus the expected margin in the unearned premium (minor units)."""
    t, margin = model.t, 0.0
    for line, steps in zip(plan.lines, model.premium_steps, strict=True):
        costs = line.product.expenses
        ratio = line.frequency[t] * line.per_premium[t] * plan.claims_frequency[t] * plan.claims_severity[t]
        if line.cost_ratio is not None:
            ratio = line.cost_ratio[t]
        margin += steps.unearned(model.month) * (1.0 - ratio * (1.0 + costs.handling) - costs.administration)
    paid_ahead = ledger.on(Account.DAC) + ledger.on(Account.ADVANCE)
    return float(ledger.equity - paid_ahead + np.round(margin))
