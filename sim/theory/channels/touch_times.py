"""First, last, inside a window: chances of a partner's touch among independent touches of our own channels.

Notation: the partner's touch lies an exponential time T before the sale, mean m; channel j touches with chance r_j, an
exponential time before, mean m_j. Given T the partner is first with chance prod (1 - r_j exp(-T / m_j)), last with
prod (1 - r_j + r_j exp(-T / m_j)); both are sums of exponentials over the sets of channels (inclusion and exclusion).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import above, at_least, shares


@dataclass(frozen=True)
class Timed:
    """A touch: chance that there is one, and its mean time before the sale in days."""

    reach: float
    mean_days: float


@dataclass(frozen=True)
class FirstAndInside:
    """Chances that the partner is first, last, inside the window, both, and lost for one reason or the other."""

    first: float
    last: float
    inside_window: float
    first_and_inside_window: float

    @property
    def lost_by_the_window(self) -> float:
        """First, but too long ago."""
        return self.first - self.first_and_inside_window

    @property
    def lost_by_earlier_tag(self) -> float:
        """Inside the window, but not first."""
        return self.inside_window - self.first_and_inside_window


def first_and_inside(partner: Timed, own: Mapping[str, Timed], window_days: float) -> FirstAndInside:
    """Chances for the rule "within the last days and no earlier tag"; all times the partner's own reach.

    Raises
    ------
    ValueError
        For a reach outside 0 to 1, a mean time not above 0 or a negative window.
    """
    at_least(0.0, window_days=window_days)
    for name, touch in {"the partner": partner, **own}.items():
        shares(**{f"reach of {name}": touch.reach})
        above(0.0, **{f"mean_days of {name}": touch.mean_days})
    none_older = _terms([(1.0, -touch.reach, 1.0 / touch.mean_days) for touch in own.values()])
    none_newer = _terms([(1.0 - touch.reach, touch.reach, 1.0 / touch.mean_days) for touch in own.values()])
    rate, always = 1.0 / partner.mean_days, (np.ones(1), np.zeros(1))
    return FirstAndInside(
        first=partner.reach * _chance(none_older, rate, np.inf),
        last=partner.reach * _chance(none_newer, rate, np.inf),
        inside_window=partner.reach * _chance(always, rate, window_days),
        first_and_inside_window=partner.reach * _chance(none_older, rate, window_days),
    )


def _terms(factors: list[tuple[float, float, float]]) -> tuple[Floats, Floats]:
    """Weights and rates of prod (constant + weight exp(-rate t)), a term for each set of factors."""
    weights, rates = np.ones(1), np.zeros(1)
    for constant, weight, rate in factors:
        weights = np.concatenate([constant * weights, weight * weights])
        rates = np.concatenate([rates, rates + rate])
    return weights, rates


def _chance(terms: tuple[Floats, Floats], rate: float, until: float) -> float:
    """Integral over t from 0 to `until` of the terms times rate exp(-rate t)."""
    weights, rates = terms
    return float(weights @ (rate / (rate + rates) * -np.expm1(-(rate + rates) * until)))
