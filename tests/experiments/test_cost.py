"""The cost of worlds: one policy, paired differences from the base world, the verdict of its own criteria."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.experiments.laying import LINEAR, laid, study
from tests.whole.scenarios import P

CRITERIA = {"criteria": {"profitable": {"kpi": "result", "at_least": 0.0}}}


def test_worlds_by_hand(tmp_path: Path) -> None:
    """A loss ratio ten points up costs a tenth of earned premium; a policy that then loses is told so."""
    worlds = {"dearer": {"set": {f"{P}.cost_ratio": "80%"}}, "much_dearer": {"set": {f"{P}.cost_ratio": 0.9}}}
    policy = {"scenario": laid(tmp_path, {**LINEAR, **CRITERIA}), "set": {"policy.rules.base.new": "10%"}}
    found = study(tmp_path, "cost", policy=policy, worlds=worlds, replications=2)
    table = found.table("worlds").set_index("world")
    assert table.index.tolist() == ["base", "dearer", "much_dearer"]
    earned = table.result["base"] / 0.15
    assert table.difference.tolist() == pytest.approx([0.0, -0.1 * earned, -0.2 * earned], abs=1.0)
    assert table.combined_ratio.tolist() == pytest.approx([0.85, 0.95, 1.05], abs=1e-9)
    assert table.verdict.tolist() == ["PASS", "PASS", "FAIL"]
    assert found.table("criteria").verdict.tolist() == ["PASS", "PASS", "FAIL"]
    assert {one.key for one in found.says} == {"head_world", "cost_world"}
    moved = found.table("differences").set_index(["world", "kpi"]).difference
    assert moved["dearer", "result"] == pytest.approx(table.difference["dearer"])
