"""Morris: cheap screening of many inputs by elementary effects along random paths.

Notation: t trajectories, i inputs, k replications; an effect is the change of the result per unit of u, that is for
moving the input through its whole law at the slope seen.
Sources: Morris 1991, Technometrics 33, 161-174; Campolongo, Cariboni, Saltelli 2007 (mu*); designs by SALib.
The noise of replications makes a plain mean of absolute effects positive even for an input without any: mu* here takes
the sign of an effect from one half of the replications and its size from the other, and the reverse. sigma is cleared
of noise by products over different replications (`noise`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.base.extras import needed
from sim.statistics.evaluation import Estimate, Evaluate
from sim.statistics.noise import products, spread_interval, weights
from sim.statistics.uncertainty import Uncertainty, worlds

LEVELS = 4  # Morris 1991, p. 165: an even number, so that all levels are equally likely
TAIL = 0.01  # laws without a bound are walked from this quantile


@dataclass(frozen=True)
class Effect:
    """Effects of one input: mean, mean size (mu*) and spread (interactions or curvature)."""

    name: str
    mu: Estimate
    mu_star: Estimate
    sigma: float

    @property
    def matters(self) -> bool:
        """Whether the effect stands out of the noise."""
        return self.mu_star.above_zero


def morris(
    evaluate: Evaluate, uncertainties: Sequence[Uncertainty], trajectories: int, seed: int
) -> tuple[Effect, ...]:
    """Effects by input, largest mu* first, from trajectories (d + 1) points.

    Raises
    ------
    ValueError
        For fewer than 2 trajectories, or 2 or 3 replications, which do not divide into halves with a spread.
    """
    if trajectories < 2:
        raise ValueError("effects need 2 trajectories or more")
    u = design(uncertainties, trajectories, seed)
    values = evaluate(worlds(uncertainties, u))
    if values.shape[1] in (2, 3):
        raise ValueError("effects need 1 replication (a result without luck), or 4 or more")
    effects = elementary(u, values, trajectories)
    found = [_effect(one.name, effects[:, i], seed) for i, one in enumerate(uncertainties)]
    return tuple(sorted(found, key=lambda effect: -effect.mu_star.figure))


def design(uncertainties: Sequence[Uncertainty], trajectories: int, seed: int) -> Reals:
    """Paths through the unit cube, u[t (d + 1), d].

    Each step moves one input by LEVELS / (2 (LEVELS - 1)) of its range.
    """
    sampling = needed("SALib.sample.morris", "a design of Morris")
    bounds = [[0.0, 1.0] if np.isfinite(one.bounds).all() else [TAIL, 1.0 - TAIL] for one in uncertainties]
    problem = {"num_vars": len(bounds), "names": [one.name for one in uncertainties], "bounds": bounds}
    return np.asarray(sampling.sample(problem, trajectories, num_levels=LEVELS, seed=seed), dtype=np.float64)


def elementary(u: Reals, values: Reals, trajectories: int) -> Reals:
    """Effects[t, i, k] of the steps between neighbouring points of each path."""
    steps = np.diff(u.reshape(trajectories, -1, u.shape[1]), axis=1)
    changes = np.diff(values.reshape(trajectories, -1, values.shape[1]), axis=1)
    moved = np.argmax(np.abs(steps), axis=2)
    size = np.take_along_axis(steps, moved[:, :, None], axis=2)
    effects = np.empty_like(changes)
    np.put_along_axis(effects, moved[:, :, None], changes / size, axis=1)
    return effects


def _effect(name: str, effects: Reals, seed: int) -> Effect:
    """Measures of effects[t, k] of one input."""
    k = effects.shape[1]
    rows, luck = weights(len(effects), k, seed)
    means = (effects @ luck) / luck.sum(axis=0)
    mu = _mean(means, rows)
    star = _mean(np.abs(means) if k == 1 else _sizes(effects, luck), rows)
    plain = np.ones((k, 1))
    across = products(effects.mean(axis=0)[None, :], effects.mean(axis=0)[None, :], plain)[0, 0]
    variance = float(products(effects, effects, plain).mean() - across) * len(effects) / (len(effects) - 1)
    return Effect(name, spread_interval(mu, k), spread_interval(star, k), float(np.sqrt(max(variance, 0.0))))


def _sizes(effects: Reals, luck: Reals) -> Reals:
    """Sizes[t, b]: sign by one half of the replications, size by the other, both ways."""
    halves = [
        (effects[:, part] @ luck[part]) / luck[part].sum(axis=0) for part in (slice(0, None, 2), slice(1, None, 2))
    ]
    first, second = halves
    return np.asarray((np.sign(first) * second + np.sign(second) * first) / 2.0)


def _mean(values: Reals, rows: Reals) -> Reals:
    return np.asarray((values * rows).sum(axis=0) / rows.sum(axis=0))
