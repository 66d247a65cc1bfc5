"""Staff that cooperate as a scenario states them: what is refused, and what is noted to change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.scenario.load import load
from tests.scenario.minimal import write

STAFF = "{kind: staff, default: %s, demand: {hull: 20}, cooperation: {scale: 1}}"
STATED: dict[str, Any] = {"own.staff": STAFF % "true", "segments.bank.needs_staff": "50%"}
CROSS = "{kind: cross_bonus, share: 10%, funding: on_top, helped_only: true}"
CALM = "{kind: staff, default: true, demand: {hull: 20}}"


def notes(folder: Path, changes: dict[str, Any]) -> set[str]:
    return {one.code for one in load(write(folder, {**STATED, **changes})).notes}


def test_one_channel_cooperates(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"own\.desk\.cooperation: staff and desk both.*state it of one"):
        load(write(tmp_path, {**STATED, "own.desk": STAFF % "false"}))


def test_a_bonus_for_helped_sales_needs_some(tmp_path: Path) -> None:
    changes = {"segments.bank.needs_staff": "0%", "policy.rules.cross": CROSS}
    with pytest.raises(ScenarioError, match=r"cross\.helped_only: .*no segment that it covers.*needs_staff"):
        load(write(tmp_path, {**STATED, **changes}))


def test_what_changes_nothing_is_noted(tmp_path: Path) -> None:
    unread = {"nobody_needs_staff", "all_are_helped"}
    attribution = {"policy.attribution.first": "{kind: first_touch}"}
    assert not (unread | {"no_journeys"}) & notes(tmp_path, attribution)  # staff heed who would be credited
    assert "nobody_needs_staff" in notes(tmp_path, {"segments.bank.needs_staff": "0%"})
    assert {"all_are_helped", "no_journeys"} <= notes(tmp_path, {"own.staff": CALM, **attribution})
    assert not unread & notes(tmp_path, {"own.staff": CALM, "policy.rules.cross": CROSS})
