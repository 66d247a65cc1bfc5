"""From uniforms to counts: one uniform, one draw, monotone in u. Amounts of money are drawn in `amounts`.

Counts are drawn by sequential inversion (exact) where their mean is small, and by a third-order Cornish-Fisher
expansion of the quantile where it is large. Array forms give the very draws of the scalar forms. All are monotone in u
everywhere, and in the mean on each side of the bound between the two methods; at the bound itself one uniform in ten
thousand meets a step back by one (errors: tests/base/test_samplers.py).

Notation: i row, j sub-draw or component, k count, u uniform in (0, 1), z normal deviate.

Sources: Cornish, Fisher 1938 and Fisher, Cornish 1960, "The percentile points of distributions having known
cumulants", Technometrics 2, 209-225; Sheppard's corrections for grouping: Kendall, Stuart, The Advanced Theory of
Statistics, volume 1, chapter 3.
"""

from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Counts, Integers, Reals, Words
from sim.base.functions import exp, log, normal_quantile
from sim.base.kernels import IN_CACHE, inlined, kernel
from sim.base.listing import list_true, take
from sim.base.luck import uniforms

NEGLIGIBLE = 1e-18  # a later term of a distribution function below this cannot move a double near 1

# A count is 0 wherever u <= NEARLY_ONE - mean, so no exp is needed there: every law here gives 0 at least 1 - mean
# (Markov's inequality), and while the mean is below 1 the computed probability of 0 is right to 2**-50 (exp and log to
# 1 ulp, arguments within 0 .. 1.4). So not one draw differs.
NEARLY_ONE = 1.0 - 2.0**-48

# --- quantile of an integer law from its cumulants -------------------------------------------------------------------

SHEPPARD_2 = -1.0 / 12.0  # a smooth density with these cell masses has a variance smaller by 1/12 ...
SHEPPARD_4 = 1.0 / 120.0  # ... and a fourth cumulant larger by 1/120


@inlined
def _cornish_fisher(z: float, g1: float, g2: float, g3: float) -> float:
    """Standardised quantile from skewness g1, excess kurtosis g2 and fifth standardised cumulant g3, third order."""
    s = z * z
    first = g1 * (s - 1.0) / 6.0
    second = g2 * z * (s - 3.0) / 24.0 - g1 * g1 * z * (2.0 * s - 5.0) / 36.0
    third = g3 * ((s - 6.0) * s + 3.0) / 120.0 - g1 * g2 * ((s - 5.0) * s + 2.0) / 24.0
    return z + first + second + third + g1 * g1 * g1 * ((12.0 * s - 53.0) * s + 17.0) / 324.0


@inlined
def _integer_quantile(mean: float, k2: float, k3: float, k4: float, k5: float, u: float) -> float:
    """Quantile, as a float >= 0 with an integer value, of an integer law with these cumulants."""
    variance = k2 + SHEPPARD_2
    sd = sqrt(variance)
    third = variance * sd
    square = variance * variance
    w = _cornish_fisher(normal_quantile(u), k3 / third, (k4 + SHEPPARD_4) / square, k5 / (square * sd))
    value = np.floor(mean + sd * w + 0.5)
    return value if value > 0.0 else 0.0


# --- Poisson ---------------------------------------------------------------------------------------------------------

POISSON_SEQUENTIAL_BELOW = 12.0
HEAD_STEPS = 8  # steps of inversion that the array forms take for every row; rows beyond them are drawn one by one


@inlined
def _poisson_head(mu: float, u: float) -> int:
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
def _poisson_sequential(mu: float, u: float) -> int:
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
def poisson_from_uniform(mu: float, u: float) -> int:
    """Poisson quantile of u, int64: exact below mean 12, expansion in u above it; 0 for a mean of 0.

    Parameters
    ----------
    mu : float
        Mean, >= 0.
    u : float
        In (0, 1).
    """
    if mu < POISSON_SEQUENTIAL_BELOW:
        return _poisson_sequential(mu, u)
    return int(_integer_quantile(mu, mu, mu, mu, mu, u))


