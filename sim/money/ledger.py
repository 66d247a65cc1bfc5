"""The books: double entry in whole minor units, append-only, and the proof that every month balances.

Notation: f flow, a account, t month since the opening.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.base.errors import LedgerError
from sim.money.flows import ACCOUNTS, FLOWS, POSITION, Account, Flow, Kind

Integers = NDArray[np.int64]
_DEBIT = np.array([POSITION[flow.debit] for flow in FLOWS])
_CREDIT = np.array([POSITION[flow.credit] for flow in FLOWS])
_ON_SHEET = np.array([account.kind in (Kind.ASSET, Kind.LIABILITY) for account in ACCOUNTS])
_CASH_LEG = np.array(
    [(flow.debit is Account.CASH) - (flow.credit is Account.CASH) for flow in FLOWS], dtype=np.int64
)
NOT_OPERATING = (Flow.CAPITAL_PAID_IN,)


class Ledger:
    """Balances (debit positive) by account, and the turnover of each flow in the month under way.

    Months before t = 0 are the warm-up: `open_books` then sets equity to the opening capital.
    """

    def __init__(self) -> None:
        self.balance: Integers = np.zeros(len(ACCOUNTS), dtype=np.int64)
        self.turnover: Integers = np.zeros(len(FLOWS), dtype=np.int64)

    def post(self, flow: Flow, amount: int) -> None:
        """Enter an amount in minor units, never negative, into the month under way."""
        if amount < 0:
            raise LedgerError(f"{flow.label}: an amount must not be negative, got {amount} minor units")
        self.turnover[POSITION[flow]] += amount

    def of(self, flow: Flow) -> int:
        """Turnover of a flow in the month under way."""
        return int(self.turnover[POSITION[flow]])

    def on(self, account: Account) -> int:
        """Balance of an account as of the last close, debit positive."""
        return int(self.balance[POSITION[account]])

    def cash_movement(self) -> int:
        """Cash that the month under way has brought."""
        return int(self.turnover @ _CASH_LEG)

    def close(self, stocks: Mapping[Account, int]) -> tuple[Integers, Integers]:
        """Close the month: enter it into the balances and prove them.

        Parameters
        ----------
        stocks : mapping account -> minor units
            What the sub-ledgers say that the accounts must show, debit positive.

        Returns
        -------
        (turnover, balance) : int64[flows], int64[accounts]
        """
        before = self.balance.copy()
        np.add.at(self.balance, _DEBIT, self.turnover)
        np.add.at(self.balance, _CREDIT, -self.turnover)
        self._prove(before, stocks)
        turnover, self.turnover = self.turnover, np.zeros(len(FLOWS), dtype=np.int64)
        return turnover, self.balance.copy()

    def open_books(self, capital: int) -> None:
        """Carry the warm-up's balance sheet over, with equity set to `capital` by paying cash in or out."""
        net = int(self.balance[_ON_SHEET].sum())
        self.balance[~_ON_SHEET] = 0
        self.balance[POSITION[Account.CASH]] += capital - net
        self.balance[POSITION[Account.CAPITAL]] = -capital

    @property
    def equity(self) -> int:
        """Assets less liabilities as of the last close."""
        return int(self.balance[_ON_SHEET].sum())

    def _prove(self, before: Integers, stocks: Mapping[Account, int]) -> None:
        if int(self.balance.sum()) != 0:
            raise LedgerError(f"the books do not balance: debits exceed credits by {int(self.balance.sum())}")
        cash = POSITION[Account.CASH]
        if self.balance[cash] - before[cash] != self.cash_movement():
            raise LedgerError("cash has not moved by the cash legs of the month")
        for account, stock in stocks.items():
            shown = int(self.balance[POSITION[account]])
            if shown != stock:
                raise LedgerError(f"{account.label} shows {shown}, its sub-ledger {stock} minor units")
