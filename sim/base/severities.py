"""From keys and uniforms to amounts: gamma by rejection on sub-draws of its purpose, claims one by one or in sums.

Notation: i row, j sub-draw or component, u uniform in (0, 1).

Source: Marsaglia, Tsang 2000, "A simple method for generating gamma variables", ACM TOMS 26, 363-372.
"""

from math import sqrt
from typing import cast

import numpy as np

from sim.base.arrays import Integers, Reals, Words
from sim.base.functions import exp, log, normal_quantile
from sim.base.kernels import IN_CACHE, inlined, kernel
from sim.base.listing import list_true, take, take_words
from sim.base.luck import subdraw, subkey

# --- gamma -----------------------------------------------------------------------------------------------------------

# Sub-draws: the first is the boost of a shape below 1, then each attempt takes two. numba compiles a kernel anew for
# each number that is written out, but not for one of its own type.
BOOST, FIRST_ATTEMPT = cast("tuple[int, int]", (np.int64(0), np.int64(1)))


@inlined
def _gamma_attempt(shape: float, key: np.uint64, purpose_hash: np.uint64, j: int) -> float:
    """One attempt from sub-draws j and j + 1 at a gamma of shape >= 1: the draw, or -1 when it is refused."""
    d = shape - 1.0 / 3.0
    z = normal_quantile(subdraw(key, purpose_hash, j))
    root = 1.0 + z / sqrt(9.0 * d)
    v = root * root * root if root > 0.0 else 1.0
    bound = 0.5 * z * z + d * (1.0 - v + log(v))
    accepted = (root > 0.0) & (log(subdraw(key, purpose_hash, j + 1)) < bound)
    return d * v if accepted else -1.0


@inlined
def _gamma_boost(shape: float, key: np.uint64, purpose_hash: np.uint64) -> float:
    """Factor that takes a gamma of shape + 1 to one of shape below 1, and 1 for other shapes."""
    divisor = shape if 0.0 < shape < 1.0 else 1.0
    factor = exp(log(subdraw(key, purpose_hash, BOOST)) / divisor)
    return factor if shape < 1.0 else 1.0


@kernel
def gamma_sum(shape: float, key: np.uint64, purpose_hash: np.uint64) -> float:
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


@kernel
def gamma_sums(shape: Reals, keys: Words, purpose_hash: np.uint64, out: Reals) -> None:
    """Fill out[n] (float64) with `gamma_sum` of shape[n] and keys[n]."""
    _attempts(shape, keys, purpose_hash, FIRST_ATTEMPT, out)
    again, attempt = list_true(out < 0.0), FIRST_ATTEMPT
    while again.size > 0:
        attempt += 2
        draws = np.empty(again.size)
        _attempts(take(shape, again), take_words(keys, again), purpose_hash, attempt, draws)
        for j in range(again.size):
            out[again[j]] = draws[j]
        again = again[draws < 0.0]
    _boost(shape, keys, purpose_hash, out)


@kernel
def _attempts(shape: Reals, keys: Words, purpose_hash: np.uint64, attempt: int, out: Reals) -> None:
    """One attempt for each row, not yet boosted, without a branch: the draw, or below 0 when it is refused."""
    for i in range(keys.size):
        draw = _gamma_attempt(shape[i] if shape[i] >= 1.0 else shape[i] + 1.0, keys[i], purpose_hash, attempt)
        out[i] = draw if shape[i] > 0.0 else 0.0


@kernel
def _boost(shape: Reals, keys: Words, purpose_hash: np.uint64, out: Reals) -> None:
    """Take draws of shape + 1 to those of shapes below 1."""
    rows = list_true(shape < 1.0)
    shapes, own, factors = take(shape, rows), take_words(keys, rows), np.empty(rows.size)
    for j in range(rows.size):
        factors[j] = _gamma_boost(shapes[j], own[j], purpose_hash)
    for j in range(rows.size):
        out[rows[j]] *= factors[j]


# --- one claim from one uniform --------------------------------------------------------------------------------------


@inlined
def exponential(mean: float, u: float) -> float:
    """Exponential quantile of u."""
    return -mean * log(1.0 - u)


@inlined
def lognormal(location: float, sigma: float, u: float) -> float:
    """Lognormal quantile of u: exp(location + sigma * z)."""
    return exp(location + sigma * normal_quantile(u))


@inlined
def lomax(alpha: float, scale: float, u: float) -> float:
    """Lomax (Pareto II) quantile of u: P(X > x) = (1 + x / scale)**-alpha."""
    return scale * (exp(-log(1.0 - u) / alpha) - 1.0)


