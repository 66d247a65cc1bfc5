"""Advances on future renewals: the worked example to the minor unit, what they stand in for, sums, expected worth."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.policy.given.prospect import Prospect
from sim.policy.kernels import by_year
from sim.policy.rules.advance import Advance
from sim.policy.statement import Statement
from sim.policy.trial import Person
from tests.policy.portfolio import START, Portfolio

BASE = {"kind": "base", "new": 0.2, "renewal": 0.5}
ADVANCE = {"kind": "advance", "months": "24mo", "rate": 0.5}


def desk(
    term: int = 1, base: dict[str, Any] | None = None, people: tuple[Person, ...] = (Person("a"),), **more: Any
) -> Portfolio:
    return Portfolio({"base": base or BASE, "early": {**ADVANCE, **more}}, term, people=people)


def seen(statement: Statement, row: int = 0) -> tuple[int, ...]:
    """Accrued, advanced, written down, charged back."""
    return (
        int(statement.accrued[0, row]),
        int(statement.advanced[row]),
        int(statement.written_down[row]),
        int(statement.advance_back[row]),
    )


def test_worked_example() -> None:
    """1 200 over 24 months, the contract lapses in month 7: 7 x 50 is cost, 850 is owed back."""
    book = desk()
    months = [book.month(sold=1)]
    assert seen(months[0]) == (2_000, 120_000, 5_000, 0)
    for _ in range(6):
        assert seen(book.month()) == (0, 0, 5_000, 0)
    assert seen(book.month(lost={7: 1})) == (0, 0, 0, 85_000)
    assert seen(book.month()) == (0, 0, 0, 0)


def test_renewals_accrue_again_when_the_advance_has_run_out() -> None:
    book = desk()
    found = [seen(book.month(sold=3 if t == 0 else 0)) for t in range(27)]
    assert [one[0] for one in found] == [6_000] + [0] * 24 + [15_000] * 2
    assert [one[2] for one in found] == [15_000] * 24 + [0] * 3
    assert sum(one[2] for one in found) == found[0][1] == 360_000


def test_annual_contract() -> None:
    """24 months of annual contracts are two renewals; of three contracts one does not renew after a year."""
    book = desk(term=12)
    assert seen(book.month(sold=3)) == (6_000, 30_000, 1_250, 0)
    for _ in range(11):
        assert seen(book.month()) == (0, 0, 1_250, 0)
    assert seen(book.month(lost={12: 1})) == (0, 0, 833, 5_004)  # a third of 1 250 is 417 a month, 12 months are left
    rest = [seen(book.month()) for _ in range(11 + 12 + 1)]
    assert [one[0] for one in rest] == [0] * 23 + [10_000]
    assert 12 * 1_250 + 5_004 + 833 + sum(one[2] for one in rest) == 30_000


def test_remainder_falls_on_the_month_of_the_sale() -> None:
    book = desk(months="7mo", rate=0.33333)
    assert seen(book.month(sold=1))[1:3] == (23_333, 3_335)  # 23 333 = 7 x 3 333 + 2


def test_the_rest_of_a_share_accrues_with_renewals() -> None:
    """Three quarters are advanced; a renewal still earns 50 % less 37.5 %."""
    book = desk(share=0.75)
    assert seen(book.month(sold=1)) == (2_000, 90_000, 3_750, 0)
    assert seen(book.month()) == (1_250, 0, 3_750, 0)


@pytest.mark.parametrize("clawback", [False, True])
def test_only_commission_on_renewals_is_taken_out(clawback: bool) -> None:
    """Where renewals earn nothing besides, the commission on new business is not touched."""
    rules = {"base": {**BASE, "renewal": 0.0}, "early": ADVANCE}
    book = Portfolio(rules | ({"back": {"kind": "clawback", "window": "3mo"}} if clawback else {}))
    for _ in range(5):
        assert book.month(sold=2).accrued[0, 0] == 4_000


def test_commission_of_sponsors_is_not_taken_out() -> None:
    """Of 100 accrued 30 are the seller's on new business and 50 go to sponsors: 20 are left of its renewals."""
    column, out = np.array([100]), np.zeros(1, dtype=np.int64)
    by_year.take_out(np.array([45]), column, np.array([[30]]), np.array([[50]]), out)
    assert out.tolist() == [-20]
    by_year.take_out(np.array([15]), column, np.array([[30]]), np.zeros((0, 1), dtype=np.int64), out)
    assert out.tolist() == [-15]


def test_contracts_sold_before_the_rule_keep_their_commission() -> None:
    """It starts in the third month: only renewals of what was sold from then on have been paid."""
    book = desk(months="4mo", effective_from="2025-03")
    found = [seen(book.month(sold=1)) for _ in range(7)]
    assert [one[1] for one in found] == [0, 0, *[20_000] * 5]
    # 2 000 for the sale and 5 000 for each renewal of the two older contracts, and from month 7 on of what has run out
    assert [one[0] for one in found] == [2_000, 7_000, 12_000, 12_000, 12_000, 12_000, 12_000]


