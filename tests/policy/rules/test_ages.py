"""Contracts by months since their first sale: as rules are told, and what base pays on them.

Notation: a age in months, i row (the last is our direct channel), y contract year.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.engine.model import PartnerNetwork
from sim.policy.given.prospect import Prospect
from sim.policy.rules.base import Base
from tests.policy.portfolio import START, Portfolio
from tests.whole.hypotheses import likely, z_share
from tests.whole.running import monthly
from tests.whole.scenarios import CHOICE, P, S, plan

AGES = 30
LEAVE = {f"{S}.turnover": {"leave": 0.03}}
SWITCH = {
    f"{CHOICE}.review": 0.2, f"{CHOICE}.weights": {"commission": 0.0, "brand": 1.0}, f"{CHOICE}.us_at_start": None,
    "rivals.other.brand": 0.2,
}  # fmt: skip


def network(term: int, **changes: Any) -> PartnerNetwork:
    """Some partners that sell a product; a rule that tells the ages of contracts apart and changes nothing."""
    common = {
        "months": "28mo", f"{P}.term": f"{term}mo", f"{S}.flow": 8.0, f"{S}.sales": {"law": "poisson"},
        "policy.rules.base": {"kind": "base", "new": 0.1, "to_age": f"{AGES}mo"},
    }  # fmt: skip
    return PartnerNetwork(plan({**common, **changes}))


def by_age(model: PartnerNetwork) -> np.ndarray:
    """Contracts in force by age, from the ring of cohorts: int64[AGES, n]."""
    line = model.plan.lines[0]
    found = np.zeros((AGES, model.table.rows), dtype=np.int64)
    for year in range(line.years - 1):  # the last holds all later years together
        for slot in range(line.slots):
            age = year * line.slots + (model.month - 1 - slot) % line.slots
            if age < AGES:
                found[age] += model.table.ring_count[line.first_count_slot + year * line.slots + slot]
    return found


def months(model: PartnerNetwork) -> Iterator[np.ndarray]:
    """Contracts by age after each month, counted on from the month before by what rules are told."""
    held = np.zeros((AGES, model.table.rows), dtype=np.int64)
    while model.month < model.plan.months:
        model.step()
        facts = model.nouns.commission.facts
        held = np.vstack([facts.count_new[0], held[:-1]])
        held -= facts.lost[0][:AGES]
        held -= facts.moved[0][:AGES]
        held[:, -1] += facts.moved[0][:AGES].sum(axis=1)
        yield held


@pytest.mark.parametrize("term", [1, 3, 12])
@pytest.mark.parametrize("how", ["lapse", "cancel", "leave", "switch"])
def test_new_less_lost_and_moved_is_what_is_in_force(term: int, how: str) -> None:
    changes: dict[str, Any] = {f"{P}.renewal": [0.7, 0.85], f"{P}.portability": 0.3, f"{P}.direct_retention": 0.9}
    changes |= {"lapse": {}, "cancel": {f"{P}.cancellation": 0.04}, "leave": LEAVE, "switch": SWITCH}[how]
    model, moved = network(term, **changes), 0
    for held in months(model):
        np.testing.assert_array_equal(held, by_age(model))
        assert held.sum(axis=0).tolist() == model.nouns.commission.facts.in_force[0].tolist()
        moved += int(model.nouns.commission.facts.moved[0].sum())
        for year in range(1, 28 // term + 1):
            if how != "cancel" and year * term < AGES:
                assert model.nouns.commission.facts.renewed[0][year].tolist() == held[year * term].tolist()
        assert (
            model.nouns.commission.facts.renewed[0].sum(axis=0).tolist()
            == model.nouns.commission.facts.count_renewal[0].tolist()
        )
    assert (moved > 0) == (how in ("leave", "switch"))
    assert held[1:].sum() > 0


@pytest.mark.parametrize(("term", "years", "age"), [(1, 0, 1), (1, 2, 3), (3, 1, 6), (12, 0, 12), (12, 1, 24)])
def test_a_contract_lapses_at_the_end_of_its_last_term(term: int, years: int, age: int) -> None:
    """Renewed for certain so many times, then never: lost at that age, in the month of sale plus that age."""
    model = network(term, **{f"{P}.renewal": [1.0] * years + [0.0], f"{S}.sales": {"law": "fixed"}})
    for t, _ in enumerate(months(model)):
        lost = model.nouns.commission.facts.lost[0].sum(axis=1)
        assert lost[age] == (80 if t >= age else 0)
        assert lost.sum() == lost[age]


def test_cancellations_fall_on_every_age_alike() -> None:
    """From the month of the sale on: 30 % a month of what is left at each age."""
    changes = {f"{P}.cancellation": 0.3, f"{S}.partners": 300, f"{S}.sales": {"law": "fixed"}, f"{P}.renewal": 1.0}
    model, found = network(12, **changes), []
    for t, held in enumerate(months(model)):
        lost = model.nouns.commission.facts.lost[0].sum(axis=1)
        assert lost[t + 1 :].sum() == 0
        before = held.sum(axis=1) + lost
        many = before > 30
        found += z_share(lost[many], before[many], 0.3).tolist()
    assert len(found) > 200
    likely(found, "cancelled by age")


def test_only_ages_that_rules_ask_for_are_kept() -> None:
    plain, asked = PartnerNetwork(plan({"months": "2mo"})), network(12)
    plain.run()
    assert [len(plain.nouns.commission.facts.lost[0]), len(plain.nouns.commission.facts.renewed[0])] == [0, 1]
    asked.step()
    assert [len(asked.nouns.commission.facts.lost[0]), len(asked.nouns.commission.facts.renewed[0])] == [AGES, 4]


# --- the base rate by age --------------------------------------------------------------------------------------------


def accrued(rule: dict[str, Any], months: int, term: int = 1, sold: int = 1, **changes: Any) -> list[int]:
    """Commission accrued from month to month on contracts of 100.00 sold in the first month, of which none is lost."""
    book = Portfolio({"base": {"kind": "base", **rule}}, term, **changes)
    return [int(book.month(sold if t == 0 else 0).accrued[0, 0]) for t in range(months)]


WINDOWS = [
    ({}, 0, 9),
    ({"to_age": "3mo"}, 0, 3),
    ({"from_age": "3mo"}, 3, 9),
    ({"from_age": "2mo", "to_age": "5mo"}, 2, 5),
]


@pytest.mark.parametrize(("ages", "first", "end"), [*WINDOWS, ({"from_age": "0mo", "to_age": "1mo"}, 0, 1)])
def test_commission_of_the_first_months_and_of_later_ones(ages: dict[str, str], first: int, end: int) -> None:
    whole = [2_000, *[1_000] * 8]
    assert accrued({"new": 0.2, "renewal": 0.1, **ages}, 9) == [whole[t] if first <= t < end else 0 for t in range(9)]


def test_later_year_rates() -> None:
    """20 % on the sale, 10 % in the second year, 5 % from the third on."""
    rules = {
        "first": {"kind": "base", "new": 0.2, "to_age": "12mo"},
        "second": {"kind": "base", "new": 0.1, "from_age": "12mo", "to_age": "24mo"},
        "later": {"kind": "base", "new": 0.05, "from_age": "24mo"},
    }
    book = Portfolio(rules, term=6)
    found = [int(book.month(sold=1 if t == 0 else 0).accrued[0, 0]) for t in range(43)]
    assert {t: amount for t, amount in enumerate(found) if amount} == {
        0: 2_000, 6: 2_000, 12: 1_000, 18: 1_000, 24: 500, 30: 500, 36: 500, 42: 500,
    }  # fmt: skip


def test_ages_share_the_premium_of_renewals_by_contracts() -> None:
    """Renewed: 3 contracts of age 1 and 4 of age 2, of 1 001 together; 12.5 % on three sevenths of it is 53.625."""
    book = Portfolio({"base": {"kind": "base", "new": 0.0, "renewal": 0.125, "to_age": "2mo"}})
    book.month(sold=4)
    book.month(sold=3)
    facts = book.facts(0, {}, {})
    assert facts.renewed[0][:, 0].tolist() == [0, 3, 4]
    facts.premium_renewal[0, 0] = 1_001
    assert book.trial.month(facts).accrued[0, 0] == 54


def test_contracts_keep_the_rate_of_their_sale_for_the_stated_time() -> None:
    """The rate on renewals falls from 10 % to 4 % in the fourth month; who bought before keeps 10 % for six months."""
    rates = {"since": {"2025-01": 0.1, "2025-04": 0.04}}
    assert accrued({"new": 0.0, "renewal": rates, "keep_terms": "6mo"}, 9) == [0, *[1_000] * 5, 400, 400, 400]
    assert accrued({"new": 0.0, "renewal": rates}, 9) == [0, 1_000, 1_000, *[400] * 6]
    book = Portfolio({"base": {"kind": "base", "new": 0.0, "renewal": rates, "keep_terms": "6mo"}})
    found = [int(book.month(sold=1).accrued[0, 0]) for _ in range(8)]
    # in month 5 those of months 0, 1, 2 earn 10 %, those of 3 and 4 earn 4 %; in month 6 the first has been kept enough
    assert found == [0, 1_000, 2_000, 3_000, 3_400, 3_800, 400 + 2_000 + 1_200, 800 + 1_000 + 1_600]


def test_terms_are_kept_from_the_first_month_of_the_rule_on() -> None:
    rates = {"since": {"2024-01": 0.3, "2025-02": 0.1, "2025-04": 0.04}}
    found = accrued({"new": 0.0, "renewal": rates, "keep_terms": "5mo", "effective_from": "2025-03"}, 7)
    assert found == [0, 0, 1_000, 1_000, 1_000, 400, 400]


def test_highest_rate_is_that_of_any_time() -> None:
    rates = {
        "rate": 0.1,
        "products": {"line": {"rate": 0.2, "segments": {"banks": {"since": {"2025-01": 0.3, "2026-01": 0.25}}}}},
    }
    rule = Base.model_validate({"kind": "base", "new": rates, "renewal": 0.22, "products": ["line"]})
    assert [rule.highest_rate(*cell) for cell in (("line", "banks"), ("line", "agents"), ("other", "banks"))] == [
        0.3,
        0.22,
        0.0,
    ]


def test_explain_reads_the_premium_that_earns() -> None:
    book = Portfolio({"base": {"kind": "base", "new": 0.2, "renewal": 0.1, "to_age": "2mo"}})
    book.month(sold=4)
    book.month(sold=3)
    lines = book.month(sold=1, watched="a").lines
    assert [(one.reads, one.input, one.rate, one.amount) for one in lines] == [
        ("premium_new", 10_000.0, 0.2, 2_000), ("premium_renewal", 30_000.0, 0.1, 3_000),
    ]  # fmt: skip


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_windows_of_ages_pay_together_what_one_rule_pays(spread: float) -> None:
    """In the market, with lapses and cancellations; a price that varies costs at most a minor unit a line and rule."""
    ages = [{"to_age": "2mo"}, {"from_age": "2mo", "to_age": "7mo"}, {"from_age": "7mo"}]
    split = {f"part{k}": {"kind": "base", "new": 0.17, "renewal": 0.11, **one} for k, one in enumerate(ages)}
    market = {
        "months": "15mo",
        f"{P}.term": "1mo",
        f"{P}.renewal": 0.8,
        f"{P}.cancellation": 0.03,
        f"{P}.price_cv": spread,
        f"{S}.flow": 4.0,
        f"{S}.sales": {"law": "poisson"},
    }
    model = PartnerNetwork(plan({**market, "policy.rules": split}))
    while model.month < 15:
        model.step()
        table = model.table
        whole = table.premium_new[0, :-1] * 0.17 + table.premium_renewal[0, :-1] * 0.11
        assert np.abs(table.accrued[0, :-1] - whole).max() <= (2.0 if spread else 1e-6)
        assert table.accrued[0, -1] == 0


# --- commission as premium is earned ---------------------------------------------------------------------------------


def test_commission_as_earned_is_a_cost_of_the_month() -> None:
    """12 % of each month's earned premium, refunds included by themselves; nothing is deferred or taken back."""
    changes = {"months": "30mo", f"{P}.cancellation": 0.05, f"{P}.renewal": 0.5, f"{S}.flow": 20.0, f"{S}.partners": 1,
               "policy.rules.base": {"kind": "base", "new": 0.12, "basis": "earned"}}  # fmt: skip
    found = monthly(plan(changes))
    assert found["premium_refunded"].sum() > 0
    for t in range(30):
        assert found["commission_expensed"][t] == round(Fraction(12, 100) * int(found["premium_earned"][t]))
    for name in ("balance.dac", "commission_accrued", "commission_clawed_back"):
        assert found[name].sum() == 0, name