@kernel
def pick(cumulative: Reals, u: float) -> int:
    """Choose an index 0 .. m - 1, int64, with the weights whose running sum is cumulative[m] (need not end at 1)."""
    level = u * cumulative[cumulative.size - 1]
    index = 0
    for j in range(cumulative.size - 1):
        index += level > cumulative[j]
    return index


@kernel
def picks(cumulative: Reals, u: Reals, out: Integers) -> None:
    """Fill out[n] (int64) with `pick` of the columns of cumulative[m, n] and u[n]."""
    last = cumulative.shape[0] - 1
    for i in range(u.size):
        out[i] = 0
    for j in range(last):
        for i in range(u.size):
            out[i] += u[i] * cumulative[last, i] > cumulative[j, i]


@kernel
def discrete(values: Reals, cumulative: Reals, u: float) -> float:
    """Choose one of values[m] with the weights whose running sum is cumulative[m]."""
    index: int = pick(cumulative, u)
    return values[index]


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
def _claim(kind: int, a: float, b: float, key: np.uint64, purpose_hash: np.uint64) -> float:
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
def _mixture_claim(params: Reals, key: np.uint64, purpose_hash: np.uint64) -> float:
    """Draw one claim of a mixture: sub-draw 0 chooses the component, sub-key 1 draws from it."""
    m = int(params[0])
    components = params[1 : 1 + MIXTURE_STRIDE * m].reshape(m, MIXTURE_STRIDE)
    j = pick(components[:, 0], subdraw(key, purpose_hash, 0))
    row = components[j]
    return _claim(int(row[1]), row[2], row[3], subkey(key, purpose_hash, 1), purpose_hash)


@kernel
def one_of_claims(kind: int, params: Reals, key: np.uint64, purpose_hash: np.uint64, j: int) -> float:
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
def sum_of_claims(kind: int, params: Reals, n: int, key: np.uint64, purpose_hash: np.uint64) -> float:
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
        total += one_of_claims(kind, params, key, purpose_hash, j)
    return total


@kernel
def _gamma_claims(
    shape: float,
    scale: float,
    counts: Integers,
    keys: Words,
    purpose_hash: np.uint64,
    out: Reals,
) -> None:
    """Fill out[n] with scale times gammas of shapes shape * counts[n]."""
    for first in range(0, counts.size, IN_CACHE):
        last = min(first + IN_CACHE, counts.size)
        _gamma_block(shape, scale, counts[first:last], keys[first:last], purpose_hash, out[first:last])


@kernel
def _gamma_block(
    shape: float,
    scale: float,
    counts: Integers,
    keys: Words,
    purpose_hash: np.uint64,
    out: Reals,
) -> None:
    """Draw the rows with claims as one column."""
    rows = list_true(counts > 0)
    shapes, draws = np.empty(rows.size), np.empty(rows.size)
    for j in range(rows.size):
        shapes[j] = counts[rows[j]] * shape
    gamma_sums(shapes, take_words(keys, rows), purpose_hash, draws)
    for i in range(counts.size):
        out[i] = 0.0
    for j in range(rows.size):
        out[rows[j]] = scale * draws[j]


@kernel
def single(kind: int, params: Reals, key: np.uint64, purpose_hash: np.uint64, j: int) -> float:
    """Draw the j-th amount of a row by itself, whatever the kind: with one more, the others stay what they were."""
    if kind == FIXED:
        return params[0]
    if kind == GAMMA:
        return params[0] / params[1] * gamma_sum(params[1], subkey(key, purpose_hash, j), purpose_hash)
    if kind == EXPONENTIAL:
        return exponential(params[0], subdraw(key, purpose_hash, j))
    return one_of_claims(kind, params, key, purpose_hash, j)


def sums_of_claims(
    kind: int, params: Reals, counts: Integers, keys: Words, purpose_hash: np.uint64, out: Reals
) -> None:
    """Fill out[n] (float64) with `sum_of_claims` of counts[n] (integer) claims of keys[n].

    A kernel for a kind or two: a run compiles those that it draws.
    """
    if kind == FIXED:
        np.multiply(counts, params[0], out=out)
    elif kind in (GAMMA, EXPONENTIAL):
        shape, scale = (params[1], params[0] / params[1]) if kind == GAMMA else (1.0, params[0])
        _gamma_claims(float(shape), float(scale), counts, keys, purpose_hash, out)
    else:
        _individual_claims(kind, params, counts, keys, purpose_hash, out)


@kernel
def _individual_claims(
    kind: int, params: Reals, counts: Integers, keys: Words, purpose_hash: np.uint64, out: Reals
) -> None:
    for i in range(keys.size):
        out[i] = sum_of_claims(kind, params, counts[i], keys[i], purpose_hash) if counts[i] > 0 else 0.0
