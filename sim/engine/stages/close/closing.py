"""Books close: every flow of the month is posted, the sub-ledgers are proven, the balance sheet is struck.

Notation: R replications, W worlds.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.errors import LedgerError
from sim.base.units import MONTHS_PER_YEAR, to_minor
from sim.contracts import earning
from sim.engine.layout.lines import Line
from sim.engine.stages.business import reaching, seeing
from sim.engine.stages.close.counting_units import units_are_proven
from sim.engine.state.books import ACQUISITION, FEES, Books
from sim.engine.state.brand_damage import BrandDamage
from sim.engine.state.commission import Commission
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.onload_book import OnloadBook
from sim.engine.state.sales_limits import Limits
from sim.engine.state.unsold_units import UnsoldUnits
from sim.engine.state.work_space import WorkSpace
from sim.money.flows import Account, Flow
from sim.partners import turnover
from sim.policy.terms.partner_care import Vetting
from sim.settlement import sub_ledger_proof


def books_close(
    now: Now,
    table: Table,
    journeys: Journeys | None,
    units: UnsoldUnits | None,
    limits: Limits | None,
    brand: BrandDamage | None,
    commission: Commission,
    books: Books,
    work: WorkSpace,
    note: Notebook,
) -> None:
    """Post, prove and close the month, in our own world and in the others."""
    books.totals.take()
    paid = np.array([_acquisition_paid(now, books), commission.statement.fees])
    amortised = books.amortise(now.month, paid)
    books.count_unearned(now.month)
    acquisition = _acquisition(now, paid[ACQUISITION], amortised[ACQUISITION], books)
    fees = _commission(commission, paid[FEES], amortised[FEES], books)
    books.ledger.enter(_contracts(books) | acquisition | fees | _sums(books) | _losses(now, books))
    if books.onload is not None:
        books.ledger.enter(_onload(books, books.onload))
    if books.tax is not None:
        books.ledger.enter(books.tax.moves)
    _post_programme(now, table, commission, books, work, note)
    reaching.own_channels_are_paid(now, journeys, books, note)
    units_are_proven(now, table, units, books)
    if brand is not None:
        books.post(Flow.OTHER_PAID, brand.cost.sum(axis=1))
    _prove_partners(now, table, books, work)
    _book_claims(now, books)
    books.written[now.month % MONTHS_PER_YEAR] = _written(books)
    owed = now.batch.book.owed(commission.facts, commission.memory)
    stocks = books.stocks() | _stocks_of_partners(now, table, commission)
    note.turnover[:], note.balance[:] = books.close(now, stocks, owed)
    note.of_worlds("equity")[:] = books.equity()
    note.of_worlds("prudent_equity")[:] = books.prudent_equity()
    note.of_worlds("run_off_value")[:] = books.value
    note.parts_of_worlds("product", "margin_in_force")[:] = books.margin.transpose(1, 2, 0)
    short = books.deficiency.by_product.reshape(books.margin.shape)
    note.parts_of_worlds("product", "deficiency")[:] = short.transpose(1, 2, 0)
    note.of_worlds("run_off_value_at_opening")[:] = books.value_at_opening
    note["written_12_months"], note["overdue_90_days"] = books.written.sum(axis=0), books.overdue
    note["commission_to_judge"] = owed
    if now.plan.sizes["aged"]:
        note["overdue_30"], note["overdue_60"], note["overdue_90"] = books.late.sum(axis=1).T
    if limits is not None:
        note["exposure"], note["refused_premium"] = limits.outstanding, limits.refused_premium
    _date_ruin(now, books)


def _stocks_of_partners(now: Now, table: Table, commission: Commission) -> dict[Account, Integers]:
    """Instalments that customers owe and marketing money that partners may claim, where there are any: int64[R]."""
    found, sums = {}, now.batch.layout.by_replication
    if len(table.instalments):
        found[Account.INSTALMENTS] = sums(table.instalments).sum(axis=0)
    if now.plan.book.needs.funds:
        held = [sums(commission.memory[name]["fund"]).sum(axis=0) for name in now.plan.book.needs.funds]
        found[Account.FUNDS] = -np.add.reduce(held)
    return found


def _book_claims(now: Now, books: Books) -> None:
    """Cost of goods, and claims of our own world, as the partners' columns have them."""
    booked = books.totals.cells("incurred")
    books.incurred[:, 0] = booked
    for line in now.plan.lines if len(books.worlds) > 1 else ():
        if line.product.claims is None:
            books.incurred[line.position, 1:] = booked[line.position]


def _date_ruin(now: Now, books: Books) -> None:
    """Log the first month with equity, and the first with cash, below 0; stop selling where the scenario says so.

    Where claims are expected values neither is dated: what the books show is a mean. A world of which partners would
    act otherwise than in ours parts from it: where we stop selling after ruin, or cannot pay in time and they mind.
    """
    if now.plan.claims == "expected":
        return
    (short, ruined), scenario = books.failing(now), now.plan.scenario
    now.log_where(ruined[0] & ~books.ruined[0], "us", "ruin: equity falls below 0")
    if now.month >= 0:
        now.log_where(short[0] & ~books.short_of_cash[0], "us", "cash falls below 0")
    books.short_of_cash, books.ruined = short, books.ruined | ruined
    books.stopped |= ruined & (scenario.accounts.on_ruin == "stop")
    books.parted |= books.stopped != books.stopped[0]
    if scenario.us.late_payment_penalty > 0.0:
        books.parted |= short != short[0]


