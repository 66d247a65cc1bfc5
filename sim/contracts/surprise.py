"""What luck has brought beyond expectation: a draw less its conditional mean, summed over the partners."""

from __future__ import annotations

from sim.base.arrays import Counts, Integers, Reals, Words
from sim.base.functions import dot
from sim.base.kernels import kernel


@kernel
def surprise(
    count: Integers,
    trials: Counts | Reals,
    chance: Reals,
    edges: Words,
    drawn: Integers,  # [slices]
    expected: Reals,  # [slices]
) -> None:
    """Write the sum of count[n], and that of its mean, trials[n] x chance[n]: the surprise is their difference."""
    for s in range(drawn.size):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            total += count[i]
        drawn[s] = total
    dot(trials, chance, edges, expected)
