"""The random factor of mean 1 that all claims of a product share: one level a year, lognormal, AR(1) between years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals
from sim.base.functions import exp, log
from sim.base.units import MONTHS_PER_YEAR


class CommonFactor:
    """Yearly levels exp(sigma z - sigma^2 / 2) with z AR(1), started from its stationary law.

    Parameters
    ----------
    cv : coefficient of variation of a year's level
    persistence : correlation of z from one year to the next
    first_year : number of the first year (negative in a warm-up)
    normals : standard normal draws by year
    """

    def __init__(self, cv: float, persistence: float, first_year: int, normals: Sequence[float]) -> None:
        self.first_year = first_year
        self.levels: Reals = np.ones(len(normals))
        variance = float(log(1.0 + cv * cv))
        z = 0.0
        for year, draw in enumerate(normals):
            z = draw if year == 0 else persistence * z + (1.0 - persistence**2) ** 0.5 * draw
            self.levels[year] = exp(variance**0.5 * z - variance / 2.0)

    def at(self, month: int) -> float:
        """The level of the year that holds a month (months count from t = 0)."""
        return float(self.levels[month // MONTHS_PER_YEAR - self.first_year])
