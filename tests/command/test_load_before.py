"""What the work ahead needs is said before it begins; what takes long, or most of the memory, is asked about first."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from sim.base.errors import OutputError
from sim.command.frame import confirming
from sim.command.guard import guarded
from sim.experiments.lab import Lab
from sim.experiments.study import read_study
from sim.experiments.within_time import foreseen
from sim.judgement.session import Run
from sim.results.loading import load
from sim.runs.ahead import reckoned
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.resources import estimate
from tests.command.running import ROOT, tiny

GIB = 2**30
USUAL_WORKERS, USUAL_FREE = 2, 4 * GIB  # a small machine of today
HEAVIEST = ("insurer_partner_channel", "modest_rise_followed", "stress_map_full")


class Person(io.StringIO):
    """A terminal with somebody at it, who has typed."""

    def isatty(self) -> bool:
        return True


def test_an_hour_and_three_quarters_of_the_memory_are_the_bounds() -> None:
    why = confirming.why_asked
    assert why(3600.0, 3 * GIB, 4 * GIB) == "" == why(10.0, 9 * GIB, None)
    assert why(3660.0, 0.0, GIB) == "takes about 1 h 1 min, over an hour"
    assert why(1.0, 3.1 * GIB, 4 * GIB) == "needs about 3.1 GiB of memory, most of the 4.0 GiB that are free"


@pytest.mark.parametrize(
    ("typed", "goes_on"), [("y\n", True), ("ДА\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_a_person_is_asked(typed: str, goes_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Person()
    monkeypatch.setattr(sys, "stdin", Person(typed))
    monkeypatch.setattr(sys, "stderr", shown)
    if goes_on:
        confirming.confirm("takes about 2 h, over an hour", "en")
    else:
        with pytest.raises(OutputError, match="--yes"):
            confirming.confirm("takes about 2 h, over an hour", "en")
    assert shown.getvalue() == "It takes about 2 h, over an hour. Go on? [y/N]\n"


@pytest.mark.parametrize("kind", ["run", "study"])
def test_nobody_to_ask(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused with the way on, nothing written; with `--yes` the same is played."""
    monkeypatch.setattr(confirming, "LONG_SECONDS", 0.0)
    file = tiny(tmp_path)
    if kind == "study":
        (tmp_path / "study.yaml").write_text(
            f"schema: 1\nkind: compare\nreplications: 2\npolicies:\n  a: {{scenario: {file.name}}}\n"
            f'  b: {{scenario: {file.name}, set: {{market.demand: 0.9}}}}\n', "utf-8"
        )  # fmt: skip
        file = tmp_path / "study.yaml"
    out = tmp_path / "out"
    asked = [kind, str(file), "--workers", "1", "--no-store", "--out", str(out)]
    assert guarded(asked) == 4
    told = capsys.readouterr().err
    assert " of memory, " in told and " of disk" in told and "over an hour: confirm with --yes" in told
    assert not out.exists()
    assert guarded([*asked, "--lang", "ru"]) == 4
    assert "больше часа: подтвердите с --yes" in capsys.readouterr().err
    assert guarded([*asked, "--yes"]) in (0, 1, 3) and out.is_dir()


def shipped() -> list[Path]:
    return sorted((ROOT / "scenarios").rglob("*.yaml"))


def below(file: Path) -> None:
    """A shipped file asks nothing of anybody."""
    if file.parent.name == "experiments":
        parts, seconds, room = foreseen(read_study(file), Lab(file.parent, Crew(USUAL_WORKERS)))
        needed = reckoned(parts, seconds), room.memory
    else:
        loaded = load(file)
        run = Run(Case.of(loaded), loaded.scenario.replications)
        needed = run.reckoned(), estimate(run.case.outline, run.replications, USUAL_WORKERS)[0]
    assert not confirming.why_asked(needed[0] / USUAL_WORKERS, needed[1], USUAL_FREE)


@pytest.mark.parametrize("name", HEAVIEST)
def test_the_heaviest_that_are_shipped_ask_nothing(name: str) -> None:
    below(next(one for one in shipped() if one.stem == name))


@pytest.mark.long
def test_nothing_that_is_shipped_asks() -> None:
    for file in shipped():
        below(file)
