"""The nearest and the most likely world in which a policy fails.

Notation: x world, d inputs, score of a world = what is made smallest, margin of a world = by how much it keeps the
criteria, on common luck: below 0 it fails.
Both questions are one search from a centre on which the score grows (distance: the present world; improbability: the
laws' peaks). Rays from the centre to failing samples are cut by false position to where failing begins. Then response
surfaces improve the best failing world (Bucher and Bourgund 1990, Structural Safety 7, 57-66): a quadratic is fitted to
all that was played, and of a random cloud about the best those are played that score best among what fails by it, with
and without room for its error. What is reported was played and fails, and a world just before it on its ray holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from sim.base.arrays import Reals
from sim.statistics.evaluation import Estimate, estimate, space_filling
from sim.statistics.failure.false_position import crossings
from sim.statistics.failure.response_surface import Surface
from sim.statistics.uncertainty import Uncertainty, medians, worlds

REACH = 0.999  # share of each law that is searched: worlds beyond are not believed in
RAYS = 8  # nearest failing samples that are followed: more than the pockets of failure one expects
COARSE = 3  # halvings that these rays are cut to: response surfaces go on from there
ROUNDS = 60  # of response surfaces: more gained little on known cases
HALVINGS = 16  # of a ray: 1.5e-5 of its length
CLOUD = 1024  # worlds about the best at which a response surface is looked at
ROOMS = (-2.0, -1.0, 0.0, 1.0)  # errors of the surface by which a world that is played is to fail by it
BLIND = 12  # worlds of the cloud played at random, too, where margins are a mere yes or no
WIDEST, TIRED = 0.5, 0.5  # first reach of the cloud in units of the ray's length, its factor after a round without gain
NARROWEST = 1.0 / 64.0  # reach after which the cloud is widest again
ALONE = 0.5  # chance that an input is drawn back by itself
TIE = 1e-6  # weight of the distance among worlds equally likely
FOUND, NONE, NOW, PEAK = "found", "none", "fails already in the present world", "fails already in the most likely world"

Score = Callable[[Reals], Reals]
Margins = Callable[[Reals], Reals]
"""worlds[n, d] -> by how much each keeps the criteria, [n]: below 0 it fails"""


@dataclass(frozen=True)
class Effort:
    """How long to search: rounds of response surfaces, and halvings of a ray."""

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
    sampled: Estimate
    """share of the sampled worlds (by their laws) that fail"""
    evaluations: int
    status: str
    statement: str


def most_worlds(inputs: int, n: int, effort: Effort) -> int:
    """Worlds that a search plays at most, besides the sample as far as it lies within REACH."""
    beyond = ceil(n * inputs * (1.0 - REACH))
    edges = 2 * (RAYS * COARSE + effort.halvings)
    return beyond + 3 + edges + effort.rounds * (len(ROOMS) + BLIND + 2 * effort.halvings)


@dataclass(frozen=True)
class _Aim:
    """What is looked for: where the score is least, which grows on every ray from the centre."""

    centre: Reals
    score: Score
    words: str
    begins: int
    """worlds that were played for other aims"""

    def best(self, x: Reals) -> Reals:
        """Worlds[n, d] by their scores, the best first."""
        return np.asarray(x[np.argsort(self.score(x), kind="stable")])


class Search:
    """Searches for failing worlds, the later ones knowing what was played for those before.

    Parameters
    ----------
    evaluate : callable
        By how much each world keeps the criteria; below 0 it fails. 1 and -1 will do, but take longer.
    n : int
        Worlds sampled by their laws before the search; a power of two. A pocket of failure that holds no sample and
        lies behind no ray is not found; `sampled.high` bounds its probability.
    present : array, shape (d,)
        The medians if left out.
    effort : Effort
        How long to search; left out: until the distance is known within 1 %.
    """

    def __init__(
        self, evaluate: Margins, uncertainties: Sequence[Uncertainty], *, n: int, seed: int,
        present: Reals | None = None, effort: Effort | None = None,
    ) -> None:  # fmt: skip
        self._evaluate, self._uncertainties, self._seed = evaluate, uncertainties, seed
        self._effort = effort or Effort()
        self._base = medians(uncertainties) if present is None else np.asarray(present, dtype=np.float64)
        self._scale = np.array([one.spread for one in uncertainties])
        edges = np.array([(1 - REACH) / 2, (1 + REACH) / 2])
        self._lowest, self._highest = np.array([one.quantile(edges) for one in uncertainties]).T
        self.worlds, self.margins = np.zeros((0, self._base.size)), np.zeros(0)
        sample = worlds(uncertainties, space_filling(n, self._base.size, seed))
        self._sample = np.clip(sample, self._lowest, self._highest)
        self._sampled = self._play(self._sample) < 0.0

    def nearest(self) -> FailingWorld:
        """The failing world nearest to the present one, in units of the inputs' spreads."""
        return self._run(_Aim(self._base, self._far, "nearest", len(self.worlds)))

    def most_likely(self) -> FailingWorld:
        """The failing world of the highest joint density, inputs taken as independent; of equals the nearest."""
        modes = [
            now if one.mode is None else one.mode for one, now in zip(self._uncertainties, self._base, strict=True)
        ]
        peak = np.array(modes)
        top = self._log_density(peak[None, :])
        improbability = lambda x: top - self._log_density(x) + TIE * self._far(x)  # noqa: E731
        return self._run(_Aim(peak, improbability, "most likely", len(self.worlds)))

    def _far(self, x: Reals) -> Reals:
        """Squared distances of worlds[n, d] from the present one."""
        return np.asarray((((x - self._base) / self._scale) ** 2).sum(axis=1))

    def _log_density(self, x: Reals) -> Reals:
        return np.sum([one.log_density(x[:, i]) for i, one in enumerate(self._uncertainties)], axis=0)

    def _run(self, aim: _Aim) -> FailingWorld:
        for start, words in ((self._base, NOW), (aim.centre, PEAK)):
            if self._play(start[None, :])[0] < 0.0:
                return self._report(start, words, words)
        if not self._sampled.any():
            return self._none()
        self._edge(aim, aim.best(self._sample[self._sampled])[:RAYS], min(COARSE, self._effort.halvings))
        self._improve(aim)
        self._edge(aim, self._best(aim, 0)[None, :], self._effort.halvings)
        return self._report(self._best(aim, 0), FOUND, f"the {aim.words} failing world found")

    def _play(self, x: Reals) -> Reals:
        """Margins of worlds[n, d]."""
        found = self._evaluate(x)
        self.worlds, self.margins = np.concatenate([self.worlds, x]), np.concatenate([self.margins, found])
        return found

    def _best(self, aim: _Aim, begins: int) -> Reals:
        """The best failing world of the sample and of those played from a time on."""
        failing = self.margins < 0.0
        failing[len(self._sample) : begins] = False
        return np.asarray(aim.best(self.worlds[failing])[0])

    def _edge(self, aim: _Aim, failing: Reals, halvings: int) -> None:
        """Play where failing begins on the rays from the centre to failing worlds[n, d]."""
        rays = failing - aim.centre
        kept, *short = (self.margins[(self.worlds == one).all(axis=1)][0] for one in (aim.centre, *failing))
        crossings(
            lambda line, t: self._play(aim.centre + t[:, None] * rays[line]),
            np.full(len(rays), kept), np.array(short), 0.5**halvings,
        )  # fmt: skip

    def _improve(self, aim: _Aim) -> None:
        """Rounds of response surfaces about the best failing world."""
        generator, reach = np.random.default_rng(self._seed), WIDEST
        for _ in range(self._effort.rounds):
            tried = self._proposed(aim, self._best(aim, aim.begins), reach, generator)
            if not len(tried) or (self._play(tried) >= 0.0).all():
                reach = reach * TIRED if reach > NARROWEST else WIDEST
            elif self._blind:
                self._edge(aim, self._best(aim, aim.begins)[None, :], self._effort.halvings)

    @property
    def _blind(self) -> bool:
        """Whether margins are a mere yes or no, a poor guide to a surface."""
        return np.unique(self.margins).size == 2

    def _proposed(self, aim: _Aim, best: Reals, reach: float, generator: np.random.Generator) -> Reals:
        """Worlds of a cloud that score better than the best one and fail by the response surface."""
        length = float(np.linalg.norm((best - aim.centre) / self._scale))
        surface = Surface.of(self.worlds / self._scale, self.margins, best / self._scale, reach * length)
        cloud = self._cloud(aim, best, reach * length * self._scale, reach, generator)
        cloud = cloud[aim.score(cloud) < aim.score(best[None, :])]
        blind, cloud = cloud[: BLIND * self._blind], aim.best(cloud)
        margins = surface.at(cloud / self._scale)
        first = [np.flatnonzero(margins < -room * surface.error)[:1] for room in ROOMS]
        return np.concatenate([cloud[np.unique(np.concatenate(first))], blind])

    def _cloud(self, aim: _Aim, best: Reals, step: Reals, reach: float, generator: np.random.Generator) -> Reals:
        """Worlds about the best one, all drawn back towards the centre: as a whole, and input by input."""
        shape = CLOUD // 2, best.size
        moved = best - aim.centre + step / np.sqrt(best.size) * generator.normal(size=shape)
        whole = (1.0 - reach**2 * generator.random((len(moved), 1)) / 2.0) * moved
        single = (1.0 - reach * generator.random(shape) * (generator.random(shape) < ALONE)) * (best - aim.centre)
        drawn = np.stack([whole, single], axis=1).reshape(-1, best.size)
        return np.asarray(np.clip(aim.centre + drawn, self._lowest, self._highest))

    def _report(self, world: Reals, status: str, words: str) -> FailingWorld:
        shifts = (world - self._base) / self._scale
        density = float(self._log_density(world[None, :])[0])
        distance = float(np.linalg.norm(shifts))
        return FailingWorld(True, world, shifts, distance, density, self._share, len(self.worlds), status, words)

    def _none(self) -> FailingWorld:
        nan, share = np.full(self._base.size, np.nan), self._share
        words = (
            f"no failing world among {len(self._sample)} sampled; worlds that fail have a probability below "
            f"{share.high:.2g} (95 %)"
        )
        return FailingWorld(False, nan, nan, np.nan, np.nan, share, len(self.worlds), NONE, words)

    @property
    def _share(self) -> Estimate:
        """Share of the sampled worlds that fail."""
        return estimate(self._sampled.astype(np.float64), probability=True)
