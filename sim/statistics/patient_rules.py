"""When a policy fails, in rules of few words: PRIM, the patient rule induction.

Notation: n worlds, d inputs; a box restricts some inputs from below or above; coverage = share of all failures inside,
density = share of failures among the worlds inside.
Sources: Friedman and Fisher 1999, Statistics and Computing 9, 123-143 (peeling, pasting); Bryant and Lempert 2010,
Technological Forecasting and Social Change 77, 34-49 (coverage, density, quasi-p values).
The box is found on one half of the worlds and judged on the other, so that its coverage, its density and the tests of
its restrictions are not flattered by the choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.statistics.evaluation import Estimate, estimate

PEEL = 0.05  # share of a box that one step takes off (Friedman and Fisher 1999: 0.05 to 0.1 is patient)
SMALLEST = 10  # worlds in a box: fewer say nothing of its density
SIGNIFICANT = 0.05  # chance that a rule keeps any restriction without effect
ROUNDS = 10  # of pasting: each round visits every side once; it ends before when nothing moves
NO_FAILURES, ALL_FAIL, NO_RULE = "no world fails", "every world fails", "failures follow no rule in these inputs"


@dataclass(frozen=True)
class Restriction:
    """One side of the box."""

    name: str
    above: bool
    bound: float
    p: float
    """quasi-p: chance of the box's failures if this side took off worlds blindly"""


@dataclass(frozen=True)
class Rule:
    """A box, judged on worlds it was not fitted to."""

    restrictions: tuple[Restriction, ...]
    coverage: Estimate
    density: Estimate

    def words(self, show: Callable[[str, float], str] = lambda name, bound: f"{bound:.3g}") -> str:
        """`fails when loss ratio > 0.74 and growth < 0.02: covers 91 % of failures, 95 % pure`.

        `show` writes a bound.
        """
        sides = [f"{one.name} {'>' if one.above else '<'} {show(one.name, one.bound)}" for one in self.restrictions]
        figures = f"covers {100 * self.coverage.figure:.0f} % of failures, {100 * self.density.figure:.0f} % pure"
        return f"fails when {' and '.join(sides)}: {figures}"


@dataclass(frozen=True)
class Rules:
    """Rules found one after the other, each on what the former leave; `statement` says what, or why there are none."""

    rules: tuple[Rule, ...]
    failures: Estimate
    """share of failing worlds"""
    statement: str


def rules(x: Reals, failed: Flags, names: Sequence[str], *, seed: int, most: int = 3) -> Rules:
    """Rules for failing.

    Parameters
    ----------
    x : array, shape (n, d)
        Worlds, sampled by their laws.
    failed : array of bool, shape (n,)
    most : int
        Rules at most: failures may have several causes.
    """
    share = _share(failed)
    if not failed.any() or failed.all():
        return Rules((), share, ALL_FAIL if failed.any() else NO_FAILURES)
    fitted = np.random.default_rng(seed).permutation(failed.size) % 2 == 0
    found: list[Rule] = []
    left = np.ones(failed.size, dtype=bool)
    while len(found) < most:
        one, inside = _rule(x, failed, left, fitted, names)
        if one is None:
            break
        found.append(one)
        left &= ~inside
    return Rules(tuple(found), share, "; ".join(one.words() for one in found) or NO_RULE)


def _rule(x: Reals, failed: Flags, left: Flags, fitted: Flags, names: Sequence[str]) -> tuple[Rule | None, Flags]:
    """The best rule for the worlds that are left, if one stands out."""
    fit, judged = left & fitted, left & ~fitted
    box = np.tile([[-np.inf], [np.inf]], x.shape[1])
    if failed[fit].sum() >= SMALLEST:
        box = paste(peel(x[fit], failed[fit]), x[fit], failed[fit])
    box, p = _significant(box, x[judged], failed[judged])
    inside = _inside(box, x)
    hits = failed[inside & judged]
    sides = tuple(
        Restriction(names[i], side == 0, float(box[side, i]), float(p[side, i]))
        for i in range(x.shape[1]) for side in (0, 1) if np.isfinite(box[side, i])
    )  # fmt: skip
    if not sides or hits.sum() == 0:
        return None, inside
    covered = inside[failed & ~fitted & left]
    all_failures = int((failed & ~fitted).sum())
    padded = np.concatenate([covered, np.zeros(all_failures - covered.size, dtype=bool)])
    return Rule(sides, _share(padded), _share(hits)), inside