def test_when_the_rule_ends_its_advances_run_on() -> None:
    book = desk(months="4mo", effective_until="2025-03")
    found = [seen(book.month(sold=1, lost={2: 1} if t == 3 else {})) for t in range(8)]
    assert [one[1] for one in found] == [20_000, 20_000, *[0] * 6]
    assert [one[2] for one in found] == [5_000, 10_000, 10_000, 5_000, 0, 0, 0, 0]
    assert [one[3] for one in found] == [0, 0, 0, 10_000, 0, 0, 0, 0]
    # accrued on renewals: of the contract of month 0 from age 5 on, of those sold without an advance at once
    assert [(one[0] - 2_000) // 5_000 for one in found] == [0, 0, 0, 1, 2, 4, 5, 6]


def test_each_cohort_has_the_rate_of_its_sale() -> None:
    book = desk(months="3mo", rate={"since": {"2025-01": 0.5, "2025-02": 0.2}})
    found = [seen(book.month(sold=1)) for _ in range(4)]
    assert [one[1] for one in found] == [15_000, 6_000, 6_000, 6_000]
    assert [one[0] for one in found] == [2_000, 2_000 + 0, 2_000 + 3_000, 2_000 + 6_000]


def test_a_partner_that_left_owes_the_whole_rest() -> None:
    people = (Person("a"), Person("b"))
    book = desk(people=people)
    book.month(sold=[1, 1])
    book.month(sold=[2, 0])
    statement = book.month(gone="a")
    assert seen(statement) == (0, 0, 0, 22 * 5_000 + 2 * 23 * 5_000)
    assert seen(statement, 1) == (0, 0, 5_000, 0)
    assert seen(book.month(gone="a")) == (15_000, 0, 0, 0)  # what is vested accrues again


def test_of_a_partner_that_defaulted_nothing_is_booked_any_more() -> None:
    book = desk()
    book.month(sold=1)
    assert seen(book.month(gone="a", defaulted="a"))[1:] == (0, 0, 0)
    assert seen(book.month(lost={2: 1}, gone="a", defaulted="a"))[1:] == (0, 0, 0)


def test_partners_that_are_not_chosen_have_no_advance() -> None:
    people = (Person("a", region="north"), Person("b", region="south"))
    book = desk(people=people, regions=["north"])
    assert seen(book.month(sold=1), 1) == (2_000, 0, 0, 0)
    statement = book.month()
    assert (seen(statement), seen(statement, 1)) == ((0, 0, 5_000, 0), (5_000, 0, 0, 0))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_advance_is_written_down_or_charged_back(data: st.DataObject) -> None:
    """Whatever is sold, lost and moved: the parts add up, and are those of each cohort to a few minor units."""
    m, term = data.draw(st.sampled_from([(6, 1), (6, 3), (12, 6), (5, 5)]))
    book = desk(term, months=f"{m}mo", rate=0.37)
    cohorts: list[list[Any]] = []  # age, contracts, what is left of the advance
    left, slack = 0, 0
    for _ in range(20):
        sold = data.draw(st.integers(0, 40))
        lost, moved, back = {}, {}, Fraction(0)
        cohorts = [[0, sold, Fraction(round(Fraction("0.37") * sold * 10_000 * m / term))]] + [
            [a + 1, n, x] for a, n, x in cohorts
        ]
        for cohort in cohorts:
            age, count, rest = cohort
            lost[age] = data.draw(st.integers(0, count)) if count and data.draw(st.booleans()) else 0
            moved[age] = count - lost[age] if age and age % term == 0 and data.draw(st.integers(0, 4)) == 0 else 0
            gone = lost[age] + moved[age]
            charge = rest * gone / count if count and age < m else Fraction(0)
            back += charge
            cohort[1:] = count - gone, rest - charge
        down = sum((rest / (m - age) for age, _, rest in cohorts if age < m), Fraction(0))
        cohorts = [[age, count, rest - rest / (m - age) if age < m else Fraction(0)] for age, count, rest in cohorts]
        statement = book.month(sold, lost, moved)
        _, advanced, written_down, charged = seen(statement)
        assert statement.total == statement.accrued.sum() + written_down
        slack += len(cohorts) * m
        assert abs(written_down - down) <= slack
        assert abs(charged - back) <= slack
        left += advanced - written_down - charged
        assert left >= 0
        assert left == open_in(book, m)
        assert abs(left - sum(rest for *_, rest in cohorts)) <= slack


def open_in(book: Portfolio, m: int) -> int:
    """What the rule remembers: each step x the months that it still runs."""
    steps, last = book.trial.memory["early"]["steps"][0], START + book.t - 1
    return sum(int(steps[(last - age) % m].sum()) * (m - 1 - age) for age in range(m))


def test_expected_worth_is_the_cost_of_money_of_being_paid_early() -> None:
    """Two renewals of 50 % at ages 12 and 24, both paid now: 1 % x 0.5 x (12 + 24)."""
    book = desk(term=12)
    layout = book.trial.layout
    shape = (1, layout.rows)
    prospect = Prospect(
        START, layout, np.ones(shape), np.ones(shape), np.zeros(shape), np.array([0.01, 0.0]), np.zeros((3, 2))
    )
    book.trial.book.expect(prospect)
    assert prospect.rate[0, 0] == pytest.approx(0.2 + 0.01 * 0.5 * 36, abs=1e-15)
    assert prospect.rate[0, -1] == 0


def test_explain_shows_what_is_advanced_and_what_is_taken_out() -> None:
    book = desk()
    book.month(sold=1)
    lines = book.month(sold=1, watched="a").lines
    assert [(one.rule, one.reads, one.input, one.amount, one.paid_now) for one in lines] == [
        ("base", "premium_new", 10_000.0, 2_000, 0),
        ("base", "premium_renewal", 10_000.0, 5_000, 0),
        ("early", "premium", 10_000.0, -5_000, 0),
        ("early", "premium", 10_000.0, 0, 120_000),
    ]


def test_no_months_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least one month"):
        Advance.model_validate({**ADVANCE, "months": "0mo"})
