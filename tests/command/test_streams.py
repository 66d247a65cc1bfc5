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
    assert "FAIL" in done.stdout.splitlines()[0] and "Premium earned" in done.stdout
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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_standard_output_is_full(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = partner_sim(
            tiny(tmp_path), "--out", tmp_path / "out", capture_output=False, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 4 and "cannot write" in done.stderr and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]


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
