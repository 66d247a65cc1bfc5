"""Progress: a bar on a terminal, plain lines elsewhere, and a word when kernels are compiled first."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
from pathlib import Path

import pytest
from numba import config, njit

from sim.command.frame.compiling import COMPILING, told_when_compiling
from sim.command.frame.progress import Lines, duration
from tests.command.running import PROGRAM, ROOT, environment, tiny


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_plain_lines_come_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    lines = Lines()
    for done in range(101):
        lines.done(done, 100)
        now += 1.0
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == ["playing 100 replications", "10 of 100 replications, about 1 min 30 s left"]
    assert len(said) == 10


def test_the_time_left_does_not_count_what_came_before_the_first_replication(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    lines = Lines()
    lines.done(0, 100)
    for at, done in ((100.0, 1), (101.0, 2), (111.0, 12)):
        now = at
        lines.done(done, 100)
    assert capsys.readouterr().err.splitlines() == [
        "playing 100 replications", "1 of 100 replications", "12 of 100 replications, about 1 min 28 s left",
    ]  # fmt: skip


def test_short_rounds_of_a_study_tell_little(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    lines = Lines()
    for _ in range(30):
        for done in range(6):
            lines.done(done, 5)
        now += 1.0
    assert capsys.readouterr().err.splitlines() == ["playing 5 replications"] * 3


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
