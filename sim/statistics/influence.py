"""How much of the spread of a figure each input explains by itself, from a sample that was drawn for something else.

Notation: n points, d inputs, g groups of a sorted input.
Source: the share of variance between groups, less what luck makes of it, epsilon^2 = 1 - (1 - eta^2) (n - 1) / (n - g):
Kelley 1935, PNAS 21, 554-559. In the limit of many groups it is Sobol's first index.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals

GROUPS = 8  # a rise, a fall and a bend are seen in so many


def influence(x: Reals, y: Reals) -> Reals:
    """Share of the variance of y[n] that each input of x[n, d] explains alone, float64[d]; 0 where y does not vary."""
    return np.array([_explained(column, y) for column in x.T])


def _explained(x: Reals, y: Reals) -> float:
    groups = np.array_split(y[np.argsort(x, kind="stable")], min(GROUPS, y.size // 2))
    total = float(((y - y.mean()) ** 2).sum())
    if total == 0.0 or len(groups) < 2:
        return 0.0
    within = sum(float(((one - one.mean()) ** 2).sum()) for one in groups)
    return max(1.0 - within / total * (y.size - 1) / (y.size - len(groups)), 0.0)
