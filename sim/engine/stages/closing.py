"""Books close: every flow of the month is posted, the sub-ledgers are proven, the balance sheet is struck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.columns import Table
from sim.base.errors import LedgerError
from sim.base.units import MONTHS_PER_YEAR, to_minor
from sim.contracts import earning
from sim.engine.layout.lines import Line
from sim.engine.state.books import Books
from sim.engine.state.commission import Commission
from sim.engine.state.echo import Echo
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.sales_limits import Limits
from sim.engine.state.work_space import WorkSpace
from sim.money.flows import Flow
from sim.partners import turnover
from sim.settlement import settle


def books_close(
    now: Now,
    table: Table,
    limits: Limits | None,
    commission: Commission,
    books: Books,
    work: WorkSpace,
    note: Notebook,
    echoes: Sequence[Echo],
) -> None:
    """Post, prove and close the month, in the model's own world and in those that echo it."""
    sums = books.totals
    sums.take(now.plan.layout.edges)
    _post_contracts(books)
    _post_commission(now, commission, books)
    _post_settlement(now, books)
    for line in now.plan.lines:
        _post_product(now, books, line)
    _post_programme(now, table, commission, books, work, note)
    _prove_partners(now, table, books, work)
    books.written[now.month % MONTHS_PER_YEAR] = _written(books)
    stocks = books.stocks(now.month)
    for echo in echoes:
        echo.close(now, books, stocks)
    note.turnover[:], note.balance[:] = books.close(now, sums.cells("incurred"), stocks)
    note["equity"] = books.ledger.equity
    note["run_off_value"] = books.run_off_value(now, books.premium_steps)
    note["written_12_months"], note["overdue_90_days"] = sum(books.written), books.overdue
    note["overdue_30"], note["overdue_60"], note["overdue_90"] = books.late.sum(axis=0).tolist()
    if limits is not None:
        note["exposure"], note["refused_premium"] = limits.outstanding, limits.refused_premium
    _date_ruin(now, books)


def _date_ruin(now: Now, books: Books) -> None:
    """Log the first month with equity, and the first with cash, below 0; stop selling where the scenario says so.

    Where claims are expected values neither is dated: what the books show is a mean.
    """
    if now.plan.claims == "expected":
        return
    short, ruined = books.failing(now, books.overdue)
    if ruined and not books.ruined:
        now.log("us", "ruin: equity falls below 0")
    if short and not books.short_of_cash and now.month >= 0:
        now.log("us", "cash falls below 0")
    books.short_of_cash, books.ruined = short, books.ruined or ruined
    books.stopped = books.stopped or (ruined and now.plan.scenario.accounts.on_ruin == "stop")


def _written(books: Books) -> int:
    return books.totals.of("premium_new") + books.totals.of("premium_renewal")


def _post_contracts(books: Books) -> None:
    sums, post = books.totals, books.ledger.post
    partners = sums.of("written")
    post(Flow.PREMIUM_WRITTEN, partners)
    post(Flow.PREMIUM_WRITTEN_DIRECT, _written(books) - partners)
    post(Flow.PREMIUM_EARNED, sums.of("earned"))
    post(Flow.PREMIUM_REFUNDED, sums.of("refund"))


def _post_commission(now: Now, commission: Commission, books: Books) -> None:
    sums, post = books.totals, books.ledger.post
    accrued, released, back = sums.of("accrued"), sums.of("released"), sums.of("reversed")
    taken_back, fees, statement = sums.of("taken_back"), 0, commission.statement
    for line, cost, fee in zip(now.plan.lines, books.third_parties, statement.fees.tolist(), strict=True):
        accrued += fee
        fees += cost.amortise(now.month, fee, books.kept_steps[line.position]) if books.deferred else fee
    post(Flow.COMMISSION_ACCRUED, accrued)
    post(Flow.COMMISSION_EXPENSED, sums.of("expensed") + statement.fees_now)
    post(Flow.LOSS_SHARE_CHARGED, sums.of("loss_share"))
    post(Flow.ADVANCE_PAID, sums.of("advanced"))
    post(Flow.ADVANCE_WRITTEN_DOWN, sums.of("written_down"))
    post(Flow.ADVANCE_CLAWED_BACK, sums.of("advance_back"))
    if books.deferred:
        post(Flow.COMMISSION_AMORTISED, sums.of("amortised") + fees + released - taken_back)
        post(Flow.COMMISSION_CLAWED_BACK, taken_back)
        post(Flow.COMMISSION_REVERSED, back)
    else:  # nothing is deferred: what comes back is income of the month
        post(Flow.COMMISSION_AMORTISED, accrued)
        post(Flow.COMMISSION_REVERSED, back + taken_back)


