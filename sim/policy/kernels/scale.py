"""Scales of tiers: the payout of a volume, slice by slice or on all of it at the rate reached.

Notation: `bounds` are the lower bounds of the tiers and `rates` their rates, float64[tiers] each; `left`: a volume at a
bound belongs to the tier it starts; n rows.
"""

from __future__ import annotations

from sim.base.arrays import Flags, Integers, Reals
from sim.base.functions import round_line
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
def payout(volume: float, bounds: Reals, rates: Reals, marginal: bool, left: bool) -> float:
    """Commission on a volume: each slice at its own rate, or all of it at the rate reached."""
    if not marginal:
        return volume * rate_reached(volume, bounds, rates, left)
    total = 0.0
    for j in range(bounds.size):
        upper = bounds[j + 1] if j + 1 < bounds.size else volume
        total += max(0.0, min(volume, upper) - bounds[j]) * rates[j]
    return total


@kernel
def average_rates(volume: Reals, bounds: Reals, rates: Reals, marginal: bool, left: bool, out: Reals) -> None:
    """Payout over volume, out[n]; the first tier's rate where there is no volume."""
    for i in range(volume.size):
        out[i] = rates[0]
        if volume[i] > 0.0:
            out[i] = payout(volume[i], bounds, rates, marginal, left) / volume[i]


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
def reach_growth(volume: Integers, before: Integers, bounds: Reals, rates: Reals, left: bool, out: Reals) -> None:
    """Write the rate that the growth of a volume[n] over another, before[n], has reached to out[n].

    The first tier's over nothing.
    """
    out[:] = rates[0]
    for j in range(1, bounds.size):
        for i in range(out.size):
            bound = round_line(1.0 + bounds[j], before[i])
            there = before[i] > 0 and (volume[i] > bound or (left and volume[i] == bound))
            out[i] = rates[j] if there else out[i]
