"""From uniforms to draws: one uniform, one draw, monotone in u; gamma alone rejects, on sub-draws of its purpose.

Counts are drawn by sequential inversion (exact) where their mean is small, and by a third-order Cornish-Fisher
expansion of the quantile where it is large. Array forms give the very draws of the scalar forms. All are monotone in u
everywhere, and in the mean on each side of the bound between the two methods; at the bound itself one uniform in ten
thousand meets a step back by one (errors: tests/base/test_samplers.py).

Notation: i row, j sub-draw or component, k count, u uniform in (0, 1), z normal deviate.

Sources: Cornish, Fisher 1938 and Fisher, Cornish 1960, "The percentile points of distributions having known
cumulants", Technometrics 2, 209-225; Sheppard's corrections for grouping: Kendall, Stuart, The Advanced Theory of
Statistics, volume 1, chapter 3; Marsaglia, Tsang 2000, "A simple method for generating gamma variables", ACM TOMS
26, 363-372.
"""

from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.functions import exp, inlined, kernel, log, normal_quantile
from sim.base.luck import subdraw, subkey

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


# --- negative binomial -----------------------------------------------------------------------------------------------

NEGATIVE_BINOMIAL_SKEWNESS = 0.288675134594812882  # 1/sqrt(12), Poisson's at its own bound: sequential above it
POISSON_LIMIT = 1e12  # a shape this many times 1 + mean is Poisson to the last figure


@kernel
def _negative_binomial_sequential(mu, shape, u):  # type: ignore[no-untyped-def]
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
def negative_binomial(mu, shape, u):  # type: ignore[no-untyped-def]
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
    if shape >= POISSON_LIMIT * (1.0 + mu):
        return poisson_from_uniform(mu, u)
    if mu <= 0.0:
        return np.int64(0)
    d = 1.0 + mu / shape
    k2 = mu * d
    k3 = k2 * (2.0 * d - 1.0)
    if k3 > NEGATIVE_BINOMIAL_SKEWNESS * k2 * sqrt(k2):
        return np.int64(_negative_binomial_sequential(mu, shape, u))
    k4 = k2 * (1.0 + 6.0 * d * (d - 1.0))
    k5 = k2 * (2.0 * d - 1.0) * (1.0 + 12.0 * d * (d - 1.0))
    return np.int64(_integer_quantile(mu, k2, k3, k4, k5, u))


@kernel
def negative_binomials(mu, shape, u, out):  # type: ignore[no-untyped-def]
    """Fill out[n] (int64) with `negative_binomial` of mu[n], shape[n], u[n] (float64); return `out`."""
    for i in range(mu.size):
        out[i] = negative_binomial(mu[i], shape[i], u[i])
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


def binomial(n: NDArray[Any], p: float | NDArray[np.float64], u: NDArray[np.float64], out: NDArray[np.int64]) -> NDArray[np.int64]:
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


# --- gamma -----------------------------------------------------------------------------------------------------------

FIRST_ATTEMPT = 1  # sub-draw 0 is the boost of a shape below 1; an attempt takes two sub-draws


@inlined
def _gamma_attempt(shape, key, purpose_hash, j):  # type: ignore[no-untyped-def]
    """One attempt from sub-draws j and j + 1 at a gamma of shape >= 1: the draw, or -1 when it is refused."""
    d = shape - 1.0 / 3.0
    z = normal_quantile(subdraw(key, purpose_hash, j))
    root = 1.0 + z / sqrt(9.0 * d)
    v = root * root * root if root > 0.0 else 1.0
    bound = 0.5 * z * z + d * (1.0 - v + log(v))
    accepted = root > 0.0 and log(subdraw(key, purpose_hash, j + 1)) < bound
    return d * v if accepted else -1.0


@inlined
def _gamma_boost(shape, key, purpose_hash):  # type: ignore[no-untyped-def]
    """Factor that takes a gamma of shape + 1 to one of shape below 1, and 1 for other shapes."""
    divisor = shape if 0.0 < shape < 1.0 else 1.0
    factor = exp(log(subdraw(key, purpose_hash, 0)) / divisor)
    return factor if shape < 1.0 else 1.0


