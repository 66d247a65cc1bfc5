"""Tests of hypotheses at one stated false-alarm rate: |z| < 4.42 is one in a thousand for a family of a hundred."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tests.theory.cases import CARRIED, load

LIMIT = 4.42
FALSE_ALARM = float(2 * stats.norm.sf(LIMIT))
Reals = NDArray[np.float64]


def case(name: str) -> dict[str, Any]:
    """A reference case by its id."""
    return next(one for one in load(CARRIED / "cases.json") if one["id"] == name)


def channel_case(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters and expected figures of a case of channels by its id."""
    one = next(one for one in load(CARRIED / "channel_cases.json") if one["id"] == name)
    return one["parameters"], one["expected"]


def z(estimate: Any, expected: Any, error: Any) -> Reals:
    """Deviation in standard errors."""
    return (np.asarray(estimate, dtype=float) - expected) / np.asarray(error, dtype=float)


def z_mean(sample: Any, expected: float) -> float:
    """Deviation of a sample's mean, the error from the sample."""
    values = np.asarray(sample, dtype=float)
    return float((values.mean() - expected) / (values.std(ddof=1) / np.sqrt(values.size)))


def z_share(successes: Any, trials: Any, probability: Any) -> Reals:
    """Deviation of a count of successes from its binomial mean."""
    p = np.asarray(probability, dtype=float)
    return (successes - trials * p) / np.sqrt(trials * p * (1.0 - p))


def z_variance(sample: Any, expected: float) -> float:
    """Deviation of a sample's variance, the error from its fourth moment."""
    values = np.asarray(sample, dtype=float)
    centred = values - values.mean()
    variance = centred.var(ddof=1)
    error = np.sqrt((np.mean(centred**4) - variance**2) / values.size)
    return float((variance - expected) / error)


def z_chi_square(statistic: float, degrees: float) -> float:
    """A chi-square statistic as the normal deviate of the same two-sided probability."""
    upper, lower = stats.chi2.sf(statistic, degrees), stats.chi2.cdf(statistic, degrees)
    tail = min(upper, lower)
    return float(np.sign(0.5 - upper) * stats.norm.isf(max(tail, 1e-300)))


def likely(deviations: Any, what: str = "") -> float:
    """Assert that every deviation is within the limit; return the largest one."""
    values = np.atleast_1d(np.asarray(deviations, dtype=float))
    worst = float(values.ravel()[np.argmax(np.abs(values))])
    print(f"z {what}: largest of {values.size} is {worst:+.2f}")
    assert np.isfinite(values).all(), f"{what}: a deviation is not a number: {values}"
    assert abs(worst) < LIMIT, f"{what}: z = {worst:.2f} at {np.argmax(np.abs(values))}, limit {LIMIT}"
    return worst
