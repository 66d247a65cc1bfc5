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

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.units import MONTHS_PER_YEAR, monthly_rate, to_minor
from sim.contracts.deferral import DeferredCost, Steps
from sim.engine.layout.batch import Batch
from sim.engine.layout.plan import Plan
from sim.engine.state.claims_book import ClaimsBook
from sim.engine.state.now import Now
from sim.engine.state.onload_book import OnloadBook
from sim.engine.state.totals import Totals
from sim.money.flows import Account, Flow
from sim.money.ledger import Ledger
from sim.settlement.ageing import AGES
from sim.settlement.credit import Recoveries


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
    ledger, claims : of B books
    totals : sums of the month's columns
    incurred : claims of the month, int64[p, W, R, s]
    in_force : contracts by product, int64[p, R]
    premium_steps, commission_steps, acquisition, third_parties : what is unearned, and deferred cost, by product
    onload : tax and social charges on commission, where there are any
    kept_steps : share of each cohort's steps that the month's cancellations left, float64[R, slots] by product
    trued_up : what this month's true-ups add to deferred commission, what they take off it, and how much of both
        together is in the partners' rings, int64[3, R]
    late : premium over 30, 60 and 90 days past due, int64[R, s, age], where arrears are counted by age
    allowance, set_aside : set aside for it, int64[R, s], and its change of the month
    overdue : receivables over 90 days past due, where the scenario tests equity without them: int64[R]
    written : premium of the last twelve months, int64[12, R]
    audit_cost : of the month, minor units: int64[R]
    short_of_cash, ruined, stopped : whether we cannot pay, have ever been below 0, have stopped: bool[W, R]
    parted : worlds in which partners would by now have acted otherwise, so that they must be played alone: bool[W, R]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **dict.fromkeys(("late", "allowance", "set_aside", "overdue", "audit_cost", "stocks"), ()),
        **dict.fromkeys(("in_force", "written", "kept_steps", "trued_up"), (slice(None),)),
        **dict.fromkeys(("short_of_cash", "ruined", "stopped", "parted", "equity", "run_off_value"), (0,)),
    }

    def __init__(self, batch: Batch, table: Table, others: Sequence[Plan] = ()) -> None:
        plan = batch.plan
        self._plan, self.worlds = plan, (plan, *others)
        self.shape = len(self.worlds), batch.size
        books, size, parts = len(self.worlds) * batch.size, batch.size, len(plan.population.segments)
        self.ledger, self.claims = Ledger(books), ClaimsBook(plan, books)
        self.totals = Totals(batch, table)
        self.incurred = np.zeros((len(plan.lines), *self.shape, parts), dtype=np.int64)
        self.in_force = np.zeros((len(plan.lines), size), dtype=np.int64)
        self.deferred = plan.scenario.accounts.acquisition == "deferred"
        self.premium_steps = [Steps(line.term, size) for line in plan.lines]
        self.commission_steps = [Steps(line.term, size) for line in plan.lines]
        self.acquisition = [DeferredCost(line.term, size) for line in plan.lines]
        self.third_parties = [DeferredCost(line.term, size) for line in plan.lines]
        onload = plan.book.onload
        self.onload = None if onload is None else OnloadBook(onload, size)
        self.kept_steps = [np.ones((size, line.slots)) for line in plan.lines]
        credit = plan.scenario.credit
        self.recoveries = Recoveries(credit.recovery_lag, credit.recovery_months, size)
        self.late = np.zeros((size, parts, AGES), dtype=np.int64)
        self.allowance = np.zeros((size, parts), dtype=np.int64)
        self.set_aside = self.allowance
        self.trued_up = np.zeros((3, size), dtype=np.int64)
        self.overdue, self.audit_cost = np.zeros((2, size), dtype=np.int64)
        self.written = np.zeros((MONTHS_PER_YEAR, size), dtype=np.int64)
        self.short_of_cash, self.ruined, self.stopped, self.parted = np.zeros((4, *self.shape), dtype=np.bool_)
        if plan.warm_up == 0:
            self.open()

    def open(self) -> None:
        """Begin the horizon with the opening capital."""
        self.ledger.open_books(to_minor(self._plan.scenario.opening.capital))

    def post(self, flow: Flow, amount: Integers) -> None:
        """Enter an amount by replication, int64[R], into the books of every world."""
        self.ledger.post(flow, amount if len(self.worlds) == 1 else np.tile(amount, len(self.worlds)))

    def true_up(self, p: int, steps: Integers, returns: bool) -> None:
        """Add steps of a true-up, int64[R, slots], to a product's deferred commission, or to what never comes back."""
        if returns:
            self.commission_steps[p].by_slot += steps
        elif self.deferred:
            self.third_parties[p].later += steps

    def equity(self) -> Integers:
        """Assets less liabilities as of the last close: int64[W, R]."""
        return self.ledger.equity.reshape(self.shape)

    def stocks(self, month: int) -> dict[Account, Integers]:
        """What the sub-ledgers but that of claims hold, debit positive: the accounts must show the same. int64[R]."""
        unearned = [one.unearned(month) for one in (*self._commission(), *self._costs())]
        totals, onload = self.totals, self.onload
        none = np.zeros_like(unearned[0])
        return {
            Account.ONLOAD_PAYABLE: none if onload is None else onload.ahead - onload.owed,
            Account.UPR: -np.add.reduce([one.unearned(month) for one in self.premium_steps]),
            Account.DAC: np.add.reduce(unearned) + (none if onload is None else onload.deferred),
            Account.RECEIVABLE: totals.of("receivable"),
            Account.COMMISSION_PAYABLE: -totals.of("payable"),
            Account.HOLDBACK: -totals.of("holdback"),
            Account.ALLOWANCE: -np.add.reduce(self.allowance, axis=1),
            Account.DEPOSITS: -totals.of("deposit"),
            Account.ADVANCE: totals.of("advance"),
        }

    def close(self, now: Now, stocks: Mapping[Account, Integers]) -> tuple[Integers, Integers]:
        """Post interest and claims where all else of the month is posted; prove and close.

        Returns
        -------
        (turnover, balance) : int64[W, R, flows], int64[W, R, accounts]

        Raises
        ------
        LedgerError
            Where an account is not what its sub-ledger holds.
        """
        rate = monthly_rate(float(self._plan.interest[now.t]))
        interest = np.rint(self.ledger.on(Account.CASH) * rate).astype(np.int64)
        self.ledger.post(Flow.INTEREST_EARNED, np.maximum(interest, 0))
        self.ledger.post(Flow.INTEREST_PAID, np.maximum(-interest, 0))
        incurred = self.incurred.reshape(len(self.incurred), -1, self.incurred.shape[-1])
        self.claims.post(self.ledger, self._plan, now.conditions, incurred)
        worlds = len(self.worlds)
        held = {account: np.tile(stock, worlds) for account, stock in stocks.items()}
        turnover, balance = self.ledger.close({**held, Account.LOSS_RESERVE: -self.claims.reserve})
        return turnover.reshape(*self.shape, -1), balance.reshape(*self.shape, -1)

    def failing(self, now: Now) -> tuple[Flags, Flags]:
        """Whether closed books show cash below 0, and equity without `overdue` below 0 in the horizon: bool[W, R]."""
        short = self.ledger.on(Account.CASH).reshape(self.shape) < 0
        return short, (self.equity() - self.overdue < 0) & (now.month >= 0)

    def run_off_value(self, now: Now) -> Reals:
        """Equity less deferred cost and advances plus the expected margin in the unearned premium: float64[W, R]."""
        margin, t = np.zeros(self.shape), now.t
        for line, steps in zip(self._plan.lines, self.premium_steps, strict=True):
            costs, ratio = line.product.expenses, self._loss_ratios(line.position, t)
            margin += steps.unearned(now.month) * (1.0 - ratio * (1.0 + costs.handling) - costs.administration)
        paid_ahead = (self.ledger.on(Account.DAC) + self.ledger.on(Account.ADVANCE)).reshape(self.shape)
        paid_ahead = paid_ahead + (0 if self.onload is None else self.onload.ahead)
        return self.equity() - paid_ahead + np.round(margin)

    def _loss_ratios(self, p: int, t: int) -> Reals:
        """Expected cost of a unit of premium earned, by world: float64[W, 1]."""
        own = self._plan.lines[p].cost_ratio
        if own is not None:
            return np.full((len(self.worlds), 1), own[t])
        lines = [(plan, plan.lines[p]) for plan in self.worlds]
        found = [
            line.frequency[t] * line.per_premium[t] * plan.claims_frequency[t] * plan.claims_severity[t]
            for plan, line in lines
        ]
        return np.array(found)[:, None]

    def commission_deferred(self) -> list[tuple[Steps, Steps]]:
        """What of commission is deferred, by product: partners', and what never comes back or goes to others."""
        both = zip(self._commission(), [one.steps for one in self.third_parties], strict=False)
        return list(both)

    def _commission(self) -> list[Steps]:
        return self.commission_steps if self.deferred else []

    def _costs(self) -> list[Steps]:
        return [one.steps for one in (*self.acquisition, *self.third_parties)]
