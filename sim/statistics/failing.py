"""The nearest and the most likely world in which a policy fails.

Notation: x world, d inputs, t length along a ray, score of a world = what is made smallest.
A world fails where at least half of the replications fail, on common luck. Both questions are one search: rays from a
centre on which the score grows (distance: the present world; improbability: the laws' peaks) are halved to where
failing begins, then the best ray is turned at random, keeping what is better (Rechenberg's 1 + lambda evolution
strategy; Beyer and Schwefel 2002). Nothing is asked of the model but failed or not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.statistics.evaluation import Estimate, Evaluate, estimate, space_filling
from sim.statistics.uncertainty import Uncertainty, medians, worlds

HALF = 0.5  # share of failing replications from which on a world fails
REACH = 0.999  # share of each law that is searched: worlds beyond are not believed in
RAYS = 8  # nearest failing samples that are followed: more than the pockets of failure one expects
TURNS = 24  # worlds tried at a time around the best ray
ROUNDS = 60  # of turns: more gained little on known cases
WIDEST, TIRED = 0.5, 0.8  # first turn in units of the ray's length, and its factor after a round without gain
HALVINGS = 16  # of a ray: 1.5e-5 of its length
TIE = 1e-6  # weight of the distance among worlds equally likely
FOUND, NONE, NOW, PEAK = "found", "none", "fails already in the present world", "fails already in the most likely world"

Score = Callable[[Reals], Reals]


@dataclass(frozen=True)
class Effort:
    """How long to search: rounds of turning a ray, and halvings of one."""

    rounds: int = ROUNDS
    halvings: int = HALVINGS


@dataclass(frozen=True)
class FailingWorld:
    """A world on the edge of failing, or none found."""

    found: bool
    values: Reals
    shifts: Reals
    """from the present world, in units of each input's spread"""
    distance: float
    log_density: float
    failures: Estimate
    """share of replications that fail there"""
    sampled: Estimate
    """share of the sampled worlds (by their laws) that fail"""
    evaluations: int
    status: str
    statement: str


def nearest(
    evaluate: Evaluate,
    uncertainties: Sequence[Uncertainty],
    *,
    n: int,
    seed: int,
    present: Reals | None = None,
    effort: Effort | None = None,
) -> FailingWorld:
    """The failing world nearest to the present one, in units of the inputs' spreads.

    Parameters
    ----------
    evaluate : callable
        1.0 where a replication fails, else 0.0.
    n : int
        Worlds sampled by their laws before the search; a power of two. A pocket of failure that holds no sample and
        lies behind no ray is not found; `sampled.high` bounds its probability.
    present : array, shape (d,)
        The medians if left out.
    effort : Effort
        How long to search; left out: until the distance is known within 1 %.
    """
    base = medians(uncertainties) if present is None else np.asarray(present, dtype=np.float64)
    scale = np.array([one.spread for one in uncertainties])
    search = _Search(
        evaluate,
        uncertainties,
        base,
        scale,
        base,
        lambda x: (((x - base) / scale) ** 2).sum(axis=1),
        effort or Effort(),
    )
    return search.run(n, seed, "nearest")


def most_likely(
    evaluate: Evaluate,
    uncertainties: Sequence[Uncertainty],
    *,
    n: int,
    seed: int,
    present: Reals | None = None,
    effort: Effort | None = None,
) -> FailingWorld:
    """The failing world of the highest joint density, inputs taken as independent; of equals the nearest.

    Arguments as `nearest`.
    """
    base = medians(uncertainties) if present is None else np.asarray(present, dtype=np.float64)
    scale = np.array([one.spread for one in uncertainties])
    peak = np.array([now if one.mode is None else one.mode for one, now in zip(uncertainties, base, strict=True)])
    top = _log_density(uncertainties, peak[None, :])

    def improbability(x: Reals) -> Reals:
        near = (((x - base) / scale) ** 2).sum(axis=1)
        return np.asarray(top - _log_density(uncertainties, x) + TIE * near)

    return _Search(evaluate, uncertainties, base, scale, peak, improbability, effort or Effort()).run(
        n, seed, "most likely"
    )


def most_worlds(inputs: int, n: int, effort: Effort) -> int:
    """Worlds that a search plays at most, besides the sample as far as it lies within REACH."""
    beyond = ceil(n * inputs * (1.0 - REACH))
    return beyond + 3 + RAYS * effort.halvings + effort.rounds * (max(TURNS, 2 * inputs) + effort.halvings)


