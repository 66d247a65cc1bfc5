"""Partners at work as a scenario states them: what is refused, with what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.scenario.load import load
from tests.scenario.minimal import write

ATTENTION = {"segments.bank.attention": "{half_life: 3mo, floor: 10%}"}
CALLS = {"policy.contacts": "{managers: 2, each: 10, cost: 90e3, rule: longest}"}
SHOP = "{kind: organic, default: true, demand: {hull: 20}, sends: {%s}}"


def refused(folder: Path, changes: dict[str, Any], match: str) -> None:
    with pytest.raises(ScenarioError, match=match):
        load(write(folder, changes))


EFFORT = "{reference: 10%%, elasticity: 0.8, low: 5%%, high: 300%%, free: 110%%, own_value: 24%s}"


def test_effort_as_it_is_stated(tmp_path: Path) -> None:
    terms = load(write(tmp_path, {"segments.bank.effort": EFFORT % ""})).scenario.segments["bank"].effort
    assert terms is not None and (terms.low, terms.high, terms.free) == (0.05, 3.0, 1.1)
    indifferent = {"segments.bank.effort": EFFORT % "", "segments.bank.choice.weights": "{commission: 0}"}
    assert "nobody_minds_its_own_product" in {one.code for one in load(write(tmp_path, indifferent)).notes}


FUNNEL = {"segments.bank.funnel": "{click_rate: 50%, lead_rate: 50%, conversion: 30%}"}
TERMS = "{desks: %s, per_hour: 2, hours: %s, half_life: 0.5h}"
DESK = {"policy.desk": TERMS % (3, "160h")}
HANDOVER = {"segments.bank.handover": "desk"}


def test_a_desk_in_hours(tmp_path: Path) -> None:
    desk = load(write(tmp_path, {**FUNNEL, **DESK, **HANDOVER})).scenario.policy.desk
    assert desk is not None and (desk.open_hours, desk.half_life_hours) == pytest.approx((160.0, 0.5))


def test_what_is_right_is_taken(tmp_path: Path) -> None:
    load(write(tmp_path, {**ATTENTION, **CALLS, "own.shop": SHOP % "segment: {bank: 30%}, income: 300, return: 0.5"}))


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        (CALLS, r"policy\.contacts: .*no segment says attention.*take contacts out"),
        (ATTENTION | {"policy.contacts": "{managers: 2, each: 10, rule: random}"}, r"contacts\.rule.*largest"),
        (ATTENTION | {"policy.contacts": "{managers: 2.5, each: 10, rule: even}"}, r"contacts\.managers"),
        (ATTENTION | {"policy.contacts": "{managers: 2, each: 10, rule: even, gain: 0%}"}, r"contacts\.gain"),
        ({"segments.bank.attention": "{half_life: 0mo, floor: 10%}"}, r"attention\.half_life"),
        ({"segments.bank.attention": "{half_life: 3, floor: 10%}"}, r"half_life: a duration with its unit"),
        ({"segments.bank.attention": "{half_life: 3mo, floor: 110%}"}, r"attention\.floor"),
        ({"segments.bank.effort": EFFORT % ", low: 4.0"}, r"effort.*low"),
        ({"segments.bank.effort": "{reference: 10%, elasticity: 1, low: 2, high: 1}"}, r"low 2 is above high 1"),
        ({"segments.bank.effort": "{reference: 0%, elasticity: 1}"}, r"effort\.reference"),
        ({"segments.bank.effort": "{reference: 10%}"}, r"effort.*elasticity"),
        (FUNNEL | DESK, r"policy\.desk: .*answers nobody.*take desk out"),
        (FUNNEL | HANDOVER, r"bank hands its leads over.*state desk, such as"),
        (DESK | HANDOVER, r"handover: .*without a funnel there are none.*state funnel"),
        (FUNNEL | HANDOVER | {"policy.desk": TERMS % (0, "160h")}, r"desk\.desks"),
        (FUNNEL | HANDOVER | {"policy.desk": TERMS % (1, "160")}, r"hours: a duration"),
        ({"segments.bank.funnel": "{click_rate: 50%, lead_rate: 5%, conversion: {since: {2025-01: 30%, 2025-06: 0%}}}"},
         r"fewer than one view.*from 2025-06 on; raise"),
        ({"own.shop": SHOP % "segment: {bnak: 30%}, income: 3"}, r'unknown segment "bnak".*bank'),
        ({"own.shop": SHOP % "segment: {bank: 30%}"}, r"sent for nothing.*state income, return"),
        ({"own.shop": SHOP % "segment: {bank: 30%}, return: 0.5"}, r"sends\.return: .*take return out"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, changes: dict[str, Any], match: str) -> None:
    refused(tmp_path, changes, match)
