"""The same figures from a Dask cluster of separate processes, one of which is killed on the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import OutputError
from sim.runs.ahead import Account
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.fingerprint import fingerprint
from sim.runs.orders import Order
from sim.runs.play import Runner
from sim.runs.replicate import Specification
from sim.runs.work import Job
from tests.command.running import ROOT, environment
from tests.whole.scenarios import tree

distributed: Any = pytest.importorskip("distributed")
SMALL = tree({"segments.agents.sales.law": "poisson", "months": "24mo"})


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process of its own."""
    folder, processes = tmp_path_factory.mktemp("cluster"), []
    file = folder / "scheduler.json"
    room = {
        "cwd": folder,
        "env": environment(PYTHONPATH=str(ROOT)),
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }

    def begin(*arguments: str) -> None:
        processes.append(subprocess.Popen([sys.executable, "-m", *arguments, "--scheduler-file", str(file)], **room))  # type: ignore[call-overload]

    begin("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    wait_for(file.exists)
    for number in range(2):
        begin("distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", str(number))
    import json

    try:
        yield json.loads(file.read_text("utf-8"))["address"], processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wait_for(happened: Any, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_the_same_figures_though_a_worker_is_killed(cluster: tuple[str, list[subprocess.Popen[bytes]]]) -> None:
    address, processes = cluster
    case, numbers = Case("small", Specification(SMALL, 1)), range(24)
    (alone,) = Runner(Crew(1)).play([Order(case, numbers, "months")])
    killed: list[int] = []

    def progress(done: int, total: int) -> None:
        if done >= 4 and not killed:
            killed.append(processes[1].pid)
            os.kill(processes[1].pid, 9)

    with Crew(cluster=address) as crew:
        crew.submit(Job((case.specification,), (0,), version=fingerprint())).result()  # the workers are there
        (found,) = Runner(crew, account=Account(progress)).play([Order(case, numbers, "months")])
    assert killed and isinstance(alone, list) and isinstance(found, list)
    assert [one.monthly.tobytes() for one in found] == [one.monthly.tobytes() for one in alone]


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.runs.crew.CONNECT_SECONDS", 1.0)
    case = Case("small", Specification(SMALL, 1))
    with Crew(cluster="tcp://127.0.0.1:9") as crew, pytest.raises(OutputError, match="no Dask scheduler answers"):
        Runner(crew).play([Order(case, [0])])


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with Crew(cluster="tcp://127.0.0.1:9") as crew, pytest.raises(OutputError, match=r"partner-sim\[cluster\]"):
        Runner(crew).play([Order(Case("small", Specification(SMALL, 1)), [0])])
