"""Sobol' indices: which share of the variance each input makes alone (first order) and with the others (total).

Notation: A, B two samples, AB_i the sample A with column i from B; n rows, k replications, d inputs.
Sources: Saltelli et al. 2010, Computer Physics Communications 181, 259-270 (design, first order); Jansen 1999 (total);
designs by SALib. Products are taken over different replications (`noise`), so the indices are those of the expected
value: an input without effect has index 0 however large the noise is.
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


@dataclass(frozen=True)
class Index:
    """One input's indices; differences of total and first order are interactions."""

    name: str
    first: Estimate
    total: Estimate


@dataclass(frozen=True)
class Sobol:
    """Indices by input, and where the variance of a single value comes from."""

    indices: tuple[Index, ...]
    variance: float
    """of the expected value over the worlds"""
    luck_variance: float
    """of one replication about the expected value, on average over the worlds"""
    evaluations: int


def sobol(evaluate: Evaluate, uncertainties: Sequence[Uncertainty], n: int, seed: int) -> Sobol:
    """First and total order of each input from n (d + 2) points; n a power of two.

    Where nothing varies all indices are 0. Intervals come from a bootstrap over rows and replications; it takes rows
    for independent, so that with a space-filling design they are wider than need be.
    """
    u = design(len(uncertainties), n, seed)
    values = evaluate(worlds(uncertainties, u))
    by_row = values.reshape(n, len(uncertainties) + 2, -1)
    centred = by_row - by_row[:, [0, -1]].mean(axis=(0, 1))
    rows, luck = weights(n, values.shape[1], seed)
    variance, first, total = _moments(centred, rows, luck)
    indices = tuple(
        Index(one.name, *(spread_interval(_ratio(part[i], variance), values.shape[1]) for part in (first, total)))
        for i, one in enumerate(uncertainties)
    )
    noise = float(values.var(axis=1, ddof=1).mean()) if values.shape[1] > 1 else 0.0
    return Sobol(indices, float(max(variance[0], 0.0)), noise, len(u))


def design(dimensions: int, n: int, seed: int) -> Reals:
    """Rows of A, AB_1 .. AB_d, B for each of n base rows: points[n (d + 2), d] of the open unit cube."""
    sampling = needed("SALib.sample.sobol", "a design of Sobol'")
    problem = {
        "num_vars": dimensions,
        "names": [str(i) for i in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }
    u = sampling.sample(problem, n, calc_second_order=False, scramble=True, seed=seed)
    tiny = np.finfo(np.float64).eps
    return np.asarray(np.clip(u, tiny, 1.0 - tiny), dtype=np.float64)


def _moments(values: Reals, rows: Reals, luck: Reals) -> tuple[Reals, Reals, Reals]:
    """Variance[b], first and total order[d, b] times the variance, of centred values[n, d + 2, k]."""
    a, b, mixed = values[:, 0], values[:, -1], values[:, 1:-1].transpose(1, 0, 2)
    variance = (_variance(a, rows, luck) + _variance(b, rows, luck)) / 2.0
    first = np.array([_mean(products(b, one - a, luck), rows) for one in mixed])
    total = np.array([_mean(products(one - a, one - a, luck), rows) for one in mixed]) / 2.0
    return variance, first, total


def _variance(values: Reals, rows: Reals, luck: Reals) -> Reals:
    """Variance over rows of the expected value, shape (b,)."""
    centre = (values.T @ rows) / rows.sum(axis=0)  # [k, b]
    return _mean(products(values, values, luck), rows) - _product_of_means(centre, luck)


def _product_of_means(centre: Reals, luck: Reals) -> Reals:
    """Square of the expected mean from the means centre[k, b] of each replication, over different replications."""
    if len(centre) == 1:
        return np.asarray(centre[0] ** 2)
    square = luck**2
    pairs = luck.sum(axis=0) ** 2 - square.sum(axis=0)
    return np.asarray(((luck * centre).sum(axis=0) ** 2 - (square * centre**2).sum(axis=0)) / pairs)


def _mean(values: Reals, rows: Reals) -> Reals:
    return np.asarray((values * rows).sum(axis=0) / rows.sum(axis=0))


def _ratio(part: Reals, variance: Reals) -> Reals:
    """Share of the variance, 0 where there is none."""
    return np.divide(part, variance, out=np.zeros_like(part), where=variance > 0.0)
