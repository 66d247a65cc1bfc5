"""What the search for breaking points may play, as reckoned: known before the run, so that its work can be foreseen.

Notation: axis a figure that is turned, side one of its ends; a place is a scenario with figures turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sim.engine.layout.outline import Outline
from sim.judgement.breaking.kept_criteria import claims_played
from sim.judgement.breaking.turned_axes import Axis, axes
from sim.runs.ahead import Part
from sim.runs.case import Case
from sim.runs.resources import estimate, place_seconds
from sim.runs.side_by_side import WORLD
from sim.scenario.unknown import Unknown

SHARE = 1.0 / 3.0  # of what the run is reckoned to take
BESIDE_SECONDS = 4.0  # of a run beside its replications: start, reading, page and files
ENDS = 0.6  # of that time for the ends of ranges
ROUNDS = 5  # of looking for an edge after the ends: a straight line needs one, all figures together one more
LEAST = 2  # replications on the way to an edge: one alone says nothing of the spread
MOST = 64  # replications at a place
USUAL = 0.5  # share of the edges' replications that is usually played: most edges are found before the last round


@dataclass
class Allowance:
    """Reckoned seconds for the search and what they are enough for.

    `left` = SHARE (BESIDE_SECONDS + those of the run and of its `doubted` replications with doubt).
    """

    outline: Outline
    axes: list[Axis]
    run: int
    """replications of the run"""
    doubted: int
    lucky: bool = True
    """whether luck moves a criterion at all"""
    left_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        seconds = estimate(self.outline, max(self.run, 1))[1] + self.doubted * self._doubted()
        self.left = SHARE * (BESIDE_SECONDS + seconds)

    def place(self, replications: int) -> float:
        """Seconds that a place is reckoned to take."""
        return place_seconds(self.outline, replications)

    def most(self, places: float, seconds: float) -> int:
        """Replications that can be played at so many places in a time; 0 where it is not enough for one."""
        if not self.lucky:
            return int(places * self.place(1) <= seconds)
        fit = (k for k in range(min(self.run, MOST), 0, -1) if places * self.place(k) <= seconds)
        return next(fit, 0)

    def weight(self, turned: Iterable[Iterable[int]]) -> float:
        """Places by the axes turned, as so many played alone: worlds of one play differ in loss ratios only."""
        some = [all(self.axes[at].is_loss_ratio for at in place) for place in turned]
        worlds = sum(some)
        return len(some) - worlds + min(worlds, 1) + WORLD * max(worlds - 1, 0)

    def ends(self) -> int:
        """Leave out the last axes until there is time for the ends of all; returns the replications at each end."""
        while len(self.axes) > 1 and not self.most(self._weight_of_ends, ENDS * self.left):
            self.left_out.insert(0, self.axes.pop().name)
        return max(1, self.most(self._weight_of_ends, ENDS * self.left))

    @property
    def sides(self) -> list[tuple[int, int]]:
        """Axis and side of each end."""
        return [(at, side) for at, one in enumerate(self.axes) for side in one.sides]

    @property
    def least(self) -> int:
        """Replications at a place on the way to an edge."""
        return min(self.run, LEAST) if self.lucky else 1

    @property
    def _weight_of_ends(self) -> float:
        return self.weight((at,) for at, _ in self.sides)

    def _doubted(self) -> float:
        """Seconds that a replication with doubt is reckoned to take: a place, or a world of one."""
        unknown = [one for one in self.axes if isinstance(one.knob, Unknown)]
        return self.place(1) * (WORLD if all(one.is_loss_ratio for one in unknown) else 1.0)


def work_ahead(case: Case, run: int, doubted: int) -> list[Part]:
    """The parts of the search beside a run of so many replications, at most."""
    assert case.loaded is not None
    turning, scenario = axes(case.loaded), case.loaded.scenario
    if not turning or not scenario.criteria:
        return []
    allowed = Allowance(case.outline, turning, run, doubted, run > 1)
    few = allowed.ends()
    ends = len(allowed.sides)
    base = int(claims_played(scenario, case.specification.claims) != case.specification.claims)
    allowed.left -= allowed.weight((at,) for at, _ in allowed.sides) * allowed.place(few)
    unknown = sum(isinstance(one.knob, Unknown) for one in allowed.axes)
    most = sum(_rounds(allowed, ends + (unknown > 1), base))
    seconds = max(allowed.left, ROUNDS * allowed.place(1))
    return [Part("ends", ends + base, few), Part("edges", 1, most, usual=USUAL, seconds=seconds)]


def _rounds(allowed: Allowance, places: int, base: int) -> Iterator[int]:
    """Replications of each round, at most: fewer places may get more replications each."""
    for turn in range(ROUNDS):
        yield max((p + base) * _each(allowed, turn, _lightest(allowed, p)) for p in range(1, places + 1))


def _each(allowed: Allowance, turn: int, weight: float) -> int:
    """Replications of a place in a round, at most: places that are left were looked at in every round before it."""
    left = allowed.left - turn * weight * allowed.place(allowed.least)
    if turn > 1 and left <= 0.0:
        return 0
    return max(allowed.least, allowed.most(weight, left / (ROUNDS - turn)))


def _lightest(allowed: Allowance, places: int) -> float:
    """The least weight of so many places: as many of them as can be are worlds of one play."""
    worlds = min(sum(allowed.axes[at].is_loss_ratio for at, _ in allowed.sides), places)
    return places - worlds + min(worlds, 1) + WORLD * max(worlds - 1, 0)
