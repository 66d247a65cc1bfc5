"""A batch of replications is one table: each replication gets what it would get by itself, to the bit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.base.discover import kinds
from sim.policy.book import Book
from sim.policy.given.layout import Layout
from sim.policy.rule import Rule
from sim.policy.rules.base import Base
from sim.policy.terms.rates import Rates
from sim.policy.terms.schedule import Policy
from sim.policy.trial import Trial
from tests.policy.batch import PEOPLE, Batch, differences
from tests.policy.catalogue import BRACKETS, BY_COUNT, EVERYTHING, RATES
from tests.policy.test_properties import JANUARY, PRODUCTS, policy

R, MONTHS = 3, 26
GROWTH = {"kind": "retroactive", "brackets": [{"above": 0, "rate": 0.01}, {"above": 0.1, "rate": 0.02}]}
RATIOS = {"kind": "retroactive", "brackets": [{"above": 0, "rate": 0.05}, {"above": 0.6, "rate": 0.01}]}
POINTS = [{"loss_ratio": 0.45, "rate": 0.35}, {"loss_ratio": 0.65, "rate": 0.25}]
BY_NAME: dict[str, dict[str, Any]] = {
    **EVERYTHING,
    "cap": {"kind": "cap", "share_of_premium": 0.15, "per_month": 50, "per_year": 300},
    "earned": {"kind": "base", "new": 0.1, "basis": "earned"},
    "aged": {
        "kind": "base", "new": {"since": {"2025-01": 0.1, "2025-09": 0.2}}, "from_age": "1mo", "keep_terms": "3mo",
    },
    "at_300": {"kind": "share_bonus", "new": 0.05, "only_if": [{"by": "premium", "least": 300, "business": "new"}]},
    "after_growth": {
        "kind": "tiers", "scale": {"kind": "retroactive", "brackets": BRACKETS},
        "only_if": [{"any_of": [
            {"by": "growth", "least": 0.1, "window": "quarter", "period": "last"},
            {"by": "loss_ratio", "most": 0.6, "window": "contract_year", "period": "last"},
        ]}],
    },
    "of_teams": {
        "kind": "levels", "rates": [0.02], "only_if": [
            {"by": "team_premium", "least": 200, "window": "trailing"},
            {"by": "count", "least": 3, "window": "lifetime"},
        ],
    },
    "judged_if": {
        "kind": "contingent_bonus", "rate": 0.02, "volume": 100, "only_if": [{"by": "team", "least": 1}],
    },
    "by_size": {
        "kind": "by_sale", "least": 20, "most": 90, "renewal": 0.04,
        "scale": {"kind": "marginal", "brackets": BRACKETS},
    },
    "each_sale": {"kind": "share_bonus", "new": 0.0333, "renewal": 0.01, "rounding": "sale"},
    "changed": {"kind": "base", "new": {"since": {"2025-01": 0.1, "2025-05": 0.2}}},
    "certified_ones": {"kind": "share_bonus", "new": 0.05, "only_if": [{"by": "certified", "which": ["motor"]}]},
    "payers": {
        "kind": "contingent_bonus", "rate": 0.02, "volume": 100, "only_if": [
            {"any_of": [{"by": "arrears", "most": 0}, {"by": "outstanding", "most": 0.01}]},
            {"by": "tenure", "least": "6mo"},
        ],
    },
    "good_ones": {
        "kind": "tiers", "scale": {"kind": "marginal", "brackets": BRACKETS}, "only_if": [
            {"any_of": [{"by": "rating", "least": 0.5}, {"by": "survey", "least": 0.5}]},
            {"by": "incidents", "most": 1, "window": "quarter"},
        ],
    },
    "named_ones": {"kind": "base", "new": 0.2, "partners": ["a1", "b2"], "effective_from": "2025-03"},
    "in_proportion": {
        "kind": "tiers", "window": "half_year", "scale": {"kind": "linear", "brackets": BRACKETS},
    },
    "each_unit": {
        "kind": "unit_tiers", "window": "quarter", "scale": "marginal", "products": ["home"],
        "brackets": [{"above": 0, "amount": 5}, {"above": 4, "amount": 9}],
    },
    "at_target": {
        "kind": "target_bonus", "window": "contract_year", "paid": "at_end", "pays": "linear", "products": ["motor"],
        "targets": [{"at": 300, "amount": 10}, {"at": 900, "amount": 40}],
    },
    "by_steps": {"kind": "step_bonus", "window": "half_year", "every": 250, "amount": 3, "groups": ["top"]},
    "piloted": {"kind": "share_bonus", "new": 0.05, "pilot": 0.5},
    "northern": {"kind": "cross_bonus", "share": 0.2, "funding": "on_top", "regions": ["north"]},
    "top_tiers": {"kind": "tiers", "groups": ["top"], "scale": {"kind": "retroactive", "brackets": BRACKETS}},
    "of_entry": {
        "kind": "tiers", "by": "count", "window": "contract_year", "scale": {"kind": "marginal", "brackets": BY_COUNT},
    },
    "trailing": {"kind": "tiers", "window": "trailing", "scale": {"kind": "marginal", "brackets": BRACKETS}},
    "growing": {"kind": "tiers", "by": "growth", "window": "quarter", "scale": GROWTH},
    "growing_on": {"kind": "tiers", "by": "growth", "window": "trailing", "scale": GROWTH},
    "status": {
        "kind": "tiers", "window": "quarter", "period": "last", "grace": 1, "until_known": 0.06,
        "scale": {"kind": "prospective", "brackets": BRACKETS},
    },
    "status_of_growth": {
        "kind": "tiers", "by": "growth", "window": "contract_year", "period": "last", "scale": GROWTH,
    },
    "losing_graced": {"kind": "tiers", "by": "loss_ratio", "window": "quarter", "grace": 2, "scale": RATIOS},
    "from_then": {
        "kind": "tiers", "window": "half_year", "counts": "renewal",
        "scale": {"kind": "prospective", "holds_from": "next_month", "brackets": BRACKETS},
    },
    "ever": {"kind": "tiers", "window": "lifetime", "scale": {"kind": "marginal", "brackets": BRACKETS}},
    "counted_apart": {
        "kind": "tiers", "products": ["home"], "count_products": ["motor", "home"], "pays": "new",
        "scale": {"kind": "marginal", "brackets": BRACKETS},
    },
    "by_new": {"kind": "tiers", "counts": "new", "scale": {"kind": "retroactive", "brackets": BRACKETS}},
    "of_quota": {
        "kind": "tiers", "of_quota": True, "quota": 300,
        "scale": {"kind": "marginal", "brackets": [{"above": 0, "rate": 0.05}, {"above": 0.9, "rate": 0.08}]},
    },
    "growth_alone": {
        "kind": "tiers", "by": "growth", "window": "month",
        "scale": {"kind": "marginal", "brackets": GROWTH["brackets"]},
    },
    "by_margin": {
        "kind": "tiers", "by": "margin", "of": "margin", "volume": "gross",
        "scale": {"kind": "retroactive", "brackets": BRACKETS},
    },
    "of_margin": {"kind": "base", "new": 0.3, "of": "margin"},
    "by_retention": {"kind": "tiers", "by": "retention", "window": "quarter", "scale": GROWTH},
    "by_earned": {"kind": "tiers", "by": "earned", "scale": {"kind": "retroactive", "brackets": BRACKETS}},
    "aged_bonus": {"kind": "share_bonus", "new": 0.02, "renewal": 0.05, "from_age": "1mo", "to_age": "3mo"},
    "aged_tiers": {
        "kind": "tiers", "volume": "gross", "to_age": "2mo", "scale": {"kind": "retroactive", "brackets": BRACKETS},
    },
    "losing": {"kind": "tiers", "by": "loss_ratio", "window": "quarter", "lag": "1mo", "scale": RATIOS},
    "losing_on": {"kind": "tiers", "by": "loss_ratio", "window": "trailing", "scale": RATIOS},
    "slide_of_entry": {"kind": "sliding_scale", "window": "contract_year", "provisional": 0.3, "points": POINTS},
    "ended": {
        "kind": "sliding_scale", "provisional": 0.3, "points": POINTS, "lag": "2mo", "effective_until": "2025-10",
    },
    "carrying": {
        "kind": "sliding_scale", "provisional": 0.3, "points": POINTS, "carry": "1y", "carry_credit": "forever",
        "stop_per_claim": 120.0, "stop_per_year": "70%",
    },
    "crediting": {
        "kind": "profit_commission", "share": 0.3, "most": 0.1, "carry": "2y", "carry_credit": "1y",
        "stop_per_year": 3_000, "lag": "1mo",
    },
    "credible": {
        "kind": "credibility_rate", "target": 0.05, "expenses": 0.1, "prior": 0.6, "credibility_premium": 2_000.0,
        "weighed_with": "portfolio", "window": "9mo", "review": "4mo", "cap": 0.3, "stop_per_claim": 150.0,
        "segments": ["agents"],
    },
    "good_years": {
        "kind": "share_bonus", "new": 0.02, "only_if": [
            {"by": "loss_ratio", "window": "trailing", "most": 0.8, "stop_per_claim": 90.0, "stop_per_year": "85%"}],
    },
    "credible_later": {
        "kind": "credibility_rate", "target": 0.05, "prior": 0.6, "credibility_premium": 2_000.0, "window": "6mo",
        "service_per_month": 3.0, "service_per_contract": 1.0, "effective_from": "2025-09", "regions": ["north"],
        "segments": ["banks"],
    },
    "of_commission": {"kind": "levels", "of": "commission", "rates": [0.1, 0.05], "deeper": 0.01},
    "passed_up": {"kind": "levels", "rates": [0.1], "compression": "pass_up", "active": "selling"},
    "dynamic": {"kind": "levels", "rates": [0.1, 0.02], "compression": "dynamic", "segments": ["banks"]},
    "groups": {"kind": "stair_step", "brackets": BRACKETS, "measure": "group", "window": "3mo"},
    "at_entry": {"kind": "recruiting_bounty", "amount": 100, "when": "entry", "most": 1, "segments": ["agents"]},
    "of_premium": {"kind": "network_fee", "share": 0.02, "of": "premium"},
    "by_head": {"kind": "programme_cost", "per_month": 1_000, "per_active_partner": 7, "share": 0.003, "most": 1_020,
                "segments": ["agents"]},
    "of_windows": {
        "kind": "cap", "rules": ["base"], "per_quarter": 150, "per_half_year": 250, "per_contract_year": 400,
        "lifetime": 700, "share_of_premium": 0.15,
    },
    "capped_on": {"kind": "cap", "per_month": 50, "excess": "carried"},
    "least_of_base": {"kind": "floor", "rules": ["base"], "per_month": 60, "settled": "quarter"},
    "least_of_entry": {"kind": "floor", "per_month": 90, "settled": "contract_year", "settlement": "at_end"},
    "least_at_end": {"kind": "floor", "per_month": 90, "settled": "quarter", "topped_up": "at_end"},
    "draw": {"kind": "draw", "per_month": 90, "limit": 400, "repayment": 0.5, "settled": "contract_year"},
    "kept_draw": {"kind": "draw", "per_month": 90, "recoverable": False, "segments": ["banks"]},
    "of_fees": {"kind": "clawback", "rules": ["fee"], "steps": [{"until": "2mo", "share": 1}]},
    "pool_of_some": {
        "kind": "pool", "amount": 900, "window": "quarter", "by": "count", "groups": ["top"], "least": 1,
        "product_points": {"home": 0.125}, "most": 100, "rest": "others", "effective_until": "2025-11",
    },
    "pool_by_level": {
        "kind": "pool", "share": 0.1, "window": "month", "levels": [{"above": 10, "points": 1.5}], "leavers": "keep",
        "fund": "covered", "business": "new",
    },
    "largest_legs": {
        "kind": "legs", "by": "count", "per": 2, "amount": 3, "legs": "two_largest", "window": "half_year",
        "active": "selling", "most": 9,
    },
    "rest_of_legs": {"kind": "legs", "rate": 0.1, "legs": "all_but_largest", "carry": False, "segments": ["agents"]},
    "by_days": {"kind": "share_bonus", "new": 0.05, "effective_from": "2025-03-10", "effective_until": "2026-01-20"},
    "renewed": {"kind": "fixed_fee", "per": "renewal", "amount": 3, "role": "main", "products": ["home"]},
    "approved": {"kind": "approval", "months": "1mo", "segments": ["banks"]},
    "on_receipt": {"kind": "collected"},
    "in_time": {
        "kind": "collection_rate", "role": "bonus", "rates": [{"within": "1mo", "rate": 0.05}], "later": 0.01,
        "segments": ["agents"],
    },
    "taxed": {"kind": "commission_tax", "vat": 0.2, "segments": ["banks"]},
    "sooner": {"kind": "early_payment_discount", "rate": 0.02},
    "co_op": {"kind": "marketing_fund", "share": 0.02, "within": "2mo", "groups": ["top"]},
    "of_earnings": {"kind": "marketing_fund", "share": 0.1, "of": "commission", "within": "1mo", "reimburses": 0.5},
    "late": {"kind": "deferred", "months": "2mo"},
    "held_of_base": {"kind": "holdback", "rules": ["base"], "share": 0.1, "months": "2mo"},
    "held": {"kind": "holdback", "share": 0.1, "months": "3mo"},
    "least": {"kind": "minimum_payout", "amount": 100},
    "quarterly": {"kind": "payout_calendar", "every": "quarter"},
    "referred": {"kind": "referral_window", "days": "60d", "segments": ["agents"], "regions": ["south"]},
}  # fmt: skip
BOOK_NOTHING = {  # but say when and how is paid, or whose a sale is; or what they book is beside it
    "approval", "collected", "deferred", "holdback", "minimum_payout", "payout_calendar", "referral_window",
    "loss_corridor", "programme_cost", "cross_bonus", "commission_tax", "early_payment_discount", "marketing_fund",
}  # fmt: skip
BACK = {"kind": "clawback", "window": "4mo", "how": "full"}


def test_a_sample_of_every_kind_is_tried_and_all_of_them_are_batched() -> None:
    built_in = kinds("sim.policy.rules", Rule, "none")
    assert {block["kind"] for block in (RATES["base"], *BY_NAME.values())} == set(built_in)
    assert all(rule.batched for rule in built_in.values()) and not Rule.batched


@settings(max_examples=2, deadline=None, derandomize=True)  # by some seeds nobody is recruited, and no bounty booked
@given(seed=st.integers(0, 2**32 - 1))
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_replication_of_a_batch_is_as_by_itself(name: str, seed: int) -> None:
    """Each month's statement and memory: each rule with a base and a fee to work on, and a clawback of their sales."""
    rules = {"base": RATES["base"], "fee": EVERYTHING["per_sale"], name: BY_NAME[name], "back": BACK}
    different, filled = differences(rules, seed, R, MONTHS)
    assert not different and {"accrued", "total", "back.kept"} <= filled
    assert f"booked by {name}" in filled or BY_NAME[name]["kind"] in BOOK_NOTHING


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_ranks_that_other_rules_ask_for(seed: int) -> None:
    """Reached, or given to a partner from a month on; a main rule of some ranks and a bonus of others."""
    rules = {
        "base": RATES["base"], "ladder": BY_NAME["groups"],
        "of_low": {"kind": "share_bonus", "new": 0.05, "only_if": [{"by": "rank", "most": 1}]},
        "of_high": {**BY_NAME["top_tiers"], "groups": None, "only_if": [{"by": "rank", "least": 2}]},
    }  # fmt: skip
    different, filled = differences(rules, seed, R, MONTHS)
    assert not different and {"booked by of_low", "booked by of_high", "booked by ladder"} <= filled


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_of_all_rules_together_too(seed: int) -> None:
    assert not differences({"base": RATES["base"], **BY_NAME, "back": BACK}, seed, R, MONTHS)[0]


