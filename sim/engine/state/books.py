"""The books: the ledger and all that it is proven against, from the opening to the close of each month.

Notation: p product, s segment (the last is the direct channel).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.base.arrays import Integers
from sim.base.columns import Table
from sim.base.units import MONTHS_PER_YEAR, monthly_rate, to_minor
from sim.contracts.deferral import DeferredCost, Steps
from sim.engine.layout.plan import Plan
from sim.engine.state.claims_book import ClaimsBook
from sim.engine.state.now import Now
from sim.engine.state.totals import Totals
from sim.money.flows import Account, Flow
from sim.money.ledger import Ledger
from sim.settlement.ageing import AGES
from sim.settlement.credit import Recoveries


class WorldBooks:
    """What a world has to itself where nothing but its loss ratios differs: its ledger and its claims."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.ledger, self.claims = Ledger(), ClaimsBook(plan)
        if plan.warm_up == 0:
            self.open()

    def open(self) -> None:
        """Begin the horizon with the opening capital."""
        self.ledger.open_books(to_minor(self._plan.scenario.opening.capital))

    def close(self, now: Now, incurred: Integers, stocks: Mapping[Account, int]) -> tuple[Integers, Integers]:
        """Post interest and claims, int64[p, s], where all else of the month is posted; prove and close.

        Returns
        -------
        (turnover, balance) : int64[flows], int64[accounts]

        Raises
        ------
        LedgerError
            Where an account is not what its sub-ledger holds.
        """
        interest = round(self.ledger.on(Account.CASH) * monthly_rate(float(self._plan.interest[now.t])))
        self.ledger.post(Flow.INTEREST_EARNED if interest >= 0 else Flow.INTEREST_PAID, abs(interest))
        self.claims.post(self.ledger, self._plan, now.conditions, incurred)
        return self.ledger.close({**stocks, Account.LOSS_RESERVE: -self.claims.reserve})

    def failing(self, now: Now, overdue: int) -> tuple[bool, bool]:
        """Whether closed books show cash below 0, and equity without `overdue` below 0 within the horizon."""
        return self.ledger.on(Account.CASH) < 0, now.month >= 0 and self.ledger.equity - overdue < 0

    def run_off_value(self, now: Now, premium_steps: Sequence[Steps]) -> float:
        """Equity less deferred cost and advances plus the expected margin in the unearned premium (minor units)."""
        plan, t, margin = self._plan, now.t, 0.0
        for line, steps in zip(plan.lines, premium_steps, strict=True):
            costs = line.product.expenses
            ratio = line.frequency[t] * line.per_premium[t] * plan.claims_frequency[t] * plan.claims_severity[t]
            if line.cost_ratio is not None:
                ratio = line.cost_ratio[t]
            margin += steps.unearned(now.month) * (1.0 - ratio * (1.0 + costs.handling) - costs.administration)
        paid_ahead = self.ledger.on(Account.DAC) + self.ledger.on(Account.ADVANCE)
        return float(self.ledger.equity - paid_ahead + np.round(margin))


class Books(WorldBooks):
    """Our books, before the first month and since.

    Attributes
    ----------
    totals : sums of the month's columns
    in_force : contracts by product, int64[p]
    premium_steps, commission_steps, acquisition, third_parties : what is unearned, and deferred cost, by product
    kept_steps : share of each cohort's steps that the month's cancellations left, float64[slots] by product
    late : premium over 30, 60 and 90 days past due, int64[s, age], where arrears are counted by age
    allowance, set_aside : set aside for it, int64[s], and its change of the month
    overdue : receivables over 90 days past due, where the scenario tests equity without them
    written : premium of the last twelve months
    audit_cost : of the month, minor units
    stopped, short_of_cash, ruined : whether we have stopped, cannot pay, and have ever been below 0
    """

    def __init__(self, plan: Plan, table: Table) -> None:
        super().__init__(plan)
        parts = len(plan.population.segments)
        self.totals = Totals(table, parts)
        self.in_force: Integers = np.zeros(len(plan.lines), dtype=np.int64)
        self.deferred = plan.scenario.accounts.acquisition == "deferred"
        self.premium_steps = [Steps(line.term) for line in plan.lines]
        self.commission_steps = [Steps(line.term) for line in plan.lines]
        self.acquisition = [DeferredCost(line.term) for line in plan.lines]
        self.third_parties = [DeferredCost(line.term) for line in plan.lines]
        self.kept_steps = [np.ones(line.slots) for line in plan.lines]
        credit = plan.scenario.credit
        self.recoveries = Recoveries(credit.recovery_lag, credit.recovery_months)
        self.late = np.zeros((parts, AGES), dtype=np.int64)
        self.allowance = np.zeros(parts, dtype=np.int64)
        self.set_aside = self.allowance
        self.overdue = self.audit_cost = 0
        self.written = [0] * MONTHS_PER_YEAR
        self.stopped = self.short_of_cash = self.ruined = False

    def stocks(self, month: int) -> dict[Account, int]:
        """What the sub-ledgers but that of claims hold, debit positive: the accounts must show the same."""
        commission = sum(one.unearned(month) for one in self.commission_steps) if self.deferred else 0
        deferred = commission + sum(one.steps.unearned(month) for one in (*self.acquisition, *self.third_parties))
        return {
            Account.UPR: -sum(one.unearned(month) for one in self.premium_steps),
            Account.DAC: deferred,
            Account.RECEIVABLE: self.totals.of("receivable"),
            Account.COMMISSION_PAYABLE: -self.totals.of("payable"),
            Account.HOLDBACK: -self.totals.of("holdback"),
            Account.ALLOWANCE: -int(self.allowance.sum()),
            Account.DEPOSITS: -self.totals.of("deposit"),
            Account.ADVANCE: self.totals.of("advance"),
        }
