"""Help, `check` and `schema` start nothing heavy; the first argument is understood; usage errors end with 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.command.application import routed
from sim.command.guard import guarded
from tests.command.running import HEAVY, PROGRAM, ROOT, environment, partner_sim, tiny


def imported(*arguments: object) -> set[str]:
    """Top-level packages that a command imports; its exit code must be 0."""
    command = [PROGRAM[0], "-X", "importtime", PROGRAM[1], *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=True)
    lines = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {name.split(".")[0] for name in lines}


def test_help_imports_nothing_heavy() -> None:
    assert not imported("--help") & {*HEAVY, "numpy", "numba", "simpy", "rich", "pydantic", "ruamel"}
    assert not imported("run", "--help") & {*HEAVY, "numpy", "numba", "simpy", "rich", "ruamel"}


def test_check_and_schema_import_nothing_heavy(tmp_path: Path) -> None:
    assert not imported("check", tiny(tmp_path)) & {*HEAVY, "numba", "simpy", "rich"}
    assert not imported("schema") & {*HEAVY, "numba", "simpy", "rich"}


def test_a_study_is_checked_without_the_engine() -> None:
    """What plays and what fits waits until something is played or fitted."""
    late = {*HEAVY, "numba", "rich"} - {"scipy"}  # whose parts are loaded when they are first called
    assert not imported("check", "scenarios/experiments/compare_saas.yaml") & late


TO_THE_SCREEN = """
import sys
from sim.command.frame.streams import console
from sim.judgement.session import run
from sim.report.run import terminal
terminal.show(run(sys.argv[1], 2, workers=1), console(sys.stdout))
print(*sys.modules)
"""


def test_a_verdict_is_shown_before_what_only_files_need_is_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TO_THE_SCREEN, tiny(tmp_path)],
        cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    early = set(done.stdout.splitlines()[-1].split())
    late = {"xarray", "matplotlib", "scipy.stats", "scipy.interpolate"}
    assert "mesa.model" in early and not late & early


def test_importing_the_room_is_light() -> None:
    script = "import sim.command, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"typer", "rich", "numpy", "subprocess"} & set(done.stdout.split())


def test_nothing_asked_is_wrong_input_answered_with_help() -> None:
    done = partner_sim()
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: partner-sim" in done.stderr and "explain" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["a.yaml"], ["run", "a.yaml"]),
        (["A.YML", "--seed", "1"], ["run", "A.YML", "--seed", "1"]),
        (["--from-manifest", "m.json"], ["run", "--from-manifest", "m.json"]),
        (["check", "a.yaml"], ["check", "a.yaml"]),
        (["--help"], ["--help"]),
        ([], []),
    ],
)
def test_first_argument(arguments: list[str], meant: list[str]) -> None:
    assert routed(arguments) == meant


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["chek", "a.yaml"], "chek"),
        (["run"], "FILE"),
        (["check"], "FILE"),
        (["run", "a.yaml", "--replications", "0"], "replications"),
        (["run", "a.yaml", "--replications", "many"], "replications"),
        (["run", "a.yaml", "--workers", "-1"], "workers"),
        (["run", "a.yaml", "--lang", "de"], "lang"),
        (["run", "a.yaml", "--seed", str(2**63)], "seed"),
        (["run", "a.yaml", "--from-manifest", "m.json"], "--from-manifest"),
        (["a.yaml", "--bogus"], "--bogus"),
    ],
)
def test_usage_errors(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and says in shown.err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["version"]) == 0
    first = capsys.readouterr().out
    assert guarded(["--version"]) == 0
    assert first == capsys.readouterr().out
    assert first.startswith("partner-sim 0.")


def test_schema_goes_to_a_file_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["schema"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["title"] == "Scenario of partner-sim"
    assert guarded(["schema", "--out", str(tmp_path / "s.json")]) == 0
    assert (tmp_path / "s.json").read_text("utf-8") == printed
    assert guarded(["schema", "--out", "/proc/here/s.json"]) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]
