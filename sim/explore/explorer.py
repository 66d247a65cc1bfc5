"""The explorer without its page: points of a scenario's levers, reckoned at once or played and kept in the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.experiments.lab import Lab
from sim.explore import played_grid, point_estimate
from sim.explore.explored_levers import Lever, Point, levers, sets_of
from sim.explore.played_grid import GridPlan, PlayedGrid
from sim.explore.point_estimate import PointEstimate
from sim.judgement.archive import Archive
from sim.judgement.breaking.kept_criteria import Criteria
from sim.judgement.result import Result
from sim.judgement.session import Run
from sim.results.loading import load
from sim.runs.ahead import Account, Part
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.orders import Order
from sim.runs.play import Runner
from sim.runs.remembered import Remembered
from sim.runs.resources import estimate, place_seconds
from sim.runs.sheet import Sheet
from sim.scenario.language.reading import Shelf
from sim.scenario.load import Loaded
from sim.scenario.reads_claims import DRAWN, Claims, readers

PLAY_SECONDS = 30.0  # that the replications of a point may take, as reckoned, where nobody says how many
FEWEST = 20  # replications of a point all the same
AT_ONCE_SECONDS = 1.2  # that reckoning a point may take
AT_ONCE = (2, 16)  # replications of it, at least and at most
GRID = "cells"  # what the account calls the points of a grid


@dataclass(frozen=True)
class Asked:
    """What is explored, and how."""

    file: str
    store: str
    """folder that keeps what is played"""
    sets: tuple[str, ...] = ()
    seed: int | None = None
    replications: int | None = None
    workers: int | None = None
    lang: str = "en"

    @property
    def text(self) -> str:
        """As a text that another process reads."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Asked:
        """What `text` says."""
        said = json.loads(text)
        return cls(**{**said, "sets": tuple(said["sets"])})


