"""Of a lost sale a full clawback takes back what was paid for it: whatever rules paid, capped or shared it."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.base.arrays import Integers
from sim.base.units import Dated
from sim.policy.given.facts import MonthFacts
from sim.policy.trial import Person, Trial
from tests.policy.catalogue import EVERYTHING, OF_ONE_PARTNER, RATES
from tests.policy.test_properties import JANUARY, PRODUCTS, policy

PEOPLE, MONTHS = 4, 5
SPONSOR = 0
TO_THE_UNIT = 2  # true-ups of tiers round the month's payout once more
BACK = {"kind": "clawback", "window": f"{MONTHS}mo", "how": "full"}

# what is paid for sales alone
FOR_SALES: dict[str, Any] = {
    **{name: RATES[name] for name in ("base", "extra", "exclusive")},
    "per_sale": OF_ONE_PARTNER["per_sale"],
    "spring": {**OF_ONE_PARTNER["spring"], "effective_from": "2025-01"},
    "levels": EVERYTHING["levels"],
    "ranks": EVERYTHING["ranks"],
    "network": EVERYTHING["network"],
}
BESIDE: dict[str, Any] = {
    **{name: RATES[name] for name in ("marginal", "retroactive", "by_count", "customers", "sliding")},
    **{name: OF_ONE_PARTNER[name] for name in ("per_lead", "monthly", "floor")},
    "of_commission": {"kind": "levels", "of": "commission", "rates": [0.1]},
}
money, share = st.integers(0, 300).map(float), st.floats(0.01, 0.5).map(lambda x: round(x, 2))
CUTS = st.fixed_dictionaries(
    {},
    optional={
        "cap_share": share.map(lambda x: {"kind": "cap", "share_of_premium": x}),
        "cap_month": money.map(lambda x: {"kind": "cap", "per_month": x}),
        "cap_year": money.map(lambda x: {"kind": "cap", "per_year": x}),
        "staff": share.map(lambda x: {"kind": "cross_bonus", "share": x, "funding": "carve_out"}),
        "zealous": share.map(
            lambda x: {"kind": "cross_bonus", "products": ["home"], "share": x, "funding": "carve_out"}
        ),
    },
)


def some(rules: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the rules; ranks stand in place of the base."""
    names = st.sets(st.sampled_from(sorted(rules)), min_size=1)
    return names.map(lambda chosen: {name: rules[name] for name in sorted(chosen)})


def paid_and_taken(
    rules: dict[str, Any], law: float | None, seed: int, only_sales: bool
) -> tuple[Integers, list[Integers]]:
    """What a month of sales pays each partner, and what goes back by the end of each month; in the last all is lost."""
    people = [Person(f"p{i}", sponsor=f"p{SPONSOR}" if i != SPONSOR else None) for i in range(PEOPLE)]
    caps = None if law is None else dict.fromkeys(PRODUCTS, Dated[float].always(law))
    kept, back = (Trial(policy({**rules, "back": BACK}), PRODUCTS, people, caps) for _ in range(2))
    random = np.random.default_rng(seed)
    left = random.poisson(2.0, (len(PRODUCTS), PEOPLE))
    paid, taken, total = np.zeros(PEOPLE, dtype=np.int64), [], np.zeros(PEOPLE, dtype=np.int64)
    for t in range(MONTHS):
        facts = sales(kept, left, random, only_sales) if t == 0 else kept.facts(JANUARY + t, t)
        stay = owed(kept, facts)
        paid = stay if t == 0 else paid
        lost = left if t == MONTHS - 1 else random.binomial(left, 0.3)
        for p in range(len(PRODUCTS)):
            facts.lost[p][t, :PEOPLE] = lost[p]
        left = left - lost
        total = total + stay - owed(back, facts)
        taken.append(total)
    return paid, taken


def sales(trial: Trial, sold: Integers, random: np.random.Generator, only_sales: bool) -> MonthFacts:
    """A first month; by and by nothing but sales."""
    facts, price = trial.facts(JANUARY), random.integers(1, 50_000, sold.shape)
    facts.count_new[:, :PEOPLE], facts.premium_new[:, :PEOPLE] = sold, sold * price
    if not only_sales:
        renewed = random.poisson(1.0, sold.shape)
        facts.count_renewal[:, :PEOPLE], facts.premium_renewal[:, :PEOPLE] = renewed, renewed * price
        facts.leads[:PEOPLE] = random.poisson(9.0, PEOPLE)
        facts.in_force[:, :PEOPLE] = random.poisson(8.0, sold.shape)
    return facts


def owed(trial: Trial, facts: MonthFacts) -> Integers:
    statement = trial.month(facts)
    return np.array([statement.owed(i) for i in range(PEOPLE)])


@settings(max_examples=80, deadline=None)
@given(some(FOR_SALES), CUTS, st.none() | share, st.integers(0, 2**32 - 1))
def test_everything_that_was_paid_for_lost_sales_goes_back(
    rules: dict[str, Any], cuts: dict[str, Any], law: float | None, seed: int
) -> None:
    """Where a month pays for sales alone, sellers keep nothing, to the last minor unit; the sponsor its levels."""
    paid, taken = paid_and_taken({**rules, **cuts}, law, seed, only_sales=True)
    sellers = np.arange(PEOPLE) != SPONSOR
    assert (taken[-1][sellers] == paid[sellers]).all() and (taken[-1] <= paid).all()


@settings(max_examples=80, deadline=None)
@given(some({**FOR_SALES, **BESIDE}), CUTS, st.none() | share, st.integers(0, 2**32 - 1))
def test_no_more_goes_back_than_was_paid(
    rules: dict[str, Any], cuts: dict[str, Any], law: float | None, seed: int
) -> None:
    """In no month, with renewals, leads, bonuses and guarantees beside the sales."""
    paid, taken = paid_and_taken({**rules, **cuts}, law, seed, only_sales=False)
    assert all((one <= paid + TO_THE_UNIT).all() for one in taken)
    assert (np.diff(taken, axis=0) >= 0).all()
