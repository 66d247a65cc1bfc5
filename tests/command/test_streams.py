"""Pipes that close, terminals that lack characters, disks that are full: never a crash, never half a folder."""

from __future__ import annotations

import os
import resource
import subprocess
from pathlib import Path

import pytest

from tests.command.running import LOSS, PROGRAM, ROOT, environment, partner_sim, tiny


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "ascii"])
def test_a_poor_encoding(encoding: str, tmp_path: Path) -> None:
    path = tiny(tmp_path, LOSS)
    done = partner_sim(path, "--out", tmp_path / "out", env=environment(PYTHONIOENCODING=encoding), encoding=encoding)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "FAIL" in done.stdout.splitlines()[0] and "Premium written" in done.stdout
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize("command", [["run", "--replications", "2"], ["schema"], ["show", "--origins"]])
def test_a_closed_pipe(command: list[str], tmp_path: Path) -> None:
    path = tiny(tmp_path, LOSS)
    more = [path] if command[0] != "schema" else []
    out = ["--out", tmp_path / "out"] if command[0] == "run" else []
    reading, writing = os.pipe()
    os.close(reading)
    arguments = list(map(str, [*PROGRAM, *command, *more, *out]))
    done = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, env=environment(), check=False)
    os.close(writing)
    assert done.returncode == (1 if command[0] == "run" else 0)
    assert b"Error" not in done.stderr and b"Traceback" not in done.stderr
    assert not out or (tmp_path / "out" / "manifest.json").exists()


SHELL = 'exec "$0" "$@" '


def redirected(how: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A command whose streams the shell has redirected."""
    if "full" in how and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    command = ["sh", "-c", SHELL + how, *PROGRAM, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(
    "how", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", ">/dev/full 2>&1", "1</dev/null", "2>/dev/full"]
)
def test_streams_change_no_verdict(how: str, tmp_path: Path) -> None:
    """A FAIL, a folder with everything, and a complaint where one can be read."""
    done = redirected(how, "run", tiny(tmp_path, LOSS), "--out", tmp_path / "out")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert (tmp_path / "out" / "manifest.json").exists()
    assert not [path.name for path in tmp_path.rglob(".*")]


@pytest.mark.parametrize("how", [">&-", "2>&-", ">/dev/full", "<&- >&- 2>&-", ">/dev/full 2>&1"])
def test_streams_of_commands_without_a_verdict(how: str, tmp_path: Path) -> None:
    """Wrong input stays wrong input; a printed answer that was lost is told by the exit code."""
    assert redirected(how, "check", tiny(tmp_path)).returncode == 0
    assert redirected(how, "check", tiny(tmp_path, {"months": "-1mo"})).returncode == 2
    assert redirected(how, "--no-such-option").returncode == 2
    assert redirected(how, "schema").returncode == (4 if "full" in how else 0)


def test_a_file_system_that_takes_no_more(tmp_path: Path) -> None:
    path = tiny(tmp_path)
    assert partner_sim("run", path, "--out", tmp_path / "first").returncode == 3  # compiles what is not compiled yet
    done = partner_sim(
        "run", path, "--out", tmp_path / "out",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert done.returncode == 4 and "UNDECIDED" in done.stdout and "Traceback" not in done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["first", "tiny.yaml"]


def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk may be mounted here")
    try:
        done = partner_sim("run", tiny(tmp_path), "--out", disk / "out")
        assert done.returncode == 4 and done.stdout == "" and "free" in done.stderr
        assert not list(disk.iterdir())
    finally:
        subprocess.run(["umount", disk], check=True)
