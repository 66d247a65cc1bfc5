"""Helpers that compile kernels: what they are told to, when there are any, and that they end."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from numba import njit
from numba.core.caching import IndexDataCacheFile

from sim.results.loading import load
from sim.runs import rehearsal
from sim.runs.case import Case
from sim.runs.rehearsal import Task, helped
from sim.runs.replicate import Specification
from tests.command.running import ROOT, environment

SMALL = ROOT / "scenarios/gallery/small_network.yaml"
TO_END_SECONDS = 300.0  # one that does not end takes longer, however busy the machine is

REHEARSED_AND_PLAYED = """
import sys
import numpy as np
from sim.base.kernels import rehearsed
from sim.results.loading import load
from sim.runs.case import Case
from sim.runs.rehearsal import calls
from sim.runs.replicate import replicate
specification = Case.of(load(sys.argv[1], ["months=3mo", "segments.broker.partners=20"])).specification
told = set(calls(specification, 2))
with rehearsed() as played, np.errstate(all="ignore"):
    replicate(specification.plan(), [0, 1, 2])
print(len(told), len(told - set(played)), len(set(played) - told))
"""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that are started, on a machine of four processors."""
    found: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            found.append(self)

    monkeypatch.setattr("subprocess.Popen", Noted)
    monkeypatch.setattr(rehearsal, "available", lambda: 4)
    yield found


def specification() -> Specification:
    return Case.of(load(SMALL, ["months=2mo"])).specification


def compile_something() -> None:
    njit(lambda x: x + 1)(1)


def test_a_month_of_a_few_partners_tells_what_a_run_calls() -> None:
    done = subprocess.run(
        [sys.executable, "-c", REHEARSED_AND_PLAYED, SMALL],
        cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    told, too_many, missing = map(int, done.stdout.split())
    assert told > 40 and too_many == 0 and missing <= 2


@pytest.mark.parametrize(("workers", "count"), [(1, 0), (2, 1), (3, 2), (64, rehearsal.HELPERS)])
def test_helpers_are_there_while_kernels_are_compiled(
    started: list[subprocess.Popen[bytes]], workers: int, count: int
) -> None:
    with helped(specification(), 1, workers):
        assert not started
        compile_something()
        assert [one.poll() for one in started] == [None] * count
    assert all(one.poll() is not None for one in started)


def test_there_are_none_where_nothing_is_compiled_or_a_class_comes_from_outside(
    started: list[subprocess.Popen[bytes]],
) -> None:
    with helped(specification(), 1, 2):
        np.zeros(1)
    with helped(Specification({}, 1, extra=(int,)), 1, 2):
        compile_something()
    assert not started


def test_a_helper_that_cannot_be_started_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setattr(rehearsal, "available", lambda: 2)
    with helped(specification(), 1, 2):
        compile_something()


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One that waits to be told what to do."""
    command = [sys.executable, "-c", "from sim.runs.rehearsal import help_out; help_out()"]
    env = environment(NUMBA_CACHE_DIR=str(tmp_path))
    with subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE) as one:
        yield one


def tell(helper: subprocess.Popen[bytes], shares: int) -> IO[bytes]:
    assert helper.stdin is not None
    pickle.dump(Task(specification(), 1, 0, shares), helper.stdin)
    helper.stdin.flush()
    return helper.stdin


def test_a_helper_ends_with_who_started_it(helper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    told = tell(helper, shares=1)
    while not list(tmp_path.rglob("*.nbc")):
        assert helper.poll() is None
    told.close()
    assert helper.wait(TO_END_SECONDS) == 0
    names = [path.name for path in tmp_path.rglob("*.nbc")]
    assert all(re.fullmatch(r"[0-9a-f]{16}\..*", name) for name in names) and len(names) < 20


def test_a_helper_ends_when_its_share_is_done(helper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    tell(helper, shares=40)
    assert helper.wait(TO_END_SECONDS) == 0 and list(tmp_path.rglob("*.nbc"))


def test_helpers_write_files_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = IndexDataCacheFile._data_name
    file, names = IndexDataCacheFile(os.fspath(tmp_path), "kernel", "stamp"), set[str]()
    for _ in range(2):
        monkeypatch.setattr(IndexDataCacheFile, "_data_name", usual)
        names |= {file._data_name(1)}
        rehearsal.name_own_files()
        names |= {file._data_name(1), file._data_name(2)}
    assert len(names) == 5
