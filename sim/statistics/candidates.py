"""Candidates of a search and what was played of them, on common luck.

Notation: n candidates, d levers, k replications, m measures (goals, then limits).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals
from sim.statistics.evaluation import Estimate, Play, estimate
from sim.statistics.levers import Goal, Lever, Limit, natural, snapped

SURE = 0.9  # two-sided: a limit counts as kept where the one-sided 95 % bound keeps it


class Candidates:
    """Points tried so far, each with replications 0 .. k - 1."""

    def __init__(self, play: Play, levers: Sequence[Lever], goals: Sequence[Goal], limits: Sequence[Limit]) -> None:
        self.play, self.levers, self.goals, self.limits = play, levers, goals, limits
        self.u: Reals = np.zeros((0, len(levers)))
        self.values: list[Reals] = []
        self.runs = 0

    def add(self, u: Reals, replications: int) -> None:
        """Play new points at u[n, d]; points played before are left out."""
        new = snapped(self.levers, u)
        new = new[np.sort(np.unique(new.round(12), axis=0, return_index=True)[1])]
        known = {tuple(row) for row in self.u.round(12)}
        new = new[[tuple(row) not in known for row in new.round(12)]]
        if len(new):
            self.values.extend(self.played(new, range(replications)))
            self.u = np.concatenate([self.u, new])

    def extend(self, which: Sequence[int], replications: int) -> None:
        """Play more replications of some points, all at once."""
        short = [i for i in which if len(self.values[i]) < replications]
        if not short:
            return
        # those played before come again: what a ratio's values are depends on all of them
        self.runs -= sum(len(self.values[i]) for i in short)
        for i, values in zip(short, self.played(self.u[short], range(replications)), strict=True):
            self.values[i] = values

    def played(self, u: Reals, replications: range) -> Reals:
        """Measures[n, k, m] at points u[n, d]."""
        self.runs += len(u) * len(replications)
        return self.play(natural(self.levers, u), replications)

    def estimates(self, values: Reals) -> list[Estimate]:
        """Means of values[k, m] with their intervals, goals first."""
        kinds = [*(one.probability for one in self.goals), *(one.probability for one in self.limits)]
        return [estimate(column, probability=kind) for column, kind in zip(values.T, kinds, strict=True)]

    @property
    def means(self) -> Reals:
        """Means[n, m]."""
        return np.array([one.mean(axis=0) for one in self.values])

    def breach(self, sure: bool) -> Reals:
        """By how much limits are broken, summed in units of each limit's scatter over candidates, shape (n,).

        By the mean, or (`sure`) by the end of the interval nearer to the bound.
        """
        total = np.zeros(len(self.values))
        for j, limit in enumerate(self.limits, start=len(self.goals)):
            margins = np.array([self._margin(limit, one[:, j], sure) for one in self.values])
            scale = float(np.ptp(self.means[:, j])) or 1.0
            total += np.maximum(-margins, 0.0) / scale
        return total

    def _margin(self, limit: Limit, values: Reals, sure: bool) -> float:
        if not sure:
            return float(limit.margin(values.mean()))
        found = estimate(values, SURE, limit.probability)
        return float(limit.margin(found.high if limit.sense == "at_most" else found.low))

    def order(self, sure: bool = False) -> list[int]:
        """Candidates, best first: those that keep all limits by the first goal, then the others by their breach."""
        breach, gain = self.breach(sure), self.means[:, 0] * self.goals[0].sign
        return [int(i) for i in np.lexsort((-gain, breach))]

    def better(self, values: Reals, others: Reals) -> Reals:
        """Goals' gains[k, goals] of values over others[k, m], over the replications that both have."""
        k, g = min(len(values), len(others)), len(self.goals)
        signs = np.array([goal.sign for goal in self.goals])
        return np.asarray((values[:k, :g] - others[:k, :g]) * signs)
