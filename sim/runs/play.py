"""The runner: replications of many cases, from the store, in this process or by a crew, each chunk kept once done."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from math import inf

import numpy as np

from sim.base.errors import OutputError, SimError
from sim.base.kernels import Kernel
from sim.results.cube import Cube
from sim.runs import work
from sim.runs.ahead import POOL_WORTH_SECONDS, Account, Progress
from sim.runs.batches import batch_size
from sim.runs.case import Case
from sim.runs.crew import LOOK_SECONDS, Crew, unreachable
from sim.runs.orders import Order, Share, groups, job_of, lacking, reckoned
from sim.runs.rehearsal import helped
from sim.runs.remembered import Remembered
from sim.runs.replicate import Replication
from sim.runs.sheet import Sheet
from sim.runs.store import Store
from sim.runs.timed_months import seconds_for_one, worth_it
from sim.runs.work import Played

CHUNK_SECONDS = 1.0  # work done or sent at a time
COMPILING_WORTH_SECONDS = 120.0  # the same where each of them would compile its kernels anew, and hold the compiler
IN_FLIGHT = 3  # jobs a worker that wait or run


class Runner:
    """Plays orders.

    Parameters
    ----------
    crew : the workers
    store : where replications are kept as they finish, and taken from; None keeps nothing
    account : hears of all that is asked for and played
    """

    def __init__(self, crew: Crew, store: Store | None = None, account: Account | None = None) -> None:
        self.crew = crew
        self.store: Store | Remembered | None = store
        self.account = Account() if account is None else account
        # seconds a replication takes in the quickest chunk: the first one loads kernels
        self._timed, self._pace, self._batch = 0, inf, 1
        self._tied = False

    def time_months(self, case: Case, replications: int, ahead: float) -> None:
        """Tell the account what this machine takes for a reckoned second, by a few months of a case.

        Not where nobody wants to know, where the store may spare the work, or where they would be much of it: `ahead`
        are its reckoned seconds. A class from outside is not asked twice.
        """
        held = self.store is not None and self.store.holds(case.specification)
        together = max(1, min(batch_size(case.outline), replications))
        if not self.account.foresees or held or case.specification.extra or not worth_it(case.outline, together, ahead):
            return
        with helped(case.specification, together, self.crew.size), suppress(SimError):  # the run says what is wrong
            self.account.machine = seconds_for_one(case.plan, case.outline, together, self.account.clock)

    def play(self, orders: Sequence[Order]) -> list[Played]:
        """What was ordered, each order's replications by number: a list of Replication, or a sheet.

        Raises
        ------
        OutputError, LedgerError, TimeIsUp
        """
        count = _Count(sum(len(order.numbers) for order in orders), reckoned(orders), self.account)
        parts: list[dict[int, Played]] = [{} for _ in orders]
        jobs: dict[Future[list[Played]], list[Share]] = {}
        self._tied = self._tied_here(orders)
        if orders:
            self._batch = batch_size(orders[0].case.outline)  # cases of a study have the same partners
        try:
            for shares, numbers in self._chunks(
                [Share(order, part) for order, part in zip(orders, parts, strict=True)], count
            ):
                if self._alone(count.left):
                    self._take(shares, self._here(shares, numbers), count)
                else:
                    jobs[self.crew.submit(job_of(shares, numbers))] = shares
                    self._gather(jobs, count, IN_FLIGHT * self.crew.size)
            self._gather(jobs, count, 0)
        except self.crew.broken as error:
            raise OutputError(self.crew.why_broken()) from error
        finally:
            for job in jobs:
                job.cancel()
        return [_joined(order, part) for order, part in zip(orders, parts, strict=True)]

    def months(self, case: Case, numbers: Sequence[int], panels: frozenset[int] = frozenset()) -> list[Replication]:
        """Replications of one case month by month."""
        (done,) = self.play([Order(case, numbers, "months", panels)])
        assert not isinstance(done, Sheet)
        return done

    def _chunks(self, shares: Sequence[Share], count: _Count) -> Iterator[tuple[list[Share], list[int]]]:
        """What is not in the store, as (shares of one group, numbers) of about a second's work."""
        for group in groups(shares, self._batch):
            for one in group:
                found = self._found(one.order)
                one.part.update((n, found[n]) for n in one.order.numbers if n in found)
                count.add(len(one.part), played=False)
            for together, left in lacking(group):
                share = -(-count.left // len(together))
                while left:
                    size = self._size(len(left), len(together), share)
                    yield together, left[:size]
                    left = left[size:]

    def _found(self, order: Order) -> dict[int, Played]:
        if self.store is None or not self._keeps(order):
            return {}
        return self.store.find(order.case.specification, order.detail, order.panels)

    def _keeps(self, order: Order) -> bool:
        """A class from outside may change without its name, so what it took part in is not kept."""
        return self.store is not None and not order.case.specification.extra

    def _size(self, left: int, together: int, share: int) -> int:
        """Replications of the next chunk: a second's work, and where workers play no more than the part of each.

        `share` is all that is left of all cases, as replications of these ones. A month costs nearly as much for one
        replication as for many, so a chunk is no smaller than it must be.
        """
        if self._timed < 2:
            return min(self._batch, left)
        part = share if self._alone(share * together) else -(-share // self.crew.size)
        timely = round(CHUNK_SECONDS / max(self._pace, 1e-9) / together)
        return min(max(timely, self._batch), part, left)

    def _alone(self, left: int) -> bool:
        """Whether what comes next is best played in this process."""
        if self._tied:
            return True
        if self.crew.remote:
            return False
        if self.crew.size == 1 or self._timed < 2:
            return True
        worth = POOL_WORTH_SECONDS if Kernel.kept else COMPILING_WORTH_SECONDS
        return not self.crew.started and left * self._pace < worth

    def _tied_here(self, orders: Sequence[Order]) -> bool:
        """Whether the orders hold classes that only this process knows; says so once."""
        names = sorted({name for one in orders for name in unreachable(one.case.specification.extra)})
        if names and not self._tied and (self.crew.size > 1 or self.crew.remote):
            warnings.warn(
                f"{', '.join(names)} stands in a notebook's cell or within a function, where workers cannot import it: "
                "played in this process alone; put it into a module of its own for workers",
                stacklevel=2,
            )
        return bool(names)

    def _here(self, shares: Sequence[Share], numbers: list[int]) -> list[Played]:
        began, job = time.perf_counter(), job_of(shares, numbers)
        with helped(job.scenarios[0], min(self._batch, len(numbers)), self.crew.size):
            # figures are asked of many cases, whose plans would not all fit into memory
            done = (
                work.perform(job)
                if job.detail == "figures"
                else work.played([one.order.case.plan for one in shares], job)
            )
        played = len(numbers) * len(shares)
        self._timed, self._pace = self._timed + played, min(self._pace, (time.perf_counter() - began) / played)
        return done

    def _gather(self, jobs: dict[Future[list[Played]], list[Share]], count: _Count, most: int) -> None:
        """Take what is done until at most `most` jobs are under way."""
        while len(jobs) > most:
            done = wait(jobs, LOOK_SECONDS, FIRST_COMPLETED).done
            if not done:
                self.crew.check_workers()
            for job in done:
                self._take(jobs.pop(job), job.result(), count)

    def _take(self, shares: Sequence[Share], done: Sequence[Played], count: _Count) -> None:
        number = 0
        for one, played in zip(shares, done, strict=True):
            if self.store is not None and self._keeps(one.order):
                self.store.keep(one.order.case, played)
            if isinstance(played, Sheet):
                one.part.update((number, played) for number in played.numbers)
                number += len(played.numbers)
            else:
                one.part.update((replication.number, [replication]) for replication in played)
                number += len(played)
        count.add(number)


class _Count:
    """Replications done of all that are asked for at once."""

    def __init__(self, total: int, seconds: float, account: Account) -> None:
        self.done, self.total, self.seconds, self.account = 0, total, seconds, account
        account.ask(total)

    @property
    def left(self) -> int:
        return self.total - self.done

    def add(self, number: int, played: bool = True) -> None:
        if number:
            self.done += number
            self.account.add(number, number * self.seconds, played)


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
        done = Runner(crew, store, Account(progress)).months(case, numbers, frozenset(panels))
    return cube_of(case, done), done


def cube_of(case: Case, done: Sequence[Replication]) -> Cube:
    """The cube of one case's replications."""
    values = np.array([one.monthly for one in done])[None, None]
    return Cube.of(case.plan, values, [one.number for one in done], case.plan.metrics)
