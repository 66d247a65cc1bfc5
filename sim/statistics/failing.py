"""The nearest and the most likely world in which a policy fails.

Notation: x world, d inputs, score of a world = what is made smallest, margin of a world = by how much half of its
replications keep the criteria, on common luck: below 0 it fails.
Both questions are one search from a centre on which the score grows (distance: the present world; improbability: the
laws' peaks). Rays from the centre to failing samples are followed to the edge of failing by false position. Then the
best is improved by response surfaces (Bucher and Bourgund 1990, Structural Safety 7, 57-66): of a random cloud about it
the best scored are played that fail by a quadratic fitted to all that was played, some with room for its error. What
is reported was played and fails, and just before it on its ray a world was played that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.statistics.evaluation import Estimate, estimate, space_filling
from sim.statistics.false_position import crossings
from sim.statistics.response_surface import Surface
from sim.statistics.uncertainty import Uncertainty, medians, worlds

HALF = 0.5  # share of failing replications from which on a world fails
REACH = 0.999  # share of each law that is searched: worlds beyond are not believed in
RAYS = 8  # nearest failing samples that are followed: more than the pockets of failure one expects
COARSE = 3  # halvings that these rays are cut to: response surfaces go on from there
ROUNDS = 60  # of response surfaces: more gained little on known cases
HALVINGS = 16  # of a ray: 1.5e-5 of its length
CLOUD = 1024  # worlds about the best at which a response surface is looked at
ROOMS = (0.0, 1.0, 2.0)  # errors of the surface by which a world is to fail by it to be played
BLIND = 24  # worlds played at random, too, of a cloud of which the surface explains nothing
WIDEST, TIRED = 0.5, 0.5  # first reach of the cloud in units of the ray's length, its factor after a round without gain
TIE = 1e-6  # weight of the distance among worlds equally likely
FOUND, NONE, NOW, PEAK = "found", "none", "fails already in the present world", "fails already in the most likely world"

Score = Callable[[Reals], Reals]
Margins = Callable[[Reals], Reals]
"""worlds[n, d] -> by how much each replication keeps the criteria, [n, k]: below 0 it fails"""


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
    evaluate: Margins,
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
        By how much each replication keeps the criteria; below 0 it fails. 1 and -1 will do, but take longer.
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
    evaluate: Margins,
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
    edges = 2 * (RAYS * COARSE + effort.halvings)
    return beyond + 3 + edges + effort.rounds * (len(ROOMS) + BLIND)


def by_world(margins: Reals) -> Reals:
    """Margins[n] of worlds from those of their replications[n, k]: as many are less, or it, as make a world fail."""
    return np.asarray(np.sort(margins, axis=1)[:, ceil(HALF * margins.shape[1]) - 1])


def _log_density(uncertainties: Sequence[Uncertainty], x: Reals) -> Reals:
    return np.asarray(sum(one.log_density(x[:, i]) for i, one in enumerate(uncertainties)), dtype=np.float64)


@dataclass
class _Search:
    """One search and what it has played."""

    evaluate: Margins
    uncertainties: Sequence[Uncertainty]
    base: Reals
    scale: Reals
    centre: Reals
    score: Score
    effort: Effort

    def __post_init__(self) -> None:
        edges = np.array([(1 - REACH) / 2, (1 + REACH) / 2])
        self.lowest, self.highest = np.array([one.quantile(edges) for one in self.uncertainties]).T
        self.worlds, self.margins = np.zeros((0, self.base.size)), np.zeros(0)

    def run(self, n: int, seed: int, kind: str) -> FailingWorld:
        sample = np.clip(worlds(self.uncertainties, space_filling(n, self.base.size, seed)), self.lowest, self.highest)
        failing = self.play(sample) < 0.0
        share = estimate(failing.astype(np.float64))
        for start, words in ((self.base, NOW), (self.centre, PEAK)):
            if self.play(start[None, :])[0] < 0.0:
                return self.report(start, share, words, words)
        if not failing.any():
            nothing = (
                f"no failing world among {n} sampled; worlds that fail have a probability below {share.high:.2g} (95 %)"
            )
            return self.none(share, nothing)
        world = self.improve(self.rays(sample[failing]), np.random.default_rng(seed))
        return self.report(world, share, FOUND, f"the {kind} failing world found")

    def play(self, x: Reals) -> Reals:
        """Margins of worlds[n, d]."""
        found = by_world(self.evaluate(x))
        self.worlds, self.margins = np.concatenate([self.worlds, x]), np.concatenate([self.margins, found])
        return found

    def rays(self, failing: Reals) -> Reals:
        """The best world near the edge on the rays to the failing samples of the best scores."""
        return self.sorted(self.edge(self.sorted(failing)[:RAYS], min(COARSE, self.effort.halvings)))[0]

    def edge(self, failing: Reals, halvings: int) -> Reals:
        """Where failing begins on the rays from the centre to failing worlds[n, d]."""
        rays = failing - self.centre
        known = np.array([self.margins[(self.worlds == one).all(axis=1)][0] for one in (self.centre, *failing)])
        t = crossings(
            lambda line, t: self.play(self.centre + t[:, None] * rays[line]),
            np.repeat(known[0], len(rays)), known[1:], 0.5**halvings,
        )  # fmt: skip
        return np.asarray(np.where(t[:, None] < 1.0, self.centre + t[:, None] * rays, failing))

    def improve(self, best: Reals, generator: np.random.Generator) -> Reals:
        """The best world after rounds of response surfaces about it, on the edge of failing."""
        reach = WIDEST
        for _ in range(self.effort.rounds):
            tried = self.propose(best, reach, generator)
            gained = tried[self.play(tried) < 0.0] if len(tried) else tried
            if len(gained):
                best = self.sorted(gained)[0]
            else:
                reach *= TIRED
        return self.edge(best[None, :], self.effort.halvings)[0]

    def propose(self, best: Reals, reach: float, generator: np.random.Generator) -> Reals:
        """Worlds of a cloud about the best one that score better and fail by the response surface."""
        length = float(np.linalg.norm((best - self.centre) / self.scale))
        surface = Surface.of(self.worlds / self.scale, self.margins, best / self.scale, reach * length)
        cloud = self.cloud(best, reach, length, generator)
        cloud = cloud[self.score(cloud) < self.score(best[None, :])]
        blind, cloud = cloud[: round(BLIND * surface.unexplained)], self.sorted(cloud)
        short = surface.at(cloud / self.scale)
        first = [np.flatnonzero(short < -room * surface.error)[:1] for room in ROOMS]
        return np.concatenate([cloud[np.unique(np.concatenate(first))], blind])

    def cloud(self, best: Reals, reach: float, length: float, generator: np.random.Generator) -> Reals:
        """Worlds about the best one, all drawn back towards the centre: as a whole, or input by input."""
        half, inputs = CLOUD // 2, best.size
        moved = best + reach * length / np.sqrt(inputs) * generator.normal(size=(half, inputs)) * self.scale
        whole = 1.0 - reach**2 * generator.random((half, 1)) / 2.0
        single = 1.0 - reach * generator.random((half, inputs)) * (generator.random((half, inputs)) < 0.5)
        towards = np.stack([whole * (moved - self.centre), single * (best - self.centre)], axis=1).reshape(-1, inputs)
        return np.asarray(np.clip(self.centre + towards, self.lowest, self.highest))

    def sorted(self, x: Reals) -> Reals:
        """Worlds[n, d] by their scores, the best first."""
        return np.asarray(x[np.argsort(self.score(x), kind="stable")])

    def report(self, world: Reals, share: Estimate, status: str, words: str) -> FailingWorld:
        shifts = (world - self.base) / self.scale
        density = float(_log_density(self.uncertainties, world[None, :])[0])
        failures = estimate((self.evaluate(world[None, :])[0] < 0.0).astype(np.float64))
        return FailingWorld(
            True,
            world,
            shifts,
            float(np.linalg.norm(shifts)),
            density,
            failures,
            share,
            len(self.worlds),
            status,
            words,
        )

    def none(self, share: Estimate, words: str) -> FailingWorld:
        nan = np.full(self.base.size, np.nan)
        return FailingWorld(
            False, nan, nan, np.nan, np.nan, Estimate(0.0, 0.0, 1.0), share, len(self.worlds), NONE, words
        )
