"""Several goals at once: policies of which none is better in every goal.

A generation keeps the candidates that no other dominates on average, crosses and moves them, and plays the kept ones
more often. The set is played again on fresh luck; a policy that another one may dominate within noise is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Places, Reals
from sim.statistics.candidates import Candidates
from sim.statistics.evaluation import Estimate, Play, space_filling
from sim.statistics.intervals import CONFIDENCE, mean_interval
from sim.statistics.levers import Goal, Lever, Limit, natural

GENERATIONS = 10
CHILDREN = 32  # new candidates a generation
STEP = 0.15  # first move in the unit cube; a tenth of it in the last generation
SHOWN = 32  # policies of the set that are played on fresh luck, spread along it


@dataclass(frozen=True)
class Choice:
    """One policy of the set, on fresh luck."""

    values: Reals
    goals: tuple[Estimate, ...]
    limits: tuple[Estimate, ...]
    sure: bool
    """each other policy shown is surely worse in some goal; else one of them may dominate it within noise"""


def pareto(
    play: Play, levers: Sequence[Lever], goals: Sequence[Goal], limits: Sequence[Limit] = (), *, seed: int,
    points: int = 64, first: int = 8, fresh: int = 256,
) -> tuple[Choice, ...]:  # fmt: skip
    """The Pareto set by the first goal, best first; measures of `play` in the order goals, limits.

    Empty where no point keeps the limits.
    """
    candidates = Candidates(play, levers, goals, limits)
    generator = np.random.default_rng(seed)
    candidates.add(space_filling(points, len(levers), seed), first)
    replications = first
    for k in range(GENERATIONS):
        replications = first * 2 ** (k // 3)
        kept = np.flatnonzero(_front(candidates))
        candidates.extend([int(i) for i in kept], replications)
        parents = candidates.u[kept] if kept.size else candidates.u[candidates.order()[:1]]
        candidates.add(_children(parents, STEP * 0.1 ** (k / (GENERATIONS - 1)), generator), replications)
    kept = np.flatnonzero(_front(candidates))
    candidates.extend([int(i) for i in kept], replications)
    shown = _spread(candidates, np.flatnonzero(_front(candidates)))
    return _fresh(candidates, shown, range(replications, replications + fresh)) if shown.size else ()


def most_plays(points: int, first: int) -> dict[int, int]:
    """Candidates that are played at most, by their replications, in the generations of a search."""
    found: dict[int, int] = {first: 1}
    for k in range(GENERATIONS):
        replications, known = first * 2 ** (k // 3), points + CHILDREN * k
        found[replications] = found.get(replications, 0) + CHILDREN + (known if k % 3 == 0 else 0)
    return found


def dominated(gains: Reals) -> Flags:
    """Which rows of gains[n, goals] (larger is better) another row dominates."""
    better = (gains[:, None, :] >= gains[None, :, :]).all(axis=2) & (gains[:, None, :] > gains[None, :, :]).any(axis=2)
    return np.asarray(better.any(axis=0))


def _front(candidates: Candidates) -> Flags:
    """Candidates that keep the limits and that none of those dominates, by their means."""
    allowed = candidates.breach(sure=False) <= 0.0
    gains = candidates.means[:, : len(candidates.goals)] * [goal.sign for goal in candidates.goals]
    front = np.zeros(len(gains), dtype=bool)
    front[allowed] = ~dominated(gains[allowed])
    return front


def _children(parents: Reals, step: float, generator: np.random.Generator) -> Reals:
    """New points: levers of two parents mixed, then some moved."""
    size = (CHILDREN, parents.shape[1])
    mother, father = (parents[generator.integers(len(parents), size=CHILDREN)] for _ in range(2))
    mixed = np.where(generator.random(size) < 0.5, mother, father)
    moves = step * generator.normal(size=size) * (generator.random(size) < 0.7)
    return np.asarray(np.clip(mixed + moves, 0.0, 1.0))


def _spread(candidates: Candidates, front: Places) -> Places:
    """At most SHOWN of the front, evenly along the first goal."""
    ordered = front[np.argsort(-candidates.means[front, 0] * candidates.goals[0].sign, kind="stable")]
    if ordered.size <= SHOWN:
        return np.asarray(ordered)
    return np.asarray(ordered[np.linspace(0, ordered.size - 1, SHOWN).round().astype(int)])


def _fresh(candidates: Candidates, shown: Places, luck: range) -> tuple[Choice, ...]:
    """The policies shown on fresh luck."""
    values = candidates.played(candidates.u[shown], luck)
    points, count = natural(candidates.levers, candidates.u[shown]), len(candidates.goals)
    found = [candidates.estimates(one) for one in values]
    sure = [_stands(candidates, values, i) for i in range(len(values))]
    return tuple(Choice(x, tuple(f[:count]), tuple(f[count:]), s) for x, f, s in zip(points, found, sure, strict=True))


def _stands(candidates: Candidates, values: Reals, i: int) -> bool:
    """Whether each other policy is surely worse in some goal, with Bonferroni's correction over goals and policies."""
    each = 1.0 - (1.0 - CONFIDENCE) / max(len(candidates.goals) * (len(values) - 1), 1)
    return all(
        any(mean_interval(gain, each)[1] > 0.0 for gain in candidates.better(values[i], values[j]).T)
        for j in range(len(values)) if j != i
    )  # fmt: skip