@kernel
def draw_poisson(mu: Reals, keys: Words, purpose_hash: np.uint64, out: Integers) -> None:
    """Fill out[n] (int64) with Poisson draws of means mu[n]: `poisson` of the uniforms of keys[n] for a purpose."""
    u = np.empty(min(IN_CACHE, mu.size))
    for first in range(0, mu.size, IN_CACHE):
        last = min(first + IN_CACHE, mu.size)
        uniforms(keys[first:last], purpose_hash, u[: last - first])
        poisson(mu[first:last], u[: last - first], out[first:last])


@kernel
def poisson(mu: Reals, u: Reals, out: Integers) -> None:
    """Fill out[n] (int64) with Poisson draws of means mu[n] from uniforms u[n]."""
    rows = np.empty(mu.size, dtype=np.uint32)
    listed = 0
    for i in range(mu.size):
        rows[listed] = i
        listed += u[i] > NEARLY_ONE - mu[i]
    rows = rows[:listed]
    for i in range(mu.size):
        out[i] = 0
    mean, draw, k = take(mu, rows), take(u, rows), np.empty(rows.size, dtype=np.int64)
    for j in range(rows.size):
        k[j] = _poisson_head(mean[j], draw[j])
    _poisson_middle(mean, draw, k)
    _poisson_large(mean, draw, k)
    for j in range(rows.size):
        out[rows[j]] = k[j]


@kernel
def _poisson_middle(mean: Reals, draw: Reals, k: Integers) -> None:
    """Finish the inversion of the rows beyond the head, as one column: a step of all until none goes on."""
    unfinished = np.empty(k.size, dtype=np.bool_)
    for i in range(k.size):
        unfinished[i] = (k[i] >= HEAD_STEPS) & (mean[i] < POISSON_SEQUENTIAL_BELOW)
    rows = list_true(unfinished)
    listed = rows.size
    mu, u, term, count = take(mean, rows), take(draw, rows), np.empty(listed), np.zeros(listed)
    for j in range(listed):
        term[j] = exp(-mu[j])
    total = term.copy()
    step, going = 0, listed
    while going > 0:
        step, going = step + 1, 0
        for j in range(listed):
            more = (u[j] > total[j]) & (term[j] > NEGLIGIBLE)
            count[j] += 1.0 if more else 0.0
            going += more
            term[j] *= mu[j] * (1.0 / step)
            total[j] += term[j]
    for j in range(listed):
        k[rows[j]] = int(count[j])


@kernel
def _poisson_large(mean: Reals, draw: Reals, k: Integers) -> None:
    """Draw the rows whose mean is too large for inversion, as one column."""
    rows = list_true(mean >= POISSON_SEQUENTIAL_BELOW)
    mu, u = take(mean, rows), take(draw, rows)
    for j in range(rows.size):
        u[j] = _integer_quantile(mu[j], mu[j], mu[j], mu[j], mu[j], u[j])
    for j in range(rows.size):
        k[rows[j]] = int(u[j])


# --- negative binomial -----------------------------------------------------------------------------------------------

NEGATIVE_BINOMIAL_SKEWNESS = 0.288675134594812882  # 1/sqrt(12), Poisson's at its own bound: sequential above it
POISSON_LIMIT = 1e12  # a shape this many times 1 + mean is Poisson to the last figure
SHAPE_ERROR = 2.0**-51  # the chance of 0 is the shape-th power of a ratio that has been rounded twice


@kernel
def _negative_binomial_sequential(mu: float, shape: float, u: float) -> int:
    ratio = mu / (mu + shape)
    term = exp(shape * log(shape / (mu + shape)))
    total = term
    k = 0
    while u > total and (term > NEGLIGIBLE or k < mu):
        term *= ratio * (shape + k) * (1.0 / (k + 1))
        total += term
        k += 1
    return k


