"""Rules from outside say what part of an amount is on new business: a clawback takes back that part and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np
import pytest

from sim.base.errors import SimError
from sim.base.units import month_ordinal
from sim.policy.given.facts import MonthFacts
from sim.policy.rule import Phase, Rule
from sim.policy.rules.clawback import Clawback
from sim.policy.statement import Statement
from sim.policy.terms.schedule import Policy
from sim.policy.trial import Person, Trial

JANUARY = month_ordinal("2025-01")
HULL, TRAVEL = 0, 1
Write = Callable[[MonthFacts, Statement], None]


class Outside(Rule):
    """Writes what a test says."""

    phase: ClassVar[Phase] = Phase.AMOUNT
    kind: Literal["outside"] = "outside"
    written: Any = None
    fees: Any = None

    def accrue(self, facts: MonthFacts, terms: Any, memory: Any, statement: Statement) -> None:
        if self.written is not None:
            self.written(facts, statement)

    def apply(self, facts: MonthFacts, terms: Any, memory: Any, statement: Statement) -> None:
        if self.fees is not None:
            self.fees(facts, statement)


def months(**writes: Write) -> list[int]:
    """What partner a is owed for January and for April: a hull and two travels sold, the hull and one travel lost."""
    back = Clawback(kind="clawback", window="12mo", how="full")  # type: ignore[arg-type]
    rules = {"mine": Outside(**writes), "back": back}
    policy = Policy.model_validate({"rules": rules, "payment": {"clawback": "none"}})
    trial = Trial(policy, {"hull": 12, "travel": 12}, [Person("a"), Person("b")])
    owed = []
    for t in range(4):
        facts = trial.facts(JANUARY + t, t)
        if t == 0:
            facts.count_new[:, 0], facts.premium_new[:, 0] = (1, 2), (500_00, 800_00)
            facts.premium_renewal[:, 0] = 300_00
        if t == 3:
            facts.lost[HULL][3, 0] = facts.lost[TRAVEL][3, 0] = 1
        owed.append(trial.month(facts).owed(0))
    return [owed[0], owed[3]]


def test_the_part_on_new_business_goes_back() -> None:
    """A tenth of all hull premium, 80, of which 50 are on new business; without that part nothing goes back."""

    def tenth(facts: MonthFacts, statement: Statement) -> None:
        new, renewal = facts.premium_new[HULL] // 10, facts.premium_renewal[HULL] // 10
        statement.accrue_amount(HULL, new + renewal, on_new=new)

    def renewals(facts: MonthFacts, statement: Statement) -> None:
        amount = facts.premium_renewal[HULL] // 10
        statement.accrue_amount(HULL, amount, on_new=np.zeros_like(amount))

    assert months(written=tenth) == [80_00, -50_00]
    assert months(written=renewals) == [30_00, 0]


def test_a_fee_for_each_sale_goes_back_by_product() -> None:
    """60 a contract and a bonus of 40: 3 x 60 + 40. The hull and one travel are lost, 2 x 60; the bonus stays."""

    def fees(facts: MonthFacts, statement: Statement) -> None:
        each = 60_00 * facts.count_new
        bonus = 40_00 * facts.count_new.any(axis=0)
        statement.true_up(each.sum(axis=0) + bonus, on_new=each)

    assert months(fees=fees) == [220_00, -120_00]
    assert months(fees=lambda facts, statement: statement.true_up(60_00 * facts.count_new.sum(axis=0))) == [180_00, 0]


def test_a_limit_from_outside_leaves_sales_their_share() -> None:
    """60 for each of three contracts, cut to 90; the hull and one travel are lost: 2 x 30."""

    def at_most_90(facts: MonthFacts, statement: Statement) -> None:
        each = 60_00 * facts.count_new
        statement.true_up(each.sum(axis=0), on_new=each)
        earned = statement.commission()
        statement.cut(np.maximum(earned - 90_00, 0), earned)

    assert months(fees=at_most_90) == [90_00, -60_00]


def accrued(amount: Any, on_new: Any) -> Write:
    return lambda facts, statement: statement.accrue_amount(HULL, amount, on_new=on_new)


def whole(*values: int) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize(
    ("amount", "on_new", "message"),
    [
        (whole(5, 0, 0), whole(6, 0, 0), "on_new is no part of the amount: 6 of 5 in row 0"),
        (whole(5, 7, 0), whole(5, -1, 0), "on_new is no part of the amount: -1 of 7 in row 1"),
        (whole(5, -7, 0), whole(5, 1, 0), "on_new is no part of the amount: 1 of -7 in row 1"),
        (whole(5, -7, 0), whole(5, -8, 0), "on_new is no part of the amount: -8 of -7 in row 1"),
        (whole(5, 7), whole(5, 7), r"amount is whole minor units, int64\[3\]; got int64\[2\]"),
        (whole(5, 7, 0), whole(5, 7), r"on_new is whole minor units, int64\[3\]; got int64\[2\]"),
        (whole(5, 7, 0), whole(0, 0, 0)[None], r"on_new is whole minor units, int64\[3\]; got int64\[1, 3\]"),
        (whole(5, 7, 0), 0, r"on_new is whole minor units, int64\[3\]; got int\[\]"),
        (whole(5, 7, 0) * 0.5, whole(0, 0, 0), r"amount is whole minor units, int64\[3\]; got float64\[3\]"),
    ],
)
def test_what_is_no_part_of_an_amount_names_the_rule(amount: Any, on_new: Any, message: str) -> None:
    with pytest.raises(SimError, match=f"^rule mine: {message}$"):
        months(written=accrued(amount, on_new))


@pytest.mark.parametrize(
    ("on_new", "message"),
    [
        ([[4, 0, 0], [2, 0, 0]], r"on_new is no part of the amount: \[4, 2\] of 5 in row 0"),
        ([[6, 0, 0], [-1, 0, 0]], r"on_new is no part of the amount: \[6, -1\] of 5 in row 0"),
        ([4, 0, 0], r"on_new is whole minor units, int64\[2, 3\]; got int64\[3\]"),
    ],
)
def test_fees_of_products_are_together_no_more_than_the_amount(on_new: Any, message: str) -> None:
    parts = np.array(on_new, dtype=np.int64)
    with pytest.raises(SimError, match=f"^rule mine: {message}$"):
        months(fees=lambda facts, statement: statement.true_up(whole(5, 0, 0), on_new=parts))


def test_negative_amounts_have_negative_parts() -> None:
    """A deduction of 20 from 50 on new business leaves 30 to go back."""

    def both(facts: MonthFacts, statement: Statement) -> None:
        statement.accrue_amount(HULL, whole(50_00, 0, 0), on_new=whole(50_00, 0, 0))
        statement.accrue_amount(HULL, whole(-20_00, 0, 0), on_new=whole(-20_00, 0, 0))

    def in_january(facts: MonthFacts, statement: Statement) -> None:
        if facts.month == 0:
            both(facts, statement)

    assert months(written=in_january) == [30_00, -30_00]
