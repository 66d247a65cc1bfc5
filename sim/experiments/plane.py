"""The theory's plane LR + k + e = 1 beside a map: the margin of new business in a few cells, and the line where it is 0.

Notation: z[y, x] of a grid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.experiments.beside import theory
from sim.experiments.case import Case

Reals = NDArray[np.float64]
MOST_ALONG = 5  # cells of an axis in which the closed form is worked out; it is all but linear between them
MARGIN = "margin_of_new_business"


def margins(case: Callable[[int, int], Case], x: Reals, y: Reals) -> Reals:
    """Margin of new business of every cell, between a few cells by lines; NaN where the scenario has none.

    Parameters
    ----------
    case : the case of a cell by (y, x)
    """
    columns, rows = _few(x.size), _few(y.size)
    known = np.array([[_margin(case(r, c)) for c in columns] for r in rows])
    across = np.array([np.interp(x, *_rising(x[columns], row)) for row in known])
    return np.array([np.interp(y, *_rising(y[rows], column)) for column in across.T]).T


def crossing(y: Reals, z: Reals) -> float:
    """The first y at which z[y] changes its sign, by lines between the points; NaN where it does not."""
    for at in range(len(y) - 1):
        a, b = z[at], z[at + 1]
        if a == 0.0:
            return float(y[at])
        if a * b < 0.0:
            return float(y[at] + (y[at + 1] - y[at]) * a / (a - b))
    return float(y[-1]) if z[-1] == 0.0 else float("nan")


def border(y: Reals, z: Reals) -> Reals:
    """The crossing in every column of z[y, x]."""
    return np.array([crossing(y, column) for column in z.T])


def _margin(case: Case) -> float:
    found = theory(case.specification.plan()).get(MARGIN)
    return float("nan") if found is None else found.value


def _few(size: int) -> Sequence[int]:
    return sorted({round(one) for one in np.linspace(0, size - 1, min(size, MOST_ALONG))})


def _rising(at: Reals, values: Reals) -> tuple[Reals, Reals]:
    order = np.argsort(at, kind="stable")
    return at[order], values[order]
