"""McFadden's conditional logit: weights of attributes from choices, with standard errors.

Newton steps in a trust region on the exact log-likelihood; standard errors from the inverse of its second derivatives.

Sources: McFadden 1974 (model, R2); Conn, Gould, Toint 2000, chapter 7 (trust region); Albert and Anderson 1984
(separation), Konis 2007 (separation as a linear programme).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy

from sim.base.arrays import Reals
from sim.statistics import choice_likelihood as likelihood
from sim.statistics.choice_likelihood import ChoiceSets
from sim.statistics.identified import NotIdentified, named

REVIEW = "review"
CONFIDENCE = 0.95
COLLINEAR = 1e-10  # of the largest eigenvalue of the attributes' cross products: rounding is about 1e-16 of it
FLAT = 1e-6  # information of one set, attributes in their own spread: less is a likelihood without a maximum
DECREMENT = 1e-6  # twice what another Newton step would gain, in units of log-likelihood
MOST_STEPS = 500
GRADIENT = 1e-9  # of a set's mean log-likelihood
LARGEST_START = 0.95  # of the review rate, from which the search begins
SURE = 10.0  # logit of a review rate from which on it may be at its bound of 1
SEPARATED = 1e-7  # of the linear programme's optimum, whose largest terms are of order 1


@dataclass(frozen=True)
class Fit:
    """Estimates in the order of `names`, their covariance and 95 % intervals; `review`, if estimated, is the last.

    A review rate at its bound of 1 has neither error nor lower end (NaN).
    """

    names: tuple[str, ...]
    estimates: Reals
    covariance: Reals
    low: Reals
    high: Reals
    log_likelihood: float
    at_equal_shares: float
    """log-likelihood where every alternative of a set is as likely as another"""
    sets: int

    @property
    def standard_errors(self) -> Reals:
        """Square roots of the covariance's diagonal."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def mcfadden_r2(self) -> float:
        """1 - log-likelihood / log-likelihood at equal shares."""
        return 1.0 - self.log_likelihood / self.at_equal_shares


def fit(sets: ChoiceSets, names: Sequence[str], mixed: bool = False) -> Fit:
    """Maximum likelihood.

    Parameters
    ----------
    sets : choice sets
    names : of the attributes, in the order of their columns
    mixed : bool
        False: everyone in `sets` has chosen. True: each has done so with an unknown probability `review`, else it
        stayed with what it was with; every set then needs its `present`.

    Raises
    ------
    NotIdentified
        An attribute does not vary, is a combination of others, separates the choices, or the likelihood is flat.
    """
    scale = _scale(sets, names)
    units = sets.scaled(scale)
    start = np.zeros(len(names))
    theta = _maximum(units, np.append(start, _first_review(sets)) if mixed else start, mixed)
    if mixed and theta[-1] > SURE and likelihood.rises_to_certainty(units, theta[:-1]):
        return _always_reviewed(fit(sets, names))
    information = -likelihood.hessian(units, theta, mixed)
    _check_curvature(units, theta, information, [*names, REVIEW] if mixed else names, mixed)
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    null = -float(sets.weights @ np.log(sets.sizes))
    return _fit(
        theta, covariance, scale, tuple(names), mixed, (likelihood.value(units, theta, mixed), null, sets.starts.size)
    )


def _always_reviewed(found: Fit) -> Fit:
    """The fit of everybody's choices as that of a review rate at its bound of 1, which has no error of its own."""
    size = len(found.names)
    covariance = np.full((size + 1, size + 1), np.nan)
    covariance[:size, :size] = found.covariance
    return replace(
        found, names=(*found.names, REVIEW), estimates=np.append(found.estimates, 1.0), covariance=covariance,
        low=np.append(found.low, np.nan), high=np.append(found.high, 1.0),
    )  # fmt: skip


def _scale(sets: ChoiceSets, names: Sequence[str]) -> Reals:
    """Spread of each attribute within the sets; refuses what does not vary or is a combination of others."""
    scale = np.sqrt((sets.centred**2).mean(axis=0))
    size = np.abs(sets.x).max(axis=0, initial=1e-300)
    still = [name for name, part in zip(names, scale <= 1e-12 * size, strict=True) if part]
    if still:
        raise NotIdentified(still, "the same for all alternatives of every choice", "leave the column out")
    columns = sets.centred / scale
    roots, directions = np.linalg.eigh(columns.T @ columns)
    if roots[0] < COLLINEAR * roots[-1]:
        which = named(directions[:, 0], names)
        raise NotIdentified(which, "one is a combination of the others in every choice", "leave one of the columns out")
    return scale