def test_a_layout_repeated() -> None:
    """Two segments of two and one, and our own row: 4 rows and 3 slices a replication."""
    one = Layout(("hull",), ("a", "b", "direct"), np.array([0, 2, 3, 4]), (12,))
    three = one.repeated(R)
    assert (three.segments, three.replications, three.rows) == (one.segments, R, 12)
    assert three.bounds.tolist() == three.edges.tolist() == [0, 2, 3, 4, 6, 7, 8, 10, 11, 12]
    assert three.bounds.dtype == np.int64 and three.edges.dtype == np.uint64
    assert three.sums().tolist() == [0] * 9 and three.total(np.arange(9)).tolist() == [3, 12, 21]
    assert three.by_row(np.array([5, 6, 7])).tolist() == [5, 5, 6, 7] * R
    assert three.by_row(np.arange(18).reshape(2, 9))[1].tolist() == [9, 9, 10, 11, 12, 12, 13, 14, 15, 15, 16, 17]
    assert three.by_replication(np.arange(24).reshape(2, 12)).tolist() == [[6, 22, 38], [54, 70, 86]]
    assert three.by_replication(np.arange(12) % 4 == 0).tolist() == [1, 1, 1]
    assert one.total(np.arange(3)).tolist() == [3]


def test_a_book_repeated_keeps_its_terms_and_covers_the_same_partners() -> None:
    names = ("piloted", "northern", "referred", "approved", "quarterly", "at_entry")
    one = Trial(policy({"base": RATES["base"], **{name: BY_NAME[name] for name in names}}), PRODUCTS, PEOPLE).book
    three = one.repeated(R)
    assert three.pages(JANUARY) is three.pages(JANUARY) is not one.pages(JANUARY)
    for mine, repeated in zip(one.pages(JANUARY), three.pages(JANUARY), strict=True):
        assert np.array_equal(mine.cells, repeated.cells)
        assert (mine.coverage is None) == (repeated.coverage is None)
        if mine.coverage is not None and repeated.coverage is not None:
            assert np.array_equal(np.tile(mine.coverage, R), repeated.coverage)
    assert one.pages(JANUARY)[0].coverage is None and any(page.coverage is not None for page in one.pages(JANUARY))
    assert three.payment(JANUARY).every.tolist() == one.payment(JANUARY).every.tolist() == [3, 3, 1]
    windows = one.attribution(JANUARY), three.attribution(JANUARY)
    assert windows[0].months.any() and np.array_equal(np.tile(windows[0].months, R), windows[1].months)
    assert np.array_equal(np.tile(windows[0].resetting, R), windows[1].resetting)


