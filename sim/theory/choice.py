"""Partners' choice of a principal as a Markov chain.

Notation: j, k = principals; V[k] utility, kappa the inertia (added to the utility of the
current principal), nu the chance to review in a month, P[j, k] the monthly transition,
x[k] shares, pi the stationary shares. The utility of a commission c is beta c + xi.
Source: McFadden (1974), in Zarembka (ed.), *Frontiers in Econometrics*, 105-142; the
stationary law follows from detailed balance.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import scipy

from sim.theory.arrays import Floats, FloatsLike, floats


def utilities(beta: float, commission: FloatsLike, xi: FloatsLike) -> Floats:
    """V = beta c + xi; beta is per unit of commission (100 times the weight of a point)."""
    return beta * floats(commission) + floats(xi)


def shares(utility: FloatsLike) -> Floats:
    """Logit shares without inertia, shape (principals,)."""
    return np.asarray(scipy.special.softmax(floats(utility)), dtype=np.float64)


def transition(utility: FloatsLike, kappa: float, nu: float = 1.0) -> Floats:
    """Monthly transition matrix (1 - nu) I + nu softmax(V + kappa [stay]).

    Returns
    -------
    array, shape (principals, principals)
        Row j: where a partner of principal j is a month later.
    """
    v = floats(utility)
    choice = scipy.special.softmax(v[None, :] + kappa * np.eye(len(v)), axis=1)
    return np.asarray((1.0 - nu) * np.eye(len(v)) + nu * choice, dtype=np.float64)


def stationary(utility: FloatsLike, kappa: float) -> Floats:
    """Long-run shares, pi_j ~ exp(V_j) (sum exp(V) + (exp(kappa) - 1) exp(V_j)).

    They do not depend on the review rate.
    """
    v = floats(utility)
    scaled = np.exp(v - v.max())
    weight = scaled * (scaled.sum() - scaled + np.exp(kappa) * scaled)
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def path(start: FloatsLike, matrices: Iterable[Floats]) -> Floats:
    """Shares at 0, 1, 2, ... under one transition matrix a month.

    Returns
    -------
    array, shape (months + 1, principals)
        Row t is the share after t months; row 0 is `start`.
    """
    rows = [floats(start)]
    for matrix in matrices:
        rows.append(rows[-1] @ matrix)
    return np.array(rows)


def months_ahead(matrix: Floats, months: int) -> Floats:
    """Transition matrix over some months; rows are kept at 1 against rounding."""
    power = np.linalg.matrix_power(matrix, months)
    return np.asarray(power / power.sum(axis=1, keepdims=True), dtype=np.float64)


def shares_after(start: FloatsLike, matrix: Floats, months: int) -> Floats:
    """Shares after some months of one transition matrix."""
    return np.asarray(floats(start) @ months_ahead(matrix, months), dtype=np.float64)


def second_eigenvalue(utility: FloatsLike, kappa: float, nu: float = 1.0) -> float:
    """Eigenvalue of the transition matrix next to 1 in modulus.

    The chain is reversible, so all eigenvalues are real and found from the symmetric
    matrix sqrt(pi_j) P[j, k] / sqrt(pi_k).
    """
    root = np.sqrt(stationary(utility, kappa))
    symmetric = root[:, None] * transition(utility, kappa, nu) / root[None, :]
    values = np.linalg.eigvalsh((symmetric + symmetric.T) / 2.0)
    rest = values[:-1]
    return float(rest[np.argmax(np.abs(rest))])


def half_life(eigenvalue: float) -> float:
    """Months in which a deviation from the long-run shares halves; 0 for an eigenvalue of 0."""
    if eigenvalue == 0.0:
        return 0.0
    return float(np.log(0.5) / np.log(abs(eigenvalue)))


def tenure(matrix: Floats) -> Floats:
    """Expected months with a principal once chosen, 1 / (1 - P[j, j])."""
    leaving = matrix.sum(axis=1) - np.diag(matrix)
    return np.asarray(1.0 / leaving, dtype=np.float64)


def count_moments(start: FloatsLike, matrix: Floats, months: int) -> tuple[Floats, Floats]:
    """Mean and covariance of the numbers of partners from fixed numbers at the start.

    Each of the n_j partners of principal j moves by itself, so the counts are a sum of
    multinomials: cov = sum_j n_j (diag(p_j) - p_j p_j').

    Returns
    -------
    mean : array, shape (principals,)
    covariance : array, shape (principals, principals)
    """
    n = floats(start)
    p = months_ahead(matrix, months)
    mean = n @ p
    return np.asarray(mean), np.asarray(np.diag(mean) - (p.T * n) @ p)


def share_response(utility: FloatsLike, beta: float) -> Floats:
    """Response of share k to principal l's commission, beta s_k ([k = l] - s_l).

    Returns
    -------
    array, shape (principals, principals)
        Per unit of commission; a point of commission is a hundredth of it.
    """
    s = shares(utility)
    return np.asarray(beta * (np.diag(s) - np.outer(s, s)), dtype=np.float64)


def stationary_response(utility: FloatsLike, kappa: float, beta: float) -> Floats:
    """Response of the long-run share k to principal l's commission, with inertia.

    Differentiates the closed form of `stationary`; shape and unit as `share_response`.
    """
    v = floats(utility)
    e = np.exp(v - v.max())
    total, extra = e.sum(), np.expm1(kappa)
    weight = e * (total + extra * e)
    slope = np.diag(e * total + 2.0 * extra * e**2) + np.outer(e, e)
    pi = weight / weight.sum()
    gradient = (slope - np.outer(pi, slope.sum(axis=0))) / weight.sum()
    return np.asarray(beta * gradient, dtype=np.float64)


def promotion_path(
    start: FloatsLike,
    base: FloatsLike,
    promoted: FloatsLike,
    during: range,
    months: int,
    *,
    kappa: float,
    nu: float = 1.0,
) -> Floats:
    """Shares at 0 ... months when utilities are `promoted` in the months of `during`.

    Month m is the step from row m - 1 to row m.
    """
    usual, special_offer = transition(base, kappa, nu), transition(promoted, kappa, nu)
    steps = (special_offer if m in during else usual for m in range(1, months + 1))
    return path(start, steps)
