"""Where the spread of a figure comes from when every replication draws its luck and what we do not know.

Notation: n replication, d uncertain input; X[n] the figure at the stated inputs, Y[n] the same with drawn inputs on the
same luck, b standardised coefficients.
Y is regressed on X, which holds the luck, and on the inputs. All of them are independent of each other, so that the
squared standardised coefficients are shares of the variance of Y (Saltelli et al. 2008, section 1.2.5: squared SRC; the
first-order index of a linear model). What is left is the inputs' curvature and what they do together.
Intervals: b with the error of the jackknife by groups, its ends squared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.statistics.evaluation import Estimate
from sim.statistics.intervals import CONFIDENCE, student

SPARE = 8  # degrees of freedom below which nothing is said
WIDEST = 0.25  # half an interval above which a share is called too noisy
GROUPS = 100  # of the jackknife, at most: more would cost time and gain little


@dataclass(frozen=True)
class Shares:
    """Shares of the variance of a figure with doubt."""

    variance: float
    """of the figure with doubt"""
    luck: Estimate
    inputs: dict[str, Estimate]
    """by the input's name, in the order of the inputs"""
    together: float
    """what neither luck nor an input alone explains on a straight line"""

    @property
    def first(self) -> str | None:
        """The input that carries most, where it is told from none."""
        carrying = {name: one.figure for name, one in self.inputs.items() if one.low > 0.0}
        return max(carrying, key=lambda name: carrying[name]) if carrying else None

    @property
    def noisy(self) -> bool:
        """Whether the share of luck is known too badly to be stated."""
        return (self.luck.high - self.luck.low) / 2.0 > WIDEST


def variance_shares(
    stated: Reals, doubtful: Reals, inputs: Reals, names: list[str], confidence: float = CONFIDENCE
) -> Shares | None:
    """Shares of the variance of doubtful[n] by luck, seen in stated[n], and inputs[n, d].

    None where a figure does not exist in some replication, where nothing varies, or where too few are left.
    """
    columns = np.column_stack((stated, inputs))
    n, width = columns.shape
    if np.isnan(columns).any() or np.isnan(doubtful).any() or n - 1 - width < SPARE or not _varies(doubtful):
        return None
    moving = np.array([_varies(column) for column in columns.T])
    found, left = np.zeros((width, 3)), 1.0
    if moving.any():
        found[moving] = _squared(columns[:, moving], doubtful, confidence)
        left = _left(columns[:, moving], doubtful)
    luck, *rest = (Estimate(*row) for row in found.tolist())
    return Shares(float(doubtful.var(ddof=1)), luck, dict(zip(names, rest, strict=True)), left)


def _varies(values: Reals) -> bool:
    scale = float(np.abs(values).max())
    return float(np.ptp(values)) > 1e-12 * scale if scale > 0.0 else False  # rounding is no spread


def _squared(columns: Reals, y: Reals, confidence: float) -> list[tuple[float, float, float]]:
    """Figure, low and high of each column's share."""
    n, width = columns.shape
    whole, groups = _coefficients(columns, y), min(n, GROUPS)
    every = np.arange(n) % groups
    left_out = np.array([_coefficients(columns[every != k], y[every != k]) for k in range(groups)])
    errors = np.sqrt((groups - 1) / groups * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    half = student(confidence, min(n - 1 - width, groups - 1)) * errors
    return [_share(float(b), float(error), float(wide)) for b, error, wide in zip(whole, errors, half, strict=True)]


def _share(b: float, error: float, half: float) -> tuple[float, float, float]:
    low, high = sorted((min(abs(b - half), 1.0) ** 2, min(abs(b + half), 1.0) ** 2))
    figure = max(b * b - error * error, 0.0)  # the square of a noisy figure is too large by its variance
    return min(figure, 1.0), 0.0 if abs(b) < half else low, high


def _coefficients(columns: Reals, y: Reals) -> Reals:
    """Standardised coefficients b[d] of the regression of y[n] on columns[n, d]."""
    moved, spread = columns - columns.mean(axis=0), columns.std(axis=0)
    spread = np.where(spread > 0.0, spread, 1.0)
    scale = float(y.std()) or 1.0
    found = np.linalg.lstsq(moved / spread, (y - y.mean()) / scale, rcond=None)[0]
    return np.asarray(found)


def _left(columns: Reals, y: Reals) -> float:
    """Share of the variance of y[n] that the regression leaves, of as many degrees of freedom as it has."""
    moved, scale = columns - columns.mean(axis=0), float(y.std())
    left = (y - y.mean()) / scale - moved / columns.std(axis=0) @ _coefficients(columns, y)
    return min(1.0, float(left @ left) / (y.size - 1 - columns.shape[1]))
