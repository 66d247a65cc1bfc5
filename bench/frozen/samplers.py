"""From uniforms to counts: one uniform, one draw, monotone in u.

Counts are drawn by sequential inversion (exact) where their mean is small, and by a third-order Cornish-Fisher
expansion of the quantile where it is large. Array forms give the very draws of the scalar forms. All are monotone in u
everywhere, and in the mean on each side of the bound between the two methods; at the bound itself one uniform in ten
thousand meets a step back by one.

Notation: i row, j sub-draw or component, k count, u uniform in (0, 1), z normal deviate.

Sources: Cornish, Fisher 1938 and Fisher, Cornish 1960, "The percentile points of distributions having known
cumulants", Technometrics 2, 209-225; Sheppard's corrections for grouping: Kendall, Stuart, The Advanced Theory of
Statistics, volume 1, chapter 3.
"""

from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.frozen.arrays import Integers, Reals
from bench.frozen.functions import exp, log, normal_quantile
from bench.frozen.kernels import inlined, kernel

NEGLIGIBLE = 1e-18  # a later term of a distribution function below this cannot move a double near 1

# --- quantile of an integer law from its cumulants -------------------------------------------------------------------

SHEPPARD_2 = -1.0 / 12.0  # a smooth density with these cell masses has a variance smaller by 1/12 ...
SHEPPARD_4 = 1.0 / 120.0  # ... and a fourth cumulant larger by 1/120


@inlined
def _cornish_fisher(z, g1, g2, g3):  # type: ignore[no-untyped-def]
    """Standardised quantile from skewness g1, excess kurtosis g2 and fifth standardised cumulant g3, third order."""
    s = z * z
    first = g1 * (s - 1.0) / 6.0
    second = g2 * z * (s - 3.0) / 24.0 - g1 * g1 * z * (2.0 * s - 5.0) / 36.0
    third = g3 * ((s - 6.0) * s + 3.0) / 120.0 - g1 * g2 * ((s - 5.0) * s + 2.0) / 24.0
    return z + first + second + third + g1 * g1 * g1 * ((12.0 * s - 53.0) * s + 17.0) / 324.0


@inlined
def _integer_quantile(mean, k2, k3, k4, k5, u):  # type: ignore[no-untyped-def]
    """Quantile, as a float >= 0 with an integer value, of an integer law with these cumulants."""
    variance = k2 + SHEPPARD_2
    sd = sqrt(variance)
    third = variance * sd
    square = variance * variance
    w = _cornish_fisher(normal_quantile(u), k3 / third, (k4 + SHEPPARD_4) / square, k5 / (square * sd))
    value = np.floor(mean + sd * w + 0.5)
    return value if value > 0.0 else 0.0


@kernel
def list_positive(values, rows):  # type: ignore[no-untyped-def]
    """Write the rows with values[n] > 0 into rows (uint32[n]) without a branch; return how many there are."""
    listed = 0
    for i in range(values.size):
        rows[listed] = i
        listed += values[i] > 0
    return listed


# --- Poisson ---------------------------------------------------------------------------------------------------------

POISSON_SEQUENTIAL_BELOW = 12.0
HEAD_STEPS = 8  # steps of inversion that the array forms take for every row; rows beyond them are drawn one by one


@inlined
def _poisson_head(mu, u):  # type: ignore[no-untyped-def]
    """First steps of the inversion without a branch: the draw, or HEAD_STEPS when it is at least that."""
    term = exp(-mu)
    total = term
    k = 0
    for step in range(1, HEAD_STEPS + 1):
        k += u > total
        term *= mu * (1.0 / step)
        total += term
    return k


@kernel
def _poisson_sequential(mu, u):  # type: ignore[no-untyped-def]
    """Inversion from 0 upwards."""
    term = exp(-mu)
    total = term
    k = 0
    while u > total and term > NEGLIGIBLE:
        k += 1
        term *= mu * (1.0 / k)
        total += term
    return k


@kernel
def poisson_from_uniform(mu, u):  # type: ignore[no-untyped-def]
    """Poisson quantile of u, int64: exact below mean 12, expansion in u above it; 0 for a mean of 0.

    Parameters
    ----------
    mu : float
        Mean, >= 0.
    u : float
        In (0, 1).
    """
    if mu < POISSON_SEQUENTIAL_BELOW:
        return np.int64(_poisson_sequential(mu, u))
    return np.int64(_integer_quantile(mu, mu, mu, mu, mu, u))


@kernel
def poisson(mu, u, out):  # type: ignore[no-untyped-def]
    """Fill out[n] (int64) with Poisson draws of means mu[n] from uniforms u[n]; return `out`."""
    for i in range(mu.size):
        out[i] = _poisson_head(mu[i], u[i])
    rows = np.empty(mu.size, dtype=np.uint32)
    tail = 0
    for i in range(mu.size):
        rows[tail] = i
        tail += (out[i] >= HEAD_STEPS) | (mu[i] >= POISSON_SEQUENTIAL_BELOW)
    for j in range(tail):
        out[rows[j]] = poisson_from_uniform(mu[rows[j]], u[rows[j]])
    return out