@kernel
def negative_binomial(mu: float, shape: float, u: float) -> int:
    """Quantile of u, int64, of the negative binomial law with variance mu + mu**2 / shape.

    Parameters
    ----------
    mu : float
        Mean, >= 0; 0 gives 0.
    shape : float
        Shape r > 0 of the mixing gamma, whose coefficient of variation is 1 / sqrt(r); inf gives Poisson.
    u : float
        In (0, 1).

    Notes
    -----
    Exact, in time proportional to the draw, unless the law is as little skewed as Poisson's of mean 12; then the
    expansion. Cumulants: d = 1 + mu / shape is the variance over the mean.
    """
    if u <= NEARLY_ONE - mu - shape * SHAPE_ERROR:
        return 0
    if shape >= POISSON_LIMIT * (1.0 + mu):
        return poisson_from_uniform(mu, u)
    if mu <= 0.0:
        return 0
    d = 1.0 + mu / shape
    k2 = mu * d
    k3 = k2 * (2.0 * d - 1.0)
    if k3 > NEGATIVE_BINOMIAL_SKEWNESS * k2 * sqrt(k2):
        return _negative_binomial_sequential(mu, shape, u)
    k4 = k2 * (1.0 + 6.0 * d * (d - 1.0))
    k5 = k2 * (2.0 * d - 1.0) * (1.0 + 12.0 * d * (d - 1.0))
    return int(_integer_quantile(mu, k2, k3, k4, k5, u))


# --- binomial --------------------------------------------------------------------------------------------------------

BINOMIAL_SEQUENTIAL_BELOW = 10.0


@kernel
def _binomial_sequential(n: int, p: float, u: float) -> int:
    odds = p / (1.0 - p)
    term = exp(n * log(1.0 - p))
    total = term
    k = 0
    while u > total and k < n and term > NEGLIGIBLE:
        k += 1
        term *= odds * (n - k + 1) * (1.0 / k)
        total += term
    return k


@inlined
def _binomial_quantile(n: float, p: float, u: float) -> float:
    """Binomial quantile as a float for 0 < p <= 1/2 where the mean is too large for inversion."""
    mean = n * p
    k2 = mean * (1.0 - p)
    slope = 1.0 - 2.0 * p
    k4 = k2 * (1.0 - 6.0 * p * (1.0 - p))
    k5 = k2 * slope * (1.0 - 12.0 * p * (1.0 - p))
    value = _integer_quantile(mean, k2, k2 * slope, k4, k5, u)
    return value if value < n else n


@kernel
def _binomial_lower(n: int, p: float, u: float) -> float:
    """Binomial quantile as a float for 0 < p <= 1/2."""
    if n * p < BINOMIAL_SEQUENTIAL_BELOW:
        return float(_binomial_sequential(n, p, u))
    return _binomial_quantile(float(n), p, u)


@kernel
def binomial_from_uniform(n: int, p: float, u: float) -> int:
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
        return 0
    if p >= 1.0:
        return int(n)
    if p <= 0.5:
        return int(_binomial_lower(n, p, u))
    return int(n) - int(_binomial_lower(n, 1.0 - p, 1.0 - u))


@inlined
def _binomial_head(n: float, q: float, v: float) -> int:
    """First steps of the inversion, q <= 1/2, without a branch: the draw, or HEAD_STEPS if more.

    n is a float because few processors turn columns of integers into floats.
    """
    odds = q / (1.0 - q)
    term = exp(n * log(1.0 - q))
    total = term
    k = 0
    for step in range(1, HEAD_STEPS + 1):
        k += v > total
        term *= odds * (n + 1.0 - step) * (1.0 / step)
        total += term
    return k


@inlined
def _effective(p: float) -> float:
    """The chance that inversion meets when it is given p: it takes 1 - p, whose rounding n trials would multiply."""
    return 1.0 - (1.0 - p)


@kernel
def _draw_binomial(n: Counts | Integers, p: Reals, keys: Words, purpose_hash: np.uint64, out: Integers) -> None:
    own = p.size == n.size
    u = np.empty(min(IN_CACHE, n.size))
    for first in range(0, n.size, IN_CACHE):
        last = min(first + IN_CACHE, n.size)
        uniforms(keys[first:last], purpose_hash, u[: last - first])
        _binomial(n[first:last], p[first:last] if own else p, u[: last - first], out[first:last])


