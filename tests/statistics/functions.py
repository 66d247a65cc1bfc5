"""Functions with known sensitivities, with and without luck."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.statistics.uncertainty import Uniform

Reals = NDArray[np.float64]
A, B = 7.0, 0.1  # Ishigami and Homma 1990; Saltelli et al. 2000
G = np.array([0.0, 1.0, 4.5, 9.0, 99.0])  # Sobol' G: the smaller, the more important
ANGLES = [Uniform(name, -np.pi, np.pi) for name in ("one", "two", "three")]
UNIT = [Uniform(f"x{i}", 0.0, 1.0) for i in range(len(G))]


def ishigami(x: Reals) -> Reals:
    return (np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0]))[:, None]


def ishigami_indices() -> tuple[Reals, Reals]:
    """First and total order in closed form."""
    alone = (1 + B * np.pi**4 / 5) ** 2 / 2
    both = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = alone + A**2 / 8 + both
    return np.array([alone, A**2 / 8, 0.0]) / variance, np.array([alone + both, A**2 / 8, both]) / variance


def sobol_g(x: Reals) -> Reals:
    a = G[: x.shape[1]]
    return np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=1)[:, None]


def sobol_g_indices() -> tuple[Reals, Reals]:
    part = 1 / (3 * (1 + G) ** 2)
    variance = np.prod(1 + part) - 1
    return part / variance, part * np.prod(1 + part) / (1 + part) / variance


def with_luck(function, replications: int, shift: float, noise: float, slope: float, seed: int):  # type: ignore[no-untyped-def]
    """The function with luck: a shift common to all points, a slope along the last input, and noise of each point."""

    def evaluate(x: Reals) -> Reals:
        generator = np.random.default_rng(seed)
        shifts, slopes = shift * generator.normal(size=replications), slope * generator.normal(size=replications)
        own = noise * generator.normal(size=(len(x), replications))
        return function(x) + shifts + slopes * (x[:, -1:] - 0.5) + own

    return evaluate
