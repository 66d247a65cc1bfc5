"""The best policy under limits, where every figure is noisy.

Space-filling points first; then rounds, each with twice the replications for half the candidates (successive halving:
Jamieson and Talwalkar 2016), and new ones proposed about the best: the best points of quadratics fitted to what was
played in a shrinking region, and random steps. The winner is played again on fresh luck, since the best of many is
partly the luckiest; what is reported comes from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Places, Reals
from sim.statistics.candidates import SURE, Candidates
from sim.statistics.evaluation import Estimate, Play, estimate, space_filling
from sim.statistics.intervals import CONFIDENCE, mean_interval, student
from sim.statistics.levers import Goal, Lever, Limit, natural

ROUNDS = 6  # of halving and doubling: the last has 32 times the replications of the first
REGION = 0.25  # half-width of the first region in the unit cube, halved each second round
PROPOSED = 8  # new candidates by the quadratics, and as many at random, a round
CLOUD = 2048  # points at which the quadratics are looked at
FINAL = 8  # candidates that get all replications
TOLD = 4  # share 1 / TOLD of these that a candidate has before it is said to be as good as the winner
SURELY, ON_AVERAGE, BREAKS, NONE_KEEPS = (
    "keeps every limit",
    "keeps every limit on average, not surely",
    "breaks a limit",
    "no policy found that keeps every limit",
)


@dataclass(frozen=True)
class Best:
    """The winner, on luck that had no part in choosing it."""

    values: Reals
    goal: Estimate
    limits: tuple[Estimate, ...]
    kept: bool
    """every limit is kept on average on fresh luck"""
    surely: bool
    """and by its whole interval"""
    gain: Estimate | None
    """over the present policy, replication by replication; None where there is none"""
    as_good: Reals
    """lowest and highest value[2, d] of each lever among candidates that the search could not tell from the winner"""
    runs: int
    limits_word: str
    statement: str


def optimise(
    play: Play, levers: Sequence[Lever], goal: Goal, limits: Sequence[Limit] = (), *, seed: int,
    points: int = 64, first: int = 8, fresh: int = 512, present: Reals | None = None,
) -> Best:  # fmt: skip
    """The best point.

    Parameters
    ----------
    play : callable
        Measures in the order goal, limits.
    points, first : int
        Points of the start, a power of two, and replications there.
    fresh : int
        Replications for the winner, with numbers above those of the search.
    present : array, shape (d,)
        The present policy, to be beaten.
    """
    candidates = Candidates(play, levers, [goal], limits)
    candidates.add(space_filling(points, len(levers), seed), first)
    replications = _search(candidates, np.random.default_rng(seed), first)
    winner = _leader(candidates)
    candidates.extend(np.flatnonzero(_near(candidates, winner)).tolist(), replications // TOLD)
    return _judge(candidates, winner, range(replications, replications + fresh), present)


def most_plays(levers: int, points: int, first: int) -> dict[int, int]:
    """Candidates that are played at most, by their replications, in the rounds of a search."""
    found = {first: points + 1 + 2 * PROPOSED + 2 * FINAL}
    for k in range(1, ROUNDS):
        known = points + 2 * PROPOSED * k
        keep = max(levers * 2 + FINAL, known >> (k + 1))
        found[first << k] = (
            min(2 * (keep // 2), known) + 2 * PROPOSED + (2 * FINAL + -(-known // TOLD) if k == ROUNDS - 1 else 0)
        )
    return found


def _search(candidates: Candidates, generator: np.random.Generator, first: int) -> int:
    """Rounds of halving; returns the replications of the last."""
    replications = first
    for k in range(ROUNDS):
        keep = max(len(candidates.levers) * 2 + FINAL, len(candidates.values) >> (k + 1))
        if k:
            replications *= 2
        for sure in (False, True):
            candidates.extend(candidates.order(sure)[: keep // 2], replications)
        candidates.add(_propose(candidates, REGION * 0.5 ** (k / 2), replications, generator), replications)
    for sure in (False, True):
        candidates.extend(candidates.order(sure)[:FINAL], replications)
    return replications


def _leader(candidates: Candidates) -> int:
    """The best that surely keeps the limits; if there is none, the best on average."""
    sure = candidates.order(sure=True)[0]
    return sure if candidates.breach(sure=True)[sure] <= 0.0 else candidates.order()[0]


def _propose(candidates: Candidates, width: float, replications: int, generator: np.random.Generator) -> Reals:
    """New points about the best candidate; a limit is aimed at with room for its error at so many replications."""
    best = candidates.u[_leader(candidates)]
    cloud = np.clip(best + width * generator.uniform(-1.0, 1.0, (CLOUD, best.size)), 0.0, 1.0)
    near = np.abs(candidates.u - best).max(axis=1) <= 2.0 * width
    means = _quadratics(candidates, near, cloud)
    if means is None:
        return cloud[: 2 * PROPOSED]
    breach = np.zeros(CLOUD)
    for j, limit in enumerate(candidates.limits, start=1):
        scatter = np.mean([candidates.values[i][:, j].var(ddof=1) for i in np.flatnonzero(near)])
        room = student(SURE, replications - 1) * float(np.sqrt(scatter / replications))
        breach += np.maximum(room - limit.margin(means[:, j]), 0.0) / (float(np.ptp(means[:, j])) or 1.0)
    order = np.lexsort((-means[:, 0] * candidates.goals[0].sign, breach))
    return np.concatenate([cloud[_spaced(cloud, order, width / 8.0)], cloud[:PROPOSED]])


def _quadratics(candidates: Candidates, near: Reals, cloud: Reals) -> Reals | None:
    """Measures[CLOUD, m] by least squares, weighted by replications; without cross terms where points are few."""
    for cross in (True, False):
        terms = _terms(candidates.u[near], cross)
        if len(terms) > terms.shape[1]:
            weight = np.sqrt([len(candidates.values[i]) for i in np.flatnonzero(near)])[:, None]
            fitted = np.linalg.lstsq(terms * weight, candidates.means[near] * weight, rcond=None)[0]
            return np.asarray(_terms(cloud, cross) @ fitted)
    return None


def _terms(u: Reals, cross: bool) -> Reals:
    columns = [np.ones(len(u)), *u.T, *(u**2).T]
    if cross:
        columns += [u[:, i] * u[:, j] for i in range(u.shape[1]) for j in range(i)]
    return np.column_stack(columns)


def _spaced(cloud: Reals, order: Places, gap: float) -> list[int]:
    """The best points of the cloud that keep a distance from each other."""
    chosen: list[int] = []
    for i in order:
        if all(np.abs(cloud[i] - cloud[j]).max() >= gap for j in chosen):
            chosen.append(int(i))
        if len(chosen) == PROPOSED:
            break
    return chosen


def _judge(candidates: Candidates, winner: int, luck: range, present: Reals | None) -> Best:
    """The winner on fresh luck, against the limits and the present policy."""
    values = candidates.played(candidates.u[winner : winner + 1], luck)[0]
    goal, *limits = candidates.estimates(values)
    margins = [sorted(float(limit.margin(end)) for end in (found.low, found.high))
               for limit, found in zip(candidates.limits, limits, strict=True)]  # fmt: skip
    kept = all(limit.margin(found.figure) >= 0.0 for limit, found in zip(candidates.limits, limits, strict=True))
    gain = None
    if present is not None:
        candidates.runs += len(luck)
        before = candidates.play(np.asarray(present, dtype=np.float64)[None, :], luck)[0]
        gain = Estimate(*mean_interval((values[:, 0] - before[:, 0]) * candidates.goals[0].sign))
    surely = all(low >= 0.0 for low, _ in margins)
    word = (
        SURELY if surely else ON_AVERAGE if kept else NONE_KEEPS if any(high < 0.0 for _, high in margins) else BREAKS
    )
    point = natural(candidates.levers, candidates.u[winner : winner + 1])[0]
    return Best(
        point,
        goal,
        tuple(limits),
        kept,
        surely,
        gain,
        _as_good(candidates, winner),
        candidates.runs,
        word,
        _words(gain, word),
    )


def _as_good(candidates: Candidates, winner: int) -> Reals:
    """Range of each lever over candidates not told from the winner, by paired intervals with Bonferroni's correction.

    It reaches to the next values tried beyond them: what lies between was not played.
    """
    near = _near(candidates, winner)
    points = natural(candidates.levers, candidates.u)
    ends = []
    for tried, alike in zip(points.T, points[near].T, strict=True):
        low, high = alike.min(), alike.max()
        ends.append((tried[tried < low].max(initial=-np.inf), tried[tried > high].min(initial=np.inf)))
        ends[-1] = (low if np.isinf(ends[-1][0]) else ends[-1][0], high if np.isinf(ends[-1][1]) else ends[-1][1])
    return np.array(ends).T


def _near(candidates: Candidates, winner: int) -> Flags:
    """Which candidates are not told from the winner."""
    each = 1.0 - (1.0 - CONFIDENCE) / len(candidates.values)
    return np.array([i == winner or _alike(candidates, winner, i, each) for i in range(len(candidates.values))])


def _alike(candidates: Candidates, winner: int, other: int, confidence: float) -> bool:
    """Whether the other may be as good: its goal is not surely worse, and no limit is surely broken."""
    for j, limit in enumerate(candidates.limits, start=1):
        found = estimate(candidates.values[other][:, j], confidence, limit.probability)
        if max(limit.margin(found.low), limit.margin(found.high)) < 0.0:
            return False
    gains = candidates.better(candidates.values[winner], candidates.values[other])
    return mean_interval(gains[:, 0], confidence)[1] <= 0.0


def _words(gain: Estimate | None, limits: str) -> str:
    """The finding in words."""
    if gain is None:
        return limits
    better = "surely better than" if gain.above_zero else "surely worse than" if gain.below_zero else "not told from"
    return f"{limits}; {better} the present policy"
