"""Credibility: how far the experience of a group speaks for itself, and how groups differ beyond sampling noise.

Notation: i group, j observation, w weights (earned premium), x ratios, s2 variance within (of a ratio of weight 1), a
variance between the groups' true means.

Sources: Buehlmann and Straub 1970; Buehlmann and Gisler 2005, section 4.8 (unbiased estimators of s2 and a);
Viechtbauer 2007 (interval of a by inverting the chi-square of the weighted squares, "Q-profile").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from sim.base.arrays import Reals
from sim.statistics.intervals import combined_degrees

CONFIDENCE = 0.95
WIDENING = 4.0  # factor of the search for the interval's upper end
MOST_WIDENINGS = 100
NO_NOISE = 1e-12  # of the means' variance: where the search begins, since without noise it cannot at 0


@dataclass(frozen=True)
class Credibility:
    """Buehlmann and Straub's model of ratios by group; NaN where there is too little to tell."""

    weights: Reals  # float64[groups]
    means: Reals  # float64[groups], weighted
    within: float  # s2
    within_degrees: int
    between: float  # a, below 0 where the groups differ less than noise explains
    factors: Reals  # float64[groups], of credibility
    collective: float
    premiums: Reals  # float64[groups], credibility-weighted means

    @property
    def mean_variances(self) -> Reals:
        """Sampling variance of each group's mean."""
        return self.within / self.weights


def buehlmann_straub(ratios: Reals, weights: Reals) -> Credibility:
    """Credibility of groups with observations of unequal weight.

    Parameters
    ----------
    ratios, weights : float64[groups, observations]
        A weight of 0 is no observation. Every group needs one.
    """
    known = weights > 0
    x, total = np.where(known, ratios, 0.0), weights.sum(axis=1)
    means = (weights * x).sum(axis=1) / total
    degrees = int(known.sum()) - len(total)
    within = float((weights * (x - means[:, None]) ** 2).sum() / degrees) if degrees else float("nan")
    between = _between(means, total, within)
    factors = _factors(total, within, between)
    collective = float(factors @ means / factors.sum()) if factors.sum() > 0 else float(total @ means / total.sum())
    return Credibility(
        total, means, within, degrees, between, factors, collective, collective + factors * (means - collective)
    )


def _between(means: Reals, total: Reals, within: float) -> float:
    """Unbiased variance between: what the weighted squares hold beyond noise."""
    if means.size < 2:
        return float("nan")
    everything = total.sum()
    squares = total @ (means - total @ means / everything) ** 2
    return float((squares - (means.size - 1) * within) / (everything - total @ total / everything))


def _factors(total: Reals, within: float, between: float) -> Reals:
    """w a / (w a + s2); a group alone, or without a measure of noise, speaks for itself."""
    if np.isnan(between):
        return np.ones(total.size)
    signal = total * max(between, 0.0)
    return np.divide(signal, signal + within, out=np.zeros(total.size), where=signal + within > 0)


def premium_errors(found: Credibility) -> tuple[Reals, Reals]:
    """Errors of credibility-weighted means, float64[groups], and their degrees of freedom.

    Root of the mean squared error (Buehlmann and Gisler 2005, theorem 4.6). By its derivatives it moves with the noise
    as far as a group speaks for itself, for the rest with the variance between the groups.
    """
    alone = np.full(found.weights.size, float(found.within_degrees))
    if np.isnan(found.between):
        return np.sqrt(found.mean_variances), alone
    rest, total = 1.0 - found.factors, found.factors.sum()
    if total == 0.0:
        return np.full(rest.size, np.sqrt(found.within / found.weights.sum())), alone
    variances = max(found.between, 0.0) * rest * (1.0 + rest / total)
    parts = np.stack([variances * found.factors, variances * rest])
    degrees = np.array([[found.within_degrees], [rest.size - 1]])
    return np.sqrt(variances), combined_degrees(parts, degrees)


def between_error(found: Credibility) -> float:
    """Standard error of the variance between, for normal ratios: 2 tr((A V)^2) of its quadratic form, and of s2."""
    w, everything = found.weights, found.weights.sum()
    form = np.diag(w) - np.outer(w, w) / everything
    product = form * (max(found.between, 0.0) + found.mean_variances)
    of_squares = 2.0 * np.trace(product @ product)
    of_noise = (w.size - 1) ** 2 * 2.0 * found.within**2 / found.within_degrees
    return float(np.sqrt(of_squares + of_noise) / (everything - w @ w / everything))


def between_interval(found: Credibility, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Interval of the variance between, by inverting Q(a) = sum of squared deviations over a + s2 / w; low may be 0."""
    tail, degrees = (1.0 - confidence) / 2.0, found.weights.size - 1
    low, high = (_where(found, float(scipy.stats.chi2.ppf(p, degrees))) for p in (1.0 - tail, tail))
    return low, high


def _where(found: Credibility, quantile: float) -> float:
    """The variance between at which Q equals a quantile; Q falls as it grows."""

    def excess(a: float) -> float:
        precision = 1.0 / (a + found.mean_variances)
        mean = precision @ found.means / precision.sum()
        return float(precision @ (found.means - mean) ** 2 - quantile)

    bottom = NO_NOISE * float(found.means.var())
    if bottom == 0.0 or excess(bottom) <= 0.0:
        return 0.0
    top = float(found.mean_variances.mean() + found.means.var())
    for _ in range(MOST_WIDENINGS):
        if excess(top) < 0.0:
            break
        top *= WIDENING
    return float(scipy.optimize.brentq(excess, bottom, top))
