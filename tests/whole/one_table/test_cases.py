"""Cases whose figures differ and whose partners do not: in one table they are bit for bit what they are alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.layout.by_case import may_stand_together
from sim.engine.layout.plan import Plan
from sim.runs.batches import claims_are_acted_on
from sim.runs.doubt import drawn, played_with_doubt, specified
from sim.runs.replicate import Replication, Specification, laid_out_together, replicate, replicate_cases
from sim.runs.sheet import ARRAYS, Sheet
from sim.scenario.unknown import Unknown
from tests.whole.scenarios import EVERYTHING, tree

LOSSES, RENEWAL = "products.motor.claims.loss_ratio", "products.motor.renewal"
WEIGHT = "segments.dealers.choice.weights.commission"
NEW, AGAIN = "policy.rules.base.new", "policy.rules.base.renewal"
SHARED = "policy.rules.share.new"
FIGURES = (LOSSES, RENEWAL, WEIGHT, "market.demand", "rivals.still.commission", NEW, AGAIN)
ENDS = {NEW: (0.1, 0.4), AGAIN: (0.5, 0.9)}  # never the same: then one would pay on new business apart and one not
NOBODY_ENTERS = {f"segments.{name}.turnover.entry": 0.0 for name in ("banks", "dealers", "networks")}
PLAIN = {"kind": "base", "new": 0.15, "renewal": 0.1}
FREE = tree({**NOBODY_ENTERS, "policy": {"rules": {"base": PLAIN}}}, EVERYTHING)  # all but what acts on claims
SEED, EACH = 3, 2


def specifications(cases: list[dict[str, Any]], base: dict[str, Any] = FREE) -> list[Specification]:
    return [Specification(tree(changes, base), SEED) for changes in cases]


def played(found: list[Specification]) -> tuple[list[Plan], list[list[Replication]]]:
    """Two replications of each case, side by side."""
    assert len({one.table for one in found}) == 1
    plans = laid_out_together([one.outline() for one in found])
    done = replicate_cases([plan for plan in plans for _ in range(EACH)], [*range(EACH)] * len(plans))
    return plans, [done[at : at + EACH] for at in range(0, len(done), EACH)]


def agree(found: list[Specification]) -> None:
    """Side by side the cases, and their key figures, are what each gives alone."""
    plans, together = played(found)
    for one, done, sheet in zip(found, together, Sheet.of_cases(plans, together), strict=True):
        plan = one.plan()
        alone = replicate(plan, range(EACH), most=1)
        for mine, other in zip(done, alone, strict=True):
            assert (mine.number, mine.events) == (other.number, other.events)
            np.testing.assert_array_equal(mine.monthly, other.monthly)
            np.testing.assert_array_equal(mine.flows, other.flows)
        expected = Sheet.of(plan, alone)
        assert [one.shown for one in sheet.about] == [one.shown for one in expected.about]
        for name in ARRAYS:
            np.testing.assert_array_equal(getattr(sheet, name), getattr(expected, name))
    assert len({done[0].monthly.tobytes() for done in together}) == len(found)  # the cases do differ


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(*(st.floats(*ENDS.get(name, (0.1, 0.9))) for name in FIGURES)), min_size=2, max_size=4, unique=True
    )
)
def test_bit_for_bit(values: list[tuple[float, ...]]) -> None:
    cases = specifications([dict(zip(FIGURES, some, strict=True)) for some in values])
    first, *others = laid_out_together([one.outline() for one in cases])
    assert all(may_stand_together(first, other, claims_are_acted_on(first)) for other in others)
    agree(cases)


def test_of_dated_figures() -> None:
    agree(specifications([
        {}, {"market.demand": {"since": {"2024-01": 1.0, "2025-03": 0.5}}},
        {WEIGHT: {"since": {"2024-01": 0.2, "2025-01": 0.9}}, "rivals.dated.commission": {"since": {"2024-01": 0.3}}},
    ]))  # fmt: skip


def test_of_rates_among_other_rules() -> None:
    """What others pay on the same premium, what they take of it, and what held in the warm-up."""
    share = {"kind": "share_bonus", "new": 0.02}
    base, cap = {**PLAIN, "segments": ["banks", "dealers"]}, {"kind": "cap", "rules": ["base"], "share_of_premium": 0.2}
    bounty = {"kind": "recruiting_bounty", "amount": 5.0}  # its terms are by row
    sponsored = {"segments.dealers.sponsors": {"share": 0.5, "fan_out": 2}, "policy.rules.bounty": bounty}
    beside = [{"policy.rules.share": share}, {"policy.rules.share": share, "policy.rules.cap": cap}, sponsored]
    before = {"opening.policy": {"rules": {"base": base}}}
    for changes in ({}, *beside, *({**before, **one} for one in beside)):
        cases = [{"policy.rules.base": {**base, "new": new, "renewal": 0.08}} for new in (0.1, 0.14, 0.25)]
        found = specifications([{**changes, **one} for one in cases])
        first, *others = laid_out_together([one.outline() for one in found])
        assert all(may_stand_together(first, other, claims_are_acted_on(first)) for other in others)
        agree(found)


BONUS = {"kind": "contingent_bonus", "window": "year", "loss_ratio": 0.6, "rate": 0.05, "products": ["motor"]}
BRACKETS = [{"above": 0, "rate": 0.0}, {"above": 3, "rate": 0.1}]
SCALE = {"kind": "retroactive", "edge": "left", "brackets": BRACKETS}
LIMITED = {"policy.credit_control": {"exposure_limit": 300.0}, "segments.dealers.remittance.net": True}
MANY = {"kind": "tiers", "by": "customers", "scale": SCALE, "products": ["motor"]}


@pytest.mark.parametrize(
    ("changes", "cases"),
    [
        ({}, [{RENEWAL: 0.5}, {RENEWAL: [0.5, 0.6]}, {RENEWAL: 0.0}]),  # another number of contract years; none renew
        ({"segments.dealers.turnover.entry": 0.5}, [{"market.demand": 1.0}, {"market.demand": 3.0}]),  # other room
        ({"policy.rules.bonus": BONUS}, [{LOSSES: 0.3}, {LOSSES: 0.9}]),
        ({"policy.rules.base": {**PLAIN, "of": "margin"}}, [{LOSSES: 0.3}, {LOSSES: 0.9}]),
        ({"policy.rules.many": MANY}, [{RENEWAL: 0.2}, {RENEWAL: 0.8}]),
        ({}, [{NEW: 0.1}, {NEW: 0.2}]),  # of one the rates say what is on new business, of the other not
        ({}, [{NEW: 0.15}, {NEW: {"since": {"2024-01": 0.15, "2025-03": 0.2}}}]),  # another version of the policy
        ({"policy.rules.base": {**PLAIN, "rounding": "sale"}}, [{NEW: 0.15}, {NEW: 0.2}]),
        ({"policy.rules.base": {**PLAIN, "keep_terms": "6mo"}}, [{NEW: 0.15}, {NEW: 0.2}]),
        ({"policy.rules.share": {"kind": "share_bonus", "new": 0.2}}, [{SHARED: 0.1}, {SHARED: 0.3}]),
        ({"opening.policy": {"rules": {"base": PLAIN}}}, [{AGAIN: 0.2}, {AGAIN: None}]),  # one in two bodies
        ({"products.motor.changes": {"up": {"rate": 0.1, "size": 0.2}}}, [{NEW: 0.15}, {NEW: 0.2}]),
        (LIMITED, [{NEW: 0.05}, {NEW: 0.6}]),  # a limit counts premium less what a net partner surely keeps
    ],
)
def test_what_would_read_another_case_is_played_apart(changes: dict[str, Any], cases: list[dict[str, Any]]) -> None:
    found = specifications([{**changes, **one} for one in cases])
    first, *others = laid_out_together([one.outline() for one in found])
    assert not all(may_stand_together(first, other, claims_are_acted_on(first)) for other in others)
    agree(found)


def test_other_figures_make_another_table() -> None:
    one, same, other = specifications([{}, {"market.demand": 1.3}, {"products.motor.price": 501.0}])
    assert one.table == same.table != other.table
    assert one.key != same.key


def test_replications_with_doubt_are_played_side_by_side_as_each_alone() -> None:
    doubt = tuple(
        (name, Unknown(path=path, low=low, high=high))
        for name, path, low, high in (("demand", "market.demand", 0.5, 1.5), ("losses", LOSSES, 0.3, 0.9))
    )
    asked = Specification(tree({}, FREE), SEED, doubt=doubt)
    sheet, values = played_with_doubt(asked, range(4)), drawn(doubt, SEED, range(4))
    for number in range(4):
        alone = Sheet.of(plan := specified(asked, values[number]).plan(), replicate(plan, [number]))
        np.testing.assert_array_equal(sheet.values[number], alone.values[0])
