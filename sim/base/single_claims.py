"""Sums of claims that count with at most so much each, from the same draws as the sums themselves.

Notation: i row, j claim of a row.

A sum of gamma claims is drawn as one gamma. Given the sum, what part of it each claim is does not depend on it: parts
are gammas of the claims' own shape over their sum (Lukacs 1955, "A characterization of the gamma distribution", Annals
of Mathematical Statistics 26, 319-324). So a sum is shared out afterwards, with draws of its own, and stays what it is.
"""

import numpy as np

from sim.base.arrays import Integers, Reals, Words
from sim.base.kernels import kernel
from sim.base.luck import subkey
from sim.base.severities import EXPONENTIAL, FIXED, GAMMA, gamma_sum, one_of_claims


def excess_of_claims(
    kind: int, params: Reals, counts: Integers, keys: Words, purpose_hash: np.uint64, split_hash: np.uint64,
    sums: Reals, limit: Reals, out: Reals,
) -> None:  # fmt: skip
    """Fill out[n] with sum_j max(claim - limit[i], 0) of the claims whose sums `sums_of_claims` has drawn.

    Parameters
    ----------
    kind, params, counts, keys, purpose_hash
        As for `sums_of_claims`.
    split_hash : uint64
        Purpose of the draws that share out a sum of gamma claims.
    sums : float64[n]
    limit : float64[n]
        In the unit of the claims, above 0.
    """
    if kind == FIXED:
        np.multiply(counts, np.maximum(params[0] - limit, 0.0), out=out)
    elif kind in (GAMMA, EXPONENTIAL):
        shape = params[1] if kind == GAMMA else 1.0
        _gamma_excess(float(shape), counts, keys, split_hash, sums, limit, out)
    else:
        _individual_excess(kind, params, counts, keys, purpose_hash, sums, limit, out)


@kernel
def _gamma_excess(
    shape: float, counts: Integers, keys: Words, split_hash: np.uint64, sums: Reals, limit: Reals, out: Reals
) -> None:
    for i in range(keys.size):
        out[i] = max(sums[i] - limit[i], 0.0)
        if counts[i] > 1 and out[i] > 0.0:
            parts = np.empty(counts[i])
            for j in range(counts[i]):
                parts[j] = gamma_sum(shape, subkey(keys[i], split_hash, j), split_hash)
            out[i] = _excess(parts, sums[i], limit[i])


@kernel
def _excess(parts: Reals, total: float, limit: float) -> float:
    """Excess of a sum shared out by parts[j]; without any the largest claim is as good as all of it."""
    whole = parts.sum()
    if whole <= 0.0:
        return max(total - limit, 0.0)
    found = 0.0
    for j in range(parts.size):
        found += max(total * (parts[j] / whole) - limit, 0.0)
    return found


@kernel
def _individual_excess(
    kind: int, params: Reals, counts: Integers, keys: Words, purpose_hash: np.uint64, sums: Reals, limit: Reals,
    out: Reals,
) -> None:  # fmt: skip
    for i in range(keys.size):
        out[i] = 0.0
        if sums[i] > limit[i]:
            for j in range(counts[i]):
                out[i] += max(one_of_claims(kind, params, keys[i], purpose_hash, j) - limit[i], 0.0)