@kernel
def gamma_sum(shape, key, purpose_hash):  # type: ignore[no-untyped-def]
    """Draw a gamma of this shape (>= 0; 0 gives 0) and unit scale: the sum of claims whose shapes add up to it.

    Parameters
    ----------
    shape : float
    key, purpose_hash : uint64
        `Luck.keys` and `purpose`.

    Notes
    -----
    Marsaglia and Tsang 2000, without the squeeze; not monotone in any single uniform.
    """
    if shape <= 0.0:
        return 0.0
    raised = shape if shape >= 1.0 else shape + 1.0
    j = FIRST_ATTEMPT
    draw = _gamma_attempt(raised, key, purpose_hash, j)
    while draw < 0.0:
        j += 2
        draw = _gamma_attempt(raised, key, purpose_hash, j)
    return draw if shape >= 1.0 else draw * _gamma_boost(shape, key, purpose_hash)


@inlined
def _gamma_head(shape, key, purpose_hash):  # type: ignore[no-untyped-def]
    """First attempt without a branch: the draw, or below 0 when it is refused."""
    raised = shape if shape >= 1.0 else shape + 1.0
    draw = _gamma_attempt(raised, key, purpose_hash, FIRST_ATTEMPT)
    boosted = draw * _gamma_boost(shape, key, purpose_hash)
    boosted = boosted if draw >= 0.0 else draw  # a boost that underflows must not hide a refusal
    return boosted if shape > 0.0 else 0.0


@kernel
def gamma_sums(shape, keys, purpose_hash, out):  # type: ignore[no-untyped-def]
    """Fill out[n] (float64) with `gamma_sum` of shape[n] and keys[n]; return `out`."""
    for i in range(keys.size):
        out[i] = _gamma_head(shape[i], keys[i], purpose_hash)
    for i in range(keys.size):
        if out[i] < 0.0:
            out[i] = gamma_sum(shape[i], keys[i], purpose_hash)
    return out


# --- one claim from one uniform --------------------------------------------------------------------------------------


@inlined
def exponential(mean, u):  # type: ignore[no-untyped-def]
    """Exponential quantile of u."""
    return -mean * log(1.0 - u)


@inlined
def lognormal(location, sigma, u):  # type: ignore[no-untyped-def]
    """Lognormal quantile of u: exp(location + sigma * z)."""
    return exp(location + sigma * normal_quantile(u))


@inlined
def lomax(alpha, scale, u):  # type: ignore[no-untyped-def]
    """Lomax (Pareto II) quantile of u: P(X > x) = (1 + x / scale)**-alpha."""
    return scale * (exp(-log(1.0 - u) / alpha) - 1.0)


@kernel
def pick(cumulative, u):  # type: ignore[no-untyped-def]
    """Choose an index 0 .. m - 1, int64, with the weights whose running sum is cumulative[m] (need not end at 1)."""
    level = u * cumulative[cumulative.size - 1]
    index = 0
    for j in range(cumulative.size - 1):
        index += level > cumulative[j]
    return np.int64(index)


@kernel
def picks(cumulative, u, out):  # type: ignore[no-untyped-def]
    """Fill out[n] (int64) with `pick` of the columns of cumulative[m, n] and u[n]; return `out`."""
    last = cumulative.shape[0] - 1
    for i in range(u.size):
        out[i] = 0
    for j in range(last):
        for i in range(u.size):
            out[i] += u[i] * cumulative[last, i] > cumulative[j, i]
    return out


@kernel
def discrete(values, cumulative, u):  # type: ignore[no-untyped-def]
    """Choose one of values[m] with the weights whose running sum is cumulative[m]."""
    return values[pick(cumulative, u)]


# --- sums of individual claims ---------------------------------------------------------------------------------------

# kind          params (float64)                                   drawn as
# FIXED         amount                                             n * amount
# GAMMA         mean, shape (1 / cv**2)                            one gamma of shape n * shape
# EXPONENTIAL   mean                                               one gamma of shape n
# LOGNORMAL     location, sigma (of the logarithm)                 one uniform a claim
# LOMAX         alpha, scale (mean = scale / (alpha - 1))          one uniform a claim
# MIXTURE       m, then m times: running weight, kind, a, b        a choice and a claim of FIXED .. LOMAX, params a, b
# DISCRETE      m, then m values, then m running weights           one uniform a claim
FIXED, GAMMA, EXPONENTIAL, LOGNORMAL, LOMAX, MIXTURE, DISCRETE = range(7)
MIXTURE_STRIDE = 4