@kernel
def _binomial(n: Counts | Integers, p: Reals, u: Reals, out: Integers) -> None:
    """Draw with chances p[n], or with p[1] for all."""
    own = p.size == n.size
    drawn = np.empty(n.size, dtype=np.bool_)
    for i in range(n.size):
        drawn[i] = u[i] > NEARLY_ONE - n[i] * _effective(p[i if own else 0])
    for i in range(n.size):
        out[i] = 0
    rows = list_true(drawn)
    trials, chance, draw = np.empty(rows.size), np.empty(rows.size), np.empty(rows.size)
    for j in range(rows.size):
        i = rows[j]
        trials[j], chance[j], draw[j] = n[i], p[i if own else 0], u[i]
    q, v, k = np.empty(rows.size), np.empty(rows.size), np.empty(rows.size, dtype=np.int64)
    for j in range(rows.size):
        q[j] = chance[j] if chance[j] <= 0.5 else 1.0 - chance[j]
        v[j] = draw[j] if chance[j] <= 0.5 else 1.0 - draw[j]
        k[j] = _binomial_head(trials[j], q[j], v[j])
    _binomial_middle(trials, q, v, k)
    _binomial_large(trials, q, v, k)
    for j in range(rows.size):
        out[rows[j]] = k[j] if chance[j] <= 0.5 else int(trials[j]) - k[j]


@kernel
def _binomial_middle(trials: Reals, chance: Reals, draw: Reals, k: Integers) -> None:
    """Finish the inversion of the rows beyond the head, as one column: a step of all until none goes on."""
    unfinished = np.empty(k.size, dtype=np.bool_)
    for i in range(k.size):
        unfinished[i] = (k[i] >= HEAD_STEPS) & (trials[i] * chance[i] < BINOMIAL_SEQUENTIAL_BELOW)
    rows = list_true(unfinished)
    listed = rows.size
    n, odds, u = take(trials, rows), take(chance, rows), take(draw, rows)
    term, count = np.empty(listed), np.zeros(listed)
    for j in range(listed):
        term[j] = exp(n[j] * log(1.0 - odds[j]))
        odds[j] = odds[j] / (1.0 - odds[j])
    total = term.copy()
    step, going = 0, listed
    while going > 0:
        step, going = step + 1, 0
        for j in range(listed):
            more = (u[j] > total[j]) & (n[j] >= step) & (term[j] > NEGLIGIBLE)
            count[j] += 1.0 if more else 0.0
            going += more
            term[j] *= odds[j] * (n[j] + 1.0 - step) * (1.0 / step)
            total[j] += term[j]
    for j in range(listed):
        k[rows[j]] = int(count[j])


@kernel
def _binomial_large(trials: Reals, chance: Reals, draw: Reals, k: Integers) -> None:
    """Draw the rows whose mean is too large for inversion, as one column."""
    rows = list_true(trials * chance >= BINOMIAL_SEQUENTIAL_BELOW)
    n, q, u = take(trials, rows), take(chance, rows), take(draw, rows)
    for j in range(rows.size):
        u[j] = _binomial_quantile(n[j], q[j], u[j])
    for j in range(rows.size):
        k[rows[j]] = int(u[j])


def binomial(n: NDArray[Any], p: float | Reals, u: Reals, out: Integers) -> None:
    """Fill out[n] (int64) with the draws of `binomial_from_uniform`.

    Parameters
    ----------
    n : int32[n] or int64[n]
        Trials, >= 0.
    p : float or float64[n]
        Probability, 0 .. 1.
    u : float64[n]
    out : int64[n]
    """
    _binomial(n, p if isinstance(p, np.ndarray) else np.full(1, p), u, out)


def draw_binomial(n: NDArray[Any], p: float | Reals, keys: Words, purpose_hash: np.uint64, out: Integers) -> None:
    """Fill out[n] with `binomial` of the uniforms of keys, uint64[n], for a purpose."""
    _draw_binomial(n, p if isinstance(p, np.ndarray) else np.full(1, p), keys, purpose_hash, out)
