"""When premium comes in: customers pay in instalments, partners pass on what they get after their remittance lag.

Notation: p product, s segment with our own channels, m months since the sale.
"""

from __future__ import annotations

from math import ceil

import numpy as np

from sim.base.arrays import Reals
from sim.base.in_turn import sum_in_turn
from sim.base.units import MONTHS_PER_YEAR
from sim.scenario.schema import Scenario

LATE = 2 * MONTHS_PER_YEAR  # what comes in later than so long after it was due is not followed


def months_in_time(scenario: Scenario) -> int:
    """Months within which premium comes in where everybody pays in time, that of the sale the first of them."""
    lag = max(ceil(one.remittance.lag) for one in scenario.segments.values())
    return lag + max(len(one.instalments) for one in scenario.products.values())


def months_of_sale(scenario: Scenario) -> int:
    """Months of sale whose premium is followed."""
    return months_in_time(scenario) + LATE


def schedule(scenario: Scenario) -> Reals:
    """Share of premium that comes in m months after the sale where everybody pays in time: float64[p, s, m]."""
    segments, ours = scenario.segments.values(), len(scenario.own) + 1
    found = np.zeros((len(scenario.products), len(segments) + ours, months_in_time(scenario)))
    found[:, len(segments) :, 0] = 1.0
    for p, product in enumerate(scenario.products.values()):
        for s, segment in enumerate(segments):
            whole = int(segment.remittance.lag)
            later = segment.remittance.lag - whole
            for m, share in enumerate(product.instalments):
                found[p, s, m + whole] += share * (1.0 - later)
                if later:
                    found[p, s, m + whole + 1] += share * later
    return found


def waits(scenario: Scenario) -> tuple[Reals, Reals]:
    """Months until customers pay, on average and the last of it, by product: float64[p] each."""
    shares = [one.instalments for one in scenario.products.values()]
    mean = [sum_in_turn(m * share for m, share in enumerate(one)) / sum_in_turn(one) for one in shares]
    return np.array(mean), np.array([len(one) - 1.0 for one in shares])