def _log_density(uncertainties: Sequence[Uncertainty], x: Reals) -> Reals:
    return np.asarray(sum(one.log_density(x[:, i]) for i, one in enumerate(uncertainties)), dtype=np.float64)


@dataclass
class _Search:
    """One search and what it has spent."""

    evaluate: Evaluate
    uncertainties: Sequence[Uncertainty]
    base: Reals
    scale: Reals
    centre: Reals
    score: Score
    effort: Effort
    evaluations: int = 0

    def __post_init__(self) -> None:
        edges = np.array([(1 - REACH) / 2, (1 + REACH) / 2])
        self.lowest, self.highest = np.array([one.quantile(edges) for one in self.uncertainties]).T

    def run(self, n: int, seed: int, kind: str) -> FailingWorld:
        sample = np.clip(worlds(self.uncertainties, space_filling(n, self.base.size, seed)), self.lowest, self.highest)
        failing = self.fails(sample)
        share = estimate(failing.astype(np.float64))
        for start, words in ((self.base, NOW), (self.centre, PEAK)):
            if self.fails(start[None, :])[0]:
                return self.report(start, share, words, words)
        if not failing.any():
            nothing = (
                f"no failing world among {n} sampled; worlds that fail have a probability below {share.high:.2g} (95 %)"
            )
            return self.none(share, nothing)
        world = self.turn(self.rays(sample[failing]), np.random.default_rng(seed))
        return self.report(world, share, FOUND, f"the {kind} failing world found")

    def fails(self, x: Reals) -> Flags:
        """Whether half of the replications fail in worlds[n, d]."""
        self.evaluations += len(x)
        return np.asarray(self.evaluate(x).mean(axis=1) >= HALF)

    def rays(self, failing: Reals) -> Reals:
        """Edge worlds on the rays to the failing samples of the best scores."""
        best = failing[np.argsort(self.score(failing), kind="stable")[:RAYS]]
        return self.edge(best)

    def edge(self, failing: Reals) -> Reals:
        """Where failing begins on the rays from the centre to failing worlds[n, d]."""
        low, high = np.zeros(len(failing)), np.ones(len(failing))
        for _ in range(self.effort.halvings):
            middle = (low + high) / 2.0
            bad = self.fails(self.centre + middle[:, None] * (failing - self.centre))
            low, high = np.where(bad, low, middle), np.where(bad, middle, high)
        return np.asarray(self.centre + high[:, None] * (failing - self.centre))

    def turn(self, edges: Reals, generator: np.random.Generator) -> Reals:
        """The best world after turning the best ray.

        Every second round inputs go back towards the centre, one at a time.
        """
        best = edges[np.argmin(self.score(edges))]
        step = WIDEST
        for k in range(self.effort.rounds):
            score = self.score(best[None, :])[0]
            tried = self.propose(best, step, generator, k % 2 == 1)
            tried = tried[self.score(tried) < score]
            bad = self.fails(tried) if len(tried) else np.zeros(0, bool)
            if not bad.any():
                step *= 1.0 if k % 2 else TIRED
                continue
            gained = tried[bad]
            best = self.edge(gained[[np.argmin(self.score(gained))]])[0]
        return np.asarray(best)

    def propose(self, best: Reals, step: float, generator: np.random.Generator, single: bool) -> Reals:
        """Worlds about the best one, some drawn back towards the centre."""
        length = float(np.linalg.norm((best - self.centre) / self.scale))
        if single:
            back = np.linspace(step, step / best.size, 2)[:, None, None] * np.eye(best.size) * (self.centre - best)
            return np.asarray((best + back).reshape(-1, best.size))
        moves = generator.normal(size=(TURNS, best.size))
        moved = best + step * length / np.sqrt(best.size) * moves * self.scale
        towards = 1.0 - step**2 * generator.random((TURNS, 1)) / 2.0
        return np.asarray(np.clip(self.centre + towards * (moved - self.centre), self.lowest, self.highest))

    def report(self, world: Reals, share: Estimate, status: str, words: str) -> FailingWorld:
        shifts = (world - self.base) / self.scale
        density = float(_log_density(self.uncertainties, world[None, :])[0])
        failures = estimate(self.evaluate(world[None, :])[0])
        return FailingWorld(
            True,
            world,
            shifts,
            float(np.linalg.norm(shifts)),
            density,
            failures,
            share,
            self.evaluations,
            status,
            words,
        )

    def none(self, share: Estimate, words: str) -> FailingWorld:
        nan = np.full(self.base.size, np.nan)
        return FailingWorld(
            False, nan, nan, np.nan, np.nan, Estimate(0.0, 0.0, 1.0), share, self.evaluations, NONE, words
        )
