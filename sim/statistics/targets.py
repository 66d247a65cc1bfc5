"""Open parameters from target figures: least squares on the relative gaps of simulated figures, common luck throughout.

Notation: j parameter, k target, r replication, y[k, r] simulated figure, g = (mean y - target) / |target|, J = dg/dx in
units of the parameters' ranges, S covariance of g: the simulator's noise and the targets' own errors.

The same replications answer at every point, so a difference between two points holds little noise; steps of the slopes
are still widened until the difference stands out of it. Errors by the delta method: (J'WJ)^-1 J'W S W J (J'WJ)^-1.

Sources: Branch, Coleman, Li 1999 (trust region within bounds, as in SciPy); Gourieroux, Monfort 1996, chapter 2 (errors
of simulated moments; the last gaps as a test of the model).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from sim.base.arrays import Reals
from sim.statistics.identified import named

Evaluate = Callable[[Reals], Reals]
"""Points float64[n, parameters] to figures float64[n, targets, replications], the same luck at every point"""

CONFIDENCE = 0.95
STEPS = (0.02, 0.05, 0.1, 0.2)  # of a range, half the width of a central difference; the first that stands out is taken
SEEN = 5.0  # standard errors from which on a difference stands out of the noise
FAINT = 4.0  # standard errors by which the targets move over a whole range; less, and the parameter is not identified
TOLERANCE = 1e-5  # of the range: the search ends with smaller steps
MOST_EVALUATIONS = 30
AT_BOUND = 1e-6  # of the range


@dataclass(frozen=True)
class Targets:
    """Figures to be met. `errors`: standard errors of the targets themselves, 0 where they are exact."""

    values: Reals
    weights: Reals
    errors: Reals


@dataclass(frozen=True)
class Found:
    """Estimates of the parameters; NaN errors, and the whole range as interval, where one is not identified."""

    names: tuple[str, ...]
    estimates: Reals
    errors: Reals
    low: Reals
    high: Reals
    unidentified: tuple[str, ...]
    at_bound: tuple[str, ...]
    reached: Reals  # float64[targets], mean figures at the estimates
    gap_errors: (
        Reals  # float64[targets], standard errors of reached - target: the simulator's noise and the target's own
    )
    misfit: float  # squares of what is left of the gaps over its covariance; chi-square where the model is right
    misfit_degrees: int
    evaluations: int

    @property
    def misfit_probability(self) -> float:
        """Probability of gaps as large as these from noise alone; 1 where there are no more targets than parameters."""
        return float(scipy.stats.chi2.sf(self.misfit, self.misfit_degrees)) if self.misfit_degrees > 0 else 1.0


@dataclass
class _Search:
    """Figures as relative gaps over the unit cube of the parameters."""

    evaluate: Evaluate
    low: Reals
    range: Reals
    targets: Targets
    points: int = 0

    def gaps(self, cube: Reals) -> Reals:
        """float64[n, targets, replications] at points of the unit cube."""
        self.points += len(cube)
        figures = self.evaluate(self.low + cube * self.range)
        scale = np.abs(self.targets.values)[:, None]
        return np.asarray((figures - self.targets.values[:, None]) / scale)

    def weighted(self, cube: Reals) -> Reals:
        """What least squares gets: float64[targets]."""
        return np.asarray(np.sqrt(self.targets.weights) * self.gaps(cube[None, :])[0].mean(axis=1))

    def slopes(self, cube: Reals, steps: Reals) -> tuple[Reals, Reals]:
        """Central differences of the mean gaps and their standard errors: float64[targets, parameters] each."""
        ahead = np.clip(cube + np.diag(steps), 0.0, 1.0)
        behind = np.clip(cube - np.diag(steps), 0.0, 1.0)
        gaps = self.gaps(np.concatenate([ahead, behind]))
        width = np.diag(ahead - behind)[:, None]
        differences = (gaps[: steps.size] - gaps[steps.size :]) / width[..., None]
        errors = differences.std(axis=2, ddof=1) / np.sqrt(differences.shape[2])
        return differences.mean(axis=2).T, errors.T


def most_points(parameters: int) -> int:
    """Points that `find` plays at most: slopes by four steps before and after, and a point and slopes a step."""
    slopes = 2 * parameters
    return 2 * len(STEPS) * slopes + MOST_EVALUATIONS * (1 + slopes) + 1


def find(
    evaluate: Evaluate,
    targets: Targets,
    names: Sequence[str],
    bounds: Sequence[tuple[float, float]],
    start: Reals | None = None,
) -> Found:
    """Estimate parameters within bounds.

    Parameters
    ----------
    evaluate : figures at points, from the same luck at every point; at least two replications
    targets : none may be 0, since gaps are relative
    names, bounds : of the parameters; every low is below its high
    start : float64[parameters], the middle of the bounds where left out
    """
    low, high = np.array(bounds, dtype=float).T
    search = _Search(evaluate, low, high - low, targets)
    middle = np.full(low.size, 0.5) if start is None else (start - low) / (high - low)
    steps = _steps(search, middle)
    root = np.sqrt(targets.weights)[:, None]

    def slopes(cube: Reals) -> Reals:
        return np.asarray(root * search.slopes(cube, steps)[0])

    found = scipy.optimize.least_squares(
        search.weighted, middle, jac=slopes, bounds=(0.0, 1.0), method="trf",
        xtol=TOLERANCE, ftol=TOLERANCE**2, gtol=TOLERANCE**2, max_nfev=MOST_EVALUATIONS,
    )  # fmt: skip
    return _judged(search, tuple(names), np.asarray(found.x))


def _steps(search: _Search, cube: Reals) -> Reals:
    """For each parameter the first step whose difference stands out of the noise in some target; else the widest."""
    steps = np.full(cube.size, STEPS[-1])
    waiting = np.ones(cube.size, dtype=bool)
    for step in STEPS:
        slopes, errors = search.slopes(cube, np.full(cube.size, step))
        clear = (np.abs(slopes) > SEEN * errors).any(axis=0) & waiting
        steps[clear], waiting = step, waiting & ~clear
        if not waiting.any():
            break
    return steps


def _clear_slopes(search: _Search, cube: Reals) -> Reals:
    """Each slope from the first step at which it stands out of the noise: float64[targets, parameters].

    0 where none does.
    """
    found = np.zeros((search.targets.values.size, cube.size))
    for step in STEPS:
        slopes, errors = search.slopes(cube, np.full(cube.size, step))
        found = np.where((found == 0.0) & (np.abs(slopes) > SEEN * errors), slopes, found)
        if found.all():
            break
    return found


def _judged(search: _Search, names: tuple[str, ...], cube: Reals) -> Found:
    """Errors, what is not identified, and what is left of the gaps."""
    slopes = _clear_slopes(search, cube)
    gaps = search.gaps(cube[None, :])[0]
    noise = np.atleast_2d(np.cov(gaps)) / gaps.shape[1] + np.diag((search.targets.errors / search.targets.values) ** 2)
    unidentified = _unidentified(slopes, noise, names)
    known = np.array([name not in unidentified for name in names])
    bound = np.minimum(cube, 1.0 - cube) < AT_BOUND
    error = np.full(cube.size, np.nan)
    response = _response(slopes[:, known], search.targets.weights)
    error[known] = np.sqrt(np.diag(response @ noise @ response.T))
    half = _student(gaps.shape[1]) * error
    low = np.where(known, np.clip(cube - half, 0.0, 1.0), 0.0)
    high = np.where(known, np.clip(cube + half, 0.0, 1.0), 1.0)
    mean, scale = gaps.mean(axis=1), np.abs(search.targets.values)
    return Found(
        names,
        search.low + cube * search.range,
        error * search.range,
        search.low + low * search.range,
        search.low + high * search.range,
        unidentified,
        tuple(np.array(names)[bound].tolist()),
        search.targets.values + mean * scale,
        np.sqrt(np.diag(noise)) * scale,
        *_misfit(mean, noise, slopes[:, known & ~bound], search.targets.weights),
        search.points,
    )


def _unidentified(slopes: Reals, noise: Reals, names: tuple[str, ...]) -> tuple[str, ...]:
    """Parameters of the directions along which the targets hardly leave their noise over the whole range."""
    sd = np.sqrt(np.diag(noise))
    seen = slopes / np.where(sd > 0, sd, np.abs(slopes).max(initial=1e-300) * 1e-9)[:, None]
    _, sizes, directions = np.linalg.svd(seen, full_matrices=True)
    sizes = np.append(sizes, np.zeros(len(names) - sizes.size))
    found = {name for size, way in zip(sizes, directions, strict=True) if size < FAINT for name in named(way, names)}
    return tuple(name for name in names if name in found)


def _response(slopes: Reals, weights: Reals) -> Reals:
    """How the estimates answer to the gaps, apart from the sign: float64[parameters, targets]."""
    return np.asarray(np.linalg.solve((slopes.T * weights) @ slopes, slopes.T * weights))


def _misfit(gaps: Reals, noise: Reals, slopes: Reals, weights: Reals) -> tuple[float, int]:
    """Squares of what free parameters have left of the gaps, over its covariance, and their degrees of freedom."""
    degrees = gaps.size - slopes.shape[1]
    if degrees == 0:
        return 0.0, 0
    left = np.eye(gaps.size) - slopes @ _response(slopes, weights)
    roots, directions = np.linalg.eigh(left @ noise @ left.T)
    if roots[-degrees] <= 0.0:
        return float("inf"), degrees
    return float(((directions[:, -degrees:].T @ gaps) ** 2 / roots[-degrees:]).sum()), degrees


def _student(replications: int) -> float:
    """Quantile of the intervals: Student's where the noise was estimated from few replications."""
    return float(scipy.stats.t.ppf((1.0 + CONFIDENCE) / 2.0, max(replications - 1, 1)))
