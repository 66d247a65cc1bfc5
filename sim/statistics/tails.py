"""Value at risk and tail value at risk with their own intervals, or nothing where there are too few replications.

VaR_p: two order statistics hold it, whatever the law: how many values lie below it is binomial (David and Nagaraja
2003, section 7.1). TVaR_p = min over c of E[c + (L - c)+ / (1 - p)] (Rockafellar and Uryasev 2000), a minimum that is
flat at c = VaR_p, so that Student's interval of these values is one of TVaR; its degrees of freedom are those of the
replications in the tail. With ten of them it covers 91 to 92 % at a stated 95 % for losses about normal, 88 % for very
skew ones (lognormal, cv 0.95).

Notation: n losses, p level.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np

from sim.base.arrays import Reals
from sim.statistics import intervals

LEAST_IN_TAIL = 10
_TINY = 1e-9  # n (1 - p) is a whole number where it is meant to be one


@dataclass(frozen=True)
class Tail:
    """A tail measure; figure and interval are NaN where replications are too few."""

    figure: float
    low: float
    high: float
    needed: int
    """least number of replications from which it is told"""

    @property
    def known(self) -> bool:
        """Whether there were enough."""
        return not np.isnan(self.figure)


def value_at_risk(losses: Reals, p: float, confidence: float = intervals.CONFIDENCE) -> Tail:
    """VaR_p of losses[n] and the order statistics that hold it."""
    needed = ceil(log((1.0 - confidence) / 2.0) / log(p) - _TINY)
    if losses.size < needed:
        return Tail(np.nan, np.nan, np.nan, needed)
    from scipy.stats import binom

    ordered, error = np.sort(losses), (1.0 - confidence) / 2.0
    below = int(binom.ppf(error, losses.size, p))  # P(fewer values than this below VaR) <= error
    above = int(binom.isf(error, losses.size, p)) + 1
    low = float(ordered[below - 1]) if below > 0 else -np.inf
    return Tail(intervals.value_at_risk(losses, p), low, float(ordered[min(above, losses.size) - 1]), needed)


def tail_value_at_risk(losses: Reals, p: float, confidence: float = intervals.CONFIDENCE) -> Tail:
    """TVaR_p of losses[n] with Student's interval of its flat minimum."""
    n, needed = losses.size, ceil(LEAST_IN_TAIL / (1.0 - p) - _TINY)
    if n < needed:
        return Tail(np.nan, np.nan, np.nan, needed)
    border, figure = intervals.value_at_risk(losses, p), intervals.tail_value_at_risk(losses, p)
    spread = float(np.maximum(losses - border, 0.0).std(ddof=1)) / (1.0 - p)
    half = intervals.student(confidence, n * (1.0 - p) - 1.0) * spread / sqrt(n)
    return Tail(figure, figure - half, figure + half, needed)
