"""The rate of a scale that a partner expects on new business, of what it would bring in a mean month.

Notation: p product, i partner row; n rows, P products.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.policy.given.prospect import Prospect
from sim.policy.kernels import scale as scales
from sim.policy.measuring.windows import LENGTHS
from sim.policy.parts.net_volume import Steps
from sim.policy.parts.scaled import Scaled


def rate(rule: Scaled, prospect: Prospect, masks: Flags, steps: Steps, unknown: float) -> Reals:
    """The rate by row where the rule holds, masks[P, n]: float64[n].

    Of premium and contracts that of its mean month, of customers those it would hold in time, of a quota that it is
    reached, of growth none; else `unknown`.
    """
    bounds, rates, marginal, left = steps
    found = np.full(masks.shape[1], unknown)
    if rule.of_quota and rule.scale.kind == "linear":
        return np.full(found.size, np.interp(1.0, bounds, rates))
    if rule.of_quota:
        scales.average_rates(np.ones(found.size), bounds, rates, marginal, left, found)
    elif rule.by == "customers":
        held = (prospect.count * masks * np.array(prospect.layout.lives)[:, None]).sum(axis=0)
        if rule.scale.kind == "linear":
            return np.interp(held, bounds, rates)
        scales.reach(held, held >= 0.0, bounds, rates, left, rates[0], found)
    elif rule.by in ("premium", "count") and rule.counts != "renewal":
        found = _of_mean_month(rule, prospect, masks, steps)
    elif rule.by == "growth":
        found[:] = 0.0 if marginal else rates[0]
    return found


def _of_mean_month(rule: Scaled, prospect: Prospect, masks: Flags, steps: Steps) -> Reals:
    """The average of a window's months where each has the rate reached by then; else that of the whole window."""
    volume = prospect.premium * MINOR_PER_MAJOR if rule.by == "premium" else prospect.count
    counted = np.array([rule.measure.counts(product) for product in prospect.layout.products])[:, None]
    month = (volume * (masks if rule.count_products is None else counted)).sum(axis=0)
    months = min(LENGTHS[rule.window], MONTHS_PER_YEAR)
    looked_at = range(1, months + 1) if _rises_in_window(rule) else range(months, months + 1)
    found = np.empty((len(looked_at), month.size))
    for window, out in zip(looked_at, found, strict=True):
        if rule.scale.kind == "linear":
            out[:] = np.interp(month * window, steps[0], steps[1])
        else:
            scales.average_rates(month * window, *steps, out)
    return np.asarray(found.mean(axis=0))


def _rises_in_window(rule: Scaled) -> bool:
    return rule.scale.kind == "prospective" and rule.period == "this" and rule.window != "trailing"
