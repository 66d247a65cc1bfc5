"""Books side by side: each is what it would be alone, and what is wrong with the first of them is what is said."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sim.base.errors import LedgerError
from sim.money.flows import ACCOUNTS, FLOWS, Account, Flow
from sim.money.ledger import Ledger

BOOKS = 3
LARGE = 2**55  # above what a double counts one by one


def posted(rng: np.random.Generator) -> list[tuple[Flow, np.ndarray]]:
    """A month of postings, most flows more than once and one never."""
    flows = rng.choice(len(FLOWS) - 1, 60)
    return [(FLOWS[one], rng.integers(0, LARGE // 60, BOOKS)) for one in flows]


def by_hand(balance: list[int], month: list[tuple[Flow, np.ndarray]], book: int) -> list[int]:
    """Balances after a month, one posting at a time."""
    after = list(balance)
    for flow, amounts in month:
        after[flow.debit.position] += int(amounts[book])
        after[flow.credit.position] -= int(amounts[book])
    return after


def test_books_side_by_side_are_books_alone() -> None:
    rng = np.random.default_rng(5)
    together, alone, hand = Ledger(BOOKS), [Ledger() for _ in range(BOOKS)], [[0] * len(ACCOUNTS)] * BOOKS
    for t in range(8):
        month = posted(rng)
        for flow, amounts in month:
            together.post(flow, amounts)
            for book, ledger in enumerate(alone):
                ledger.post(flow, int(amounts[book]))
        cash = together.cash_movement()
        hand = [by_hand(balance, month, book) for book, balance in enumerate(hand)]
        stocks = {a: np.array([balance[a.position] for balance in hand]) for a in (Account.UPR, Account.CASH)}
        turnover, balance = together.close(stocks)
        assert balance.tolist() == hand
        for book, ledger in enumerate(alone):
            assert ledger.cash_movement() == cash[book]
            one = ledger.close({account: int(stock[book]) for account, stock in stocks.items()})
            assert (one[0][0] == turnover[book]).all()
            assert (one[1][0] == balance[book]).all()
            assert ledger.equity == together.equity[book]
            assert ledger.on(Account.DAC) == together.on(Account.DAC)[book]
        assert not together.turnover.any()
        if t == 4:
            capital = rng.integers(0, LARGE, BOOKS)
            together.open_books(capital)
            for book, ledger in enumerate(alone):
                ledger.open_books(int(capital[book]))
            hand = together.balance.tolist()
            assert (together.equity == capital).all()
            assert not together.balance.sum(axis=1).any()


def test_what_was_read_does_not_change() -> None:
    ledger = Ledger(2)
    ledger.post(Flow.CAPITAL_PAID_IN, np.array([3, 4]))
    paid = ledger.of(Flow.CAPITAL_PAID_IN)
    closed = ledger.close({})
    cash = ledger.on(Account.CASH)
    ledger.post(Flow.CAPITAL_PAID_IN, 5)
    assert ledger.of(Flow.CAPITAL_PAID_IN).tolist() == [5, 5]
    ledger.close({})
    assert paid.tolist() == cash.tolist() == [3, 4]
    assert [one.sum() for one in closed] == [7, 0]
    held = ledger.on(Account.CASH)
    ledger.open_books(100)
    assert held.tolist() == [8, 9]


def test_amounts_may_be_reused() -> None:
    """The ledger keeps what it was given, not the array that it was given in."""
    ledger, amounts = Ledger(2), np.array([1, 2])
    ledger.post(Flow.INTEREST_PAID, amounts)
    amounts[:] = 0
    assert ledger.of(Flow.INTEREST_PAID).tolist() == [1, 2]


def test_a_negative_amount_in_any_book_is_refused() -> None:
    ledger = Ledger(BOOKS)
    with pytest.raises(LedgerError, match=r"^premium_earned: an amount must not be negative, got -7 minor units$"):
        ledger.post(Flow.PREMIUM_EARNED, np.array([5, -2, -7]))
    with pytest.raises(LedgerError, match="got -1 minor"):
        ledger.post(Flow.PREMIUM_EARNED, -1)
    assert not ledger.turnover.any()


def spoiled(*faults: tuple[int, Account]) -> Ledger:
    """Books of which some do not balance: one minor unit too much on an account of a book."""
    ledger = Ledger(BOOKS)
    ledger.close({})
    for book, account in faults:
        ledger.balance[book, account.position] += 1
    return ledger


@pytest.mark.parametrize(
    ("faults", "stocks", "text"),
    [
        ([(1, Account.DAC)], {}, "the books do not balance: debits exceed credits by 1"),
        ([(2, Account.DAC)], {Account.UPR: np.array([0, 5, 0])}, "upr shows 0, its sub-ledger 5 minor units"),
        ([(1, Account.DAC)], {Account.UPR: np.array([0, 5, 0])}, "the books do not balance: debits exceed"),
        ([], {Account.UPR: -4, Account.DAC: np.array([1, 0, 0])}, "upr shows 0, its sub-ledger -4 minor units"),
        ([], {Account.UPR: np.array([0, 9, 0]), Account.DAC: np.array([1, 0, 0])}, "dac shows 0, its sub-ledger 1 "),
    ],
)  # fmt: skip
def test_the_first_fault_of_the_first_book_is_told(
    faults: list[tuple[int, Account]], stocks: dict[Account, np.ndarray | int], text: str
) -> None:
    with pytest.raises(LedgerError, match=f"^{re.escape(text)}"):
        spoiled(*faults).close(stocks)


def test_cash_moves_by_its_legs(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(BOOKS)
    ledger.post(Flow.INTEREST_EARNED, np.array([0, 0, 8]))
    monkeypatch.setattr(Ledger, "cash_movement", lambda self: np.zeros(BOOKS, dtype=np.int64))
    with pytest.raises(LedgerError, match="cash has not moved by the cash legs"):
        ledger.close({})
