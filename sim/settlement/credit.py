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
    """Debts on their way back: what was lost in a month returns in part `lag` months later."""

    def __init__(self, lag: int) -> None:
        self.due = np.zeros(lag + 1, dtype=np.int64)

    def expect(self, lost: int, share: float) -> int:
        """Take in what was lost this month; return what comes back now."""
        self.due[-1] += round(lost * share)
        now = int(self.due[0])
        self.due = np.append(self.due[1:], 0)
        return now
