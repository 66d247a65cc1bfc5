"""Commission when principals compete for partners by logit supply.

Notation: k = brands, o = owners; c commission, m margin before commission (1 - loss ratio
- expenses), V = beta c + xi, s share, S share of an owner's brands together, W the Lambert
function. A principal earns sum (m - c) s and its first-order condition is
m - c = 1 / (beta (1 - S)) for each of its brands.
Sources: Anderson, de Palma and Thisse, *Discrete Choice Theory of Product Differentiation*
(1992), chapter 7; Nocke and Schutz (2018), Econometrica 86, 523-557, for the single
aggregate H = outside + sum exp(V), in which the equilibrium is unique.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.theory.arrays import Floats, FloatsLike, floats


@dataclass(frozen=True)
class Equilibrium:
    """Commissions and shares by brand, profits by owner (in order of the owner's number)."""

    commission: Floats
    shares: Floats
    outside_share: float
    profit: Floats


def monopoly_commission(beta: float, xi: float, margin: float) -> tuple[float, float]:
    """Commission and share of the only principal against the outside option.

    c = m - (1 + w) / beta and s = w / (1 + w) with w = W(exp(beta m + xi - 1)).
    """
    w = float(scipy.special.wrightomega(beta * margin + xi - 1.0).real)
    return margin - (1.0 + w) / beta, w / (1.0 + w)


def symmetric_commission(beta: float, margin: float, principals: int) -> float:
    """Equal principals without an outside option: c = m - n / (beta (n - 1)).

    Raises
    ------
    ValueError
        For fewer than two principals: nothing holds the commission up.
    """
    if principals < 2:
        raise ValueError("a single principal without an outside option has no equilibrium")
    return margin - principals / (beta * (principals - 1.0))


def equilibrium(
    beta: float,
    xi: FloatsLike,
    margin: FloatsLike,
    owner: Sequence[int],
    *,
    outside_option: bool,
) -> Equilibrium:
    """Bertrand-Nash commissions of owners of one or more brands.

    Parameters
    ----------
    beta : float
        Response to a unit of commission, > 0.
    xi, margin : array_like, shape (brands,)
    owner : sequence of int, shape (brands,)
    outside_option : bool
        Whether a partner may sell for none of them, at utility 0.

    Raises
    ------
    ValueError
        If one owner has all brands and there is no outside option.
    """
    names, which = np.unique(np.asarray(owner), return_inverse=True)
    if len(names) < 2 and not outside_option:
        raise ValueError("one owner of all brands without an outside option has no equilibrium")
    top = beta * floats(margin) + floats(xi)
    attraction = np.array([scipy.special.logsumexp(top[which == i]) for i in range(len(names))])
    markup = _owner_markups(attraction, outside_option)
    commission = floats(margin) - markup[which] / beta
    return _describe(beta, commission, floats(xi), floats(margin), which, outside_option)


def conditional_equilibrium(
    beta: float, xi: FloatsLike, margin: FloatsLike, owner: Sequence[int], fixed_utilities: FloatsLike
) -> Equilibrium:
    """Bertrand-Nash commissions of the others when some principals do not move.

    Those together, the outside option among them, are an outside option at the log of their sum of exp(V); their share
    is the equilibrium's outside share.

    Parameters
    ----------
    fixed_utilities : array_like, shape (principals that do not move,)
        Utilities with their commissions.
    """
    against = float(scipy.special.logsumexp(floats(fixed_utilities)))
    return equilibrium(beta, floats(xi) - against, margin, owner, outside_option=True)


def _owner_markups(attraction: Floats, outside_option: bool) -> Floats:
    """Markups beta (m - c) of each owner, given the log of sum exp(beta m + xi)."""
    outside_log = 0.0 if outside_option else -np.inf

    def surplus(log_h: float) -> float:
        taken = _owner_shares(attraction - log_h).sum()
        return float(taken + np.exp(outside_log - log_h) - 1.0)

    low, high = _bracket(surplus, float(attraction.max()))
    log_h = float(scipy.optimize.brentq(surplus, low, high, xtol=1e-14, rtol=1e-15))
    markup = 1.0 / (1.0 - _owner_shares(attraction - log_h))
    return _polish(markup, attraction, outside_log)


def _bracket(surplus: Callable[[float], float], start: float) -> tuple[float, float]:
    low = high = start
    while surplus(low) < 0.0:
        low -= 2.0
    while surplus(high) > 0.0:
        high += 2.0
    return low, high


def _owner_shares(log_ratio: Floats) -> Floats:
    """Root S in (0, 1) of log S + 1 / (1 - S) = log_ratio, by bisection on the logit of S."""
    low, high = np.full_like(log_ratio, -800.0), np.full_like(log_ratio, 40.0)
    for _ in range(70):
        middle = (low + high) / 2.0
        above = scipy.special.log_expit(middle) + 1.0 + np.exp(middle) > log_ratio
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray(scipy.special.expit((low + high) / 2.0), dtype=np.float64)


def _polish(markup: Floats, attraction: Floats, outside_log: float) -> Floats:
    """Newton steps on x (1 - S(x)) = 1 over the owners."""
    x = markup
    for _ in range(4):
        s = scipy.special.softmax(np.append(attraction - x, outside_log))[:-1]
        residual = x * (1.0 - s) - 1.0
        slope = np.diag(1.0 - s + x * s) - np.outer(x * s, s)
        x = x - np.linalg.solve(slope, residual)
    return np.asarray(x, dtype=np.float64)


def _describe(
    beta: float, commission: Floats, xi: Floats, margin: Floats, which: NDArray[np.intp], outside: bool
) -> Equilibrium:
    utility = beta * commission + xi
    shares = scipy.special.softmax(np.append(utility, 0.0 if outside else -np.inf))
    profit = np.bincount(which, weights=(margin - commission) * shares[:-1])
    return Equilibrium(commission, shares[:-1], float(shares[-1]), np.asarray(profit, np.float64))


def first_order_gap(beta: float, found: Equilibrium, margin: FloatsLike, owner: Sequence[int]) -> float:
    """Largest |beta (m - c) (1 - S) - 1| over the brands; 0 in equilibrium."""
    _, which = np.unique(np.asarray(owner), return_inverse=True)
    together = np.bincount(which, weights=found.shares)[which]
    gap = beta * (floats(margin) - found.commission) * (1.0 - together) - 1.0
    return float(np.abs(gap).max())


def best_response_commission(beta: float, xi: float, margin: float, rival_utilities: FloatsLike) -> float:
    """Commission that maximises (m - c) s(c) against rivals' fixed utilities.

    c = m - (1 + W(exp(beta m + xi - 1) / sum exp(V_rival))) / beta; list the outside
    option among the rivals, at its utility.
    """
    against = float(scipy.special.logsumexp(floats(rival_utilities)))
    w = float(scipy.special.wrightomega(beta * margin + xi - 1.0 - against).real)
    return margin - (1.0 + w) / beta


def best_response_to_classes(
    beta: FloatsLike,
    xi: FloatsLike,
    margin: FloatsLike,
    against: FloatsLike,
    flow: FloatsLike,
    bounds: tuple[float, float],
) -> float:
    """Commission that maximises the sum over classes of flow (m - c) s(c).

    Parameters
    ----------
    beta, xi, margin, against, flow : array_like, shape (classes,)
        Response, own utility without commission (inertia included), margin, log of the
        rivals' sum exp(V), premium flow under review.
    bounds : (float, float)
        Range of commissions; searched on a grid and then refined, because the sum over
        unlike classes may have several peaks.
    """
    slope, own, m, rival, weight = map(floats, (beta, xi, margin, against, flow))

    def loss(c: float) -> float:
        return -float((weight * (m - c)) @ scipy.special.expit(slope * c + own - rival))

    grid = np.linspace(*bounds, 401)
    best = int(np.argmin([loss(float(c)) for c in grid]))
    near = (float(grid[max(best - 1, 0)]), float(grid[min(best + 1, 400)]))
    found = scipy.optimize.minimize_scalar(loss, bounds=near, method="bounded", options={"xatol": 1e-12})
    return float(found.x)
