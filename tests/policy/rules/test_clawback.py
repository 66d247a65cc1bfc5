"""Clawback of the commission on sales: pro rata and in full, to the minor unit, beside the clawback of the unearned."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.policy.rules.clawback import Clawback
from sim.policy.statement import Statement
from sim.policy.trial import Person
from tests.policy.portfolio import Portfolio

BASE = {"kind": "base", "new": 0.12, "renewal": 0.05}
YEAR = {"kind": "clawback", "window": "12mo"}
NONE = {"payment": {"clawback": "none"}}


def desk(term: int = 12, people: tuple[Person, ...] = (Person("a"),), unearned: bool = False, **more: Any) -> Portfolio:
    return Portfolio({"base": BASE, "back": {**YEAR, **more}}, term, people=people, **({} if unearned else NONE))


def back(statement: Statement, row: int = 0) -> int:
    """What the rule takes back."""
    return int(statement.reversed[row] - statement.expensed[row])


@pytest.mark.parametrize(("age", "amount"), [(0, 120_000), (3, 90_000), (7, 50_000), (11, 10_000), (12, 0)])
def test_twelve_months_pro_rata(age: int, amount: int) -> None:
    """Commission of 1 200 on one contract of 10 000; cancelled at age 3, nine twelfths go back."""
    book = desk()
    book.price = 1_000_000
    found = [back(book.month(sold=1 if t == 0 else 0, lost={t: 1} if t == age else {})) for t in range(14)]
    assert found == [amount if t == age else 0 for t in range(14)]


@pytest.mark.parametrize(("age", "amount"), [(0, 1_200), (1, 0)])
def test_thirty_days_in_full(age: int, amount: int) -> None:
    """A window of one month: what is cancelled in the month of its sale."""
    book = desk(window="1mo", how="full")
    found = [back(book.month(sold=1 if t == 0 else 0, lost={t: 1} if t == age else {})) for t in range(3)]
    assert sum(found) == found[age] == amount


def test_part_of_a_cohort() -> None:
    """Of 3 contracts, 3 600 of commission, one is lost at age 4, another at age 5: 1 200 x 8/12, 1 200 x 7/12."""
    book = desk()
    found = [back(book.month(sold=3 if t == 0 else 7, lost={t: 1} if t in (4, 5) else {})) for t in range(8)]
    assert found == [0, 0, 0, 0, 800, 700, 0, 0]


def test_nothing_is_kept_of_sales_that_all_lapse_at_once() -> None:
    """Subscriptions, every one lost at its first renewal: with two months in full all commission on sales goes back."""
    book = desk(1, window="2mo", how="full")
    booked = 0
    for t in range(6):
        statement = book.month(sold=[0, 5, 9, 1, 3, 0][t], lost={1: [0, 0, 5, 9, 1, 3][t]})
        booked += statement.total
        assert statement.owed(0) == statement.total
    assert booked == 0


@pytest.mark.parametrize(("age", "unearned", "more"), [(3, 85_000, 5_000), (11, 5_000, 5_000), (0, 115_000, 5_000)])
def test_unearned_commission_is_not_taken_back_twice(age: int, unearned: int, more: int) -> None:
    """Cancelled at age 3: 17 of 24 parts are unearned and go back as such, nine twelfths in all."""
    book = desk(unearned=True)
    book.price = 1_000_000
    for t in range(age):
        book.month(sold=1 if t == 0 else 0)
    statement = book.month(sold=1 if age == 0 else 0, lost={age: 1}, released=unearned)
    assert (int(statement.taken_back[0]), back(statement)) == (unearned, more)


def test_unearned_commission_of_other_contracts_counts_for_nothing() -> None:
    """A lapse after a year and the cancellation of renewed contracts in one month: the window's loss is not set off."""
    book = desk(unearned=True, window="14mo", how="full")
    book.price = 1_000_000
    for t in range(12):
        book.month(sold=2 if t == 0 else 0)
    statement = book.month(lost={12: 1}, released=40_000)
    assert back(statement) == 120_000


def test_a_narrow_window_takes_no_more_than_what_is_unearned() -> None:
    """Half of six months is left, 600 of 1 200, and 850 have been taken back already."""
    book = desk(unearned=True, window="6mo")
    book.price = 1_000_000
    for t in range(3):
        book.month(sold=1 if t == 0 else 0)
    assert back(book.month(lost={3: 1}, released=85_000)) == 0


def test_renewed_elsewhere_is_not_lost() -> None:
    """Contracts that renew without their partner cost it nothing, now or when they are lost later."""
    book = desk(1, how="full")
    book.month(sold=4)
    assert back(book.month(moved={1: 2})) == 0
    assert back(book.month(lost={2: 1})) == 1_200
    assert back(book.month(lost={3: 1})) == 1_200


def test_when_the_rule_ends_contracts_sold_before_stay_under_it() -> None:
    book = desk(effective_until="2025-03", how="full", window="3mo")
    for _ in range(2):
        book.month(sold=1)
    assert back(book.month(sold=1, lost={2: 1})) == 1_200
    assert back(book.month(lost={2: 1, 1: 1})) == 1_200  # that of the third month was sold without the rule
    assert back(book.month()) == 0


def test_only_partners_it_covers_and_not_the_direct_channel() -> None:
    people = (Person("a", "agents", region="north"), Person("b", "agents", region="south"), Person("c", "banks"))
    everyone, north, banks = (
        desk(people=people, how="full", **one) for one in ({}, {"regions": ["north"]}, {"segments": ["banks"]})
    )
    for book, expected in ((everyone, [1_200] * 3), (north, [1_200, 0, 0]), (banks, [0, 0, 1_200])):
        book.month(sold=[1, 1, 1])
        statement = book.month(lost={1: [1, 1, 1]})
        assert [back(statement, row) for row in range(4)] == [*expected, 0]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_more_goes_back_than_was_paid(data: st.DataObject) -> None:
    """Whatever is sold and lost; in full and for ever, exactly the commission of what is lost."""
    how, window = data.draw(st.sampled_from(["full", "pro_rata"])), data.draw(st.integers(1, 10))
    book, count = desk(1, how=how, window=f"{window}mo"), [0] * 12
    book.price = data.draw(st.integers(1, 10**6))
    paid = taken = exact = 0.0
    for t in range(12):
        sold = data.draw(st.integers(0, 50))
        count = [sold, *count[:-1]]
        lost = {age: data.draw(st.integers(0, n)) for age, n in enumerate(count) if n and data.draw(st.booleans())}
        count = [n - lost.get(age, 0) for age, n in enumerate(count)]
        statement = book.month(sold, lost)
        paid += int(statement.on_new[0, 0])
        taken += back(statement)
        part = [(window - age) / window if how == "pro_rata" else 1.0 for age in range(window)]
        exact += sum(0.12 * book.price * lost.get(age, 0) * share for age, share in enumerate(part))
        assert taken <= paid + 1e-9
        assert taken == pytest.approx(exact, abs=(t + 1) * (window + 1))


def test_explain_names_the_contracts_lost() -> None:
    book = desk(how="full")
    book.month(sold=5)
    (line,) = [one for one in book.month(lost={1: 2}, watched="a").lines if one.rule == "back"]
    assert (line.phase, line.reads, line.input, line.amount) == ("return", "contracts", 2.0, -2_400)


def test_no_window_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least one month"):
        Clawback.model_validate({**YEAR, "window": "0mo"})
