"""`--cluster` as a user meets it: a worker killed, one slow, the scheduler or all workers gone; what listens where."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.command.running import PROGRAM, ROOT, environment
from tests.runs.dask_processes import Processes, cluster_of_two, wait_for

pytest.importorskip("distributed")
pytestmark = pytest.mark.long
SCENARIO = ROOT / "scenarios" / "gallery" / "small_network_two_years.yaml"
FIGURES = ("monthly.parquet", "partners.parquet", "events.csv", "income_balance_cash.csv")
LISTENS, LOOPBACK = "0A", ("0100007F", "00000000000000000000000001000000")
ENDS_WITHIN = 300.0


@contextmanager
def playing(folder: Path, replications: int, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A run of the command; it is there no longer when the block ends."""
    asked = ["run", SCENARIO, "--replications", replications, "--no-breaks", "--doubt", "0", "--yes",
             "--out", folder / "out", "--store", folder / "store", *more]  # fmt: skip
    process = subprocess.Popen(
        [*PROGRAM, *map(str, asked)], cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def under_way(folder: Path, chunks: int = 1) -> None:
    """Wait until replications have come back."""
    wait_for(lambda: len([one for one in (folder / "store").rglob("*") if one.is_file()]) > chunks, ENDS_WITHIN)


@contextmanager
def slow(pid: int) -> Iterator[None]:
    """A process that stands still most of the time."""
    over = threading.Event()

    def hinder() -> None:
        while not over.is_set():
            os.kill(pid, signal.SIGSTOP)
            over.wait(0.8)
            os.kill(pid, signal.SIGCONT)
            over.wait(0.2)

    thread = threading.Thread(target=hinder)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def listening(pid: int) -> set[str]:
    """Addresses at which a process waits for others, in the hexadecimal form of the kernel."""
    held = {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()}
    lines = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{name}").read_text("ascii").splitlines()
    ]
    return {line[1].split(":")[0] for line in lines if line[3] == LISTENS and f"socket:[{line[9]}]" in held}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, Processes]]:
    with cluster_of_two(tmp_path) as found:
        yield found


def test_one_worker_killed_and_one_slow(tmp_path: Path, cluster: tuple[str, Processes]) -> None:
    """The same bytes as of one process alone, nothing on the screen but sentences, nothing that others could reach."""
    address, (_, first, second) = cluster
    (tmp_path / "alone").mkdir()
    (tmp_path / "many").mkdir()
    with playing(tmp_path / "alone", 600, "--workers", "1") as alone:
        alone.communicate(timeout=ENDS_WITHIN)
    with slow(first.pid), playing(tmp_path / "many", 600, "--cluster", address) as run:
        under_way(tmp_path / "many")
        open_to = listening(run.pid)
        second.kill()
        told = run.communicate(timeout=ENDS_WITHIN)[1]
    assert run.returncode == alone.returncode in (0, 1, 3)
    assert open_to <= set(LOOPBACK)
    assert "Traceback" not in told and "distributed" not in told
    for name in FIGURES:
        assert (tmp_path / "many" / "out" / name).read_bytes() == (tmp_path / "alone" / "out" / name).read_bytes()


@pytest.mark.parametrize("gone", ["scheduler", "workers"])
def test_nobody_is_left(gone: str, tmp_path: Path, cluster: tuple[str, Processes]) -> None:
    """A sentence and 4, no traceback before or after it, no folder; the same command without a cluster goes on."""
    address, processes = cluster
    with playing(tmp_path, 20_000, "--cluster", address) as run:
        under_way(tmp_path)
        for one in processes[:1] if gone == "scheduler" else processes[1:]:
            one.kill()
        told = run.communicate(timeout=ENDS_WITHIN)[1]
    assert run.returncode == 4
    assert told.splitlines()[-1].startswith(f"cannot go on: the Dask cluster at {address} is lost")
    assert "Traceback" not in told and not (tmp_path / "out").exists()
