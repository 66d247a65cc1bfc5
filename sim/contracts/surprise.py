"""What luck has brought beyond expectation: a draw less its conditional mean, summed over the partners."""

from __future__ import annotations

from sim.base.arrays import Counts, Integers, Reals, Words
from sim.base.functions import dot
from sim.base.kernels import kernel


@kernel
def surprise(count: Integers, trials: Counts | Reals, chance: Reals, edges: Words) -> float:
    """Sum of count[n] less the sum of its mean, trials[n] x chance[n]; edges are the segments' bounds, uint64."""
    drawn = 0
    for i in range(count.size):
        drawn += count[i]
    return drawn - dot(trials, chance, edges)
