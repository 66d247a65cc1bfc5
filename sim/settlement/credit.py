"""Correlated default and recovery: a one-factor Gaussian hazard, and debts that partly come back after a lag.

Notation: m hazard (of a segment, say), r replication.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.functions import normal_cdf, normal_quantile
from sim.base.kernels import kernel

CERTAIN = 1.0 - 1e-12


@kernel
def hazard_given(hazard: float, correlation: float, factor: float) -> float:
    """Default probability of a month given the common factor.

    Parameters
    ----------
    hazard : probability of default a month, on average
    correlation : asset correlation of two partners, 0 .. 1
    factor : standard normal; low values are bad times

    Returns
    -------
    float
        Phi((Phi^-1(h) - sqrt(rho) z) / sqrt(1 - rho)); its mean over z is h (Vasicek 2002, "Loan portfolio value").
    """
    if hazard <= 0.0 or correlation <= 0.0:
        return hazard
    if hazard >= CERTAIN:
        return 1.0
    spread = sqrt(1.0 - min(correlation, CERTAIN))
    return normal_cdf((normal_quantile(hazard) - sqrt(correlation) * factor) / spread)


def hazards_given(hazards: Reals, correlation: float, factors: Reals) -> Reals:
    """`hazard_given` of hazards [m], or [r, m] where they differ, for each of the factors [r]: float64[r, m]."""
    given = np.empty((factors.size, hazards.shape[-1]))
    given[:] = hazards
    _put_given(given, correlation, factors)
    return given


@kernel
def _put_given(
    hazards: Reals,  # [r, m]
    correlation: float,
    factors: Reals,  # [r]
) -> None:
    for r in range(factors.size):
        for m in range(hazards.shape[1]):
            hazards[r, m] = hazard_given(hazards[r, m], correlation, factors[r])


class Recoveries:
    """Debts on their way back: a part of a month's loss returns from `lag` months later on, in `months` parts.

    Attributes
    ----------
    due : int64[r, lag + months]
    """

    def __init__(self, lag: int, months: int = 1, replications: int = 1) -> None:
        self.due: Integers = np.zeros((replications, lag + months), dtype=np.int64)
        self._months = months
        self._parts = np.arange(1, months + 1)

    def expect(self, lost: Integers, share: float | Reals) -> Integers:
        """Take in what was lost this month, int64[r]; return what comes back now, int64[r]."""
        back = np.rint(lost * share).astype(np.int64)[:, None]
        whole = back // self._months
        rest = back - whole * self._months
        more = rest * self._parts % self._months < rest  # part j ends at back j // months: some are greater by one
        self.due[:, -self._months :] += whole + more
        now = self.due[:, 0].copy()
        self.due[:, :-1] = self.due[:, 1:]
        self.due[:, -1] = 0
        return now
