"""Properties that hold for every policy, on random facts.

A month's facts are whole minor units of premium and numbers of contracts by partner and product.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.base.units import month_ordinal
from sim.policy.given.facts import MonthFacts
from sim.policy.trial import Person, Trial
from sim.scenario.schema import scenario_model
from tests.policy.catalogue import EVERYTHING, OF_ONE_PARTNER, PROPORTIONAL, RATES, RISING_SCALES

JANUARY = month_ordinal("2025-01")
PRODUCTS = {"motor": 12, "home": 1}
MONTHS, PEOPLE = 15, 5
HALF = 0.5

Facts = NDArray[np.int64]


def policy(rules: dict[str, Any]) -> Any:
    return scenario_model().model_fields["policy"].annotation.model_validate({"rules": rules})  # type: ignore[union-attr]


class Year(dict[str, Facts]):
    """Facts by name, int64[month, product, partner], from a seed; it prints as the seed does."""

    def __init__(self, seed: int, mean: float) -> None:
        random, shape, funnel = np.random.default_rng(seed), (MONTHS, len(PRODUCTS), PEOPLE), (MONTHS, PEOPLE)
        new, renewed, price = random.poisson(mean, shape), random.poisson(1.0, shape), random.integers(1, 50_000, shape)
        written = (new + renewed) * price
        super().__init__(
            count_new=new,
            count_renewal=renewed,
            premium_new=new * price,
            premium_renewal=renewed * price,
            earned=written,
            incurred=random.integers(0, 2, shape) * written * random.integers(0, 4, shape) // 2,
            in_force=random.poisson(8.0, shape),
            views=random.poisson(900.0, funnel),
            clicks=random.poisson(90.0, funnel),
            leads=random.poisson(9.0, funnel),
            bad_leads=random.poisson(1.0, funnel),
        )
        self.seed, self.mean = seed, mean

    def __repr__(self) -> str:
        return f"Year({self.seed}, {self.mean})"


def months() -> st.SearchStrategy[Year]:
    """Random years, with few sales and with many."""
    return st.builds(Year, st.integers(0, 2**32 - 1), st.sampled_from([0.3, 3.0]))


def fill(facts: MonthFacts, given: dict[str, Facts], t: int, columns: NDArray[np.int64]) -> MonthFacts:
    """Put month t of the partners in `columns` into the facts."""
    for name, values in given.items():
        getattr(facts, name)[..., : columns.size] = values[t][..., columns]
    return facts


def statements(rules: dict[str, Any], given: dict[str, Facts], columns: NDArray[np.int64] | None = None) -> Facts:
    """What every partner is owed: int64[month, partner]."""
    chosen = np.arange(PEOPLE) if columns is None else columns
    trial = Trial(
        policy(rules),
        PRODUCTS,
        [Person(f"p{i}", sponsor=f"p{i - 1}" if i and columns is None else None) for i in chosen],
    )
    found = np.zeros((MONTHS, chosen.size), dtype=np.int64)
    for t in range(MONTHS):
        statement = trial.month(fill(trial.facts(JANUARY + t, t), given, t, chosen))
        found[t] = [statement.owed(i) for i in range(chosen.size)]
    return found


def ceiling(rules: dict[str, Any], product: str) -> float:
    """The largest share of premium that the rules say they can pay."""
    return float(sum(rule.highest_rate(product, "partners") for rule in policy(rules).rules.values()))


def written(given: dict[str, Facts]) -> Facts:
    return given["premium_new"] + given["premium_renewal"]


@settings(max_examples=15, deadline=None)
@given(facts=months())
@pytest.mark.parametrize("name", sorted(RATES))
def test_cumulative_payout_stays_below_the_rates(name: str, facts: dict[str, Facts]) -> None:
    """Whatever has been paid so far is at most highest rate x premium so far, and half a unit a line."""
    rules = {name: RATES[name]}
    most = np.array([ceiling(rules, product) for product in PRODUCTS])
    limit = np.cumsum((written(facts) * most[:, None]).sum(axis=1), axis=0)
    lines = 2 * len(PRODUCTS) * np.arange(1, MONTHS + 1)
    assert (np.cumsum(statements(rules, facts), axis=0) <= limit + HALF * lines[:, None] + HALF).all()


@settings(max_examples=15, deadline=None)
@given(facts=months())
def test_payout_of_several_rules_stays_below_the_sum_of_the_rates(facts: dict[str, Facts]) -> None:
    most = np.array([ceiling(RATES, product) for product in PRODUCTS])
    limit = np.cumsum((written(facts) * most[:, None]).sum(axis=1), axis=0)
    lines = 2 * len(PRODUCTS) * len(RATES) * np.arange(1, MONTHS + 1)
    assert (np.cumsum(statements(RATES, facts), axis=0) <= limit + HALF * lines[:, None] + len(RATES)).all()


@settings(max_examples=15, deadline=None)
@given(facts=months())
@pytest.mark.parametrize("name", sorted(RISING_SCALES))
def test_retroactive_pays_at_least_marginal(name: str, facts: dict[str, Facts]) -> None:
    """A rising scale on all of a window's volume never pays less than slice by slice, window by window."""
    block = RISING_SCALES[name]
    paid = {
        kind: statements({name: {**block, "scale": {**block["scale"], "kind": kind}}}, facts)
        for kind in ("marginal", "retroactive")
    }
    assert (
        np.cumsum(paid["retroactive"], axis=0) - np.cumsum(paid["marginal"], axis=0)
        >= -HALF * 2 * len(PRODUCTS) * MONTHS
    ).all()


