"""The runner: replications of many cases, from the store, in this process or by a crew, each chunk kept as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

import numpy as np

from sim.base.errors import OutputError
from sim.experiments import work
from sim.experiments.case import Case
from sim.experiments.crew import Crew
from sim.experiments.cube import Cube
from sim.experiments.fingerprint import fingerprint
from sim.experiments.metrics import metrics
from sim.experiments.replicate import Replication
from sim.experiments.sheet import Sheet
from sim.experiments.store import Store
from sim.experiments.work import Detail, Job, Played

Progress = Callable[[int, int], None]
CHUNK_SECONDS = 1.0  # work done or sent at a time
POOL_WORTH_SECONDS = 6.0  # a shorter run is over before worker processes are ready
IN_FLIGHT = 3  # jobs a worker that wait or run


@dataclass(frozen=True)
class Order:
    """Replications of a case that are wanted."""

    case: Case
    numbers: Sequence[int]
    detail: Detail = "figures"
    panels: frozenset[int] = field(default_factory=frozenset)

    def job(self, numbers: Sequence[int]) -> Job:
        """Some of them as a job."""
        return Job(self.case.specification, tuple(numbers), self.panels & set(numbers), self.detail, fingerprint())


class Runner:
    """Plays orders.

    Parameters
    ----------
    crew : the workers
    store : where replications are kept as they finish, and taken from; None keeps nothing
    progress : called with (done, all) as replications finish
    """

    def __init__(self, crew: Crew, store: Store | None = None, progress: Progress | None = None) -> None:
        self.crew, self.store = crew, store
        self.report = progress or (lambda done, total: None)
        self._spent, self._timed = 0.0, 0

    def play(self, orders: Sequence[Order]) -> list[Played]:
        """What was ordered, each order's replications by number: a list of Replication, or a sheet.

        Raises
        ------
        OutputError, LedgerError
        """
        count = _Count(sum(len(order.numbers) for order in orders), self.report)
        parts: list[dict[int, Played]] = [{} for _ in orders]
        jobs: dict[Future[Played], int] = {}
        try:
            for at, numbers in self._chunks(orders, parts, count):
                order = orders[at]
                if self._alone(count.left):
                    self._take(order, self._here(order, numbers), parts[at], count)
                else:
                    jobs[self.crew.submit(order.job(numbers))] = at
                    self._gather(orders, parts, jobs, count, IN_FLIGHT * self.crew.size)
            self._gather(orders, parts, jobs, count, 0)
        except BrokenProcessPool as error:
            raise OutputError(
                "a worker process was ended from outside, most often for want of memory; try --workers 1"
            ) from error
        finally:
            for job in jobs:
                job.cancel()
        return [_joined(order, part) for order, part in zip(orders, parts, strict=True)]

    def months(self, case: Case, numbers: Sequence[int], panels: frozenset[int] = frozenset()) -> list[Replication]:
        """Replications of one case month by month."""
        (done,) = self.play([Order(case, numbers, "months", panels)])
        assert not isinstance(done, Sheet)
        return done

    def _chunks(
        self, orders: Sequence[Order], parts: list[dict[int, Played]], count: _Count
    ) -> Iterator[tuple[int, list[int]]]:
        """What is not in the store, as (order, numbers) of about a second's work."""
        for at, order in enumerate(orders):
            found = self._found(order)
            parts[at].update((n, found[n]) for n in order.numbers if n in found)
            count.add(len(parts[at]))
            left = [n for n in order.numbers if n not in parts[at]]
            while left:
                size = self._size(len(left))
                yield at, left[:size]
                left = left[size:]

    def _found(self, order: Order) -> dict[int, Played]:
        if self.store is None or not self._keeps(order):
            return {}
        return self.store.find(order.case.specification, order.detail, order.panels)

    def _keeps(self, order: Order) -> bool:
        """A class from outside may change without its name, so what it took part in is not kept."""
        return self.store is not None and not order.case.specification.extra

    def _size(self, left: int) -> int:
        if self._timed < 2:
            return 1
        share = left if self.crew.size == 1 else -(-left // self.crew.size)
        return max(1, min(round(CHUNK_SECONDS * self._timed / max(self._spent, 1e-9)), share))

    def _alone(self, left: int) -> bool:
        """Whether what comes next is best played in this process."""
        if self.crew.remote:
            return False
        if self.crew.size == 1 or self._timed < 2:
            return True
        return not self.crew.started and left * self._spent / self._timed < POOL_WORTH_SECONDS

    def _here(self, order: Order, numbers: list[int]) -> Played:
        began = time.perf_counter()
        job = order.job(numbers)  # figures are asked of many cases, whose plans would not all fit into memory
        done = work.perform(job) if order.detail == "figures" else work.played(order.case.plan, job)
        self._spent, self._timed = self._spent + time.perf_counter() - began, self._timed + len(numbers)
        return done

    def _gather(
        self, orders: Sequence[Order], parts: list[dict[int, Played]], jobs: dict[Future[Played], int], count: _Count, most: int
    ) -> None:
        """Take what is done until at most `most` jobs are under way."""
        while len(jobs) > most:
            for job in wait(jobs, return_when=FIRST_COMPLETED).done:
                at = jobs.pop(job)
                self._take(orders[at], job.result(), parts[at], count)

    def _take(self, order: Order, played: Played, part: dict[int, Played], count: _Count) -> None:
        if self.store is not None and self._keeps(order):
            self.store.keep(order.case, played)
        if isinstance(played, Sheet):
            part.update((number, played) for number in played.numbers)
            count.add(len(played.numbers))
        else:
            part.update((one.number, [one]) for one in played)
            count.add(len(played))


class _Count:
    """Replications done of all."""

    def __init__(self, total: int, report: Progress) -> None:
        self.done, self.total, self.report = 0, total, report
        report(0, total)

    @property
    def left(self) -> int:
        return self.total - self.done

    def add(self, number: int) -> None:
        if number:
            self.done += number
            self.report(self.done, self.total)


def _joined(order: Order, part: Mapping[int, Played]) -> Played:
    numbers = sorted(order.numbers)
    if order.detail == "figures":
        sheets = {id(one): one for one in part.values() if isinstance(one, Sheet)}
        return Sheet.joined(list(sheets.values())).taken(numbers)
    lists = {number: one for number, one in part.items() if not isinstance(one, Sheet)}
    return [one for number in numbers for one in lists[number]]


def play(
    case: Case,
    numbers: Sequence[int],
    workers: int | None = None,
    panels: Iterable[int] = (),
    progress: Progress | None = None,
    store: Store | None = None,
    cluster: str | None = None,
) -> tuple[Cube, list[Replication]]:
    """Play replications of one case, month by month.

    Returns
    -------
    (Cube, list of Replication)
        The cube with one policy and one world; the replications in order.
    """
    with Crew(workers, cluster) as crew:
        done = Runner(crew, store, progress).months(case, numbers, frozenset(panels))
    return cube_of(case, done), done


def cube_of(case: Case, done: Sequence[Replication]) -> Cube:
    """The cube of one case's replications."""
    values = np.array([one.monthly for one in done])[None, None]
    return Cube.of(case.plan, values, [one.number for one in done], metrics(case.plan))