def _first_review(sets: ChoiceSets) -> float:
    """Logit of the review rate that would move as many if nothing weighed anything."""
    moved = float((sets.weights @ (sets.chosen != sets.present)) / sets.weights.sum())
    if moved == 0.0:
        raise NotIdentified([REVIEW], "nobody moves in the panel", "take a longer panel")
    return float(scipy.special.logit(min(moved / (1.0 - 1.0 / sets.sizes.mean()), LARGEST_START)))


def _maximum(sets: ChoiceSets, start: Reals, mixed: bool) -> Reals:
    total = float(sets.weights.sum())

    def loss(theta: Reals) -> float:
        return -likelihood.value(sets, theta, mixed) / total

    def slope(theta: Reals) -> Reals:
        return np.asarray(-likelihood.gradient(sets, theta, mixed) / total)

    def bend(theta: Reals) -> Reals:
        return np.asarray(-likelihood.hessian(sets, theta, mixed) / total)

    options: Any = {"gtol": GRADIENT, "maxiter": MOST_STEPS}
    found = scipy.optimize.minimize(loss, start, jac=slope, hess=bend, method="trust-exact", options=options)
    return np.asarray(found.x, dtype=np.float64)


def _check_curvature(sets: ChoiceSets, theta: Reals, information: Reals, names: Sequence[str], mixed: bool) -> None:
    """Refuse a point that is not a clear maximum, and say why there is none."""
    roots, directions = np.linalg.eigh(information)
    slope = likelihood.gradient(sets, theta, mixed)
    if roots[0] > FLAT * sets.weights.sum():
        if slope @ np.linalg.solve(information, slope) < DECREMENT:
            return
        raise NotIdentified(names, "the search for the maximum has not ended", "look for attributes of absurd size")
    if direction := _separating(sets, names[: sets.x.shape[1]]):
        raise NotIdentified(
            direction,
            "separate the choices: whoever has more of them is always chosen",
            "take more data, or leave one out",
        )
    raise NotIdentified(named(directions[:, 0], names), "the likelihood is flat in their direction", _more_data(mixed))


def _more_data(mixed: bool) -> str:
    return "take more data, or add the column reviewed" if mixed else "take more data"


def _separating(sets: ChoiceSets, names: Sequence[str]) -> list[str]:
    """Attributes of a direction in which what was chosen never scores less than what was not, and somewhere more."""
    other = np.ones(len(sets.x), dtype=bool)
    other[sets.chosen] = False
    ahead = np.unique((sets.x[sets.chosen][sets.of] - sets.x)[other], axis=0)
    found = scipy.optimize.linprog(
        -ahead.mean(axis=0), A_ub=-ahead, b_ub=np.zeros(len(ahead)), bounds=(-1.0, 1.0), method="highs"
    )
    if found.fun is None or found.x is None or -found.fun <= SEPARATED:
        return []
    return named(np.asarray(found.x), names)


def _fit(
    theta: Reals, covariance: Reals, scale: Reals, names: tuple[str, ...], mixed: bool, found: tuple[float, float, int]
) -> Fit:
    """From the search's units to the attributes' own, and from eta to the review rate."""
    half = float(scipy.special.ndtri((1.0 + CONFIDENCE) / 2.0)) * np.sqrt(np.diag(covariance))
    low, high, slope = theta - half, theta + half, np.append(1.0 / scale, 1.0)[: theta.size]
    points = [theta * slope, low * slope, high * slope]
    if mixed:
        for point, eta in zip(points, (theta, low, high), strict=True):
            point[-1] = scipy.special.expit(eta[-1])
        slope[-1] = points[0][-1] * (1.0 - points[0][-1])
    covariance = covariance * np.outer(slope, slope)
    return Fit((*names, REVIEW) if mixed else names, points[0], covariance, points[1], points[2], *found)
