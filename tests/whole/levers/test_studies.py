"""Levers of studies: from the start unless they say always, set or relative, over one path or many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.base.errors import ScenarioError
from sim.experiments.answer import Answer
from tests.command.running import partner_sim
from tests.whole.levers.playing import FOLDER, HIST

NEW = "policy.rules.base.new"


def carried_out(kind: str, **fields: Any) -> Answer:
    """A study of the base with one replication a case."""
    return sim.study({"kind": kind, "replications": 1, **fields}, workers=1, home=FOLDER)


def results(answer: Answer, table: str, column: str = "result") -> list[float]:
    """A column of a table, in whole units."""
    return [round(float(one)) for one in answer.table(table)[column]]


AXES: list[tuple[dict[str, Any], list[float]]] = [
    ({"values": [0.15, 0.2]}, [46_800, 43_200]),
    ({"values": [0.15, 0.2], "always": True}, [50_400, 43_200]),
    ({"values": ["-5pp", "+0pp"], "change": "shift"}, [46_800, 43_200]),
    ({"from": "-5pp", "to": "0pp", "steps": 2, "change": "shift", "always": True}, [50_400, 43_200]),
    ({"values": ["75%", 1], "change": "scale"}, [46_800, 43_200]),
]


@pytest.mark.parametrize(("axis", "expected"), AXES)
def test_a_cell_is_the_lever_alone(axis: dict[str, Any], expected: list[float]) -> None:
    answer = carried_out("sweep", policy=HIST.name, across={"path": NEW, **axis})
    assert results(answer, "cells") == expected


def test_one_move_over_many_paths() -> None:
    paths = [NEW, "policy.rules.base.renewal"]
    answer = carried_out("sweep", policy=HIST.name, across={"path": paths, "change": "shift", "values": ["-5pp"]})
    assert results(answer, "cells") == [46_800, 43_200]  # moved, and as it is today


def test_policies_and_worlds_move_figures() -> None:
    policies = {
        "now": HIST.name,
        "less": {"scenario": HIST.name, "set": {NEW: {"shift": "-5pp"}}},
        "long": {"scenario": HIST.name, "set": {NEW: {"scale": 0.75}}, "always": True},
    }
    compared = carried_out("compare", policies=policies, figures=["result"], followed=0).table("differences")
    assert [round(float(one)) for one in compared["difference"]] == [3_600, 7_200]
    worlds = {"dear": {"set": {"products.line.cost_ratio": {"shift": "10pp"}}}, "low": {"set": {NEW: {"scale": "75%"}}}}
    answer = carried_out("cost", policy=HIST.name, worlds=worlds)
    assert results(answer, "worlds") == [43_200, 43_200 - 14_400, 46_800]


def test_a_move_says_one_thing() -> None:
    with pytest.raises(ScenarioError, match="give either shift or scale"):
        carried_out("cost", policy=HIST.name, worlds={"x": {"set": {NEW: {"shift": "1pp", "scale": 2}}}})


def test_the_frontier_of_a_shift(tmp_path: Path) -> None:
    text = HIST.read_text("utf-8") + "criteria: {pays: {kpi: result, at_least: 39600}}\n"
    (tmp_path / "base.yaml").write_text(text, encoding="utf-8")
    lever = {"path": NEW, "change": "shift", "safe": "-5pp", "harsh": "+15pp", "percent": True}
    study = {"kind": "frontier", "policy": "base.yaml", "lever": lever, "replications": 24, "budget": 24}
    found = sim.study(study, workers=1, home=tmp_path).table("frontier")
    assert float(found["level"][0]) == pytest.approx(0.05, abs=2e-3)  # five points more cost 3 600


def test_the_best_of_a_relative_lever_and_where_it_stands_now() -> None:
    levers = {"new": {"path": NEW, "change": "scale", "low": 0.75, "high": 1.25}}
    answer = carried_out("optimise", policy=HIST.name, levers=levers, points=8, fresh=8)
    row = answer.table("levers").iloc[0]
    assert (round(float(row["best"]), 2), float(row["present"])) == (0.75, 1.0)


def test_a_tornado_moves_from_today() -> None:
    unknowns = {"cost": {"path": "products.line.cost_ratio", "change": "shift", "low": "-1pp", "high": "3pp"}}
    row = carried_out("sensitivity", policy=HIST.name, uncertainties=unknowns).table("tornado").iloc[0]
    assert float(row["at_high"]) == pytest.approx(-144_000 * 0.028)  # at 2.8 points, the 95 % quantile, from 0


def test_the_command_line_says_the_same(tmp_path: Path) -> None:
    out = tmp_path / "out"
    grid = ("--across", f"{NEW}+=-5pp..0pp:2", "--replications", 1, "--workers", 1, "--no-store", "--out", out)
    assert partner_sim("sweep", HIST, *grid).returncode == 0
    table = (out / "tables" / "cells.csv").read_text("utf-8")
    assert "46800" in table and "43200" in table


def test_a_manifest_repeats_a_run_with_levers(tmp_path: Path) -> None:
    levers = (
        "--set",
        f"{NEW}-=5pp",
        "--set-always",
        "policy.payment.delay=2mo",
        "--set",
        "products.line.cost_ratio*=1.1",
    )
    options = ("--no-store", "--workers", 1)
    first = partner_sim("run", HIST, *levers, *options, "--out", tmp_path / "first")
    partner_sim("run", "--from-manifest", tmp_path / "first", *options, "--out", tmp_path / "again")
    assert "products.line.cost_ratio" in first.stdout
    told = [json.loads((tmp_path / name / "manifest.json").read_text("utf-8")) for name in ("first", "again")]
    assert told[0]["warm_up_rewritten_by"] == ["policy.payment.delay", "products.line.cost_ratio"]
    assert told[0]["data_hash"] == told[1]["data_hash"]
    assert told[0]["files"]["summary.json"] == told[1]["files"]["summary.json"]
