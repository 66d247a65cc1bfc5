"""What luck has brought beyond expectation: a draw less its conditional mean, summed over the partners."""

from __future__ import annotations

from sim.base.arrays import Counts, Integers, Reals, Words
from sim.base.functions import add_slices, count_slices, dot
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
    count_slices(count, edges, drawn)
    dot(trials, chance, edges, expected)


@kernel
def surprise_of_means(
    count: Integers,
    mean: Reals,
    edges: Words,
    drawn: Integers,  # [slices]
    expected: Reals,  # [slices]
) -> None:
    """The same of counts whose means, float64[n], are known."""
    count_slices(count, edges, drawn)
    add_slices(mean, edges, expected)
