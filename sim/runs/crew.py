"""Who plays: worker processes of this machine, or a cluster; both are a `concurrent.futures` executor."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any

from sim.base.errors import OutputError
from sim.base.extras import needed
from sim.runs.work import Job, Played, perform

CONNECT_SECONDS = 20.0
LOOK_SECONDS = 30.0  # between two looks whether a cluster has workers, while nothing comes from it
CHATTER = ("distributed", "distributed.client", "tornado.application", "asyncio")
"""loggers of Dask that write tracebacks of what we say in a sentence"""
GUARD = (
    "Workers import the script that starts them: keep it in a file and put its calls under "
    '`if __name__ == "__main__":`, or play with workers=1'
)


class Crew:
    """Workers, started when the first job comes; a context manager that ends them.

    Parameters
    ----------
    workers : processes; None takes the processors at hand, 1 stays in this process
    cluster : address of a Dask scheduler, instead of processes of this machine
    executor : any executor of your own, instead of both; it is left running at the end
    """

    def __init__(
        self, workers: int | None = None, cluster: str | None = None, executor: Executor | None = None
    ) -> None:
        self.size = workers or available()
        self.cluster, self.given, self.executor = cluster, executor, executor
        self._client: Any = None
        self._begun: Connection | None = None  # what workers say as they begin

    @property
    def remote(self) -> bool:
        """Whether jobs go elsewhere however short they are."""
        return self.cluster is not None or self.given is not None

    @property
    def here(self) -> int:
        """Worker processes of this machine."""
        return 0 if self.remote else self.size

    @property
    def started(self) -> bool:
        """Whether worker processes are there already."""
        return self.executor is not None

    def submit(self, job: Job) -> Future[list[Played]]:
        """Send a job to a worker."""
        if self.executor is None:
            self.executor = self._connected() if self.cluster else self._processes()
        with _deaf():
            return self.executor.submit(perform, job)

    @property
    def broken(self) -> tuple[type[Exception], ...]:
        """Errors that say that workers are gone."""
        if self._client is None:
            return (BrokenProcessPool,)
        dask = needed("distributed", "a cluster")
        return CancelledError, dask.KilledWorker, dask.comm.CommClosedError

    def check_workers(self) -> None:
        """Refuse to wait for a cluster on which nobody is left who works.

        Raises
        ------
        OutputError
        """
        if self._client is not None and not self._client.nthreads():
            raise OutputError(self.why_broken())

    def why_broken(self) -> str:
        """Why worker processes are gone: whether one ever began tells a fault of the script from one of the machine."""
        if self._client is not None:
            return (
                f"the Dask cluster at {self.cluster} is lost: its scheduler has ended, or its workers have; "
                "the same command goes on from what the store has kept"
            )
        if self._begun is None or self._begun.poll():
            return "a worker process was ended from outside, most often for want of memory; try --workers 1"
        return f"no worker process could begin. {GUARD}"

    def __enter__(self) -> Crew:
        if self.size > 1 and getattr(multiprocessing.current_process(), "_inheriting", False):
            raise OutputError(f"this is a worker process that imports the script which started it. {GUARD}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()
        elif self.executor is not None and self.given is None:
            self.executor.shutdown(wait=kind is None, cancel_futures=True)

    def _processes(self) -> Executor:
        # an explicit context: importing mesa changes the default one; forkserver loads the engine once for all workers
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        if "forkserver" in methods:
            context.set_forkserver_preload(["sim.runs.work", "sim.engine.model"])
        self._begun, begun = context.Pipe(duplex=False)
        return ProcessPoolExecutor(self.size, context, _begin, (begun,))

    def _connected(self) -> Executor:
        """An executor of a Dask cluster.

        Raises
        ------
        OutputError
            Where Dask is not installed or nobody answers at the address.
        """
        connect = needed("distributed", "a cluster").Client
        try:
            client = connect(self.cluster, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise OutputError(
                f"no Dask scheduler answers at {self.cluster} ({type(error).__name__}): check the address, such as "
                "tcp://192.0.2.1:8786, and that it runs"
            ) from None
        for name in CHATTER:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._client = client
        self.size = max(1, len(client.nthreads()))
        executor: Executor = client.get_executor(pure=False, retries=2)
        return executor


def available() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def unreachable(classes: Iterable[type]) -> list[str]:
    """Names of classes that a worker process cannot import: those of a notebook's cell, and those within a function."""
    interactive = not hasattr(sys.modules["__main__"], "__file__")
    return [
        one.__qualname__
        for one in classes
        if "<locals>" in one.__qualname__ or (interactive and one.__module__ == "__main__")
    ]


def _begin(begun: Connection) -> None:
    """A worker says that it is there, and ends with the process that started it, even if that was killed."""
    begun.send_bytes(b".")
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


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