def _share(flags: Flags) -> Estimate:
    return estimate(flags.astype(np.float64), probability=True)


def peel(x: Reals, failed: Flags) -> Reals:
    """The box[2, d] of the best balance (`merit`) on the path of peeling.

    Each step takes off the thin end that leaves most failures.
    """
    box = np.tile([[-np.inf], [np.inf]], x.shape[1])
    best, merit = box.copy(), _merit(failed, failed.sum())
    while True:
        inside = _inside(box, x)
        if inside.sum() * (1 - PEEL) < SMALLEST or failed[inside].all():
            return best
        tried = [(density, side, i, bound) for side, i, bound, density in _peels(x[inside], failed[inside])]
        if not tried:
            return best
        _, side, i, bound = max(tried)
        box[side, i] = bound
        if (reached := _merit(failed[_inside(box, x)], failed.sum())) > merit:
            best, merit = box.copy(), reached


def _peels(x: Reals, failed: Flags) -> list[tuple[int, int, float, float]]:
    """Side, input, bound and the density that would be left, of each possible step."""
    steps = []
    for i in range(x.shape[1]):
        for side, share in ((0, PEEL), (1, 1 - PEEL)):
            bound = float(np.quantile(x[:, i], share))
            kept = x[:, i] > bound if side == 0 else x[:, i] < bound
            if kept.any() and not kept.all():
                steps.append((side, i, bound, float(failed[kept].mean())))
    return steps


def paste(box: Reals, x: Reals, failed: Flags) -> Reals:
    """Each side of the box put, in turn, where the balance of coverage and density is best, until none moves."""
    box = box.copy()
    for _ in range(ROUNDS):
        before = box.copy()
        for side, i in np.ndindex(box.shape):
            box[side, i] = _best_bound(box, side, i, x, failed)
        if np.array_equal(before, box):
            break
    return box


def _best_bound(box: Reals, side: int, i: int, x: Reals, failed: Flags) -> float:
    """The bound of one side, halfway between two worlds; infinite where leaving it open is as good."""
    open_box = box.copy()
    open_box[side, i] = -np.inf if side == 0 else np.inf
    inside = _inside(open_box, x)
    order = np.argsort(x[inside, i], kind="stable")[:: -1 if side == 0 else 1]
    values, hits = x[inside, i][order], np.cumsum(failed[inside][order])
    if not hits.size:
        return float(open_box[side, i])
    merit = 2.0 * hits / (np.arange(1, hits.size + 1) + failed.sum())
    at = int(np.argmax(merit))
    if merit[at] <= merit[-1]:
        return float(open_box[side, i])
    return float((values[at] + values[at + 1]) / 2.0)


def _merit(inside: Flags, failures: int) -> float:
    """Harmonic mean of coverage and density, 2 hits / (worlds inside + failures)."""
    return float(2.0 * inside.sum() / (inside.size + failures))


def _significant(box: Reals, x: Reals, failed: Flags) -> tuple[Reals, Reals]:
    """The box without restrictions that do not stand out, the least significant dropped first, and quasi-p values."""
    box = box.copy()
    sides = int(np.isfinite(box).sum())
    while np.isfinite(box).any():
        p = np.array([[_quasi_p(box, side, i, x, failed) for i in range(x.shape[1])] for side in (0, 1)])
        worst = np.unravel_index(np.argmax(p), p.shape)
        if p[worst] <= SIGNIFICANT / sides:
            return box, p
        box[worst] = -np.inf if worst[0] == 0 else np.inf
    return box, np.zeros(box.shape)


def _quasi_p(box: Reals, side: int, i: int, x: Reals, failed: Flags) -> float:
    """Binomial chance of at least the failures inside, at the density without this side (-1 where it is open)."""
    from scipy.stats import binom

    if not np.isfinite(box[side, i]):
        return -1.0
    wider = box.copy()
    wider[side, i] = -np.inf if side == 0 else np.inf
    inside, around = failed[_inside(box, x)], failed[_inside(wider, x)]
    return float(binom.sf(inside.sum() - 1, inside.size, around.mean())) if around.size else 1.0


def _inside(box: Reals, x: Reals) -> Flags:
    return np.asarray(((x > box[0]) & (x < box[1])).all(axis=1))
