"""The books: double entry in whole minor units, append-only, and the proof that every month balances.

Several books stand side by side, one a replication or a world; what happens in one leaves the others alone.

Notation: b book, f flow, a account, t month since the opening.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers
from sim.base.errors import LedgerError
from sim.base.kernels import kernel
from sim.money.flows import ACCOUNTS, FLOWS, Account, Flow, Kind

_DEBIT = np.array([flow.debit.position for flow in FLOWS])
_CREDIT = np.array([flow.credit.position for flow in FLOWS])
_ON_SHEET = np.array([account.kind in (Kind.ASSET, Kind.LIABILITY) for account in ACCOUNTS])
_RESULT = (Kind.INCOME, Kind.EXPENSE)
_RESULT_LEG = np.array([(flow.credit.kind in _RESULT) - (flow.debit.kind in _RESULT) * 1 for flow in FLOWS])
_CASH_LEG = np.array([(flow.debit is Account.CASH) - (flow.credit is Account.CASH) for flow in FLOWS])


class Ledger:
    """Balances (debit positive) by account, and the turnover of each flow in the month under way.

    Months before t = 0 are the warm-up: `open_books` then sets equity to the opening capital.

    Parameters
    ----------
    books : int
        How many stand side by side.

    Attributes
    ----------
    equity : assets less liabilities as of the last close, int64[b]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = dict.fromkeys(
        ("balance", "turnover", "equity", "of", "on", "cash_movement", "result"), ()
    )
    """what has an axis of books, of which the first are those of the replications"""

    def __init__(self, books: int = 1) -> None:
        self._balance: Integers = np.zeros((len(ACCOUNTS), books), dtype=np.int64)
        self._turnover: Integers = np.zeros((len(FLOWS), books), dtype=np.int64)
        self.equity: Integers = np.zeros(books, dtype=np.int64)

    @property
    def balance(self) -> Integers:
        """Balances as of the last close, int64[b, a]: a view."""
        return self._balance.T

    @property
    def turnover(self) -> Integers:
        """Turnover of the month under way, int64[b, f]: a view."""
        return self._turnover.T

    def post(self, flow: Flow, amount: int | Integers) -> None:
        """Enter an amount in minor units, never negative, into the month under way: one for all books, or int64[b].

        Raises
        ------
        LedgerError
            Where an amount is negative; nothing is entered then.
        """
        amounts = np.asarray(amount, dtype=np.int64)
        _refuse_negative(flow, amounts.item(amounts.argmin()))
        position = flow.position
        self._turnover[position] = self._turnover[position] + amounts  # faster for one book than in place

    def enter(self, moves: Mapping[Flow, Integers]) -> None:
        """Post several flows at once: int64[b] each, or of fewer books, which the others repeat.

        Raises
        ------
        LedgerError
            Where an amount is negative, of the first such flow; nothing is entered then.
        """
        amounts = np.array(list(moves.values()))
        if amounts.min(initial=0) < 0:
            for flow, amount in zip(moves, amounts, strict=True):
                _refuse_negative(flow, int(amount.min()))
        books = self._turnover.reshape(len(FLOWS), -1, amounts.shape[1])
        books[[flow.position for flow in moves]] += amounts[:, None]

    def of(self, flow: Flow) -> Integers:
        """Turnover of a flow in the month under way, int64[b]."""
        return self._turnover[flow.position].copy()

    def on(self, account: Account) -> Integers:
        """Balance of an account as of the last close, debit positive, int64[b]."""
        return self._balance[account.position].copy()

    def cash_movement(self) -> Integers:
        """Cash that the month under way has brought, int64[b]."""
        return _CASH_LEG @ self._turnover

    def result(self) -> Integers:
        """Income less expense of the month under way so far, int64[b]."""
        return _RESULT_LEG @ self._turnover

    def close(self, stocks: Mapping[Account, Integers | int]) -> tuple[Integers, Integers]:
        """Close the month: enter it into the balances and prove them.

        Parameters
        ----------
        stocks : mapping account -> int64[b], or one for all books
            What the sub-ledgers say that the accounts must show, debit positive, minor units.

        Returns
        -------
        (turnover, balance) : int64[b, f], int64[b, a]

        Raises
        ------
        LedgerError
            Says of the first book that fails which proof it is that fails first.
        """
        before = self._balance
        self._balance = before.copy()
        _move(self._turnover, _DEBIT, _CREDIT, self._balance)
        self.equity = _ON_SHEET @ self._balance
        self._prove(before, stocks)
        closed = self.turnover.copy()
        self._turnover[:] = 0
        return closed, self.balance.copy()

    def open_books(self, capital: int | Integers) -> None:
        """Carry the warm-up's balance sheet over, with equity set to `capital` by paying cash in or out."""
        self._balance[~_ON_SHEET] = 0
        self._balance[Account.CASH.position] += capital - self.equity
        self._balance[Account.CAPITAL.position] = -np.asarray(capital)
        self.equity = _ON_SHEET @ self._balance

    def _prove(self, before: Integers, stocks: Mapping[Account, Integers | int]) -> None:
        cash = Account.CASH.position
        gaps = self._balance.take([cash, cash, *(account.position for account in stocks)], axis=0)
        np.add.reduce(self._balance, out=gaps[0])
        gaps[1] -= before[cash] + self.cash_movement()
        for gap, stock in zip(gaps[2:], stocks.values(), strict=True):
            gap -= stock
        if gaps.any():
            raise LedgerError(self._first_fault(gaps, tuple(stocks)))

    def _first_fault(self, gaps: Integers, proven: tuple[Account, ...]) -> str:
        """What is wrong with the first book that has a gap: in its sum, in its cash, or in an account."""
        book = int(gaps.any(axis=0).argmax())
        proof = int(gaps[:, book].nonzero()[0][0])
        gap = int(gaps[proof, book])
        if proof == 0:
            return f"the books do not balance: debits exceed credits by {gap}"
        if proof == 1:
            return "cash has not moved by the cash legs of the month"
        account = proven[proof - 2]
        shown = int(self._balance[account.position, book])
        return f"{account.label} shows {shown}, its sub-ledger {shown - gap} minor units"


def _refuse_negative(flow: Flow, amount: int) -> None:
    if amount < 0:
        raise LedgerError(f"{flow.label}: an amount must not be negative, got {amount} minor units")


@kernel
def _move(
    turnover: Integers,  # [f, b]
    debit: Integers,  # [f]
    credit: Integers,  # [f]
    balance: Integers,  # [a, b]
) -> None:
    for flow in range(turnover.shape[0]):
        for book in range(turnover.shape[1]):
            balance[debit[flow], book] += turnover[flow, book]
            balance[credit[flow], book] -= turnover[flow, book]