@kernel
def _claim(kind, a, b, key, purpose_hash):  # type: ignore[no-untyped-def]
    """Draw one claim of a kind FIXED .. LOMAX with parameters a, b."""
    if kind == FIXED:
        return a
    if kind == GAMMA:
        return a / b * gamma_sum(b, key, purpose_hash)
    u = subdraw(key, purpose_hash, 0)
    if kind == EXPONENTIAL:
        return exponential(a, u)
    return lognormal(a, b, u) if kind == LOGNORMAL else lomax(a, b, u)


@kernel
def _mixture_claim(params, key, purpose_hash):  # type: ignore[no-untyped-def]
    """Draw one claim of a mixture: sub-draw 0 chooses the component, sub-key 1 draws from it."""
    m = int(params[0])
    components = params[1 : 1 + MIXTURE_STRIDE * m].reshape(m, MIXTURE_STRIDE)
    j = pick(components[:, 0], subdraw(key, purpose_hash, 0))
    row = components[j]
    return _claim(int(row[1]), row[2], row[3], subkey(key, purpose_hash, 1), purpose_hash)


@kernel
def _individual(kind, params, key, purpose_hash, j):  # type: ignore[no-untyped-def]
    """Draw the j-th claim of a row, of a kind LOGNORMAL .. DISCRETE."""
    if kind == MIXTURE:
        return _mixture_claim(params, subkey(key, purpose_hash, j), purpose_hash)
    u = subdraw(key, purpose_hash, j)
    if kind == LOGNORMAL:
        return lognormal(params[0], params[1], u)
    if kind == LOMAX:
        return lomax(params[0], params[1], u)
    m = int(params[0])
    return discrete(params[1 : 1 + m], params[1 + m : 1 + 2 * m], u)


@kernel
def sum_of_claims(kind, params, n, key, purpose_hash):  # type: ignore[no-untyped-def]
    """Draw the sum of n independent claims, float64; 0 for n = 0.

    Parameters
    ----------
    kind : int
        FIXED, GAMMA, EXPONENTIAL, LOGNORMAL, LOMAX, MIXTURE or DISCRETE.
    params : float64[:]
        Laid out as the table above this function says, in units of money.
    n : int
    key, purpose_hash : uint64
        The j-th claim takes the j-th sub-draw: with one claim more, the others stay what they were.
    """
    if n <= 0:
        return 0.0
    if kind == FIXED:
        return n * params[0]
    if kind == GAMMA:
        return params[0] / params[1] * gamma_sum(n * params[1], key, purpose_hash)
    if kind == EXPONENTIAL:
        return params[0] * gamma_sum(n * 1.0, key, purpose_hash)
    total = 0.0
    for j in range(n):
        total += _individual(kind, params, key, purpose_hash, j)
    return total




@kernel
def _gamma_claims(shape, scale, counts, keys, purpose_hash, out):  # type: ignore[no-untyped-def]
    """Fill out[n] with scale times gammas of shapes shape * counts[n]: rows with claims are drawn as one column."""
    rows = np.empty(counts.size, dtype=np.uint32)
    listed = list_positive(counts, rows)
    shapes, own, draws = np.empty(listed), np.empty(listed, dtype=np.uint64), np.empty(listed)
    for j in range(listed):
        shapes[j], own[j] = counts[rows[j]] * shape, keys[rows[j]]
    for j in range(listed):
        draws[j] = _gamma_head(shapes[j], own[j], purpose_hash)
    for j in range(listed):
        if draws[j] < 0.0:
            draws[j] = gamma_sum(shapes[j], own[j], purpose_hash)
    for i in range(counts.size):
        out[i] = 0.0
    for j in range(listed):
        out[rows[j]] = scale * draws[j]


@kernel
def sums_of_claims(kind, params, counts, keys, purpose_hash, out):  # type: ignore[no-untyped-def]
    """Fill out[n] (float64) with `sum_of_claims` of counts[n] (integer) claims of keys[n]; return `out`."""
    if kind == GAMMA:
        _gamma_claims(params[1], params[0] / params[1], counts, keys, purpose_hash, out)
    elif kind == FIXED:
        for i in range(keys.size):
            out[i] = counts[i] * params[0]
    elif kind == EXPONENTIAL:
        _gamma_claims(1.0, params[0], counts, keys, purpose_hash, out)
    else:
        for i in range(keys.size):
            out[i] = sum_of_claims(kind, params, counts[i], keys[i], purpose_hash) if counts[i] > 0 else 0.0
    return out
