"""Every way out has its exit code, and an unexpected error never looks like a failed policy."""

from __future__ import annotations

import errno
import gc
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.base.errors import LedgerError, OutputError, RunError, ScenarioError
from sim.command.frame import garbage
from sim.command.frame.interrupts import Interrupts
from sim.command.guard import guarded

Command = Callable[[list[str], Interrupts], int]


def raising(error: BaseException) -> Command:
    def command(arguments: list[str], interrupts: Interrupts) -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ScenarioError("wrong"), 2),
        (OutputError("no room"), 4),
        (MemoryError(), 4),
        (OSError(errno.ENOSPC, "No space left on device", "f"), 4),
        (PermissionError(errno.EACCES, "Permission denied", "f"), 4),
        (KeyboardInterrupt(), 130),
    ],
)
def test_expected(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded([], raising(error)) == code
    printed = capsys.readouterr()
    assert printed.out == "" and len(printed.err.splitlines()) == 1


@pytest.mark.parametrize(
    "error",
    [LedgerError("unbalanced"), RunError("unbalanced", 7, 2, 3), KeyError("x"), ValueError("a\nb"), RecursionError(),
     SystemExit(1), FileNotFoundError(errno.ENOENT, "none", "f")],
)  # fmt: skip
def test_our_own_error_leaves_a_log(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert guarded(["run", "x.yaml"], raising(error)) == 70
    printed = capsys.readouterr()
    assert printed.out == "" and type(error).__name__ in printed.err and "Traceback" not in printed.err
    (log,) = tmp_path.iterdir()
    assert str(log) in printed.err
    assert "Traceback" in log.read_text("utf-8") and "x.yaml" in log.read_text("utf-8")


def test_our_own_error_is_told_in_russian(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert guarded(["run", "x.yaml", "--lang", "ru"], raising(RunError("unbalanced", 7, 2, 3))) == 70
    what, report = capsys.readouterr().err.splitlines()
    assert what.startswith("ошибка самой partner-sim") and "seed 7, replication 2, month 3" in what
    (log,) = tmp_path.iterdir()
    assert report == f"сообщите о ней, приложив файл {log} и сценарий; --debug показывает, где это случилось"


def test_debug_shows_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert guarded(["--debug"], raising(RunError("unbalanced", 7, 2, 3))) == 70
    printed = capsys.readouterr().err
    assert "Traceback" in printed and "seed 7, replication 2, month 3" in printed
    assert not list(tmp_path.iterdir())


def test_no_log_possible(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc/nowhere")
    assert guarded([], raising(KeyError("x"))) == 70
    assert "--debug" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_somebody_swallows(number: int, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    def swallowing(arguments: list[str], interrupts: Interrupts) -> int:
        try:
            os.kill(os.getpid(), number)
            for _ in range(1000):
                pass
        except KeyboardInterrupt:
            pass
        return 1

    def disguising(arguments: list[str], interrupts: Interrupts) -> int:
        try:
            return swallowing(arguments, interrupts)
        finally:
            raise RuntimeError

    assert guarded([], swallowing) == code
    assert guarded([], disguising) == code
    assert re.fullmatch(r"(interrupted[^\n]*\n){2}", capsys.readouterr().err)


def test_a_second_signal_does_not_stop_tidying_up() -> None:
    tidy = []

    def command(arguments: list[str], interrupts: Interrupts) -> int:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            tidy.append(True)
        return 0

    assert guarded([], command) == 130
    assert tidy == [True]


def test_a_signal_that_the_interpreter_drops(capsys: pytest.CaptureFixture[str]) -> None:
    class Late:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def command(arguments: list[str], interrupts: Interrupts) -> int:
        Late()
        time.sleep(20)
        return 0

    began = time.monotonic()
    assert guarded([], command) == 130
    assert time.monotonic() - began < 10
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_garbage_is_searched_as_usual_once_a_command_has_started() -> None:
    seen = []

    def command(arguments: list[str], stop: Interrupts) -> int:
        seen.append(gc.get_threshold())
        garbage.started()
        seen.append(gc.get_threshold())
        return 0

    assert guarded([], command) == 0
    assert seen == [garbage.SELDOM, garbage.USUAL] and gc.get_threshold() == garbage.USUAL and not gc.get_freeze_count()
