"""Orders of replications: what is wanted of a case, which orders may be played together, and what they are reckoned to
take.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sim.engine.layout.outline import Outline
from sim.runs.case import Case
from sim.runs.doubt import doubt_seconds
from sim.runs.fingerprint import fingerprint
from sim.runs.resources import place_seconds
from sim.runs.side_by_side import MOST_CASES, weight_of_worlds
from sim.runs.work import Detail, Job, Played

MOST_TOGETHER = 32  # scenarios of a family in one job: more would save little and lose more where a run is cut off


@dataclass(frozen=True)
class Order:
    """Replications of a case that are wanted."""

    case: Case
    numbers: Sequence[int]
    detail: Detail = "figures"
    panels: frozenset[int] = field(default_factory=frozenset)

    @property
    def family(self) -> str:
        """Orders of one family may be played together. A class from outside may look at anything: it plays alone."""
        return "" if self._alone else self.case.specification.family

    @property
    def table(self) -> str:
        """Orders of one table may be played side by side."""
        return "" if self._alone else self.case.specification.table

    @property
    def _alone(self) -> bool:
        specification = self.case.specification
        return self.detail == "months" or bool(specification.extra or specification.doubt)

    def seconds(self, outline: Outline, together: int) -> float:
        """Seconds of one processor that it is reckoned to take beside others of its table.

        `outline` is of a case with the same partners.
        """
        doubt, number = self.case.specification.doubt, len(self.numbers)
        return doubt_seconds(outline, doubt, number) if doubt else place_seconds(outline, number, together)


@dataclass(frozen=True)
class Share:
    """An order and what is already played of it, by number."""

    order: Order
    part: dict[int, Played]


def groups(shares: Sequence[Share], replications: int) -> list[list[Share]]:
    """Shares that may be played together: worlds of one family, or cases of one table of so many replications."""
    families = list(_by(shares, lambda one: one.order.family))
    found = [part for family in families if len(family) > 1 for part in _parts(family, MOST_TOGETHER)]
    single = [family[0] for family in families if len(family) == 1]
    for cases in _by(single, lambda one: one.order.table):
        most = replications // max(len(one.order.numbers) for one in cases)
        found += _parts(cases, min(max(most, 1), MOST_CASES))
    return found


def _by(shares: Sequence[Share], key: Callable[[Share], str]) -> Iterable[list[Share]]:
    found: dict[object, list[Share]] = {}
    for one in shares:
        found.setdefault(key(one) or id(one), []).append(one)
    return found.values()


def _parts(shares: list[Share], most: int) -> list[list[Share]]:
    return [shares[at : at + most] for at in range(0, len(shares), most)]


def lacking(family: Sequence[Share]) -> list[tuple[list[Share], list[int]]]:
    """Numbers that are still wanted, by the shares that want them."""
    wanted = [set(one.order.numbers) - one.part.keys() for one in family]
    found: dict[tuple[int, ...], list[int]] = {}
    for number in sorted(set().union(*wanted)):
        found.setdefault(tuple(at for at, numbers in enumerate(wanted) if number in numbers), []).append(number)
    return [([family[at] for at in places], numbers) for places, numbers in found.items()]


def job_of(shares: Sequence[Share], numbers: Sequence[int]) -> Job:
    """The job that plays some replications of shares of one family."""
    order = shares[0].order
    cases = tuple(one.order.case.specification for one in shares)
    return Job(cases, tuple(numbers), order.panels & set(numbers), order.detail, fingerprint())


def reckoned(orders: Sequence[Order]) -> float:
    """Seconds of one processor that a replication of these is reckoned to take, on average."""
    if not orders:
        return 0.0
    outline = orders[0].case.outline  # cases of a study have the same partners
    families, tables = Counter(one.family for one in orders), Counter(one.table for one in orders)
    seconds = 0.0
    for one in orders:
        worlds = min(families[one.family], MOST_TOGETHER) if one.family else 1
        together = min(tables[one.table], MOST_CASES) if one.table and worlds == 1 else 1
        seconds += weight_of_worlds(worlds) * one.seconds(outline, together)
    return seconds / max(sum(len(one.numbers) for one in orders), 1)