class Explorer:
    """A scenario with its levers, and what is known of their points.

    Raises
    ------
    ScenarioError
        Where the scenario cannot be played.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.loaded = load(asked.file, asked.sets)
        self._shelf: Shelf = dict(self.loaded.shelf)
        self._results: dict[tuple[str, ...], Result] = {}
        self._grids: dict[tuple[str, str], PlayedGrid] = {}
        self._stored: dict[str, Result] = {}
        self._trees: dict[str, Mapping[str, Any]] = {}
        self._at_once = Runner(Crew(1))
        self._at_once.store = Remembered()

    @cached_property
    def levers(self) -> dict[str, Lever]:
        """Every lever by name."""
        return {one.name: one for one in levers(self.loaded)}

    @property
    def archive(self) -> Archive:
        """What is stored, of this scenario and others."""
        return Archive(Path(self.asked.store))

    @cached_property
    def workers(self) -> int:
        """Processes that play."""
        return Crew(self.asked.workers).size

    @cached_property
    def replications(self) -> int:
        """Of a point: as asked, else those of the scenario for which there is time."""
        if self.asked.replications is not None:
            return self.asked.replications
        most, outline = self.loaded.scenario.replications, self._stated.outline
        one = estimate(outline, most, self.workers)[1] / most / self.workers
        return min(most, max(FEWEST, int(PLAY_SECONDS / max(one, 1e-9))))

    def sets(self, point: Point) -> tuple[str, ...]:
        """A point as `--set` takes it."""
        return sets_of(self.levers, point)

    def loaded_at(self, sets: tuple[str, ...]) -> Loaded:
        """The scenario with figures moved."""
        return load(self.asked.file, (*self.asked.sets, *sets), (), self._shelf) if sets else self.loaded

    def run_at(self, sets: tuple[str, ...]) -> Run:
        """The run of a point: its replications and its breaking points; doubt is what the levers are for."""
        return Run(Case.of(self.loaded_at(sets), self.asked.seed), self.replications, doubt=0)

    def played(self, sets: tuple[str, ...], account: Account | None = None, workers: int = 1) -> Result:
        """A point played, or taken from the store, and remembered.

        Raises
        ------
        OutputError, LedgerError
        """
        if sets not in self._results:
            run = self.run_at(sets)
            with Crew(workers) as crew:
                run.check(crew.size)
                self._results[sets] = run.play(crew, self.archive, account)
        return self._results[sets]

    def has(self, sets: tuple[str, ...]) -> Result | None:
        """A point that was played already."""
        return self._results.get(sets)

    def reckoned(self, point: Point) -> PointEstimate:
        """A point from a few replications on the luck of the stated run, with expected claims where they will do."""
        if not point:
            return point_estimate.stated(self._known, self.replications)
        return point_estimate.shifted(self._known, self._few(point), self._few({}), self._drawn)

    def estimated(self, point: Point, grid: PlayedGrid | None) -> PointEstimate:
        """A point from a grid where one covers what is moved, and the other levers on top of it from a few."""
        if grid is None or not {grid.plan.x.name, grid.plan.y.name} & set(point):
            return self.reckoned(point)
        x, y = (point.get(one.name, one.stated) for one in (grid.plan.x, grid.plan.y))
        on_grid = {name: value for name, value in point.items() if name in (grid.plan.x.name, grid.plan.y.name)}
        told = {name: grid.at(name, x, y) for name in grid.names}
        if len(on_grid) < len(point):
            more = point_estimate.difference(self._known, self._few(point), self._few(on_grid))
            told = {name: one.moved(more[name]) for name, one in told.items()}
        return PointEstimate("interpolated", told, grid.plan.replications, grid.error("figure.result"))

    def grid_plan(self, first: str, second: str) -> GridPlan:
        """The grid over two levers for which there is time."""
        outline = self._stated.outline
        found = played_grid.shape(lambda k: place_seconds(outline, k), self.workers, self.replications)
        return GridPlan.of(self.levers[first], self.levers[second], found)

    def grid(self, first: str, second: str, account: Account | None = None, workers: int = 1) -> PlayedGrid:
        """A grid over two levers, played or taken from the store, and remembered.

        Raises
        ------
        OutputError, LedgerError
        """
        if (first, second) not in self._grids:
            plan = self.grid_plan(first, second)
            known = self._known
            sheets = self._sheets(plan, Account() if account is None else account, workers)
            self._grids[first, second] = played_grid.played(plan, known, sheets)
        return self._grids[first, second]

    def seconds_of(self, plan: GridPlan) -> float:
        """Seconds that a grid is reckoned to take on all workers."""
        plays = len(plan.nodes) + len(plan.between)
        return plays * place_seconds(self._stated.outline, plan.replications) / self.workers

    def stored(self, key: str) -> Result:
        """A run of the store, remembered.

        Raises
        ------
        OutputError
        """
        if key not in self._stored:
            self._stored[key] = self.archive.result(key)
        return self._stored[key]

    def tree_of(self, key: str) -> Mapping[str, Any]:
        """The scenario of a run of the store, remembered.

        Raises
        ------
        ScenarioError
        """
        if key not in self._trees:
            self._trees[key] = load(self.archive.scenario(key)).tree
        return self._trees[key]

    def has_grid(self, first: str, second: str) -> PlayedGrid | None:
        """A grid that was played already."""
        return self._grids.get((first, second))

    def _sheets(self, plan: GridPlan, account: Account, workers: int) -> list[Sheet]:
        places = [*plan.nodes, *plan.between]
        account.plan([Part(GRID, len(places), plan.replications)], partial(place_seconds, self._stated.outline))
        with Crew(workers) as crew:
            lab = Lab(Path(), crew, self.archive, account)
            cases = [Case.of(self.loaded_at(self.sets(plan.point(place))), self.asked.seed) for place in places]
            found = lab.sheets(cases, range(plan.replications))
        account.finish()
        return found

    @cached_property
    def _stated(self) -> Case:
        return Case.of(self.loaded, self.asked.seed)

    @cached_property
    def _known(self) -> Criteria:
        return point_estimate.watched(self.played(()))

    def unit(self, figure: str) -> str:
        """Unit of a key figure."""
        return self.played(()).figures[figure].unit

    def unit_of_margin(self, criterion: str) -> str:
        """Unit in which a criterion is told to be kept or missed: that of the figure it looks at."""
        known = self._known
        return known.stated[known.names.index(f"criterion.{criterion}")].unit

    @cached_property
    def claims(self) -> Claims:
        """How claims are played where a point is reckoned."""
        some = any(product.claims for product in self.loaded.scenario.products.values())
        return "expected" if some and next(readers(self.loaded.scenario), None) is None else DRAWN

    @cached_property
    def few(self) -> int:
        """Replications of a point that is reckoned."""
        least, most = AT_ONCE
        fit = [k for k in range(least, most + 1) if place_seconds(self._stated.outline, k) <= AT_ONCE_SECONDS]
        return min(max(fit, default=least), self.replications)

    def _few(self, point: Point) -> list[Reals]:
        """u[k] of a few replications at a point, by gauge."""
        found = self._few_of(point, self.claims)
        if self.claims == DRAWN or not self._drawn:
            return found
        pairs = zip(self._known.names, found, self._few_of(point, DRAWN), strict=True)
        return [drawn if name in self._drawn else expected for name, expected, drawn in pairs]

    def _few_of(self, point: Point, claims: Claims) -> list[Reals]:
        case = Case.of(self.loaded_at(self.sets(point)), self.asked.seed, claims=claims)
        (sheet,) = self._at_once.play([Order(case, range(self.few))])
        assert isinstance(sheet, Sheet)
        return self._known.there(sheet)

    @cached_property
    def _drawn(self) -> frozenset[str]:
        """Gauges that need drawn claims: with expected ones they have no value, such as the lowest equity."""
        if self.claims == DRAWN:
            return frozenset(self._known.names)
        pairs = zip(self._known.names, self._few_of({}, self.claims), strict=True)
        return frozenset(name for name, u in pairs if np.isnan(u).any())
