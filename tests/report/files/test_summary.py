"""summary.json: the promised keys, strict JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.judgement.result import Result
from sim.report.files.summary import dumped, strict, summary


def refuse(constant: str) -> None:
    raise AssertionError(constant)


def test_top_level_is_as_promised(written: Path) -> None:
    found = json.loads((written / "summary.json").read_text("utf-8"), parse_constant=refuse)
    assert list(found) == [
        "verdict", "criteria", "kpis", "theory", "notes", "scenario", "replications", "seed", "currency", "risk",
    ]  # fmt: skip
    assert found["scenario"] == {"name": "Партнёрский канал", "file": "main.yaml"}
    assert (found["replications"], found["seed"], found["currency"], found["verdict"]) == (3, 7, "RUB", "FAIL")


def test_key_figures_have_intervals_and_theory(result: Result) -> None:
    found = summary(result, {})
    kpi = found["kpis"]["loss_ratio.hull"]
    assert list(kpi) == ["unit", "mean", "interval", "p5", "p50", "p95", "theory", "known", "text"]
    assert kpi["interval"][0] <= kpi["mean"] <= kpi["interval"][1]
    assert kpi["theory"] == pytest.approx(0.65)
    assert found["kpis"]["ruin_month"]["mean"] is None and found["kpis"]["ruin_month"]["interval"] == [None, None]
    assert found["kpis"]["result"]["unit"] == "RUB"
    assert {"name", "kpi", "verdict", "figure", "low", "high", "bound", "sense", "of", "reason", "more"} <= set(
        found["criteria"][0]
    )


def test_what_json_cannot_say_is_null() -> None:
    assert strict({"a": [float("nan"), float("inf"), 1.5, True, None, "\ud800"]}) == {
        "a": [None, None, 1.5, True, None, "\\ud800"]
    }
    assert json.loads(dumped(strict({"a": float("-inf")}))) == {"a": None}
