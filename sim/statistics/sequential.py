"""Replications in rounds until a verdict is clear or an interval is narrow enough, at one error rate over all looks.

Notation: j look, n_j replications at look j, a_j error spent at look j, sum a_j = alpha.
A look at level a_j errs with probability <= a_j, so all looks together err with probability <= sum a_j = alpha (Boole's
inequality): no law of the sums over looks is needed, and the exact binomial test of Clopper and Pearson (1934) keeps it
for any n. For figures that are not 0 or 1 a look is Student's test, so alpha holds as far as their means are normal.
What is spent when: Lan and DeMets 1983, Biometrika 70, 659-663; `late` is their O'Brien-Fleming function, which spends
almost all at the end and costs a verdict little; `even` suits precision, where an early stop is as good as a late one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

import numpy as np

from sim.base.arrays import Reals
from sim.statistics import intervals
from sim.statistics.evaluation import Estimate, estimate
from sim.statistics.intervals import CONFIDENCE

GROWTH = 1.5  # of the replications from look to look: more looks save little and spend the error thinner
MOST = 1_000_000  # replications that a run may have; a greater need is as good as none
PASS, FAIL, UNDECIDED, PRECISE = "PASS", "FAIL", "UNDECIDED", "PRECISE"


@dataclass(frozen=True)
class Rounds:
    """Replications in total at each look, and the error spent there."""

    totals: tuple[int, ...]
    errors: tuple[float, ...]
    spending: Literal["late", "even"] = "late"

    @property
    def alpha(self) -> float:
        """Error of all looks together."""
        return sum(self.errors)


@dataclass(frozen=True)
class Bound:
    """A verdict is wanted: the expected value against a limit."""

    limit: float
    sense: Literal["at_least", "at_most"]


@dataclass(frozen=True)
class Width:
    """A precision is wanted: half the interval, as a share of the figure or in its own unit."""

    half: float
    relative: bool = True

    def allowed(self, figure: float) -> float:
        """Half the interval in the figure's own unit."""
        return self.half * abs(figure) if self.relative else self.half

    def reached(self, found: Estimate) -> bool:
        """Whether the interval is narrow enough; a share of 0 says nothing."""
        return found.half <= self.allowed(found.figure) and not (self.relative and found.figure == 0.0)


@dataclass(frozen=True)
class Stop:
    """What a look shows."""

    stop: bool
    verdict: str
    shown: Estimate
    """the usual interval at 1 - alpha, Wilson's for a probability: for reading, not for deciding"""
    sure: Estimate
    """the interval at 1 - a_j by which it was decided"""
    spent: float


def plan_rounds(
    first: int, budget: int, *, alpha: float = 1.0 - CONFIDENCE, spending: Literal["late", "even"] = "late"
) -> Rounds:
    """Looks after `first` replications and growing by half each, the last after `budget`.

    Raises
    ------
    ValueError
        For fewer than 2 first replications, or a smaller budget.
    """
    if not 2 <= first <= budget:
        raise ValueError(f"needs 2 <= first ({first}) <= budget ({budget}) replications")
    totals = [first]
    while totals[-1] < budget:
        totals.append(min(ceil(totals[-1] * GROWTH), budget))
    share = np.array(totals) / budget
    spent = _obrien_fleming(share, alpha) if spending == "late" else alpha * np.arange(1, share.size + 1) / share.size
    return Rounds(tuple(totals), tuple(float(one) for one in np.diff(spent, prepend=0.0)), spending)


def stop(values: Reals, wanted: Bound | Width, rounds: Rounds, probability: bool = False) -> Stop:
    """Judge values[n_j], 0 and 1 of a `probability`, at the look with that many replications.

    A criterion that holds or fails in fact is called the other way with probability at most alpha / 2 over all looks;
    on the bound itself some verdict is reached with probability at most alpha.

    Raises
    ------
    ValueError
        For a number of replications at which no look was planned.
    """
    if values.size not in rounds.totals:
        raise ValueError(f"no look planned at {values.size} replications, only at {rounds.totals}")
    look = rounds.totals.index(values.size)
    sure = sure_interval(values, rounds.errors[look], probability)
    shown = estimate(values, 1.0 - rounds.alpha, probability)
    verdict = _verdict(sure, wanted)
    last = values.size == rounds.totals[-1]
    return Stop(last or verdict != UNDECIDED, verdict, shown, sure, sum(rounds.errors[: look + 1]))


def sure_interval(values: Reals, error: float, probability: bool = False) -> Estimate:
    """Interval missed with probability at most `error`: exact binomial of a probability, Student's otherwise."""
    return _exact(float(values.sum()), values.size, error) if probability else estimate(values, 1.0 - error)


def needed(values: Reals, wanted: Bound | Width, rounds: Rounds, probability: bool = False) -> int | None:
    """Budget whose last look would end it if mean and spread of values[n] stay as they are; None above MOST.

    Looks are planned anew for each budget: more of them leave less error to the last.
    """

    def open_at(n: int) -> bool:
        plan = plan_rounds(min(rounds.totals[0], n), n, alpha=rounds.alpha, spending=rounds.spending)
        return _verdict(_scaled(values, n, plan.errors[-1], probability), wanted) == UNDECIDED

    if open_at(MOST):
        return None
    low, high = values.size, MOST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if open_at(middle) else (low, middle)
    return high


def _scaled(values: Reals, n: int, error: float, probability: bool) -> Estimate:
    """The interval of n values with the mean and spread of these."""
    mean = float(values.mean())
    if probability:
        return _exact(mean * n, n, error)
    half = intervals.student(1.0 - error, n - 1) * float(values.std(ddof=1)) / sqrt(n)
    return Estimate(mean, mean - half, mean + half)


def _exact(hits: float, n: int, error: float) -> Estimate:
    from scipy.special import betaincinv

    low = float(betaincinv(hits, n - hits + 1, error / 2)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1.0 - error / 2)) if hits < n else 1.0
    return Estimate(hits / n, low, high)


def _verdict(sure: Estimate, wanted: Bound | Width) -> str:
    if isinstance(wanted, Width):
        return PRECISE if wanted.reached(sure) else UNDECIDED
    holds, fails = sure.high <= wanted.limit, sure.low > wanted.limit
    if wanted.sense == "at_least":
        holds, fails = sure.low >= wanted.limit, sure.high < wanted.limit
    return PASS if holds else FAIL if fails else UNDECIDED


def _obrien_fleming(share: Reals, alpha: float) -> Reals:
    """Error spent by a share of the budget, 2 - 2 Phi(z / sqrt(share)), Lan and DeMets 1983."""
    from scipy.special import ndtr, ndtri

    return np.asarray(2.0 * ndtr(ndtri(alpha / 2.0) / np.sqrt(share)))
