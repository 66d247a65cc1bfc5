"""The books: the ledger and all that it is proven against, from the opening to the close of each month.

Worlds that differ in loss ratios alone share partners and contracts: where nobody acts on what claims cost, partners
do the same in each of them, to the last unit. So each world has claims and books of its own, and nothing else.

Notation: R replications, W worlds, B = W x R books, world by world, our own world first; p product, s segment (the
last is the direct channel).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Flags, Integers
from sim.base.columns import Table
from sim.base.units import MONTHS_PER_YEAR, monthly_rate, to_minor
from sim.contracts.deferral import DeferredCosts, Steps, lose_steps
from sim.engine.layout.batch import Batch
from sim.engine.layout.plan import Plan
from sim.engine.state.claims_book import ClaimsBook
from sim.engine.state.in_force import Margin
from sim.engine.state.now import Now
from sim.engine.state.onload_book import OnloadBook
from sim.engine.state.own_cost import OwnCost
from sim.engine.state.totals import Totals
from sim.money.deficiency import Deficiency
from sim.money.distribution import Distribution
from sim.money.flows import Account, Flow
from sim.money.ledger import Ledger
from sim.money.tax_book import TaxBook
from sim.settlement.ageing import AGES
from sim.settlement.credit import Recoveries

ACQUISITION, FEES = range(2)


class Books:
    """Our books, before the first month and since.

    Parameters
    ----------
    batch : Batch
    table : Table
    others : plans of other worlds, which differ from the batch's own in the loss ratios of products and nothing else

    Attributes
    ----------
    worlds : plans by world
    ledger, claims, distribution : of B books
    totals : sums of the month's columns
    incurred : claims of the month, int64[p, W, R, s]
    in_force : contracts by product, int64[p, R]
    premium_steps : what is unearned by product, of each slice
    contract_steps : contracts in force by product and month of sale, of each slice
    commission_steps : commission deferred by product, of each replication
    costs : other deferred cost: of acquisition (`ACQUISITION`) and of fees to third parties (`FEES`)
    premium_unearned, commission_unearned : at the close: of premium, int64[p, slices]; of commission and fees to third
        parties, onload on them apart, int64[p, R]
    onload : tax and social charges on commission, where there are any
    tax : value-added tax on commission and tax withheld from it, where there are any
    margin : of the contracts in force at the last close, int64[p, W, R]
    deficiency : what stands written down and provided for because of it, of B books
    value, value_at_opening : run-off value of the last close, and of the opening: int64[W, R]
    added : share of the month's premium that is added to each cohort, float64[R, slots] by product
    kept_steps : share of each cohort's steps that the month's cancellations left, float64[R, slots] by product
    trued_up : what this month's true-ups add to deferred commission, what they take off it, and how much of both
        together is in the partners' rings, int64[3, R]
    late : premium over 30, 60 and 90 days past due, int64[R, s, age], where arrears are counted by age
    allowance, set_aside : set aside for it, int64[R, s], and its change of the month
    over_90 : arrears and debit balances over 90 days past due, int64[2, n], where equity is tested without them
    overdue : of them what nothing of the same partner secures: int64[R]
    written : premium of the last twelve months, int64[12, R]
    judging_cost : of audits and training of the month, minor units: int64[R, s]
    own : what of the month's cost is known to belong to a product or a segment
    short_of_cash, ruined, stopped : whether we cannot pay, have ever been below 0, have stopped: bool[W, R]
    parted : worlds in which partners would by now have acted otherwise, so that they must be played alone: bool[W, R]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **dict.fromkeys(("late", "allowance", "set_aside", "overdue", "judging_cost", "stocks"), ()),
        **dict.fromkeys(("in_force", "written", "kept_steps", "trued_up"), (slice(None),)),
        **dict.fromkeys(("short_of_cash", "ruined", "stopped", "parted", "equity", "prudent_equity", "value"), (0,)),
    }
    by_row: ClassVar[tuple[str, ...]] = ("over_90",)

    def __init__(self, batch: Batch, table: Table, others: Sequence[Plan] = ()) -> None:
        plan = batch.plan
        self._plan, self._batch, self.worlds = plan, batch, (plan, *others)
        self.shape = len(self.worlds), batch.size
        books, size, parts = len(self.worlds) * batch.size, batch.size, len(plan.population.segments)
        self.ledger, self.claims = Ledger(books), ClaimsBook(plan, books)
        self.distribution = Distribution(plan.scenario.accounts.tax, plan.scenario.accounts.dividends, books)
        self.totals = Totals(batch, table)
        self.incurred = np.zeros((len(plan.lines), *self.shape, parts), dtype=np.int64)
        self.in_force = np.zeros((len(plan.lines), size), dtype=np.int64)
        self.deferred = plan.scenario.accounts.acquisition == "deferred"
        self.contract_steps = [Steps(line.term, batch.slices) for line in plan.lines]
        self.premium_steps = [Steps(line.term, batch.slices) for line in plan.lines]
        self._margin, self.deficiency = Margin(batch, self.worlds), Deficiency(len(plan.lines), books)
        self.margin = np.zeros((len(plan.lines), *self.shape), dtype=np.int64)
        self.value, self.value_at_opening = np.zeros((2, *self.shape), dtype=np.int64)
        self.commission_steps = [Steps(line.term, size) for line in plan.lines]
        self.costs = DeferredCosts([line.term for line in plan.lines], 2, size)
        onload = plan.book.onload
        self.onload = None if onload is None else OnloadBook(onload, size)
        self.tax = TaxBook(size) if plan.sizes["taxed"] else None
        longest = max((line.slots for line in plan.lines), default=1)
        self._kept, self._added = np.ones((len(plan.lines), size, longest)), np.zeros((len(plan.lines), size, longest))
        self.kept_steps, self.added = (
            [of_all[line.position, :, : line.slots] for line in plan.lines] for of_all in (self._kept, self._added)
        )
        self._adds = any(line.product.enlarged is not None for line in plan.lines)
        credit = plan.scenario.credit
        self.recoveries = Recoveries(credit.recovery_lag, credit.recovery_months, size)
        self.own = OwnCost(plan, size, books)
        self.late = np.zeros((size, parts, AGES), dtype=np.int64)
        self.allowance = np.zeros((size, parts), dtype=np.int64)
        self.set_aside = self.allowance
        self.trued_up = np.zeros((3, size), dtype=np.int64)
        counted = plan.sizes["aged"] or plan.sizes["debits_aged"]
        self.over_90 = np.zeros((2, batch.rows if counted else 0), dtype=np.int64)
        self.overdue, self.judging_cost = np.zeros(size, dtype=np.int64), np.zeros((size, parts), dtype=np.int64)
        self.written = np.zeros((MONTHS_PER_YEAR, size), dtype=np.int64)
        self.short_of_cash, self.ruined, self.stopped, self.parted = np.zeros((4, *self.shape), dtype=np.bool_)
        if plan.warm_up == 0:
            self.open()

    def open(self) -> None:
        """Begin the horizon with the opening capital, a deficiency of the contracts in force already posted."""
        capital = to_minor(self._plan.scenario.opening.capital)
        self.value_at_opening = self.value + capital - self.equity()
        self.ledger.open_books(capital)

    def post(self, flow: Flow, amount: Integers) -> None:
        """Enter an amount by replication, int64[R], into the books of every world."""
        self.ledger.post(flow, self._in_each_world(amount))

    def _in_each_world(self, amounts: Integers) -> Integers:
        """Amounts by replication (last axis), by book."""
        return amounts if len(self.worlds) == 1 else np.tile(amounts, len(self.worlds))

    def true_up(self, p: int, steps: Integers, returns: bool) -> None:
        """Add steps of a true-up, int64[R, slots], to a product's deferred commission, or to what never comes back."""
        if returns:
            self.commission_steps[p].by_slot += steps
        elif self.deferred:
            self.costs.later[FEES, p, :, : steps.shape[1]] += steps

    def lose(self, p: int, month: int, premium: Integers, commission: Integers) -> None:
        """Take out a product's steps of premium refunded, and of commission deferred with it: int64[slices, slots]."""
        deferred = self.commission_steps[p]
        lose_steps(
            premium, commission, deferred.to_come(month),
            self.premium_steps[p].by_slot, deferred.by_slot, self.kept_steps[p], self.own.released[p],
        )  # fmt: skip

    def equity(self) -> Integers:
        """Assets less liabilities as of the last close: int64[W, R]."""
        return self.ledger.equity.reshape(self.shape)

    def amortise(self, month: int, paid: Integers) -> Integers:
        """Defer `costs` paid for the month's premium; return what becomes cost of these and earlier: int64[2, p, R]."""
        if not self.deferred:
            return paid
        return self.costs.amortise(month, paid, self._kept, self._added if self._adds else None)

    def count_unearned(self, month: int) -> None:
        """Count what is deferred after the close of a month, once for all who ask."""
        self.premium_unearned = np.array([one.unearned(month) for one in self.premium_steps])
        self.commission_unearned = self.costs.unearned[FEES]
        if self.deferred:
            self.commission_unearned = self.commission_unearned + [one.unearned(month) for one in self.commission_steps]

    def stocks(self) -> dict[Account, Integers]:
        """What the sub-ledgers but that of claims hold, debit positive: the accounts must show the same. int64[R]."""
        unearned = np.add.reduce(self.premium_unearned)
        totals, onload, tax = self.totals, self.onload, self.tax
        owed = np.zeros(self.shape[1], dtype=np.int64) if onload is None else onload.owed - onload.ahead
        return {
            Account.UPR: -np.add.reduce(self._batch.by_replication(unearned), axis=1),
            Account.ONLOAD_PAYABLE: -owed,
            **({} if tax is None else {Account.VAT_RECOVERABLE: tax.recoverable, Account.TAX_OWED: -tax.owed}),
            Account.RECEIVABLE: totals.of("receivable"),
            Account.COMMISSION_PAYABLE: -totals.of("payable"),
            Account.HOLDBACK: -totals.of("holdback"),
            Account.ALLOWANCE: -np.add.reduce(self.allowance, axis=1),
            Account.DEPOSITS: -totals.of("deposit"),
            Account.ADVANCE: totals.of("advance"),
        }

    @property
    def deferred_cost(self) -> Integers:
        """Acquisition cost deferred at the close, nothing written down: int64[p, R]."""
        found: Integers = self.commission_unearned + self.costs.unearned[ACQUISITION]
        return found if self.onload is None else found + self.onload.deferred

    def close(
        self, now: Now, stocks: Mapping[Account, Integers], owed: Integers | int = 0
    ) -> tuple[Integers, Integers]:
        """Post interest, claims, deficiency, tax and dividends where all else of the month is posted; prove and close.

        `owed`, int64[R], is commission for years that rules have not judged yet: in no account, but off the value.

        Returns
        -------
        (turnover, balance) : int64[W, R, flows], int64[W, R, accounts]

        Raises
        ------
        LedgerError
            Where an account is not what its sub-ledger holds.
        """
        incurred = self.incurred.reshape(len(self.incurred), -1, self.incurred.shape[-1])
        moves = self._interest(now) | self.claims.month(self._plan, now, incurred)
        deferred = self._in_each_world(self.deferred_cost)
        self.margin = self._margin.at_close(now, self.premium_unearned, self.premium_steps, self.contract_steps)
        if self._plan.scenario.accounts.prudent:
            moves |= self.deficiency.measure(deferred, self.margin.reshape(deferred.shape))
        self.ledger.enter(moves)
        self._distribute(now)
        held = dict(zip(stocks, self._in_each_world(np.array(list(stocks.values()))), strict=True))
        held[Account.DAC] = np.add.reduce(deferred - self.deficiency.written_down)
        held[Account.DEFICIENCY_PROVISION] = -np.add.reduce(self.deficiency.provided)
        turnover, balance = self.ledger.close({**held, Account.LOSS_RESERVE: -self.claims.reserve})
        self.value = self._run_off_value() - owed
        return turnover.reshape(*self.shape, -1), balance.reshape(*self.shape, -1)

    def _interest(self, now: Now) -> dict[Flow, Integers]:
        cash, t = self.ledger.on(Account.CASH), now.t
        earned, paid = monthly_rate(float(self._plan.interest[t])), monthly_rate(float(self._plan.overdraft[t]))
        interest = np.rint(cash * np.where(cash < 0, paid, earned)).astype(np.int64)
        return {Flow.INTEREST_EARNED: np.maximum(interest, 0), Flow.INTEREST_PAID: np.maximum(-interest, 0)}

    def _distribute(self, now: Now) -> None:
        """Tax on the month's result, and at the end of a year dividends; the warm-up has neither."""
        accounts, ledger = self._plan.scenario.accounts, self.ledger
        if now.month < 0 or not (accounts.tax or accounts.dividends):
            return
        moved = self.distribution.tax(ledger.result())
        ledger.post(Flow.TAX_PAID, np.maximum(moved, 0))
        ledger.post(Flow.TAX_REFUNDED, np.maximum(-moved, 0))
        if (now.month + 1) % MONTHS_PER_YEAR == 0:
            ledger.post(Flow.DIVIDEND_PAID, self.distribution.end_year(ledger.equity + ledger.result()))

    def prudent_equity(self) -> Integers:
        """Equity less what is overdue and not secured, as of the last close: int64[W, R]."""
        return self.equity() - self.overdue

    def failing(self, now: Now) -> tuple[Flags, Flags]:
        """Whether closed books show cash below 0, and prudent equity below 0 in the horizon: bool[W, R]."""
        short = self.ledger.on(Account.CASH).reshape(self.shape) < 0
        return short, (self.prudent_equity() < 0) & (now.month >= 0)

    def _run_off_value(self) -> Integers:
        """Prudent equity and the provision, less deferred cost and advances, plus the margin in force: int64[W, R]."""
        on = self.ledger.on
        paid_ahead = on(Account.DEFICIENCY_PROVISION) + on(Account.DAC) + on(Account.ADVANCE)
        onload = 0 if self.onload is None else self.onload.ahead
        return self.prudent_equity() - paid_ahead.reshape(self.shape) - onload + np.add.reduce(self.margin)
