"""Kernels that no run has compiled yet: other processes compile some of them meanwhile, and this one finds them on disk.

A month of a few partners in plain Python tells which kernels a run calls, and with arguments of which types. The run
itself compiles them as it comes to them; each helper takes its share of the list from the end.
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

import numpy as np

from sim.base.kernels import Call, rehearsed
from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import laid_out
from sim.engine.model import PartnerNetwork
from sim.partners.population import Listed
from sim.runs.crew import available
from sim.runs.replicate import Specification

PARTNERS = 2  # of a segment: the columns of a single one would be contiguous whichever way they are cut
HELPERS = 3  # at most: more would spend longer on starting than they save


@dataclass(frozen=True)
class Task:
    """What a helper is told."""

    specification: Specification
    together: int
    """replications in a table: one or several, which types of arguments may tell apart"""
    share: int
    shares: int


@contextmanager
def helped(specification: Specification, together: int, workers: int) -> Iterator[None]:
    """While it is open, helpers are there from the first kernel on that is compiled here.

    There is none where one process is all that may be used. A class from outside is not played a second time.
    """
    from numba.core import event

    helpers: list[subprocess.Popen[bytes]] = []
    count = 0 if specification.extra else min(workers, available()) - 1
    few = replace(specification, roster=_few(specification.roster))
    tasks = [Task(few, min(together, 2), one, count) for one in range(min(count, HELPERS))]

    class Starter(event.Listener):  # type: ignore[misc]  # numba is untyped
        def on_start(self, event: object) -> None:
            while tasks:
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


def _started(task: Task) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own: workers of `multiprocessing` would begin with the caller's main module."""
    begin = f"import sys; sys.path[:] = {sys.path!r}; from sim.runs.rehearsal import help_out; help_out()"
    nothing = subprocess.DEVNULL
    with suppress(OSError):
        one = subprocess.Popen([sys.executable, "-c", begin], stdin=subprocess.PIPE, stdout=nothing, stderr=nothing)
        yield one
        assert one.stdin is not None
        pickle.dump(task, one.stdin)
        one.stdin.flush()


def help_out() -> None:
    """What a helper does: compile its share. It ends when its standard input does, and with it whoever started it."""
    task: Task = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_input, daemon=True).start()
    gc.disable()
    _name_own_files(f"helper{task.share}")
    for kernel, types in calls(task.specification, task.together)[::-1][task.share :: task.shares]:
        kernel.compiled.compile(types)


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _name_own_files(mark: str) -> None:
    """Keep two processes from writing one file: numba numbers a kernel's by what it has seen of others when it saves.

    Without it, what is compiled for some types could be found under others.
    """
    from numba.core.caching import IndexDataCacheFile

    usual = IndexDataCacheFile._data_name
    IndexDataCacheFile._data_name = lambda self, number: f"{mark}.{usual(self, number)}"


def calls(specification: Specification, together: int) -> list[Call]:
    """What a run of a scenario calls of kernels, nearly all of it, in the order in which it is first called."""
    outline = specification.outline()
    segments = {
        name: one.model_copy(update={"partners": min(one.partners, PARTNERS)})
        for name, one in outline.scenario.segments.items()
    }
    scenario = outline.scenario.model_copy(update={"segments": segments})
    with rehearsed() as found, np.errstate(all="ignore"):
        plan = laid_out(Outline(scenario, outline.roster, outline.claims))
        PartnerNetwork(plan, range(together)).step()
    return list(found)


def _few(roster: Sequence[Listed]) -> tuple[Listed, ...]:
    """A few partners of each segment, and their sponsors."""
    by_id, kept, count = {one.id: one for one in roster}, set[str](), Counter[str]()
    for one in roster:
        count[one.segment] += 1
        there: Listed | None = one if count[one.segment] <= PARTNERS else None
        while there is not None and there.id not in kept:
            kept.add(there.id)
            there = by_id.get(there.sponsor or "")
    return tuple(one for one in roster if one.id in kept)
