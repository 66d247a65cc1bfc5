"""Loss ratios from experience: their level by segment, the common factor of a year, and the noise of single claims.

Notation: c cell (a product in a segment), t year, m month of a year, w earned premium, x = claims / w, E expected
claims.

A month's ratio is x = level_c (factor_t + noise), factor_t common to all cells of a product and constant in a year, the
noise of variance s2 / E. So actual over expected claims, with expected claims as weights, are the ratios of Buehlmann
and Straub with years as groups and cells and months as observations: a is the variance of the common factor.

Sources: Buehlmann and Straub 1970; Mack 1997, section 1.4 (variance of a loss ratio over premium);
Satterthwaite 1946 (degrees of freedom of an error made of several).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.base.arrays import Reals
from sim.statistics.credibility import Credibility, between_error, between_interval, buehlmann_straub
from sim.statistics.intervals import combined_degrees


@dataclass(frozen=True)
class CommonFactor:
    """The common factor of a product's years: its cv with standard error and 95 % interval, and the sampling noise."""

    cv: float
    error: float  # NaN where the years differ less than noise explains
    low: float
    high: float
    noise: float  # s2: variance of actual over expected in a month with one unit of expected claims
    noise_degrees: int
    years: Reals  # float64[years], actual over expected claims
    expected: Reals  # float64[years], expected claims


@dataclass(frozen=True)
class LossExperience:
    """Experience of a product by segment."""

    loss_ratio: float
    loss_ratio_error: float
    loss_ratio_degrees: float  # of freedom, of its error
    by_segment: Reals  # float64[segments], earned-premium-weighted
    errors: Reals  # float64[segments], of sampling noise and of the common factor; NaN where there were no claims
    degrees: Reals  # float64[segments], of freedom, of these errors
    credibility: Credibility  # of segments, the years' common factor taken out
    common: CommonFactor


def experience(earned: Reals, claims: Reals) -> LossExperience:
    """Experience of one product.

    Parameters
    ----------
    earned, claims : float64[segments, years, months]
        Money; 0 earned is no observation. Every segment and year needs some.
    """
    premium, level = earned.sum(axis=(1, 2)), claims.sum(axis=(1, 2)) / earned.sum(axis=(1, 2))
    expected = earned * level[:, None, None]
    common = _common(claims, expected)
    total = float(claims.sum() / earned.sum())
    errors, degrees = _error(level, earned.sum(axis=2), expected.sum(axis=(1, 2)), common)
    overall = _error(np.array([total]), earned.sum(axis=(0, 2))[None, :], np.array([claims.sum()]), common)
    calm = _ratio(claims, earned) / _levels(common)[None, :, None]
    weights = earned * _levels(common)[None, :, None]
    by_segment = buehlmann_straub(calm.reshape(len(premium), -1), weights.reshape(len(premium), -1))
    error, freedom = (float(one[0]) for one in overall)
    return LossExperience(total, error, freedom, level, errors, degrees, by_segment, common)


def netted(earned: Reals, claims: Reals) -> tuple[Reals, Reals]:
    """Experience in which no month has earned less than 0: amounts go on to the first month that makes up for it.

    What no later month makes up for goes back to the months before. Years that are left without premium are dropped.
    Both are float64[segments, years, months] and so are what is returned, with as many years or fewer.
    """
    if (earned >= 0).all():
        return earned, claims
    flat = np.stack([earned.reshape(len(earned), -1), claims.reshape(len(claims), -1)], axis=2)
    for cell in flat:
        for order in (range(len(cell)), range(len(cell) - 1, -1, -1)):
            _carried(cell, order)
    found = flat.reshape(*earned.shape, 2)
    kept = found[:, found[..., 0].sum(axis=(0, 2)) > 0]
    return kept[..., 0], kept[..., 1]


def _carried(cell: Reals, order: range) -> None:
    """Move the amounts of months below 0 to the next of an order, in place: float64[month, earned and claims]."""
    for here, following in pairwise(order):
        if cell[here, 0] < 0:
            cell[following] += cell[here]
            cell[here] = 0.0


def ratio(top: Reals, bottom: Reals) -> tuple[float, float, float]:
    """Ratio of sums, its standard error from the scatter of the single ratios (Cochran 1977, 6.4), its degrees."""
    found = float(top.sum() / bottom.sum())
    n = int((bottom > 0).sum())
    spread = ((top - found * bottom) ** 2).sum() * n / (n - 1) if n > 1 else np.nan
    return found, float(np.sqrt(spread) / bottom.sum()), float(n - 1)


def _common(claims: Reals, expected: Reals) -> CommonFactor:
    years = claims.shape[1]
    by_year = _ratio(claims, expected).swapaxes(0, 1).reshape(years, -1)
    found = buehlmann_straub(by_year, expected.swapaxes(0, 1).reshape(years, -1))
    if years < 2 or found.within_degrees < 1:
        nothing = float("nan")
        return CommonFactor(
            nothing, nothing, nothing, nothing, found.within, found.within_degrees, found.means, found.weights
        )
    cv = float(np.sqrt(max(found.between, 0.0))) / found.collective
    error = between_error(found) / (2.0 * cv * found.collective**2) if cv > 0 else float("nan")
    low, high = (float(np.sqrt(a)) / found.collective for a in between_interval(found))
    return CommonFactor(cv, error, low, high, found.within, found.within_degrees, found.means, found.weights)


def _levels(common: CommonFactor) -> Reals:
    """Actual over expected of each year; 1 in a year without claims, whose common factor says nothing of segments."""
    return np.where(common.years > 0, common.years, 1.0)


def _error(level: Reals, by_year: Reals, expected: Reals, common: CommonFactor) -> tuple[Reals, Reals]:
    """Standard errors of levels and their degrees of freedom, float64[level].

    premium[level, year] says how far the years' factors average out. The variance is one of the years' mean square,
    which has a degree less than there are years, and of what is left of single claims' noise.
    """
    shares, years = by_year / by_year.sum(axis=1, keepdims=True), by_year.shape[1]
    averaged = (shares**2).sum(axis=1)
    small = np.divide(1.0, expected, out=np.full(expected.size, np.nan), where=expected > 0)
    if np.isnan(common.cv):
        return level * np.sqrt(common.noise * small), np.full(level.size, float(common.noise_degrees))
    weight = (common.expected.sum() - (common.expected**2).sum() / common.expected.sum()) / (years - 1)
    of_years = averaged / weight * (common.noise + common.cv**2 * weight)
    of_noise = (small - averaged / weight) * common.noise
    degrees = combined_degrees(np.stack([of_years, of_noise]), np.array([[years - 1], [common.noise_degrees]]))
    return level * np.sqrt(of_years + of_noise), degrees


def _ratio(top: Reals, bottom: Reals) -> Reals:
    return np.divide(top, bottom, out=np.zeros(top.shape), where=bottom > 0)