@settings(max_examples=10, deadline=None)
@given(facts=months(), order=st.permutations(range(PEOPLE)))
def test_statement_does_not_depend_on_the_order_of_partners(facts: dict[str, Facts], order: list[int]) -> None:
    columns = np.array(order)
    assert (
        statements(OF_ONE_PARTNER, facts, columns) == statements(OF_ONE_PARTNER, facts, np.arange(PEOPLE))[:, columns]
    ).all()


@settings(max_examples=10, deadline=None)
@given(facts=months(), cut=st.integers(1, PEOPLE - 1))
def test_a_file_split_in_two_adds_up(facts: dict[str, Facts], cut: int) -> None:
    """Rules that read one partner give everyone the same statement in either file."""
    whole = statements(OF_ONE_PARTNER, facts, np.arange(PEOPLE))
    parts = [statements(OF_ONE_PARTNER, facts, part) for part in (np.arange(cut), np.arange(cut, PEOPLE))]
    assert (np.concatenate(parts, axis=1) == whole).all()


@settings(max_examples=5, deadline=None)
@given(facts=months())
@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_all_rules_off_equals_base_alone(name: str, facts: dict[str, Facts]) -> None:
    """A rule that is not in force yet changes nothing."""
    base = {"base": RATES["base"]}
    off = {**base, "off": {**EVERYTHING[name], "effective_from": "2030-01", "effective_until": "2031-01"}}
    assert (statements(off, facts) == statements(base, facts)).all()


@settings(max_examples=5, deadline=None)
@given(facts=months())
def test_a_policy_of_zeros_pays_nothing(facts: dict[str, Facts]) -> None:
    assert not statements({}, facts).any()
    assert not statements({"base": {"kind": "base", "new": 0.0}}, facts).any()


@settings(max_examples=10, deadline=None)
@given(facts=months())
@pytest.mark.parametrize("name", sorted(PROPORTIONAL))
def test_money_times_a_thousand(name: str, facts: dict[str, Facts]) -> None:
    """Rates of premium scale with money, up to half a (now thousandfold) unit a line."""
    large = {
        key: values * 1000 if key.startswith(("premium", "earned", "incurred")) else values
        for key, values in facts.items()
    }
    apart = np.abs(statements({name: PROPORTIONAL[name]}, large) - 1000 * statements({name: PROPORTIONAL[name]}, facts))
    assert (apart <= 500 * 2 * len(PRODUCTS)).all()