def test_as_earned_is_worth_less_by_the_cost_of_waiting() -> None:
    """Half a term later on average: 1 % a month over six months off 12 %."""
    book = Portfolio({"base": {"kind": "base", "new": 0.12, "basis": "earned"}}, term=12)
    layout = book.trial.layout
    shape = (1, layout.rows)
    prospect = Prospect(
        START, layout, np.ones(shape), np.ones(shape), np.zeros(shape), np.array([0.01, 0.0]), np.zeros((4, 2))
    )
    book.trial.book.expect(prospect)
    assert prospect.rate[0].tolist() == [pytest.approx(0.12 * 0.94, abs=1e-15), 0.0]


def test_explain_reads_earned_premium() -> None:
    book = Portfolio({"base": {"kind": "base", "new": 0.12, "basis": "earned"}})
    facts = book.facts(0, {}, {})
    facts.earned[0, 0] = 12_345
    (line,) = book.trial.month(facts, "a").lines
    assert (line.reads, line.input, line.amount) == ("earned", 12_345.0, 1_481)


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"from_age": "12mo", "to_age": "12mo"}, "to_age must be later than from_age"),
        ({"to_age": "0mo"}, "to_age must be later than from_age"),
        ({"basis": "earned", "renewal": 0.1, "to_age": "12mo"}, "leave out renewal and to_age"),
        ({"basis": "earned", "keep_terms": "12mo"}, "leave out keep_terms"),
    ],
)
def test_what_cannot_be_meant_is_refused(block: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Base.model_validate({"kind": "base", "new": 0.1, **block})
