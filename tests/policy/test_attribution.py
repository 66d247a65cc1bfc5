"""Whose sale each rule says it is: independent numbers, then what holds of every path."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path as File
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.base.discover import kinds
from sim.base.units import month_ordinal
from sim.policy.attribution.none import Undecided
from sim.policy.attribution.removal_effect import removal_effects
from sim.policy.attribution_in_force import in_force
from sim.policy.attribution_rule import AttributionRule, Path
from sim.policy.terms.schedule import Policy
from tests.policy.attribution import OWN, path, rule

CASES = json.loads((File(__file__).parents[1] / "reference" / "attribution_cases.json").read_text("utf-8"))
LAST = {"kind": "last_touch"}
OF_CASE: dict[str, dict[str, Any]] = {
    "first_touch": {"kind": "first_touch"},
    "last_touch": LAST,
    "linear": {"kind": "linear"},
    "position_40_40": {"kind": "position"},
    "time_decay": {"kind": "time_decay", "half_life": "7d"},
    "window_last": {"kind": "window", "days": 30, "then": LAST},
    "window_first": {"kind": "window", "days": 30, "then": {"kind": "first_touch"}},
    "window_no_earlier_tag": {"kind": "window", "days": 30, "no_earlier": True},
    "shapley_of_touchers": {"kind": "shapley"},
    "none_both_paid": {"kind": "none"},
}
EVERY = [
    *OF_CASE.values(),
    {"kind": "claims", "won_by_us": "30%"},
    {"kind": "removal_effect", "lost": {"alone": 5}},
    {"kind": "position", "first": 0, "last": 0},
]
WEIGHTS = {"partner": 0.4, "ads": 0.1, "broker": 0.7}


def ends_of(touches: list[dict[str, Any]]) -> Path:
    """A path of a case; its reseller is the partner."""
    named = [("partner" if one["who"] == "reseller" else one["who"], float(one["days"])) for one in touches]
    return path(*named, own=("own_default", "ads", "staff"), default="own_default")


@pytest.mark.parametrize("name", OF_CASE)
def test_seven_paths_under_every_rule(name: str) -> None:
    case, found = CASES["K001"], Counter[str]()
    for one in case["parameters"]["paths"]:
        for who, share in rule(**OF_CASE[name]).shares(ends_of(one["touches"])).items():
            found["reseller" if who == "partner" else who] += share * one["sales"]
    assert {who: sales for who, sales in found.items() if sales} == pytest.approx(case["expected"][name], abs=1e-9)


def test_every_rule_of_the_case_is_tried() -> None:
    assert set(OF_CASE) == set(CASES["K001"]["expected"])
    tried = {one["kind"] for one in EVERY}
    assert tried == set(kinds("sim.policy.attribution", AttributionRule, "none"))


def test_removal_effects_of_a_chain_with_lost_journeys() -> None:
    case = CASES["K004"]
    journeys = [
        (path(*((who, 0.0) for who in one["path"])), float(one["conversions"]), float(one["nulls"]))
        for one in case["parameters"]["paths"]
    ]
    found, sales = removal_effects(journeys), sum(one for _, one, _ in journeys)
    assert found == pytest.approx(case["expected"]["removal_effect_float"], abs=1e-9)
    attributed = {who: sales * one / sum(found.values()) for who, one in found.items()}
    assert attributed == pytest.approx(case["expected"]["attributed"], abs=1e-9)


def test_weights_come_from_the_journeys_of_a_month() -> None:
    """Sold 10 with ads after the partner and 30 lost, 5 by the partner alone and 5 lost: without ads 5 are left."""
    stated = {"kind": "removal_effect", "lost": {"ads_too": 3, "alone": 1}}
    both, alone = path(("partner", 9), ("ads", 1)), path(("partner", 0))
    for one in (stated, {"kind": "window", "days": 30, "then": stated}):
        found = rule(**one).weights([("ads_too", both, 10.0), ("alone", alone, 5.0)])
        assert found == pytest.approx({"partner": 1.0, "ads": 10 / 15})
        assert rule(**one).shares(both, found) == pytest.approx({"partner": 0.6, "ads": 0.4})


def test_removal_effects_where_nothing_is_sold() -> None:
    assert removal_effects([(path(("partner", 0)), 0.0, 3.0)]) == {"partner": 0.0}
    assert removal_effects([(path(("partner", 0)), 0.0, 0.0), (path(), 5.0, 0.0)]) == {}
    assert rule(kind="removal_effect", lost={"alone": 1}).shares(path(("partner", 1), ("ads", 0))) == {
        "partner": 0.5, "ads": 0.5,
    }  # fmt: skip


PATHS = st.lists(
    st.tuples(st.sampled_from(["partner", "broker", *OWN]), st.floats(0.0, 1e6)), min_size=0, max_size=7
).map(lambda found: path(*sorted(found, key=lambda one: -one[1])))


@given(PATHS)
def test_credits_sum_to_one_and_nobody_gets_more_than_under_none(one: Path) -> None:
    everybody = rule(kind="none").shares(one)
    for fields in EVERY:
        for seen in (one, one.unseen()):
            found = rule(**fields).shares(seen, WEIGHTS)
            assert all(share >= 0.0 for share in found.values())
            if fields["kind"] != "none":
                assert sum(found.values()) == pytest.approx(1.0)
                assert set(found) <= {*seen.who, "site"}
        for who, share in rule(**fields).shares(one, WEIGHTS).items():
            assert who == "site" or share <= everybody.get(who, 0.0) + 1e-12
    assert "partner" not in one.unseen().who


def test_an_unseen_partner_leaves_the_others_or_our_default_channel() -> None:
    seen = path(("partner", 9), ("ads", 3))
    for fields in EVERY:
        at_all = fields.get("no_earlier", False)
        assert rule(**fields).shares(seen.unseen(), WEIGHTS) == ({"site": 1.0} if at_all else {"ads": 1.0}), fields
        assert rule(**fields).shares(path(("partner", 0)).unseen()) == {"site": 1.0}


def test_equal_days_keep_the_order_of_the_list() -> None:
    for first, last in (("ads", "partner"), ("partner", "ads")):
        both = path((first, 2), (last, 2))
        assert rule(kind="first_touch").shares(both) == {first: 1.0}
        assert rule(**LAST).shares(both) == {last: 1.0}
        tagged = rule(kind="window", days=2, no_earlier=True).shares(both)
        assert tagged == {"partner" if first == "partner" else "site": 1.0}


def test_exactly_the_days_of_a_window_are_inside() -> None:
    for no_earlier in (False, True):
        then = {"no_earlier": True} if no_earlier else {"then": LAST}
        for days, who in ((30.0, "partner"), (30.0 + 1e-9, "site")):
            assert rule(kind="window", days=30, **then).shares(path(("partner", days))) == {who: 1.0}


def test_no_earlier_tag_holds_for_partners_of_other_segments() -> None:
    tag = rule(kind="window", days=30, no_earlier=True)
    assert tag.shares(path(("broker", 20), ("partner", 5))) == {"broker": 1.0}
    assert tag.shares(path(("broker", 40), ("partner", 5))) == {"site": 1.0}
    assert tag.shares(path(("partner", 40), ("partner", 5), ("ads", 1))) == {"partner": 1.0}
    assert tag.shares(path(("partner", 40), ("ads", 9), ("partner", 5))) == {"site": 1.0}


def test_two_touches_share_by_position_in_proportion() -> None:
    two = path(("ads", 2), ("partner", 1))
    assert rule(kind="position", first="60%", last="20%").shares(two) == pytest.approx({"ads": 0.75, "partner": 0.25})
    assert rule(kind="position", first=0, last=0).shares(two) == {"ads": 0.5, "partner": 0.5}


def test_claims_are_fought_only_where_both_sides_are() -> None:
    fight = rule(kind="claims", won_by_us="30%")
    both = path(("ads", 9), ("partner", 5), ("staff", 1), ("broker", 0))
    assert fight.shares(both) == pytest.approx({"ads": 0.15, "staff": 0.15, "partner": 0.7})
    assert fight.shares(both.unseen()) == pytest.approx({"ads": 0.15, "staff": 0.15, "broker": 0.7})
    assert fight.shares(path(("partner", 5))) == {"partner": 1.0}


def test_the_rule_that_began_last_and_has_not_ended_is_in_force() -> None:
    rules = {
        "first": rule(kind="linear"),
        "second": rule(kind="first_touch", effective_from="2025-04", effective_until="2025-06"),
    }
    policy = Policy(attribution=rules)
    found = [in_force(policy, month_ordinal(month)) for month in ("2025-03", "2025-04", "2025-05", "2025-06")]
    assert found == [rules["first"], rules["second"], rules["second"], rules["first"]]
    assert isinstance(in_force(Policy(), month_ordinal("2025-03")), Undecided)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "window", "days": 30, "no_earlier": True, "then": LAST}, "no_earlier says by itself"),
        ({"kind": "window", "days": 30}, "state then, or no_earlier"),
        ({"kind": "window", "days": 30, "then": {**LAST, "effective_from": "2025-01"}}, "dates on the window"),
        ({"kind": "window", "days": 30, "then": {"kind": "window", "days": 3, "no_earlier": True}}, "window"),
        ({"kind": "linear", "no_earlier": True}, "no_earlier"),
        ({"kind": "position", "first": "60%", "last": "60%"}, "120% together"),
        ({"kind": "removal_effect"}, "lost"),
        ({"kind": "removal_effect", "lost": {}}, "lost"),
        ({"kind": "linear", "effective_from": "2025-02", "effective_until": "2025-02"}, "must be later"),
    ],
)  # fmt: skip
def test_rules_that_say_too_much_or_too_little(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        rule(**fields)
