"""Progress: a bar on a terminal, plain lines elsewhere, and a word when kernels are compiled first."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
from math import inf
from pathlib import Path

import pytest
from numba import config, njit
from typer import BadParameter

from sim.base.errors import OutputError
from sim.command.frame.compiling import COMPILING, told_when_compiling
from sim.command.frame.progress import Lines
from sim.command.frame.stages import STAGES, ahead, duration
from sim.command.frame.within import check_alone, within
from sim.command.guard import guarded
from sim.report.language.messages import said
from sim.runs.ahead import Account, Part, Room
from tests.command.running import PROGRAM, ROOT, environment, tiny
from tests.runs.test_ahead import Clock, seconds


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def played(account: Account, clock: Clock, replications: int, seconds: float) -> None:
    """Replications that took a time."""
    clock.now += seconds
    account.add(replications, float(replications))


def test_plain_lines_are_few_and_of_one_count(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    monkeypatch.setattr("time.monotonic", clock)
    lines = Lines()
    account = Account(lambda done, total: lines.done(account), clock=clock)
    account.plan([Part("replications", 1, 100), Part("doubt", 1, 100)], seconds)
    for _ in range(100):
        played(account, clock, 1, 1.0)
    account.begin("doubt")
    for _ in range(100):
        played(account, clock, 1, 1.0)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "10 of 200 replications, at the stated figures, about 3 min 10 s left"
    assert len(said) < 16 and said[-1].startswith("1") and "with doubt" in said[-1]
    counts = [int(line.split()[0]) for line in said]
    assert counts == sorted(counts)


def test_the_work_ahead_in_words() -> None:
    parts = [Part("scan", 9, 200, "survives"), Part("scan", 9, 200, "profitable"), Part("levels", 4, 24)]
    assert ahead(parts, 75.0, Room(3 * 2**30, 1e5), "en") == (
        "at most 3,696 replications, cases: 22: scan 3,600, levels 96; "
        "about 1 min 15 s, 3.0 GiB of memory, 1 MiB of disk"
    )
    run = [Part("replications", 1, 20), Part("doubt", 1, 20)]
    assert ahead(run, 5.0, Room(), "ru") == (
        "прогонов не более 40: при заявленных числах 20, с неопределённостью 20; около 5 с, памяти 1 МиБ, диска 1 МиБ"
    )
    assert set(STAGES["en"]) == set(STAGES["ru"])


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30.0), ("2min", 120.0), ("1.5 h", 5400.0), (None, inf)])
def test_times_that_are_given(text: str | None, seconds: float) -> None:
    assert within(text) == seconds


@pytest.mark.parametrize("text", ["0", "0s", "x", "2", "-1min", "2 minutes", ""])
def test_times_that_are_none_are_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(BadParameter, match="such as 30s, 2min or 1h"):
        within(text)


def test_two_ends_of_one_run_are_refused() -> None:
    with pytest.raises(BadParameter, match="give the one that you wait for"):
        check_alone("2min", None, True)
    check_alone("2min", None, False)


def test_a_bar_on_a_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*PROGRAM, str(tiny(tmp_path)), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(TERM="xterm"), stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while part := os.read(ours, 100_000):
            shown += part
    out, _ = process.communicate()
    os.close(ours)
    assert process.returncode == 3 and b"\x1b" not in out
    assert b"3/3" in shown and b"\x1b[?25h" in shown and b"writing manifest.json" in shown


def test_compiling_is_announced_once_and_only_where_something_is_compiled() -> None:
    def double(x):  # type: ignore[no-untyped-def]
        return x + x

    told: list[str] = []
    compiled = njit(double)
    with told_when_compiling(told.append):
        assert (compiled(2), compiled(2.0)) == (4, 4.0)  # two signatures
        assert told == ([] if config.DISABLE_JIT else [COMPILING])
    with told_when_compiling(told.append):
        compiled(3)
    assert len(told) <= 1


@pytest.mark.skipif(config.DISABLE_JIT, reason="nothing is compiled")
@pytest.mark.parametrize(
    ("arguments", "plays"),
    [(("explain", "bank-01"), "explain.explain"), (("switching",), "beside.share_lost.switching"),
     (("equilibrium",), "beside.settled_rates.equilibrium")],
)  # fmt: skip
def test_whoever_plays_announces_it(
    arguments: tuple[str, ...], plays: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def compiling(*asked: object) -> None:
        njit(lambda x: x + x)(2)
        raise OutputError("that is enough")

    monkeypatch.setattr(f"sim.judgement.{plays}", compiling)
    name, *more = arguments
    assert guarded([name, str(tiny(tmp_path)), *more, "--lang", "ru"]) == 4
    assert capsys.readouterr().err.splitlines()[0] == said(COMPILING, "ru") != COMPILING
