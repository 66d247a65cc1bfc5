"""The runner: replications in this process or in worker processes, gathered into one labelled cube."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker

import numpy as np

from sim.base.errors import OutputError
from sim.engine.plan import Plan
from sim.experiments import replicate
from sim.experiments.cube import Cube
from sim.experiments.metrics import metrics
from sim.experiments.replicate import Replication, Specification

Progress = Callable[[int, int], None]
CHUNK_SECONDS = 1.0  # work sent to a worker at a time
POOL_WORTH_SECONDS = 6.0  # a shorter run is over before worker processes are ready


def play(
    specification: Specification,
    plan: Plan,
    numbers: Sequence[int],
    workers: int | None = None,
    panels: Iterable[int] = (),
    progress: Progress | None = None,
) -> tuple[Cube, list[Replication]]:
    """Play the replications `numbers` of one scenario.

    Parameters
    ----------
    specification, plan : the scenario as plain data (for workers) and laid out
    numbers : replication numbers
    workers : processes; None takes the processors at hand, 1 stays in this process
    panels : replications whose partners are kept year by year
    progress : called with (done, all) as replications finish

    Returns
    -------
    (Cube, list of Replication)
        The cube with one policy and one world; the replications in order.
    """
    wanted, done = frozenset(panels), list[Replication]()
    report = progress or (lambda done, total: None)
    report(0, len(numbers))
    started = time.perf_counter()
    queue = list(numbers)
    while queue and (len(done) < 2 or _alone(workers, len(queue), (time.perf_counter() - started) / len(done))):
        done.append(replicate.replicate(plan, queue[0], queue[0] in wanted))
        queue.pop(0)
        report(len(done), len(numbers))
    if queue:
        each = (time.perf_counter() - started) / len(done)
        for some in _in_workers(specification, queue, workers or available(), each, wanted):
            done.extend(some)
            report(len(done), len(numbers))
    done.sort(key=lambda one: one.number)
    values = np.array([one.monthly for one in done])[None, None]
    return Cube.of(plan, values, [one.number for one in done], metrics(plan)), done


def available() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _alone(workers: int | None, left: int, seconds_each: float) -> bool:
    """Whether the rest is best played in this process."""
    return (workers or available()) == 1 or left * seconds_each < POOL_WORTH_SECONDS


def _in_workers(
    specification: Specification, numbers: list[int], workers: int, seconds_each: float, panels: frozenset[int]
) -> Iterator[list[Replication]]:
    size = max(1, min(round(CHUNK_SECONDS / max(seconds_each, 1e-9)), -(-len(numbers) // workers)))
    chunks = [numbers[start : start + size] for start in range(0, len(numbers), size)]
    try:
        with _pool(specification, workers) as pool:
            try:
                with _deaf():
                    jobs = [pool.submit(replicate.chunk, some, panels & set(some)) for some in chunks]
                for job in as_completed(jobs):
                    yield job.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    except BrokenProcessPool as error:
        raise OutputError(
            "a worker process was ended from outside, most often for want of memory; try --workers 1"
        ) from error


def _pool(specification: Specification, workers: int) -> Executor:
    from sim import __version__

    # an explicit context: importing mesa changes the default one; forkserver loads the engine once for all workers
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["sim.experiments.replicate"])
    return ProcessPoolExecutor(workers, context, replicate.begin, (specification, __version__))


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started here never hears Ctrl-C, which reaches the whole process group; we answer it afterwards."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its own start would unblock the signal
    heard: list[int] = []
    answer = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))  # on behalf of other threads
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))  # inherited by what is started
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        signal.signal(signal.SIGINT, answer)
        if heard:
            signal.raise_signal(signal.SIGINT)
