"""More replications where the map needs them: cells of which it is not yet known on which side of a bound they lie.

Notation: cells by [y, x].
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.statistics import intervals

ROUNDS = 4  # looks after the first; each doubles the replications of the cells it takes
CONFIDENCE = 1.0 - (1.0 - intervals.CONFIDENCE) / (1 + ROUNDS)  # Bonferroni: all looks together keep 95 %


def interval(ruined: Integers, played: Integers, looked: Flags) -> tuple[Reals, Reals]:
    """Wilson's interval of each cell; those looked at again have the wider one that allows for all looks."""
    bounds = [
        intervals.wilson(float(k), int(n), CONFIDENCE if again else intervals.CONFIDENCE)
        for k, n, again in zip(ruined.ravel(), played.ravel(), looked.ravel(), strict=True)
    ]
    low, high = np.array(bounds).T
    return low.reshape(ruined.shape), high.reshape(ruined.shape)


def wanting(ruined: Integers, played: Integers, bound: float) -> Flags:
    """Cells to look at again: the interval holds the bound, and the border of ruin runs through the cell or past it.

    The border runs through a cell in which some replications but not all are ruined; it runs past one in which none is
    and beside which a cell lies above the bound, and past one in which all are and beside which one lies below.
    """
    low, high = interval(ruined, played, np.ones(ruined.shape, dtype=bool))
    above = ruined > bound * played
    mixed = (ruined > 0) & (ruined < played)
    return np.asarray(
        (low <= bound) & (high >= bound) & (mixed | (_beside(above) & ~above) | (_beside(~above) & above))
    )


def shares(ruined: Integers, played: Integers, bound: float, left: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """Cells to look at again and their further replications.

    As many as they had, the least decided first, within `left`.
    """
    wanted = wanting(ruined, played, bound)
    doubt = np.abs(ruined / played - bound)
    for at in sorted(zip(*np.nonzero(wanted), strict=True), key=lambda cell: (doubt[cell], cell)):
        more = int(played[at])
        if more > left:
            return
        left -= more
        yield tuple(int(part) for part in at), more


def _beside(cells: Flags) -> Flags:
    """Cells with one of these above, below, left or right of them."""
    wide = np.pad(cells, 1)
    return np.asarray(wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:])
