"""`run`: verdict, exit code, folder, and a rerun from the manifest to the same bytes."""

from __future__ import annotations

import json
import os
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sim.command.guard import guarded
from sim.engine.layout.plan import Plan
from sim.report.files import hashes
from tests.command.running import LOSS, PROFIT, tiny

DATA = ("monthly.parquet", "partners.parquet", "events.csv", "income_balance_cash.csv", "summary.json")


def run(*arguments: object) -> int:
    return guarded(list(map(str, arguments)))


@pytest.mark.parametrize(("changes", "verdict", "code"), [(PROFIT, "PASS", 0), (LOSS, "FAIL", 1), ({}, "UNDECIDED", 3)])
def test_verdict_first_folder_last(
    changes: dict[str, str], verdict: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(tiny(tmp_path, changes), "--out", out) == code
    printed = capsys.readouterr()
    lines = [line for line in printed.out.splitlines() if line.strip()]
    assert verdict in lines[0]
    assert lines[-1] == f"output folder: {out}"
    assert "Premium of the first year" in printed.out or "premium of the first year" in printed.out
    assert "3 replications" in printed.err and "\x1b" not in printed.err + printed.out
    assert json.loads((out / "summary.json").read_text("utf-8"))["verdict"] == verdict
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "tiny.yaml"]


def test_from_manifest_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    options = ("--seed", 99, "--replications", 4, "--set", "segments.bank.flow=30", "--panel-replications", "0,2-3")
    code = run(tiny(tmp_path, LOSS), "--out", first, "--workers", 1, "--quiet", *options)
    assert run("--from-manifest", first / "manifest.json", "--out", second) == code == 1
    for name in DATA:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    made = json.loads((second / "manifest.json").read_text("utf-8"))
    assert (made["seed"], made["replications"], made["panel_replications"]) == (99, 4, [0, 2, 3])


def test_the_command_that_decides_asks_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs as it is printed: the file where it lies, the seed and the levers of the run; a manifest's likewise."""
    folder = tmp_path / "of mine"
    folder.mkdir()
    file = tiny(folder, {"criteria.safe": "{kpi: ruined, at_most: 5%}"}).relative_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    levers = ("--set", "segments.bank.flow=30", "--set-always", "policy.rules.base.new=21%", "--seed", 99)
    assert run(file, *levers, "--out", "first", "--quiet", "--no-breaks") == 3
    assert run("--from-manifest", "first", "--out", "again", "--quiet") == 3
    first, again = (one for one in capsys.readouterr().out.splitlines() if one.startswith("to decide it: "))
    for at, line in enumerate((first, again)):
        program, *words = shlex.split(line.removeprefix("to decide it: "))
        assert program == "partner-sim" and words[-2:] == ["--replications", "2000"]
        assert run(*words[:-1], 3, "--out", f"decided-{at}", "--quiet", "--no-breaks") == 3
        assert (tmp_path / f"decided-{at}/monthly.parquet").read_bytes() == Path("first/monthly.parquet").read_bytes()
    page = Path("first/report.html").read_text("utf-8")
    assert "--set-always policy.rules.base.new=21% --until-decided --replications 2000" in page


def test_a_manifest_whose_scenario_was_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    run(tiny(tmp_path), "--out", out, "--quiet")
    capsys.readouterr()
    resolved = out / "scenario.resolved.yaml"
    resolved.write_text(resolved.read_text("utf-8") + "# changed\n", encoding="utf-8")
    assert run("--from-manifest", out / "manifest.json", "--out", tmp_path / "second") == 2
    assert run("--from-manifest", tmp_path / "none.json", "--out", tmp_path / "second") == 2
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "second").exists()


def test_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tiny(tmp_path), "--out", tmp_path / "out", "--quiet", "--lang", "ru") == 3
    printed = capsys.readouterr()
    assert printed.err == "" and f"папка с результатами: {tmp_path / 'out'}" in printed.out


def test_the_default_folder_is_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny(tmp_path)
    assert run("tiny.yaml") == run("run", "tiny.yaml") == 3
    assert len(list((tmp_path / "out").iterdir())) == 2


def _never(*arguments: object, **named: object) -> None:
    raise AssertionError("nothing may be played")


def test_refused_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, in_the_way, full = tiny(tmp_path), tmp_path / "file", tmp_path / "full"
    in_the_way.write_text("mine", encoding="utf-8")
    full.mkdir()
    (full / "mine.txt").write_text("mine", encoding="utf-8")
    monkeypatch.setattr("sim.judgement.session.Run.play", _never)
    for out in (in_the_way, in_the_way / "out", full, "/proc/out", "/proc/none/out", tmp_path / ("n" * 300)):
        for overwrite in ([], ["--overwrite"]):
            assert run(scenario, "--out", out, *overwrite) == 4, out
    printed = capsys.readouterr()
    assert printed.out == "" and "Traceback" not in printed.err
    assert (full / "mine.txt").read_text("utf-8") == in_the_way.read_text("utf-8") == "mine"


def test_files_are_read_once_and_one_plan_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hashed for the manifest is what was read: a file that changes later is not taken for it."""
    base = tiny(tmp_path, name="base.yaml")
    (tmp_path / "main.yaml").write_text("schema: 1\nextends: base.yaml\nmonths: 3mo\n", encoding="utf-8")
    counts, opened, made = Counter[str](), os.open, Plan.__init__

    def count_open(path: Any, *how: Any, **named: Any) -> int:
        counts[Path(path).name] += Path(path).parent == tmp_path
        return opened(path, *how, **named)

    def count_plan(plan: Plan, *fields: Any, **named: Any) -> None:
        counts["plan"] += 1
        with base.open("a", encoding="utf-8") as file:
            file.write("# changed since\n")
        made(plan, *fields, **named)

    expected = hashes.of_file(base)
    monkeypatch.setattr(os, "open", count_open)
    monkeypatch.setattr(Plan, "__init__", count_plan)
    run("run", tmp_path / "main.yaml", "--out", tmp_path / "out", "--workers", 1, "--quiet", "--replications", 3)
    assert (counts["main.yaml"], counts["base.yaml"], counts["plan"]) == (1, 1, 1)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["inputs"]["base.yaml"] == expected


def test_an_older_folder_is_replaced_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(tiny(tmp_path), "--out", out) == 3
    before = (out / "summary.json").read_bytes()
    assert run(tiny(tmp_path, LOSS), "--out", out) == 4
    assert (out / "summary.json").read_bytes() == before
    assert run(tiny(tmp_path, LOSS), "--out", out, "--overwrite") == 1
    assert (out / "summary.json").read_bytes() != before


def test_more_than_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told from the outline alone: the partners would not fit either."""
    monkeypatch.setattr("sim.runs.resources.available_memory", lambda: 1000)
    monkeypatch.setattr("sim.engine.layout.plan.built", _never)
    assert run(tiny(tmp_path), "--out", tmp_path / "out") == 4
    printed = capsys.readouterr()
    assert printed.out == "" and "GiB" in printed.err
    assert not (tmp_path / "out").exists()


def test_an_error_while_writing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.report.files.manifest.write", full)
    assert run(tiny(tmp_path), "--out", tmp_path / "deep" / "out") == 4
    printed = capsys.readouterr()
    assert "UNDECIDED" in printed.out and "disk is full" in printed.err
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]
