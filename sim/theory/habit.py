"""Commission when principals compete for partners who are slow to move: the steady state of monthly best responses.

Notation: j, k = principals (the outside option last where there is one), o(k) owner of k; c commission, m margin before
commission, V = beta c + xi, kappa inertia, x long-run shares, P[j, k] choice of a reviewing partner of j.

A brand that maximises the month's sum_j x_j sum_{b in o(k)} (m_b - c_b) P[j, b], shares as they are, has the markup

    m_k - c_k = 1 / beta_k + sum_j x_j P[j, k] sum_{b in o(k)} (m_b - c_b) P[j, b] / sum_j x_j P[j, k],

and x is the long-run law of P. Without inertia this is the Bertrand-Nash equilibrium of `equilibrium`. The markup is
found by iterating its equation (Morrow and Skerlos 2011, Operations Research 59, 328-345, the zeta map), halfway a
step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.theory import choice
from sim.theory.arrays import Floats, FloatsLike, floats
from sim.theory.equilibrium import Equilibrium

STEPS = 20_000
CLOSE = 1e-13


def steady_commission(
    beta: FloatsLike,
    xi: FloatsLike,
    margin: FloatsLike,
    owner: Sequence[int],
    *,
    outside: float | None = None,
    inertia: float = 0.0,
    split: bool = False,
    fixed: FloatsLike | None = None,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> Equilibrium:
    """Commissions at which nobody wants to move, a month at a time.

    Parameters
    ----------
    beta : float or array_like, shape (brands,)
        Response to a unit of commission, > 0.
    xi, margin : array_like, shape (brands,)
    owner : sequence of int, shape (brands,)
    outside : float, optional
        Utility of selling for none of them.
    inertia : float
        Added to the utility of the present principal, or times its share where partners split their flow.
    split : bool
        Whether partners split their flow instead of choosing one principal.
    fixed : array_like, shape (brands,), optional
        Commission of those that do not answer; NaN for those that do.
    bounds : (float, float)
        Of the commissions that are answered.

    Raises
    ------
    ValueError
        If the commissions do not come to rest: there may be no steady state.
    """
    own, m = floats(xi), floats(margin)
    slope = np.broadcast_to(floats(beta), own.shape)
    still = np.full(own.shape, np.nan) if fixed is None else floats(fixed)
    _, which = np.unique(np.asarray(owner), return_inverse=True)
    commission = np.where(np.isnan(still), np.clip(m - 2.0 / slope, *bounds), still)
    shares = None
    for _ in range(STEPS):
        shares, odds = _choices(_append(slope * commission + own, outside), inertia, split, shares)
        wanted = np.clip(m - _markups(m - commission, shares, odds, slope, which), *bounds)
        moved = np.where(np.isnan(still), 0.5 * (wanted - commission), 0.0)
        commission = commission + moved
        if np.abs(moved).max() < CLOSE:
            taken = shares[: own.size]
            profit = np.bincount(which, weights=(m - commission) * taken)
            return Equilibrium(commission, taken, float(1.0 - taken.sum()), np.asarray(profit, np.float64))
    raise ValueError("commissions do not come to rest: no steady state was found")


def long_run_shares(utility: FloatsLike, inertia: float, split: bool = False) -> Floats:
    """Shares in the long run under utilities that stay, shape (principals,).

    Where partners split their flow and have a strong habit there may be several; the one reached from the shares
    without inertia is returned.
    """
    v = floats(utility)
    if not split:
        return choice.stationary(v, inertia)
    shares = choice.shares(v)
    for _ in range(STEPS):
        before, shares = shares, choice.shares(v + inertia * shares)
        if np.abs(shares - before).max() < CLOSE:
            break
    return shares


def _append(utility: Floats, outside: float | None) -> Floats:
    return utility if outside is None else np.append(utility, outside)


def _choices(utility: Floats, inertia: float, split: bool, before: Floats | None) -> tuple[Floats, Floats]:
    """Long-run shares and what reviewing partners of each class choose; those who split are one class."""
    if not split:
        return choice.stationary(utility, inertia), choice.transition(utility, inertia)
    start = choice.shares(utility) if before is None else before
    shares = choice.shares(utility + inertia * start)
    return shares, shares[None, :]


def _markups(markup: Floats, shares: Floats, odds: Floats, slope: Floats, which: NDArray[np.intp]) -> Floats:
    weight = shares if len(odds) > 1 else np.ones(1)
    taken = odds[:, : markup.size]
    earned = np.array([np.bincount(which, weights=markup * row)[which] for row in taken])
    return np.asarray(1.0 / slope + (weight @ (taken * earned)) / (weight @ taken), dtype=np.float64)
