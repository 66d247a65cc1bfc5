"""Correlated default and recovery: a one-factor Gaussian hazard, and debts that partly come back after a lag."""

from __future__ import annotations

from math import sqrt

import numpy as np

from sim.base.functions import normal_cdf, normal_quantile

CERTAIN = 1.0 - 1e-12


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
    return float(normal_cdf((normal_quantile(hazard) - sqrt(correlation) * factor) / spread))


class Recoveries:
    """Debts on their way back: a part of a month's loss returns from `lag` months later on, in `months` parts."""

    def __init__(self, lag: int, months: int = 1) -> None:
        self.due = np.zeros(lag + months, dtype=np.int64)
        self._months = months

    def expect(self, lost: int, share: float) -> int:
        """Take in what was lost this month; return what comes back now."""
        back = round(lost * share)
        paid = back * np.arange(self._months + 1, dtype=object) // self._months  # exact, and the parts add up
        self.due[self.due.size - self._months :] += np.diff(paid).astype(np.int64)
        now = int(self.due[0])
        self.due = np.append(self.due[1:], 0)
        return now
