"""Scales of tiers: the payout of a volume, slice by slice or on all of it at the rate reached.

Notation: `bounds` are the lower bounds of the tiers and `rates` their rates, float64[tiers] each; `left`: a volume at a
bound belongs to the tier it starts; n rows.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.kernels import kernel


@kernel
def rate_reached(volume: float, bounds: Reals, rates: Reals, left: bool) -> float:
    """Rate of the tier that a volume has reached."""
    rate = rates[0]
    for j in range(1, bounds.size):
        if volume > bounds[j] or (left and volume == bounds[j]):
            rate = rates[j]
    return rate


@kernel
def average_rates(volume: Reals, bounds: Reals, rates: Reals, marginal: bool, left: bool, out: Reals) -> None:
    """Payout over volume, out[n]: each slice at its own rate, or all at the rate reached; rates[0] without volume."""
    if not marginal:
        for i in range(volume.size):
            reached = rate_reached(volume[i], bounds, rates, left)
            out[i] = volume[i] * reached / volume[i] if volume[i] > 0.0 else rates[0]
        return
    out[:] = 0.0
    for j in range(bounds.size):
        upper = bounds[j + 1] if j + 1 < bounds.size else np.inf
        _add_slice(bounds[j], upper, rates[j], volume, out)
    for i in range(volume.size):
        out[i] = out[i] / volume[i] if volume[i] > 0.0 else rates[0]


@kernel
def _add_slice(lower: float, upper: float, rate: float, volume: Reals, out: Reals) -> None:
    for i in range(out.size):
        out[i] += max(0.0, min(volume[i], upper) - lower) * rate


@kernel
def tiers_reached(highest: float, bounds: Reals) -> int:
    """How many tiers hold for some volume up to the highest, the first included."""
    tiers = 1
    while tiers < bounds.size and bounds[tiers] <= highest:
        tiers += 1
    return tiers


@kernel
def reach(
    measured: Reals | Integers,
    known: Flags,
    bounds: Reals,
    rates: Reals,
    left: bool,
    unknown: float,
    out: Reals,
) -> None:
    """Write the rate that a measure[n] has reached to out[n], `unknown` where it is not known[n]."""
    out[:] = rates[0]
    for j in range(1, bounds.size):
        for i in range(out.size):
            there = measured[i] > bounds[j] or (left and measured[i] == bounds[j])
            out[i] = rates[j] if there else out[i]
    for i in range(out.size):
        out[i] = out[i] if known[i] else unknown


@kernel
def slices(volume: Reals, of: Reals, shift: float, bounds: Reals, rates: Reals, out: Reals) -> None:
    """Write the payout of a volume[n] slice by slice to out[n]; bounds are shares of of[n], more by `shift`.

    Nothing where of[n] is not above 0.
    """
    out[:] = 0.0
    for j in range(bounds.size):
        upper = bounds[j + 1] if j + 1 < bounds.size else np.inf
        for i in range(out.size):
            if of[i] > 0.0:
                part = min(volume[i], (shift + upper) * of[i]) - (shift + bounds[j]) * of[i]
                out[i] += max(0.0, part) * rates[j]
