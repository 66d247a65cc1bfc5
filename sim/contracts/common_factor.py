"""The random factor of mean 1 that all claims of a product share: one level a year, lognormal, AR(1) between years.

Notation: r replication, z standard normal.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.base.functions import exp, log
from sim.base.kernels import kernel
from sim.base.units import MONTHS_PER_YEAR


class CommonFactor:
    """Yearly levels exp(sigma z - sigma^2 / 2) with z AR(1), started from its stationary law.

    Parameters
    ----------
    cv : coefficient of variation of a year's level
    persistence : correlation of z from one year to the next
    first_year : number of the first year (negative in a warm-up)
    normals : float64[r, years]
        Standard normal draws.

    Attributes
    ----------
    levels : float64[r, years]
    """

    def __init__(self, cv: float, persistence: float, first_year: int, normals: Reals) -> None:
        self.first_year = first_year
        self.levels: Reals = np.empty(normals.shape)
        variance = float(log(1.0 + cv * cv))
        fresh = (1.0 - persistence**2) ** 0.5
        _levels(normals, persistence, fresh, variance**0.5, variance / 2.0, self.levels)

    def at(self, month: int) -> Reals:
        """The level of the year that holds a month (months count from t = 0), float64[r]."""
        return self.levels[:, month // MONTHS_PER_YEAR - self.first_year].copy()


@kernel
def _levels(
    normals: Reals,  # [r, years]
    persistence: float,
    fresh: float,
    sigma: float,
    half_variance: float,
    levels: Reals,  # [r, years]
) -> None:
    replications, years = normals.shape
    for r in range(replications):
        z = 0.0
        for year in range(years):
            draw = normals[r, year]
            z = draw if year == 0 else persistence * z + fresh * draw
            levels[r, year] = exp(sigma * z - half_variance)
