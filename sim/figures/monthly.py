"""Figures that are kept of every month, in the order in which a replication returns them: light to import.

They are declared in `monthly.csv`, a row each. Words left out are those of the figure of that name above: the same sum,
by product or by segment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from sim.base.errors import SimError
from sim.figures import declared
from sim.figures.figure import WHOLE, Axes, Axis, Figure, Unit, of_part
from sim.money.flows import ACCOUNTS

SURPRISES = ("choice", "sales", "renewals", "claims")
FIXED: Axes = {"whole": WHOLE, "account": [account.label for account in ACCOUNTS], "draw": SURPRISES}
"""Axes that are the same in every scenario"""


def _declared() -> Iterator[Figure]:
    above: dict[str, Figure] = {}
    for row in declared.rows("monthly.csv"):
        stated = declared.what_all_state(row)
        if not row["en"]:
            stated |= {"words": above[row["name"]].words, "trade": above[row["name"]].trade}
        one = Figure(**stated, adds=row["adds"])  # type: ignore[arg-type]  # checked as it is made
        above.setdefault(one.name, one)
        yield one


MONTHLY: tuple[Figure, ...] = tuple(_declared())


@dataclass(frozen=True)
class Metric:
    """A monthly figure, or the part of one: a column of a replication's months."""

    figure: Figure
    part: str = ""

    @cached_property
    def name(self) -> str:
        """Such as `claims` or `premium_new.motor`."""
        return of_part(self.figure.name, self.part)

    @property
    def unit(self) -> Unit:
        """Unit of its values."""
        return self.figure.unit


def laid_out(axes: Axes, own: Sequence[Figure] = ()) -> tuple[Metric, ...]:
    """Monthly figures with all their parts, in the order of a replication's columns; those from outside come last.

    Raises
    ------
    SimError
        Where one from outside has a name that is taken.
    """
    for at, one in enumerate(own):
        if taken := [other for other in (*MONTHLY, *own[:at]) if other.name == one.name]:
            raise SimError(
                f'the monthly figure {one.name} ("{one.words.en}") has the name of another ("{taken[0].words.en}"): '
                "give yours another name"
            )
    return tuple(Metric(one, part) for one in (*MONTHLY, *own) for part in axes.get(one.axis, ()))


def spans(metrics: Sequence[Metric]) -> Iterator[tuple[Figure, slice]]:
    """Each figure that is there, and where its parts stand among the columns."""
    start = 0
    for _, parts in groupby(metrics, key=lambda one: id(one.figure)):
        first, *others = parts
        end = start + 1 + len(others)
        yield first.figure, slice(start, end)
        start = end


def along(axis: Axis) -> tuple[str, ...]:
    """Names of our figures along an axis."""
    return tuple(one.name for one in MONTHLY if one.axis == axis)


BY_RULE, NETWORK, CONCENTRATION = along("rule"), along("brokers"), ("hhi", "top_10_share")