def _post_settlement(now: Now, books: Books) -> None:
    sums, post, credit = books.totals, books.ledger.post, now.plan.scenario.credit
    lost = sums.of("lost")
    post(Flow.PREMIUM_REMITTED, sums.of("remitted"))
    post(Flow.COMMISSION_NETTED, sums.of("netted"))
    post(Flow.COMMISSION_PAID, sums.of("paid"))
    post(Flow.RECEIVABLE_PROVIDED, lost + int(np.maximum(books.set_aside, 0).sum()))
    post(Flow.PROVISION_RELEASED, int(np.maximum(-books.set_aside, 0).sum()))
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
    share = credit.recovery * now.conditions.factor("recovery")
    post(Flow.RECOVERED, books.recoveries.expect(lost, share))


def _post_product(now: Now, books: Books, line: Line) -> None:
    post, p = books.ledger.post, line.position
    sums = {
        name: int(books.totals.by_product(name)[p]) for name in ("premium_new", "premium_renewal", "earned", "accrued")
    }
    costs = line.product.expenses
    # our tax and social charges on commission are a cost of acquisition: they are not the partners' income
    written = sums["premium_new"] + sums["premium_renewal"]
    acquisition = round(costs.acquisition * written) + round(costs.onload * sums["accrued"])
    post(Flow.ACQUISITION_PAID, acquisition)
    if books.deferred:
        post(Flow.ACQUISITION_AMORTISED, books.acquisition[p].amortise(now.month, acquisition, books.kept_steps[p]))
    else:
        post(Flow.ACQUISITION_AMORTISED, acquisition)
    administration = round(costs.administration * sums["earned"]) + to_minor(costs.administration_fixed)
    post(Flow.ADMINISTRATION_PAID, administration)


def _post_programme(
    now: Now, table: Table, commission: Commission, books: Books, work: WorkSpace, note: Notebook
) -> None:
    plan, service, onboarding = now.plan, work.tallies[0], 0
    turnover.service(plan.layout.edges, table.present, table.share[0], plan.population.service_minor, service)
    if note["entered"]:
        came = table.present & (table.entered == now.month)
        for kind in now.plan.kinds:
            onboarding += to_minor(kind.segment.cost.onboarding) * int(came[kind.first : kind.last].sum())
    programme = commission.statement.programme + books.audit_cost
    books.ledger.post(Flow.PROGRAMME_PAID, work.count(service) + onboarding + programme)


def _prove_partners(now: Now, table: Table, books: Books, work: WorkSpace) -> None:
    """Each partner's receivable and commission account is the sum of what is due; once a year the rings are counted."""
    row = settle.prove(
        table.due_premium, table.due_commission, table.arrears_premium, table.arrears_commission, table.due_pay,
        table.due_holdback, table.account, table.receivable, table.payable, table.holdback,
    )  # fmt: skip
    if row >= 0:
        raise LedgerError(f"the account of partner {now.plan.population.ids[row]} is not the sum of what is due")
    if (now.month + 1) % MONTHS_PER_YEAR == 0:
        for line in now.plan.lines:
            _prove_rings(now, table, books, work, line)


def _prove_rings(now: Now, table: Table, books: Books, work: WorkSpace, line: Line) -> None:
    unearned = work.tallies[0]
    for ring, steps in (
        (table.ring_premium, books.premium_steps),
        (table.ring_commission, books.commission_steps),
    ):
        earning.unearned(now.plan.layout.edges, ring[line.ring], now.month, line.term, unearned)
        held = work.count(unearned)
        if held != steps[line.position].unearned(now.month):
            raise LedgerError(f"the cohorts of {line.name} hold {held} minor units unearned, its steps another sum")
