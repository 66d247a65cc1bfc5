"""Intervals and tail measures over replications.

Sources: Wilson 1927 (interval of a proportion); Newcombe 1998, Statistics in Medicine 17, 2635-2650, method 10
(difference of paired proportions); McNeil, Frey, Embrechts 2015, section 8.2 (VaR, TVaR of a sample).

VaR_p is held by two order statistics, whatever the law: how many values lie below it is binomial (David and Nagaraja
2003, section 7.1). TVaR_p = min over c of E[c + (L - c)+ / (1 - p)] (Rockafellar and Uryasev 2000), a minimum that is
flat at c = VaR_p, so that Student's interval of these values is one of TVaR; its degrees of freedom are those of the
replications in the tail. With ten of them it covers 91 to 92 % at a stated 95 % for losses about normal, 88 % for very
skew ones (lognormal, cv 0.95).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np

from sim.base.arrays import Reals

CONFIDENCE = 0.95
LEAST_IN_TAIL = 10
LEAST_OF_TWENTIETHS = 20  # values of which p5 and p95 leave out one each
_TINY = 1e-9  # n (1 - p) is a whole number where it is meant to be one


def mean_interval(values: Reals, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Mean of values[n] and its two-sided Student interval; unbounded where one value says nothing of the spread."""
    n, mean = values.size, float(values.mean())
    if n < 2:
        return mean, -np.inf, np.inf
    half = student(confidence, n - 1) * float(values.std(ddof=1)) / sqrt(n)
    return mean, mean - half, mean + half


def wilson(successes: float, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's interval of a proportion; 0 of n has an upper bound above 0."""
    z = student(confidence, np.inf)
    share, weight = successes / n, z * z / n
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(share * (1 - share) / n + weight / (4 * n))
    return max(0.0, centre - half) if successes > 0 else 0.0, min(1.0, centre + half) if successes < n else 1.0


def paired_shares(a: Reals, b: Reals, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Newcombe's interval of the mean of b - a, both 0 or 1 by replication[n]; none different leaves room for one."""
    n, (p, q) = a.size, (float(a.mean()), float(b.mean()))
    (p_low, p_high), (q_low, q_high) = (wilson(share * n, n, confidence) for share in (p, q))
    phi = _correlation(a, b)
    below, above = (q - q_low, p_high - p), (q_high - q, p - p_low)
    reach = [sqrt(max(x * x - 2 * phi * x * y + y * y, 0.0)) for x, y in (below, above)]
    return q - p - reach[0], q - p + reach[1]


def _correlation(a: Reals, b: Reals) -> float:
    """Phi of two columns of 0 and 1, drawn to 0 by n / 2 where it is positive (Newcombe's correction).

    0 where one never varies.
    """
    n, both = a.size, float((a * b).sum())
    ones, others = float(a.sum()), float(b.sum())
    spread = ones * (n - ones) * others * (n - others)
    cross = n * both - ones * others  # = both x neither - one x other
    return (max(cross - n / 2, 0.0) if cross > 0 else cross) / sqrt(spread) if spread > 0 else 0.0


def student(confidence: float, degrees: float) -> float:
    """Two-sided quantile of Student's t (normal for infinitely many degrees of freedom)."""
    from scipy.special import ndtri, stdtrit

    upper = (1.0 + confidence) / 2.0
    return float(ndtri(upper) if np.isinf(degrees) else stdtrit(degrees, upper))


def combined_degrees(variances: Reals, degrees: Reals) -> Reals:
    """Degrees of freedom of sums of independent estimated variances[part, ...], each with its degrees (Satterthwaite).

    Infinite where nothing varies. Source: Satterthwaite 1946, Biometrics Bulletin 2, 110-114.
    """
    total, weight = variances.sum(axis=0), (variances**2 / degrees).sum(axis=0)
    return np.asarray(np.divide(total**2, weight, out=np.full(np.shape(total), np.inf), where=weight != 0))


def value_at_risk(losses: Reals, p: float) -> float:
    """VaR_p: the order statistic ceil(n p) of losses[n]."""
    return float(np.sort(losses)[max(ceil(losses.size * p - 1e-9), 1) - 1])


def tail_value_at_risk(losses: Reals, p: float) -> float:
    """TVaR_p: mean of the worst 1 - p of losses[n], the last one with a fractional weight."""
    ordered = np.sort(losses)[::-1]
    room = losses.size * (1.0 - p)
    weights = np.clip(room - np.arange(ordered.size), 0.0, 1.0)
    return float((ordered * weights).sum() / weights.sum())


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


def bounded_var(losses: Reals, p: float, confidence: float = CONFIDENCE) -> Tail:
    """VaR_p of losses[n] and the order statistics that hold it."""
    needed = ceil(log((1.0 - confidence) / 2.0) / log(p) - _TINY)
    if losses.size < needed:
        return Tail(np.nan, np.nan, np.nan, needed)
    from scipy.stats import binom

    ordered, error = np.sort(losses), (1.0 - confidence) / 2.0
    below = int(binom.ppf(error, losses.size, p))  # P(fewer values than this below VaR) <= error
    above = int(binom.isf(error, losses.size, p)) + 1
    low = float(ordered[below - 1]) if below > 0 else -np.inf
    return Tail(value_at_risk(losses, p), low, float(ordered[min(above, losses.size) - 1]), needed)


def bounded_tvar(losses: Reals, p: float, confidence: float = CONFIDENCE) -> Tail:
    """TVaR_p of losses[n] with Student's interval of its flat minimum."""
    n, needed = losses.size, ceil(LEAST_IN_TAIL / (1.0 - p) - _TINY)
    if n < needed:
        return Tail(np.nan, np.nan, np.nan, needed)
    border, figure = value_at_risk(losses, p), tail_value_at_risk(losses, p)
    spread = float(np.maximum(losses - border, 0.0).std(ddof=1)) / (1.0 - p)
    half = student(confidence, n * (1.0 - p) - 1.0) * spread / sqrt(n)
    return Tail(figure, figure - half, figure + half, needed)
