"""How far figures may move until the first criterion breaks, from few replications on the luck of a longer run.

A ray leads from the stated figures (t = 0) to an end (t = 1). What the stated run knows of a criterion from all its
replications is moved by the paired difference of a few of them: on common luck it varies little.

Notation: t place on a ray, c criterion, n replications of the stated run, k of them played again; u how well one keeps
a criterion, so that it is kept where u >= 0.
Source: sample average approximation on common random numbers (Shapiro, Dentcheva, Ruszczynski 2009, chapter 5);
degrees of freedom of a sum of variances: Welch 1947.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, inf, sqrt

import numpy as np

from sim.base.arrays import Reals
from sim.statistics.intervals import CONFIDENCE, combined_degrees, student

FITTED = 8  # pairs from which the map of u is a line; of fewer only its shift is known
NARROW = 1e-3  # of a ray: a bracket that is near enough
EXACT = 1e-9  # of the stated level: as good as 0
SLOW = 0.5  # a bracket that shrinks less in a round is halved in the next


@dataclass(frozen=True)
class Level:
    """How well a criterion is kept, in its own unit: below 0 it is broken."""

    figure: float
    error: float = 0.0
    degrees: float = inf

    def half(self, confidence: float) -> float:
        """Half its interval; infinite where one replication says nothing of the spread."""
        if self.error == 0.0:
            return 0.0
        return student(confidence, self.degrees) * self.error if self.degrees > 0 else inf


@dataclass(frozen=True)
class Gauge:
    """A criterion and u[n] of the stated run: its mean, or the share `kept` of the u, must not be below 0."""

    stated: Reals
    kept: float | None = None

    @property
    def level(self) -> Level:
        """At the stated figures."""
        return self._mean(self.stated) if self.kept is None else self._quantile(self.stated, self.kept)

    @property
    def fixed(self) -> bool:
        """Whether luck does not move it, as far as several replications show."""
        return self.stated.size > 1 and float(np.ptp(self.stated)) == 0.0

    def moved(self, there: Reals, here: Reals) -> Level:
        """With u[k] of the replications `there`, which are here[k] at the stated figures."""
        if there.size == self.stated.size and np.array_equal(here, self.stated):
            return Gauge(there, self.kept).level
        if self.kept is not None and there.size >= FITTED and float(np.ptp(here)) > 0.0:
            return self._along_line(there, here)
        moved = self._mean(there - here)
        return Level(self.level.figure + moved.figure) if self.fixed else _sum(self.level, moved)

    def _along_line(self, there: Reals, here: Reals) -> Level:
        """The quantile moved by the line of u there on u here."""
        at, k, stated = here - here.mean(), here.size, self.level
        squares = float(at @ at)
        slope = float(at @ there) / squares
        left = there - there.mean() - slope * at
        away = stated.figure - float(here.mean())
        variance = float(left @ left) / (k - 2) * (1.0 / k + away * away / squares)
        moved = Level(float(there.mean()) + slope * away, sqrt(max(variance, 0.0)), k - 2)
        error = _sum(Level(0.0, abs(slope) * stated.error, stated.degrees), Level(0.0, moved.error, moved.degrees))
        return Level(moved.figure, error.error, error.degrees)

    @staticmethod
    def _mean(u: Reals) -> Level:
        if u.size < 2:
            return Level(float(u.mean()), inf, 0.0)
        return Level(float(u.mean()), float(u.std(ddof=1)) / sqrt(u.size), u.size - 1)

    @staticmethod
    def _quantile(u: Reals, kept: float) -> Level:
        """The u below which no more lie than may; its error from the ranks about it."""
        ranked, n, rank = np.sort(u), u.size, rank_of_share(u.size, kept)
        z = student(CONFIDENCE, inf)
        reach = z * sqrt(max(n * kept * (1.0 - kept), 0.25))
        low, high = (int(np.clip(round(rank + way * reach), 0, n - 1)) for way in (-1, 1))
        return Level(float(ranked[rank]), float(ranked[high] - ranked[low]) / (2.0 * z) if n > 1 else inf)


def rank_of_share(n: int, kept: float) -> int:
    """Place, from 0, of the u among n in order that must not be below 0 so that a share is kept."""
    return min(floor(n * (1.0 - kept) + EXACT), n - 1)


def _sum(one: Level, other: Level) -> Level:
    """Two independent figures added."""
    variances, degrees = np.array([(level.error**2, level.degrees) for level in (one, other)]).T
    variance = float(variances.sum())
    if not np.isfinite(variance):
        return Level(one.figure + other.figure, inf, 0.0)
    return Level(one.figure + other.figure, sqrt(variance), float(combined_degrees(variances, degrees)))


@dataclass(frozen=True)
class Edge:
    """Where on a ray the first criterion breaks, with its interval, and which one."""

    t: float
    low: float
    high: float
    """may lie beyond the ray's end: infinite"""
    criterion: int

    @property
    def unsure(self) -> bool:
        """Whether too few replications were played for an interval."""
        return self.low == 0.0 and self.high == inf


