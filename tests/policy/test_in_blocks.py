"""What is done for many rows or rules at once is what each of them gets by itself."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import pytest

from sim.base.functions import round_line
from sim.base.kernels import AT_HAND
from sim.base.units import month_ordinal
from sim.policy.rule import Rule
from sim.policy.rules.base import Base
from sim.policy.statement import Statement
from sim.policy.trial import Person, Trial
from sim.scenario.schema import scenario_model
from tests.policy.desk import Desk

JANUARY = month_ordinal("2025-01")
FOLLOWING = {
    "base": {"kind": "base", "new": 0.1333, "renewal": 0.07},
    "more": {"kind": "share_bonus", "renewal": 0.0125},
    "slide": {
        "kind": "sliding_scale", "role": "bonus", "provisional": 0.033, "points": [{"loss_ratio": 0.5, "rate": 0.1}],
    },
    "summer": {"kind": "promotion", "share": 0.05, "effective_from": "2025-01", "effective_until": "2025-03"},
}  # fmt: skip


def trial(rules: dict[str, Any], people: list[Person], extra: tuple[type, ...] = ()) -> Trial:
    policy = scenario_model(extra).model_fields["policy"].annotation.model_validate({"rules": rules})  # type: ignore[union-attr]
    return Trial(policy, {"motor": 12, "life": 12}, people)


def amounts(statement: Statement) -> dict[str, Any]:
    names = ("accrued", "on_new", "expensed", "reversed", "loss_share", "total")
    return {name: getattr(statement, name).tolist() for name in names} | {
        name: booked.tolist() for name, booked in statement.booked.items()
    }


def test_rules_at_plain_rates_accrue_together_what_each_does() -> None:
    """A watched statement lets each rule act by itself."""
    people, random = [Person(f"p{i}") for i in range(40)], np.random.default_rng(5)
    together, apart = trial(FOLLOWING, people), trial(FOLLOWING, people)
    for t in range(3):
        facts = together.facts(JANUARY + t, t)
        facts.premium_new[:, :-1], facts.premium_renewal[:, :-1] = random.integers(-9_999, 99_999, (2, 2, 40))
        found = amounts(together.month(facts))
        assert found == amounts(apart.month(facts, watched="p0"))
        new, renewal = facts.premium_new[1, 3], facts.premium_renewal[1, 3]
        lines = [(0.1333, new), (0.07, renewal), (0.0125, renewal), (0.033, new), (0.033, renewal)]
        lines += [(0.05, new)] * (t < 2)
        assert found["accrued"][1][3] == sum(round_line(rate, int(premium)) for rate, premium in lines)


class Twice(Base):
    """Accrues its rates twice."""

    kind: Literal["twice"]  # type: ignore[assignment]

    def accrue(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        for _ in range(2):
            super().accrue(facts, terms, memory, statement)


class Halving:
    """Accrues half of what the next class does; no rule by itself."""

    def accrue(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        super().accrue(facts, terms, memory, statement)  # type: ignore[misc]  # of the rule beside it
        statement.accrued //= 2


class Half(Halving, Base):
    """A rule that has its way of accruing from a class that is none."""

    kind: Literal["half"]  # type: ignore[assignment]


class Later(Base):
    """Accrues something later, whatever its basis."""

    kind: Literal["later"]  # type: ignore[assignment]

    def to_come(self, in_force: Any, terms: Any) -> float:
        return 1.0


class Charge(Rule):
    """Charges losses in January alone."""

    charges_losses: ClassVar[bool] = True
    kind: Literal["charge"]

    def apply(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        if facts.ordinal == JANUARY:
            statement.loss_share[:-1] += 5


@pytest.mark.parametrize(("kind", "amount"), [("twice", 200), ("half", 50)])
def test_a_rule_that_accrues_in_its_own_way_does_so(kind: str, amount: int) -> None:
    desk = trial({"base": {"kind": kind, "new": 0.1}}, [Person("a")], (Twice, Half))
    facts = desk.facts(JANUARY)
    facts.premium_new[0, 0] = 1_000
    assert desk.month(facts).accrued[0].tolist() == [amount, 0]


def test_who_accrues_later_is_asked_for_it() -> None:
    """Rates on written premium leave nothing to come; who tells it in its own way is asked all the same."""

    def later(**stated: Any) -> bool:
        return trial({"rule": {"new": 0.1, **stated}}, [Person("a")], (Later,)).book.needs.accrues_later

    assert not later(kind="base")
    assert later(kind="base", basis="earned") and later(kind="later")


def test_a_month_begins_with_nothing() -> None:
    """Lines that a rule has written are gone, whoever writes them and whether or not anybody does again."""
    rules = {"base": {"kind": "base", "new": 0.1, "effective_until": "2025-02"}, "charge": {"kind": "charge"}}
    desk = trial(rules, [Person("a")], (Charge,))
    facts = desk.facts(JANUARY)
    facts.premium_new[:, 0] = 1_000
    first = desk.month(facts)
    assert first.accrued[:, 0].tolist() == [100, 100] and first.loss_share[0] == 5
    desk.month(desk.facts(JANUARY + 1, 1))
    columns = ("accrued", "on_new", "loss_share")
    assert not any(desk.table.array(name).any() for name in columns)


def test_a_row_beyond_the_first_block_is_trued_up() -> None:
    """Only the last partner moves: 3 000 at 10 %, then 12 000 more, which take both to 20 %."""
    brackets = [{"above": 0, "rate": 0.1}, {"above": 100, "rate": 0.2}]
    rules = {"volume": {"kind": "tiers", "scale": {"kind": "retroactive", "brackets": brackets}}}
    partners = AT_HAND + 5
    desk, last = Desk(rules, partners), partners - 1
    premium = np.zeros(partners, dtype=np.int64)
    premium[[0, last]] = 3_000
    assert desk.month(0, premium_new=premium).commission[[0, last]].tolist() == [300, 300]
    premium[[0, last]] = 0, 12_000
    assert desk.month(1, premium_new=premium).commission[[0, last]].tolist() == [0, 12_000 // 5 + 300]


def test_levels_cross_blocks() -> None:
    """In a chain each gets 10 % of the premium of the next below it and 1 % of that of the one below that."""
    count = 2 * AT_HAND + 7
    people = [Person(f"p{i}", sponsor=f"p{i - 1}" if i else None) for i in range(count)]
    desk = trial({"team": {"kind": "levels", "rates": [0.1, 0.01]}}, people)
    facts = desk.facts(JANUARY)
    facts.premium_new[0, :count] = 100 * np.arange(count)
    statement = desk.month(facts)
    assert statement.received[:count].tolist() == [
        sum(rate * below for rate, below in ((10, i + 1), (1, i + 2)) if below < count) for i in range(count)
    ]
    assert statement.passed[0, :3].tolist() == [0, 10, 22] and statement.passed[0, count - 1] == 11 * (count - 1)