def test_rates_and_caps_may_differ_between_replications() -> None:
    """By slice: 10 % of 1 000 held under 5 % in the first replication, nothing in the second, 20 % in the third."""
    trial = Trial(policy({}), PRODUCTS, PEOPLE)
    layout = trial.layout.repeated(R)
    new, none, cap = np.zeros((3, 9))
    new[[0, 6]], cap[:] = (0.1, 0.2), np.inf
    cap[0] = 0.05
    facts = _alike(trial, layout)
    statement = Batch(trial, R).statement
    statement.accrue(0, facts, new, none)
    assert statement.total.tolist() == [500_00, 0, 1_000_00]
    statement.hold_under(0, facts, cap)
    assert statement.total.tolist() == [250_00, 0, 1_000_00]
    assert statement.accrued[0].reshape(R, -1)[:, :5].sum(axis=1).tolist() == [250_00, 0, 1_000_00]


def _alike(trial: Trial, layout: Layout) -> Any:
    """Five agents with 1 000 of new premium each."""
    facts = trial.facts(JANUARY)
    facts.premium_new[0, :5] = 1_000_00
    return replace(
        facts,
        layout=layout,
        premium_new=np.tile(facts.premium_new, R),
        premium_renewal=np.tile(facts.premium_renewal, R),
    )


