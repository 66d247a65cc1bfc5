"""What has happened against a fan of replications: months inside the band, bias, and what luck alone would do.

Were the model true, what happened would be one more replication among n, as likely in any place among them as the
others. So the band between the l-th lowest and the l-th highest replication holds a month with probability
1 - 2 l / (n + 1) whatever the law (Wilks 1941), and how many months lie inside is judged by how many would of each
replication against all the others: months that hang together need no correction.

Notation: n replication, t month; row 0 of a pool is what happened, the others are the replications.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.statistics.intervals import CONFIDENCE, student

SLACK = 1e-9  # of a figure: what differs by less is rounding
BAND = 0.9  # share of the months that a band holds, unless another is asked for


@dataclass(frozen=True)
class Band:
    """The band of a series by month, float64[t] each, and who of the pool is inside: bool[1 + n, t]."""

    expected: Reals
    low: Reals
    high: Reals
    inside: Flags


def left_out(replications: int, share: float) -> int:
    """Replications below the band and above it each; the band holds 1 - 2 l / (n + 1)."""
    return int((replications + 1) * (1.0 - share) / 2.0 + SLACK)


def least(share: float) -> int:
    """The fewest replications that have a band of `share`."""
    return int(2 / (1 - share) + SLACK) - 1


def band(actual: Reals, model: Reals, share: float) -> Band:
    """The band of model[n, t] that is to hold `share` of the months of actual[t].

    Raises
    ------
    ValueError
        For too few replications to leave one out on either side.
    """
    n, out = len(model), left_out(len(model), share)
    if not out:
        raise ValueError(f"{n} replications have no band of {share:.0%}: it takes {least(share)}")
    from scipy.stats import rankdata

    pool, ordered = np.vstack([actual, model]), np.sort(model, axis=0)
    below, above = (rankdata(sign * pool, method="max", axis=0) for sign in (1.0, -1.0))
    return Band(model.mean(axis=0), ordered[out - 1], ordered[n - out], (below > out) & (above > out))


def chance(inside: Flags) -> float:
    """Probability, were the model true, that no more of the months lie inside than did: of inside[1 + n, months]."""
    held = inside.sum(axis=1)
    return float((held <= held[0]).mean())


@dataclass(frozen=True)
class Bias:
    """By how much what happened is above what was expected, as a share of it, with the interval that luck leaves."""

    actual: float
    expected: float
    bias: float
    low: float
    high: float
    alone: float
    """half the usual interval, as if no other figure were compared"""

    @property
    def clear(self) -> bool:
        """Whether luck alone would hardly make it in any of the figures compared."""
        return self.low > SLACK or self.high < -SLACK

    @property
    def likely(self) -> bool:
        """Whether luck alone would hardly make it in this one."""
        return abs(self.bias) > self.alone + SLACK


def bias(actual: float, expected: float, model: Reals, confidence: float) -> Bias:
    """Of one figure: what happened, what is expected, and what each replication model[n] says.

    What happened has the spread of a replication, and the expectation that of n of them. Where nothing is expected, all
    that happened is infinitely more.
    """
    if expected == 0.0:
        found = np.copysign(np.inf, actual) if actual else 0.0
        return Bias(actual, expected, found, found, found, 0.0)
    found, scale = actual / expected - 1.0, abs(expected)
    spread = float(model.std(ddof=1)) * sqrt(1.0 + 1.0 / model.size) / scale
    half, alone = (student(level, model.size - 1) * spread for level in (confidence, CONFIDENCE))
    return Bias(actual, expected, found, found - half, found + half, alone)
