"""Kernels that no run has compiled yet: other processes compile some of them, and this one finds them on disk.

A month of a few partners in plain Python tells which kernels a run calls, and with arguments of which types. The run
itself compiles them as it comes to them; each helper takes its share of the list from the end. A helper that fails or
is slow costs nothing but what it would have saved.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import numpy as np

from sim.base.kernels import Call, Kernel, rehearsed
from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import laid_out
from sim.market.shocks.appointment import Appointment
from sim.partners.listed import Listed
from sim.runs.crew import available
from sim.runs.replicate import Specification

PARTNERS = 2  # of a segment: with one alone an array could look contiguous that is not
HELPERS = 3  # at most: a helper spends on its own start what compiling a dozen kernels takes
SELDOM = 100_000, 50, 50  # objects and rounds between two searches for garbage: a helper soon ends


@dataclass(frozen=True)
class Task:
    """What a helper is told."""

    specification: Specification
    together: int
    """replications in a table: one or several, which the types of arguments may tell apart"""
    share: int
    shares: int


@contextmanager
def helped(specification: Specification, together: int, workers: int) -> Iterator[None]:
    """While it is open, helpers are there from the first kernel on that is compiled in this process.

    There are none where one processor is all that may be used, nor for classes from outside: what those do when they
    are called is not for us to repeat.
    """
    from numba.core import event

    tasks = [] if specification.extra else _tasks(specification, together, min(workers, available()) - 1)
    helpers: list[subprocess.Popen[bytes]] = []

    class Starter(event.Listener):  # type: ignore[misc]  # numba is untyped
        def on_start(self, event: object) -> None:
            while tasks and Kernel.kept:  # a helper's kernels reach others by way of the disk
                helpers.extend(_started(tasks.pop()))

        def on_end(self, event: object) -> None:
            pass

    try:
        with event.install_listener("numba:compile", Starter()):
            yield
    finally:
        for one in helpers:
            one.kill()
            one.communicate()


def _tasks(specification: Specification, together: int, helpers: int) -> list[Task]:
    few = replace(specification, roster=_few(specification.roster))
    shares = min(helpers, HELPERS)
    return [Task(few, min(together, 2), share, shares) for share in range(shares)]


def _few(roster: Sequence[Listed]) -> tuple[Listed, ...]:
    """A few partners of each segment, and their sponsors."""
    by_id, kept, met = {one.id: one for one in roster}, set[str](), Counter[str]()
    for one in roster:
        met[one.segment] += 1
        there = one if met[one.segment] <= PARTNERS else None
        while there is not None and there.id not in kept:
            kept.add(there.id)
            there = by_id.get(there.sponsor or "")
    return tuple(one for one in roster if one.id in kept)


def _started(task: Task) -> list[subprocess.Popen[bytes]]:
    """A process that helps: not one of `multiprocessing`, which would begin with the caller's main module."""
    begin = f"import sys; sys.path[:] = {sys.path!r}; from sim.runs.rehearsal import help_out; help_out()"
    nothing = subprocess.DEVNULL
    try:
        one = subprocess.Popen([sys.executable, "-c", begin], stdin=subprocess.PIPE, stdout=nothing, stderr=nothing)
    except OSError:
        return []
    assert one.stdin is not None
    with suppress(OSError):
        pickle.dump(task, one.stdin)
        one.stdin.flush()
    return [one]


def help_out() -> None:
    """What a helper does. It ends when its standard input does, so with the process that started it."""
    gc.set_threshold(*SELDOM)
    task: Task = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_input, daemon=True).start()
    name_own_files()
    for kernel, types in calls(task.specification, task.together)[::-1][task.share :: task.shares]:
        kernel.compiled.compile(types)


def _end_with_input() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing comes; a read by way of a buffer would hold its lock at the very end
    os._exit(0)


def name_own_files() -> None:
    """Let numba write files of names that nobody else has, now or later.

    It numbers the files of a kernel by what its index lists, and writes the index first. Two processes could write one
    file, or one that is ended between the two writes leave an older file under a new entry: code for other types, or of
    an older source. Now an entry has its file or none, and where there is none the kernel is compiled again.
    """
    from numba.core.caching import IndexDataCacheFile

    usual: Any = IndexDataCacheFile._data_name
    mark = uuid4().hex[:16]

    def own(file: IndexDataCacheFile, number: int) -> str:
        return f"{mark}.{usual(file, number)}"

    IndexDataCacheFile._data_name = own  # type: ignore[method-assign]  # numba has no option for it


def calls(specification: Specification, together: int) -> list[Call]:
    """Nearly all that a run of a scenario calls of kernels, in the order in which it first does.

    They are noted where this process has not called them before.
    """
    from sim.engine.model import PartnerNetwork  # a study is checked without it

    outline = specification.outline()
    few = {name: min(one.partners, PARTNERS) for name, one in outline.scenario.segments.items()}
    segments = {name: one.model_copy(update={"partners": few[name]}) for name, one in outline.scenario.segments.items()}
    there = outline.scenario.market.events.items()  # partners that are named may not be among the few
    events = {name: one for name, one in there if not isinstance(one, Appointment)}
    market = outline.scenario.market.model_copy(update={"events": events})
    scenario = outline.scenario.model_copy(update={"segments": segments, "market": market})
    with rehearsed() as found, np.errstate(all="ignore"):
        plan = laid_out(Outline(scenario, outline.roster, outline.claims))
        PartnerNetwork(plan, range(together)).step()
    return list(found)
