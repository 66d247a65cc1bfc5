"""Loss ratio of one partner's contract year with compound claims.

The law is exact for one line of Poisson claims with a gamma severity; else lognormal with the exact mean and deviation,
which is rough where few claims are expected.

Notation: P premium of a line, L its expected loss ratio, N claims of the year with mean lam, X one claim,
k_u the share of the claims of month u that is known when the year is judged.
Source: compound moments as in Klugman, Panjer and Willmot, *Loss Models*, chapter 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.theory.aggregate import GammaTotal
from sim.theory.frequency import Poisson
from sim.theory.severity import Gamma, Law, Lognormal, variance
from sim.theory.variable_commission import Scaled


@dataclass(frozen=True)
class YearOfLine:
    """What one line brings into the year.

    Parameters
    ----------
    premium, loss_ratio : float
        Premium of the year, and expected claims over it.
    claims : float
        Expected number of claims; infinity for a cost that is certain.
    severity_cv2, count_cv, common_cv : float
        Squared coefficient of variation of a claim; coefficients of variation of a factor on
        each month's claims and of one on all claims of the year.
    known : sequence of float
        k_u of the months of the year.
    gamma : bool
        Whether a claim has a gamma law.
    """

    premium: float
    loss_ratio: float
    claims: float = float("inf")
    severity_cv2: float = 0.0
    count_cv: float = 0.0
    common_cv: float = 0.0
    known: Sequence[float] = (1.0,)
    gamma: bool = False

    @property
    def mean(self) -> float:
        """Expected losses known when the year is judged, premium and claims even over the months."""
        return self.premium * self.loss_ratio * float(np.mean(self.known))

    @property
    def variance(self) -> float:
        """(P L)^2 (mean k^2 ((1 + cv_X^2) / lam + count_cv^2 / months) + (mean k)^2 common_cv^2)."""
        square = float(np.mean(np.square(self.known)))
        own = square * ((1.0 + self.severity_cv2) / self.claims + self.count_cv**2 / len(self.known))
        return (self.premium * self.loss_ratio) ** 2 * own + (self.mean * self.common_cv) ** 2

    @property
    def exact(self) -> bool:
        """Whether the year is a plain compound Poisson sum of gamma claims."""
        plain = self.count_cv == 0.0 and self.common_cv == 0.0 and all(share == 1.0 for share in self.known)
        return self.gamma and plain and np.isfinite(self.claims) and self.severity_cv2 > 0.0


def loss_ratio_law(lines: Sequence[YearOfLine]) -> Law:
    """Law of the year's loss ratio over all lines, exact or lognormal.

    Raises
    ------
    ValueError
        If there is no premium, no loss, or a claim has no variance.
    """
    premium, mean = sum(line.premium for line in lines), sum(line.mean for line in lines)
    deviation = sum(line.variance for line in lines) ** 0.5
    if premium <= 0.0 or mean <= 0.0 or not np.isfinite(deviation):
        raise ValueError("a loss ratio of no premium or no losses, or without a variance, has no such law")
    if len(lines) == 1 and lines[0].exact:
        claim = Gamma.from_mean(1.0 / lines[0].severity_cv2, mean / lines[0].claims)
        return Scaled(GammaTotal(Poisson(lines[0].claims), claim), premium)
    return Lognormal.from_mean_cv(mean / premium, deviation / mean)


def lognormal_like(law: Law) -> Lognormal:
    """Lognormal law of the same mean and deviation."""
    return Lognormal.from_mean_cv(law.mean, variance(law) ** 0.5 / law.mean)