def _written(books: Books) -> Integers:
    return books.totals.of("premium_new") + books.totals.of("premium_renewal")


def _contracts(books: Books) -> dict[Flow, Integers]:
    partners = books.totals.of("written")
    return {
        Flow.PREMIUM_WRITTEN: partners,
        Flow.PREMIUM_WRITTEN_DIRECT: _written(books) - partners,
        Flow.PREMIUM_EARNED: books.totals.of("earned"),
    }


def _acquisition_paid(now: Now, books: Books) -> Integers:
    """Cost of acquiring the month's premium: int64[p, R]."""
    written = books.totals.by_product("premium_new") + books.totals.by_product("premium_renewal")
    return _rounded(now.plan.expenses.acquisition[:, None] * written)


def _acquisition(now: Now, paid: Integers, amortised: Integers, books: Books) -> dict[Flow, Integers]:
    """Acquisition as it is paid and as it becomes cost, int64[p, R], and administration."""
    expenses = now.plan.expenses
    administration = _rounded(expenses.administration[:, None] * books.totals.by_product("earned"))
    books.own.acquisition, books.own.administration = amortised, administration
    return {
        Flow.ACQUISITION_PAID: np.add.reduce(paid),
        Flow.ACQUISITION_AMORTISED: np.add.reduce(amortised),
        Flow.ADMINISTRATION_PAID: np.add.reduce(administration) + expenses.administration_fixed,
    }


def _commission(commission: Commission, paid: Integers, amortised: Integers, books: Books) -> dict[Flow, Integers]:
    """Commission with fees to third parties, int64[p, R], as they are paid and as they become cost."""
    sum_of, statement = books.totals.of, commission.statement
    accrued, taken_back = sum_of("accrued") + np.add.reduce(paid), sum_of("taken_back")
    up, down, in_rings = books.trued_up if books.deferred else np.zeros_like(books.trued_up)
    moves = {
        Flow.COMMISSION_ACCRUED: accrued + up,
        Flow.COMMISSION_EXPENSED: sum_of("expensed") + statement.fees_now - up,
    }
    if not books.deferred:  # what comes back is income of the month
        return moves | {
            Flow.COMMISSION_AMORTISED: accrued, Flow.COMMISSION_REVERSED: sum_of("reversed") + taken_back
        }  # fmt: skip
    fees = np.add.reduce(amortised)
    return moves | {
        Flow.COMMISSION_AMORTISED: sum_of("amortised") + in_rings + down + fees + sum_of("released") - taken_back,
        Flow.COMMISSION_CLAWED_BACK: taken_back,
        Flow.COMMISSION_REVERSED: sum_of("reversed"),
    }


_PEOPLE = ("contacts_cost", "desk_cost")  # figures of the month
_SUMS = {  # flows that are the sum of a column
    Flow.PREMIUM_REFUNDED: "refund",
    Flow.LOSS_SHARE_CHARGED: "loss_share",
    Flow.ADVANCE_PAID: "advanced",
    Flow.ADVANCE_DRAWN: "drawn",
    Flow.ADVANCE_WRITTEN_DOWN: "written_down",
    Flow.ADVANCE_CLAWED_BACK: "advance_back",
    Flow.PREMIUM_ON_INSTALMENTS: "on_instalments",
    Flow.INSTALMENT_PAID: "instalment_paid",
    Flow.PREMIUM_REMITTED: "remitted",
    Flow.DISCOUNT_TAKEN: "discounted",
    Flow.FUND_ACCRUED: "fund_accrued",
    Flow.FUND_PAID: "fund_paid",
    Flow.FUND_EXPIRED: "fund_expired",
    Flow.COMMISSION_NETTED: "netted",
    Flow.COMMISSION_PAID: "paid",
    Flow.RECEIVABLE_WRITTEN_OFF: "lost",
    Flow.HOLDBACK_KEPT: "withheld",
    Flow.HOLDBACK_RELEASED: "freed",
    Flow.HOLDBACK_SET_OFF: "held_set_off",
    Flow.HOLDBACK_FORFEITED: "held_lost",
    Flow.DEPOSIT_IN: "deposit_in",
    Flow.DEPOSIT_OUT: "deposit_out",
    Flow.DEPOSIT_INTEREST: "deposit_interest",
    Flow.DEPOSIT_SET_OFF: "deposit_taken",
    Flow.DEPOSIT_FORFEITED: "deposit_kept",
    Flow.ADVANCE_WRITTEN_OFF: "advance_lost",
    Flow.DEBIT_BALANCE_WRITTEN_OFF: "debit_lost",
}


def _sums(books: Books) -> dict[Flow, Integers]:
    return dict(zip(_SUMS, books.totals.of_each(_SUMS.values()), strict=True))