# --- binomial --------------------------------------------------------------------------------------------------------

BINOMIAL_SEQUENTIAL_BELOW = 10.0


@kernel
def _binomial_sequential(n, p, u):  # type: ignore[no-untyped-def]
    odds = p / (1.0 - p)
    term = exp(n * log(1.0 - p))
    total = term
    k = 0
    while u > total and k < n and term > NEGLIGIBLE:
        k += 1
        term *= odds * (n - k + 1) * (1.0 / k)
        total += term
    return k


@kernel
def _binomial_lower(n, p, u):  # type: ignore[no-untyped-def]
    """Binomial quantile as a float for 0 < p <= 1/2."""
    mean = n * p
    if mean < BINOMIAL_SEQUENTIAL_BELOW:
        return float(_binomial_sequential(n, p, u))
    k2 = mean * (1.0 - p)
    slope = 1.0 - 2.0 * p
    k4 = k2 * (1.0 - 6.0 * p * (1.0 - p))
    k5 = k2 * slope * (1.0 - 12.0 * p * (1.0 - p))
    value = _integer_quantile(mean, k2, k2 * slope, k4, k5, u)
    return value if value < n else float(n)


@kernel
def binomial_from_uniform(n, p, u):  # type: ignore[no-untyped-def]
    """Binomial quantile of u, int64 in 0 .. n: exact where n * min(p, 1 - p) < 10, else expansion in u.

    Parameters
    ----------
    n : int
        Trials, >= 0.
    p : float
        Probability in 0 .. 1.
    u : float
        In (0, 1).
    """
    if n <= 0 or p <= 0.0:
        return np.int64(0)
    if p >= 1.0:
        return np.int64(n)
    if p <= 0.5:
        return np.int64(_binomial_lower(n, p, u))
    return np.int64(n) - np.int64(_binomial_lower(n, 1.0 - p, 1.0 - u))


@inlined
def _binomial_head(n, p, u):  # type: ignore[no-untyped-def]
    """First steps of the inversion, without a branch: the draw (n - draw for p > 1/2), or HEAD_STEPS if more."""
    q = p if p <= 0.5 else 1.0 - p
    v = u if p <= 0.5 else 1.0 - u
    odds = q / (1.0 - q)
    term = exp(n * log(1.0 - q))
    total = term
    k = 0
    for step in range(1, HEAD_STEPS + 1):
        k += v > total
        term *= odds * (n - step + 1) * (1.0 / step)
        total += term
    return k


@inlined
def _binomial_finish(n, p, u, k):  # type: ignore[no-untyped-def]
    """Draw of a row whose head gave k."""
    q = p if p <= 0.5 else 1.0 - p
    if k >= HEAD_STEPS or n * q >= BINOMIAL_SEQUENTIAL_BELOW:
        return binomial_from_uniform(n, p, u)
    return np.int64(k if p <= 0.5 else n - k)


@kernel
def _binomial_common(n, p, u, out):  # type: ignore[no-untyped-def]
    for i in range(n.size):
        out[i] = _binomial_head(n[i], p, u[i])
    for i in range(n.size):
        out[i] = _binomial_finish(n[i], p, u[i], out[i])


@kernel
def _binomial_own(n, p, u, out):  # type: ignore[no-untyped-def]
    rows = np.empty(n.size, dtype=np.uint32)
    listed = list_positive(n, rows)
    for i in range(n.size):
        out[i] = 0
    trials, chance, draw = np.empty(listed, dtype=np.int64), np.empty(listed), np.empty(listed)
    for j in range(listed):
        trials[j], chance[j], draw[j] = n[rows[j]], p[rows[j]], u[rows[j]]
    heads = np.empty(listed, dtype=np.int64)
    for j in range(listed):
        heads[j] = _binomial_head(trials[j], chance[j], draw[j])
    for j in range(listed):
        out[rows[j]] = _binomial_finish(trials[j], chance[j], draw[j], heads[j])


def binomial(n: NDArray[Any], p: float | Reals, u: Reals, out: Integers) -> Integers:
    """Fill out[n] (int64) with the draws of `binomial_from_uniform`.

    Parameters
    ----------
    n : int32[n] or int64[n]
        Trials, >= 0.
    p : float or float64[n]
        Probability, 0 .. 1.
    u : float64[n]
    out : int64[n]

    Returns
    -------
    int64[n]
        `out`.
    """
    if isinstance(p, np.ndarray):
        _binomial_own(n, p, u, out)
    else:
        _binomial_common(n, float(p), u, out)
    return out
