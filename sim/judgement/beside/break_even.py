"""The theory's plane LR + k + e = 1 beside a map: loss ratio, commission and expenses of new business.

The line is where nothing is left.

Notation: z[y, x] of a grid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.judgement.beside.closed_forms import new_business
from sim.runs.case import Case

MOST_ALONG = 5  # cells of an axis in which the closed form is worked out; it is all but linear between them


@dataclass(frozen=True)
class Plane:
    """New business by cell [y, x], as shares of earned premium; NaN where nothing is expected to be sold."""

    loss_ratio: Reals
    expenses: Reals
    commission: Reals

    @property
    def margin(self) -> Reals:
        """1 - LR - e - k; the plane is where it is 0."""
        return 1.0 - self.loss_ratio - self.expenses - self.commission

    @property
    def columns(self) -> dict[str, Reals]:
        """The three by the names that tables have for them."""
        return {
            "theory_loss_ratio": self.loss_ratio,
            "theory_expenses": self.expenses,
            "theory_commission": self.commission,
        }


def over(case: Callable[[int, int], Case], x: Reals, y: Reals) -> Plane:
    """New business of every cell, between a few cells by lines.

    Parameters
    ----------
    case : the case of a cell by (y, x)
    """
    columns, rows = _few(x.size), _few(y.size)
    known = np.array([[_at(case(r, c)) for c in columns] for r in rows])
    return Plane(*(_between(known[:, :, part], x, y, columns, rows) for part in range(known.shape[2])))


def _between(known: Reals, x: Reals, y: Reals, columns: Sequence[int], rows: Sequence[int]) -> Reals:
    across = np.array([np.interp(x, *_rising(x[columns], row)) for row in known])
    return np.array([np.interp(y, *_rising(y[rows], column)) for column in across.T]).T


def place(z: Reals) -> float:
    """Where z changes sign first, in steps from its beginning, by lines between the points; NaN where it does not."""
    for at in range(len(z) - 1):
        a, b = z[at], z[at + 1]
        if a == 0.0:
            return float(at)
        if a * b < 0.0:
            return float(at + a / (a - b))
    return float(len(z) - 1) if z[-1] == 0.0 else float("nan")


def along(values: Reals, at: float) -> float:
    """What values have at a place, by lines between the points."""
    return float("nan") if np.isnan(at) else float(np.interp(at, np.arange(len(values)), values))


def crossing(y: Reals, z: Reals) -> float:
    """The first y at which z[y] changes its sign, by lines between the points; NaN where it does not."""
    return along(y, place(z))


def border(y: Reals, z: Reals) -> Reals:
    """The crossing in every column of z[y, x]."""
    return np.array([crossing(y, column) for column in z.T])


def _at(case: Case) -> tuple[float, float, float]:
    found = new_business(case.specification.plan())
    return (float("nan"),) * 3 if found is None else (found.loss_ratio, found.expenses, found.commission)


def _few(size: int) -> Sequence[int]:
    return sorted({round(one) for one in np.linspace(0, size - 1, min(size, MOST_ALONG))})


def _rising(at: Reals, values: Reals) -> tuple[Reals, Reals]:
    order = np.argsort(at, kind="stable")
    return at[order], values[order]