def _rate(value: float) -> Rates:
    return Rates.model_validate(value)


class Mine(Base):
    """A rule from outside that adds to a built-in one, for one replication."""

    kind: Literal["mine"]  # type: ignore[assignment]

    def apply(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        statement.total += 5
        statement.programme += 7
        statement.fees_now += 2
        statement.fees[1] += 3
        statement.rate_finally(12, 3)
        statement.rate_finally(1, 1)


class Careful(Mine):
    """Says that it copes with a batch."""

    batched: ClassVar[bool] = True
    kind: Literal["careful"]


class Onwards(Careful):
    """Does not say so again."""

    kind: Literal["onwards"]


def test_a_rule_from_outside_is_batched_only_where_it_says_so() -> None:
    assert (Base.batched, Mine.batched, Careful.batched, Onwards.batched) == (True, False, True, False)
    layout = Layout(tuple(PRODUCTS), ("a", "direct"), np.array([0, 1, 2]), tuple(PRODUCTS.values()))

    def batched(*rules: Rule) -> bool:
        return Book(Policy(rules={rule.kind: rule for rule in rules}), layout, {}).needs.batched  # type: ignore[attr-defined]

    base, careful = Base(kind="base", new=_rate(0.1)), Careful(kind="careful", new=_rate(0.1))
    assert batched() and batched(base) and batched(base, careful)
    assert not batched(base, careful, Mine(kind="mine", new=_rate(0.1)))


def test_plain_numbers_of_a_rule_for_one_replication() -> None:
    trial = Trial(Policy(rules={"mine": Mine(kind="mine", new=_rate(0.1))}), PRODUCTS, PEOPLE)
    facts = trial.facts(JANUARY)
    facts.premium_new[0, 0] = 1_000
    statement = trial.month(facts)
    assert statement.total.tolist() == statement.booked["mine"].tolist() == [105]
    assert (statement.programme.tolist(), statement.fees_now.tolist(), statement.fees.tolist()) == (
        [7],
        [2],
        [[0], [3]],
    )
    assert [part.tolist() for part in statement.rated["mine"]] == [[13], [4]]
    statement.clear()
    assert not statement.total.any() and not statement.booked and not statement.rated and not statement.fees.any()


def test_what_a_rule_booked_is_no_view_of_the_total() -> None:
    """Two rules of 10 %: the first booked its own and no more."""
    extra = {"kind": "share_bonus", "new": 0.1}
    trial = Trial(policy({"one": extra, "two": extra}), PRODUCTS, PEOPLE)
    facts = trial.facts(JANUARY)
    facts.premium_new[0, 0] = 1_000
    assert {name: booked.tolist() for name, booked in trial.month(facts).booked.items()} == {"one": [100], "two": [100]}
