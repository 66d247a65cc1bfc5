"""Ctrl-C anywhere: exit code 130, one line, no half folder and no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.command.guard import guarded
from tests.command.running import PROGRAM, ROOT, environment, tiny

PATIENCE = 60.0


def group(leader: int) -> list[int]:
    """Processes of a process group that are no zombies."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, _, its_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(its_group) == leader and state != "Z":
                found.append(int(folder.name))
    return found


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.parametrize("moment", ["start", "alone", "again", "workers"])
def test_by_the_keyboard(moment: str, tmp_path: Path) -> None:
    many = {"replications": "3000", "months": "60mo", "segments.bank.partners": "2000"}
    workers = {"start": "1", "alone": "1", "again": "1", "workers": "2"}[moment]
    command = [*PROGRAM, str(tiny(tmp_path, many)), "--workers", workers, "--out", str(tmp_path / "out")]
    errors = tmp_path / "errors"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
        )
        try:
            if moment == "start":
                time.sleep(0.4)
            else:
                wait_until(lambda: b"at most" in errors.read_bytes() or process.poll() is not None)
            if moment == "workers":
                wait_until(lambda: len(group(process.pid)) >= 5 or process.poll() is not None)  # server, tracker, two
            time.sleep(0.3)
            os.killpg(process.pid, signal.SIGINT)
            while moment == "again" and process.poll() is None:  # impatient: up to the very end
                os.killpg(process.pid, signal.SIGTERM)
                time.sleep(0.01)
            out, _ = process.communicate(timeout=PATIENCE)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    said = errors.read_text("utf-8").splitlines()
    assert (process.returncode, out) == (130, b"")
    assert said[-1].startswith("interrupted") and not [line for line in said if "Traceback" in line], said
    wait_until(lambda: not group(process.pid))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["errors", "tiny.yaml"]


@pytest.mark.parametrize("step", ["sim.report.files.tables.write_monthly", "sim.report.files.manifest.write"])
def test_while_the_files_are_written(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(step, lambda *arguments: signal.raise_signal(signal.SIGINT))
    assert guarded([str(tiny(tmp_path)), "--out", str(tmp_path / "deep" / "out")]) == 130
    printed = capsys.readouterr()
    assert "UNDECIDED" in printed.out and printed.err.splitlines()[-1].startswith("interrupted")
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]
