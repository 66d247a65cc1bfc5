"""A Dask scheduler and two workers on this machine's loopback, each a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.command.running import ROOT, environment

Processes = list[subprocess.Popen[bytes]]


@contextmanager
def cluster_of_two(folder: Path) -> Iterator[tuple[str, Processes]]:
    """Address of the scheduler; the scheduler and its workers."""
    processes: Processes = []
    file = folder / "scheduler.json"
    room: dict[str, Any] = {
        "cwd": folder,
        "env": environment(PYTHONPATH=str(ROOT)),
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }

    def begin(*arguments: str) -> None:
        processes.append(subprocess.Popen([sys.executable, "-m", *arguments, "--scheduler-file", str(file)], **room))

    begin("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    try:
        wait_for(file.exists)
        for number in range(2):
            begin(
                "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", str(number)
            )
        yield json.loads(file.read_text("utf-8"))["address"], processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wait_for(happened: Any, seconds: float = 60.0) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
