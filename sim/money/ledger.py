"""The books: double entry in whole minor units, append-only, and the proof that every month balances.

Notation: f flow, a account, t month since the opening.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.base.arrays import Integers
from sim.base.errors import LedgerError
from sim.money.flows import ACCOUNTS, FLOWS, Account, Flow, Kind

_DEBIT = np.array([flow.debit.position for flow in FLOWS])
_CREDIT = np.array([flow.credit.position for flow in FLOWS])
_ON_SHEET = np.array([account.kind in (Kind.ASSET, Kind.LIABILITY) for account in ACCOUNTS])
_CASH_LEG = [(flow.debit is Account.CASH) - (flow.credit is Account.CASH) for flow in FLOWS]


class Ledger:
    """Balances (debit positive) by account, and the turnover of each flow in the month under way.

    Months before t = 0 are the warm-up: `open_books` then sets equity to the opening capital.
    """

    def __init__(self) -> None:
        self.balance: Integers = np.zeros(len(ACCOUNTS), dtype=np.int64)
        self.turnover: list[int] = [0] * len(FLOWS)

    def post(self, flow: Flow, amount: int) -> None:
        """Enter an amount in minor units, never negative, into the month under way."""
        if amount < 0:
            raise LedgerError(f"{flow.label}: an amount must not be negative, got {amount} minor units")
        self.turnover[flow.position] += amount

    def of(self, flow: Flow) -> int:
        """Turnover of a flow in the month under way."""
        return self.turnover[flow.position]

    def on(self, account: Account) -> int:
        """Balance of an account as of the last close, debit positive."""
        return int(self.balance[account.position])

    def cash_movement(self) -> int:
        """Cash that the month under way has brought."""
        return sum(leg * amount for leg, amount in zip(_CASH_LEG, self.turnover, strict=True))

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
        turnover = np.array(self.turnover, dtype=np.int64)
        np.add.at(self.balance, _DEBIT, turnover)
        np.add.at(self.balance, _CREDIT, -turnover)
        self._prove(before, stocks)
        self.turnover = [0] * len(FLOWS)
        return turnover, self.balance.copy()

    def open_books(self, capital: int) -> None:
        """Carry the warm-up's balance sheet over, with equity set to `capital` by paying cash in or out."""
        net = int(self.balance[_ON_SHEET].sum())
        self.balance[~_ON_SHEET] = 0
        self.balance[Account.CASH.position] += capital - net
        self.balance[Account.CAPITAL.position] = -capital

    @property
    def equity(self) -> int:
        """Assets less liabilities as of the last close."""
        return int(self.balance[_ON_SHEET].sum())

    def _prove(self, before: Integers, stocks: Mapping[Account, int]) -> None:
        if int(self.balance.sum()) != 0:
            raise LedgerError(f"the books do not balance: debits exceed credits by {int(self.balance.sum())}")
        cash = Account.CASH.position
        if self.balance[cash] - before[cash] != self.cash_movement():
            raise LedgerError("cash has not moved by the cash legs of the month")
        for account, stock in stocks.items():
            shown = int(self.balance[account.position])
            if shown != stock:
                raise LedgerError(f"{account.label} shows {shown}, its sub-ledger {stock} minor units")
