"""The frontier of one lever: where the expected value of a criterion passes its bound, on common luck.

Notation: x level of the lever, k replications, g(x) expected margin by which the criterion holds (>= 0: it holds).
Sources: sample average approximation on common random numbers (Shapiro, Dentcheva, Ruszczynski 2009, chapter 5);
interval of the root of a line from paired replications: Fieller 1954, JRSS B 16, 175-185.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, log2

import numpy as np

from sim.base.arrays import Reals
from sim.statistics.evaluation import Estimate, estimate
from sim.statistics.intervals import CONFIDENCE, student

Margins = Callable[[Reals, range], Reals]
"""levels[n], replications -> margins[n, k] by which the criterion holds in each replication"""

FOUND, HOLDS, FAILS, UNCLEAR, BENT = "found", "holds everywhere", "fails everywhere", "not decided", "not monotone"
SCAN = 9  # levels of the first scan: shows a bend wider than an eighth of the range
WINDOW = 5  # levels of the line through the root
REACH = 2.0  # half-width of that window in standard errors of the root: narrower loses the slope, wider sees the curve
NARROWEST = 0.5  # of the tolerance: rounding of money would hide the slope in a narrower window
STEPS = 40  # halvings of the bracket: below any precision asked for


@dataclass(frozen=True)
class Root:
    """The level at which the criterion stops to hold, and what was seen on the way."""

    status: str
    level: float
    low: float
    high: float
    replications: int
    levels: Reals = field(compare=False)
    margins: tuple[Estimate, ...]
    """of the first scan, at `levels`"""

    @property
    def statement(self) -> str:
        """The finding in words."""
        if self.status == FOUND:
            way = "up" if self.levels[0] < self.levels[-1] else "down"
            return f"holds {way} to the frontier {self.level:.6g} (95 % interval {self.low:.6g} to {self.high:.6g})"
        return {
            HOLDS: f"holds everywhere between {self.levels.min():.6g} and {self.levels.max():.6g}",
            FAILS: f"fails everywhere between {self.levels.min():.6g} and {self.levels.max():.6g}",
            BENT: "holds, fails and holds again as the lever moves one way: there is no single frontier",
            UNCLEAR: "too few replications to tell where it stops to hold",
        }[self.status]


def frontier(
    margins: Margins,
    safe: float,
    harsh: float,
    *,
    first: int,
    budget: int,
    tolerance: float,
    confidence: float = CONFIDENCE,
    share: float | None = None,
) -> Root:
    """The level between `safe` and `harsh` at which the expected margin reaches 0.

    Parameters
    ----------
    safe, harsh : float
        Ends of the range; the criterion is expected to hold at `safe` sooner than at `harsh` (safe > harsh for the
        lowest level at which it still holds).
    first, budget : int
        Replications of the scan, and at most at a level; they double in between.
    tolerance : float
        Half-width of the interval, in the lever's unit, at which to stop.
    share : float, optional
        Where the margins are those of a probability: what makes them 0 or 1 when it is added. Their interval is then
        Wilson's, which 0 ruins in a few replications do not shrink to a point.

    Notes
    -----
    The scan is judged with Bonferroni's intervals over its levels. An interval that leaves the range is cut to it.
    """
    levels = np.linspace(safe, harsh, SCAN)
    seen = margins(levels, range(first))
    status, scan = _shape(seen, confidence, share)
    k = first
    while status == UNCLEAR and k < budget:
        k = min(2 * k, budget)
        seen = margins(levels, range(k))  # all of them anew: what a ratio's values are depends on all of them
        status, scan = _shape(seen, confidence, share)
    if status != FOUND:
        ends = {HOLDS: harsh, FAILS: safe}
        return Root(status, ends.get(status, np.nan), min(safe, harsh), max(safe, harsh), k, levels, scan)
    level, low, high, k = _narrow(margins, levels, seen, budget, tolerance, confidence)
    low, high = (float(np.clip(edge, min(safe, harsh), max(safe, harsh))) for edge in (low, high))
    return Root(FOUND, level, low, high, k, levels, scan)


def doublings(first: int, budget: int) -> list[int]:
    """Replications of a level in turn."""
    found = [first]
    while found[-1] < budget:
        found.append(min(2 * found[-1], budget))
    return found


def levels_at_most(tolerance: float) -> int:
    """Levels that are played at one number of replications, with a tolerance as a share of the range."""
    halvings = ceil(log2(max(8.0 / (tolerance * (SCAN - 1)), 1.0)))
    return halvings + 2 * WINDOW + 2 * SCAN.bit_length()


def _shape(seen: Reals, confidence: float, share: float | None) -> tuple[str, tuple[Estimate, ...]]:
    """What the scan[levels, k] shows, safe end first, and the estimates that tell it."""
    sure = [_margin(row, 1.0 - (1.0 - confidence) / len(seen), share) for row in seen]
    return _status(sure), tuple(_margin(row, confidence, share) for row in seen)


def _margin(values: Reals, confidence: float, share: float | None) -> Estimate:
    if share is None:
        return estimate(values, confidence)
    held = estimate(np.round(values + share), confidence, probability=True)
    return Estimate(held.figure - share, held.low - share, held.high - share)


def _status(sure: list[Estimate]) -> str:
    above, below = np.array([one.low >= 0.0 for one in sure]), np.array([one.high < 0.0 for one in sure])
    if below.any() and above[np.argmax(below) :].any():
        return BENT
    if above.all():
        return HOLDS
    if below.all():
        return FAILS
    return FOUND if above[0] and below[-1] else UNCLEAR


def _narrow(
    margins: Margins, levels: Reals, seen: Reals, budget: int, tolerance: float, confidence: float
) -> tuple[float, float, float, int]:
    """Level and interval; replications double until the interval is narrow enough twice running.

    Once is not enough: it comes sooner where the spread looks smaller than it is, and the interval then covers less.
    """
    k, narrow = seen.shape[1], False
    cell = int(np.argmax(seen.mean(axis=1) < 0.0))
    bracket = (float(levels[cell - 1]), float(levels[cell]))
    while True:
        root = _bisect(margins, bracket, k, tolerance)
        level, low, high = _line(margins, root, k, levels, tolerance, confidence)
        before, narrow = narrow, max(high - level, level - low) <= tolerance
        if k >= budget or (before and narrow):
            return level, low, high, k
        k = min(2 * k, budget)
        bracket = _around(margins, level, abs(levels[1] - levels[0]) / 2.0, k, levels)


def _bisect(margins: Margins, bracket: tuple[float, float], k: int, tolerance: float) -> float:
    """Root of the sample average in a bracket[holds, fails]; an eighth of the tolerance is fine enough."""
    holds, fails = bracket
    for _ in range(STEPS):
        if abs(fails - holds) <= tolerance / 8.0:
            break
        middle = (holds + fails) / 2.0
        if margins(np.array([middle]), range(k)).mean() >= 0.0:
            holds = middle
        else:
            fails = middle
    return (holds + fails) / 2.0


def _around(margins: Margins, level: float, step: float, k: int, levels: Reals) -> tuple[float, float]:
    """A bracket about a former root: more replications move it a little; the step doubles until it is caught."""
    down = float(np.sign(levels[-1] - levels[0]))
    low, high = float(levels.min()), float(levels.max())
    for _ in range(STEPS):
        pair = np.clip([level - down * step, level + down * step], low, high)
        means = margins(pair, range(k)).mean(axis=1)
        if means[0] >= 0.0 > means[1]:
            break
        step *= 2.0
    return float(pair[0]), float(pair[1])


def _line(
    margins: Margins, root: float, k: int, levels: Reals, tolerance: float, confidence: float
) -> tuple[float, float, float]:
    """Root of a line through levels about `root`, with Fieller's interval."""
    span = abs(float(levels[-1] - levels[0]))
    width = span / (SCAN - 1) / 2.0
    for _ in range(2):  # the first window is wide and only tells how wide the second must be
        offsets = np.linspace(-width, width, WINDOW)
        offsets -= max(float((root + offsets).max() - levels.max()), 0.0) + min(
            float((root + offsets).min() - levels.min()), 0.0
        )
        height, slope = _lines(offsets, margins(root + offsets, range(k)))
        error = float(height.std(ddof=1)) / np.sqrt(k) / max(abs(float(slope.mean())), np.finfo(float).tiny)
        width = float(np.clip(REACH * error, min(NARROWEST * tolerance, width), width))
    low, high = fieller(height, slope, confidence)
    return root - float(height.mean() / slope.mean()), root + low, root + high


def _lines(offsets: Reals, values: Reals) -> tuple[Reals, Reals]:
    """Height at offset 0 and slope of the line through values[levels, k], by replication."""
    inverse = np.linalg.pinv(np.column_stack([np.ones_like(offsets), offsets]))
    height, slope = inverse @ values
    return height, slope


def fieller(height: Reals, slope: Reals, confidence: float) -> tuple[float, float]:
    """Interval of the root -E[height] / E[slope] from pairs by replication; infinite where the slope may be 0."""
    k = height.size
    t = student(confidence, k - 1) ** 2 / k
    hh, hs, ss = (np.cov(height, slope, ddof=1) * t)[[0, 0, 1], [0, 1, 1]]
    h, s = float(height.mean()), float(slope.mean())
    square = s * s - ss
    if square <= 0.0:
        return -np.inf, np.inf
    middle, rest = (h * s - hs) / square, (h * h - hh) / square
    half = float(np.sqrt(max(middle * middle - rest, 0.0)))
    return -middle - half, -middle + half