@dataclass
class Bracket:
    """A ray: up to which place all criteria are seen to hold, and from which on one of them is seen to be broken."""

    stated: Sequence[Level]
    held: tuple[float, Sequence[Level]] = field(init=False)
    broken: tuple[float, Sequence[Level]] | None = None
    _before: float = inf
    _found: float | None = None

    def __post_init__(self) -> None:
        self.held = (0.0, self.stated)

    def see(self, t: float, levels: Sequence[Level]) -> None:
        """Take what was seen at a place."""
        self._before = self.width
        if t == 1.0 or self.broken is None or t < self.broken[0]:
            if any(level.figure < 0.0 for level in levels):
                self.broken = (t, levels)
            else:
                self.held = (t, levels)
        parts = [one.figure / at.figure for one, at in zip(levels, self.stated, strict=True) if at.figure > 0.0]
        if parts and abs(min(parts)) <= EXACT:
            self._found = t

    @property
    def width(self) -> float:
        """Of the bracket; infinite where nothing is broken yet."""
        return inf if self.broken is None else self.broken[0] - self.held[0]

    @property
    def done(self) -> bool:
        """Whether there is nothing to look for any more: no edge, or one that is known well enough."""
        return self.broken is None or self._found is not None or self.width <= NARROW * self.broken[0]

    @property
    def next(self) -> float:
        """Where to look next."""
        assert self.broken is not None
        t, _ = self._secant()
        slow = np.isfinite(self._before) and self.width > SLOW * self._before
        return self._middle if slow or t == self.held[0] else t

    def edge(self, confidence: float = CONFIDENCE) -> Edge | None:
        """The edge; None where no criterion breaks on the ray."""
        if self.broken is None:
            return None
        t, c = self._secant()
        (t0, held), (t1, broken) = self.held, self.broken
        if self._found is not None:
            t = self._found
        elif t == t0 > 0.0:  # at its bound away from the start and still kept: a figure that jumps, a place or a count
            return Edge(self._middle, t0, t1, c)
        slope = (held[c].figure - broken[c].figure) / (t1 - t0)
        half = max(held[c].half(confidence) if t0 else 0.0, broken[c].half(confidence)) / slope
        high = t + half
        return Edge(t, max(0.0, t - half), high if high <= 1.0 else inf, c)

    @property
    def _middle(self) -> float:
        assert self.broken is not None
        return (self.held[0] + self.broken[0]) / 2.0

    def _secant(self) -> tuple[float, int]:
        """Where the line between the bracket's ends is 0, of the criterion whose line is 0 first."""
        assert self.broken is not None
        (t0, held), (t1, broken) = self.held, self.broken
        places = [
            (t0 + (t1 - t0) * max(here.figure, 0.0) / (max(here.figure, 0.0) - there.figure), c)
            for c, (here, there) in enumerate(zip(held, broken, strict=True)) if there.figure < 0.0
        ]  # fmt: skip
        return min(places)
