"""Commission of single sales: each contract's own line, by its own size.

Notation: k contracts that are alike, each of a size, count[k] of them; n rows. Money is in minor units. A negative size
is a sale that goes back: its line is that of the sale with the other sign.
"""

from __future__ import annotations

from sim.base.arrays import Integers, Reals
from sim.base.functions import round_line
from sim.base.kernels import kernel
from sim.policy.kernels.scale import rate_reached
from sim.policy.kernels.true_ups import payout


@kernel
def at_rate(rate: Reals, size: Integers, count: Integers, out: Integers) -> None:
    """Write count x the line rate[k] x size to out[k]."""
    for k in range(size.size):
        out[k] = count[k] * round_line(rate[k], size[k])


@kernel
def by_size(
    bounds: Reals,
    rates: Reals,
    marginal: bool,
    left: bool,
    least: int,
    most: int,
    size: Integers,
    count: Integers,
    out: Integers,
) -> None:
    """Write count x what a scale pays for a sale of each size, within least and most, to out[k]; of nothing, 0."""
    for k in range(size.size):
        volume = float(abs(size[k]))
        if marginal:
            line = round_line(1.0, payout(volume, bounds, rates))
        else:
            line = round_line(rate_reached(volume, bounds, rates, left), volume)
        line = min(max(line, least), most) if size[k] != 0 else 0
        out[k] = count[k] * (line if size[k] > 0 else -line)


@kernel
def expected(
    bounds: Reals,
    rates: Reals,
    marginal: bool,
    left: bool,
    least: float,
    most: float,
    mean: Reals,
    points: Reals,
    out: Reals,
) -> None:
    """Write what a sale pays on average over its mean size to out[n], for sizes mean[n] x points, equally likely."""
    for i in range(mean.size):
        total = 0.0
        for j in range(points.size):
            volume = mean[i] * points[j]
            due = payout(volume, bounds, rates) if marginal else rate_reached(volume, bounds, rates, left) * volume
            total += min(max(due, least), most)
        out[i] = total / (points.size * mean[i]) if mean[i] > 0.0 else rates[0]


@kernel
def in_proportion(whole: Integers, premium: Integers, out: Integers) -> None:
    """Take out[n] on the whole of a row's sales to the part that is on its premium[n]."""
    for i in range(out.size):
        if whole[i] != premium[i] and whole[i] != 0:
            out[i] = round_line(premium[i] / whole[i], out[i])
