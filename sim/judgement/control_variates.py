"""Martingale controls: the noise that choice, sales, renewals and claims leave in a mean, taken out by regression.

The surprises of a run, sums of (draw - conditional mean) x value, have the true mean 0 whatever the scenario, so that
the intercept of a regression of a key figure on them estimates its mean with the noise they explain removed.

Notation: n replication, k control; X[n, k] controls, y[n] a key figure.

Source: Lavenberg and Welch 1981 (regression on controls, interval with n - 1 - k degrees of freedom, loss factor
(n - 2) / (n - 2 - k) of estimated coefficients). The coefficients are estimated from the same replications, so that the
bias is of the order 1 / n, 0 where figure and controls are jointly normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from sim.base.arrays import Reals
from sim.runs.sheet import Sheet
from sim.statistics import intervals

SPARE = 8  # degrees of freedom below which the coefficients would cost more than they save: the plain mean then
INDEPENDENT = 1e-6  # part of a control's spread that the controls before it leave; less is rounding


@dataclass(frozen=True)
class Controlled:
    """A mean with its interval, beside the plain one."""

    mean: float
    low: float
    high: float
    plain: float
    """plain mean"""
    ratio: float
    """variance of the plain mean over that of this one, the loss by estimated coefficients included; 1: nothing gained
    """
    controls: int
    known: int


def controlled(values: Reals, surprises: Reals, confidence: float = intervals.CONFIDENCE) -> Controlled:
    """The mean of values[n] controlled by surprises[n, k].

    Plain where a value is not known in some replication (those left would not be a fair draw) or where fewer than
    `SPARE` degrees of freedom would be left. Controls that say nothing new are left out.
    """
    known = ~np.isnan(values)
    held = _independent(surprises) if known.all() else surprises[:, :0]
    degrees = values.size - 1 - held.shape[1]
    if not held.shape[1] or degrees < SPARE:
        return _plain(values[known], confidence)
    centre, mean = held.mean(axis=0), float(values.mean())
    moved = held - centre
    slope = np.linalg.lstsq(moved, values - mean, rcond=None)[0]
    left = values - mean - moved @ slope
    spread = float(left @ left) / degrees
    leverage = float(centre @ np.linalg.pinv(moved.T @ moved, hermitian=True) @ centre)
    variance, estimate = spread * (1.0 / values.size + leverage), mean - float(centre @ slope)
    half, apart = intervals.student(confidence, degrees) * sqrt(variance), float(values.var(ddof=1)) / values.size
    ratio = apart / variance if variance > 0 else np.inf if apart > 0 else 1.0
    return Controlled(estimate, estimate - half, estimate + half, mean, ratio, held.shape[1], values.size)


def of_sheet(sheet: Sheet, kpi: str) -> Controlled:
    """The mean of a key figure of a sheet."""
    return controlled(sheet.figure(kpi).averaged, sheet.controls)


def of_difference(a: Sheet, b: Sheet, kpi: str) -> Controlled:
    """The mean paired difference b - a of the same replications, controlled by what is a surprise to either."""
    return controlled(b.figure(kpi).averaged - a.figure(kpi).averaged, shared(a.controls, b.controls))


def shared(a: Reals, b: Reals) -> Reals:
    """Controls of a difference: a surprise that both sides share enters as it is, another by its difference."""
    return np.where((a == b).all(axis=0), a, b - a)


def _plain(values: Reals, confidence: float) -> Controlled:
    if not values.size:
        return Controlled(np.nan, -np.inf, np.inf, np.nan, 1.0, 0, 0)
    mean, low, high = intervals.mean_interval(values, confidence)
    return Controlled(mean, low, high, mean, 1.0, 0, values.size)


def _independent(controls: Reals) -> Reals:
    """The controls scaled to one spread, without those that are constant or a combination of those before them."""
    found = np.zeros((len(controls), 0))
    for column in controls.T:
        spread = float(column.std())
        if spread == 0.0:
            continue
        scaled = column / spread
        moved, before = scaled - scaled.mean(), found - found.mean(axis=0)
        left = moved - before @ np.linalg.lstsq(before, moved, rcond=None)[0] if found.shape[1] else moved
        if left.std() > INDEPENDENT:
            found = np.column_stack((found, scaled))
    return found
