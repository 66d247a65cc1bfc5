"""The books of a run: a cube's first policy and world, as formulas of key figures read them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.money.flows import ACCOUNTS, FLOWS, Account, Flow, Kind
from sim.results.contribution import Contributions
from sim.results.cube import Cube

_RESULT = [account.label for account in ACCOUNTS if account.kind in (Kind.INCOME, Kind.EXPENSE)]


class Books:
    """A cube as key figures read it: flows as income and expense, computed once; money in major units.

    Attributes
    ----------
    cube : Cube, whose `series(name)` gives any monthly figure
    movement : debits less credits of each account by its label
    result : income less expense
    cash, equity : at the month's close
    tested : prudent equity, which ruin and solvency are tested on
    value : run-off value
    investment : interest earned less interest paid
    deficiency : written down and provided for, at the month's close
    earned : premium earned

    Each is float64[replication, month].
    """

    def __init__(self, cube: Cube) -> None:
        self.cube = cube
        self.movement = {account.label: self._movement(account) for account in ACCOUNTS}
        self.result = -sum((self.movement[label] for label in _RESULT), np.zeros(self.shape))
        self.cash = cube.series("balance.cash")
        self.equity = cube.series("equity")
        self.tested = cube.series("prudent_equity")
        self.value = cube.series("run_off_value")
        self.value_at_opening = cube.series("run_off_value_at_opening")[:, 0]
        self.investment = -(self.movement["investment"] + self.movement["interest"])
        by_product = [cube.series(f"deficiency.{name}") for name in cube.named("deficiency")]
        self.deficiency = sum(by_product, np.zeros(self.shape))
        self.earned = -self.movement["premium_earned"]

    @cached_property
    def contributions(self) -> Contributions:
        """Who earns, who costs."""
        return Contributions(self.cube)

    @property
    def shape(self) -> tuple[int, int]:
        """(replications, months)."""
        return self.cube.values.shape[2], self.cube.values.shape[3]

    def flow(self, *flows: Flow) -> Reals:
        """Sum of flows by month."""
        return np.asarray(sum((self.cube.series(flow.label) for flow in flows), np.zeros(self.shape)))

    def _movement(self, account: Account) -> Reals:
        """Debits less credits of an account by month."""
        moved = np.zeros(self.shape)
        for flow in FLOWS:
            if flow.debit is account or flow.credit is account:
                moved += self.cube.series(flow.label) * ((flow.debit is account) - (flow.credit is account))
        return moved

    @property
    def operating_cash(self) -> Reals:
        """Change of cash less that of the deposits we hold, which are partners' money, before what owners are paid."""
        return self.movement["cash"] + self.movement["deposits"] + self.movement["dividends"]

    def first_month(self, happens: Flags) -> Reals:
        """Number of the first month (from 1) in which something happens; NaN where it never does."""
        return np.where(happens.any(axis=1), happens.argmax(axis=1) + 1.0, np.nan)


def year(series: Reals, number: int) -> Reals:
    """Sum of a year (from 1) of series[replication, month]."""
    return series[:, (number - 1) * MONTHS_PER_YEAR : number * MONTHS_PER_YEAR].sum(axis=1)
