"""The same figures from a Dask cluster of separate processes, one of which is killed on the way."""

from __future__ import annotations

import os
import sys
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
from tests.runs.dask_processes import Processes, cluster_of_two
from tests.whole.scenarios import tree

distributed: Any = pytest.importorskip("distributed")
SMALL = tree({"segments.agents.sales.law": "poisson", "months": "24mo"})


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Processes]]:
    with cluster_of_two(tmp_path_factory.mktemp("cluster")) as found:
        yield found


def test_the_same_figures_though_a_worker_is_killed(cluster: tuple[str, Processes]) -> None:
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