def _losses(now: Now, books: Books) -> dict[Flow, Integers]:
    """What is set aside for arrears and lost, and what comes back of it."""
    credit, lost, set_aside = now.plan.scenario.credit, books.totals.of("lost"), books.set_aside
    share = credit.recovery * now.factor("recovery")
    if credit.recovery:
        books.own.recover(books.totals.by_segment("lost"), share)
    return {
        Flow.RECEIVABLE_PROVIDED: lost + np.add.reduce(np.maximum(set_aside, 0), axis=1),
        Flow.PROVISION_RELEASED: np.add.reduce(np.maximum(-set_aside, 0), axis=1),
        Flow.RECOVERED: books.recoveries.expect(lost, share),
    }


def _onload(books: Books, book: OnloadBook) -> dict[Flow, Integers]:
    """Tax and social charges on commission, deferred with it."""
    cost = book.defer(books.commission_unearned)
    return book.moves | {Flow.ONLOAD_AMORTISED: np.maximum(cost, 0), Flow.ONLOAD_REVERSED: np.maximum(-cost, 0)}


def _rounded(amounts: Reals) -> Integers:
    """Whole minor units, half to even."""
    return np.rint(amounts).astype(np.int64)


def _post_programme(
    now: Now, table: Table, commission: Commission, books: Books, work: WorkSpace, note: Notebook
) -> None:
    batch, service = now.batch, work.tallies[0]
    turnover.service(now.edges, table.present, table.share[0], batch.fixed.service_minor, service)
    cost = books.own.service = batch.by_replication(service) + books.judging_cost
    if note["entered"].any():
        came = work.tallies[0]
        turnover.onboarding(now.edges, table.present, table.entered, now.month, batch.fixed.onboarding_minor, came)
        cost += batch.by_replication(came)
        if now.policy.vetting is not None:
            _add_vetting(now, table, now.policy.vetting, cost)
    cost[:, : len(now.plan.kinds)] += seeing.tools(now)
    if not now.plan.programme[now.t]:
        cost[:] = 0
        commission.statement.programme[:] = 0
    whole = np.add.reduce(cost, axis=1) + commission.statement.programme
    books.post(Flow.PROGRAMME_PAID, whole + _of_people(now, note))


def _of_people(now: Now, note: Notebook) -> Integers:
    """What people of ours cost who are there for all partners: those who call them and answer their leads. int64[R]."""
    found = [note[name] for name in _PEOPLE if name in note.place]
    return np.asarray(sum(found, np.zeros(now.size))).astype(np.int64)


def _add_vetting(now: Now, table: Table, vetting: Vetting, cost: Integers) -> None:
    """Add what it costs to look at those who came to us, of segments of which some are unsound, to cost[R, s]."""
    to_us = table.present & (table.entered == now.month) & (table.share[0] > 0.0)
    for kind in now.plan.kinds:
        if kind.segment.quality is not None:
            cost[:, kind.position] += to_minor(vetting.cost) * now.batch.of_segment(to_us, kind).sum(axis=1)


def _prove_partners(now: Now, table: Table, books: Books, work: WorkSpace) -> None:
    """Each partner's receivable and commission account is the sum of what is due; once a year the rings are counted."""
    row = sub_ledger_proof.prove(
        table.due_premium, table.due_commission, table.arrears_premium, table.arrears_commission, table.due_pay,
        table.due_holdback, table.account, table.receivable, table.payable, table.holdback,
        table.instalment_commission,
    )  # fmt: skip
    if row >= 0:
        raise LedgerError(f"the account of partner {now.batch.name(row)} is not the sum of what is due")
    if (now.month + 1) % MONTHS_PER_YEAR == 0:
        _prove_idle(now, table)
        for line in now.plan.lines:
            _prove_rings(now, table, books, work, line)


def _prove_idle(now: Now, table: Table) -> None:
    """What is not summed is 0."""
    for name in now.plan.idle:
        if table.array(name).any():
            raise LedgerError(f"the column {name} is written, which nothing in the scenario should write")


def _prove_rings(now: Now, table: Table, books: Books, work: WorkSpace, line: Line) -> None:
    held, p = work.tallies[0], line.position
    earning.unearned(now.edges, table.ring_premium[line.ring], now.month, line.term, held)
    _prove_steps(line, held, books.premium_unearned[p])
    earning.unearned(now.edges, table.ring_commission[line.ring], now.month, line.term, held)
    _prove_steps(line, work.count(held), books.commission_steps[p].unearned(now.month))
    if line.term:
        _prove_contracts(now, table, books, line)


def _prove_steps(line: Line, held: Integers, counted: Integers) -> None:
    wrong = held != counted
    if wrong.any():
        amount = held[wrong.argmax()]
        raise LedgerError(f"the cohorts of {line.name} hold {amount} minor units unearned, its steps another sum")


def _prove_contracts(now: Now, table: Table, books: Books, line: Line) -> None:
    held = books.contract_steps[line.position].by_slot
    counted = np.empty_like(held)
    earning.begun_by_slot(now.edges, table.ring_count[line.counts], counted)
    if (held != counted).any():
        raise LedgerError(f"the cohorts of {line.name} do not hold the contracts that are counted by month of sale")
