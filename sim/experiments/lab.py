"""The laboratory: loads the cases of a study and has them played on common luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.base.notes import Note
from sim.figures.vocabulary import Vocabulary
from sim.judgement.result import Result
from sim.results.loading import load
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.play import Order, Progress, Runner, cube_of
from sim.runs.resources import check_resources
from sim.runs.sheet import Sheet
from sim.runs.store import Store
from sim.runs.work import Played
from sim.scenario.checks.what_prices_move import MOVED
from sim.scenario.language.reading import Shelf
from sim.scenario.load import Loaded
from sim.scenario.reads_claims import DRAWN, Claims


@dataclass(frozen=True)
class Play:
    """A case that was played: its name, seed and the numbers of its replications."""

    name: str
    seed: int
    numbers: frozenset[int]


@dataclass
class Lab:
    """Where studies are carried out. `named` holds the scenarios that were asked for, `played` the cases by key.

    `moved_prices` are notes of prices that some case moves without a response of sales.

    Parameters
    ----------
    home : folder from which the scenarios of a study are named
    crew : the workers
    store : keeps replications as they finish; None keeps nothing
    progress : called with (done, all) as replications finish
    sets : overrides `path=value` laid over every scenario
    extra : your own rules, strategies, stories and key figures
    """

    home: Path = Path()
    crew: Crew = field(default_factory=Crew)
    store: Store | None = None
    progress: Progress | None = None
    sets: tuple[str, ...] = ()
    extra: tuple[type, ...] = ()

    def __post_init__(self) -> None:
        self.runner = Runner(self.crew, self.store, self.progress)
        self._shelf: Shelf = {}
        self.named: dict[str, Loaded] = {}
        self.played: dict[str, Play] = {}
        self.moved_prices: dict[Note, None] = {}

    def case(
        self,
        scenario: str | Path | Loaded,
        sets: Sequence[str] = (),
        seed: int | None = None,
        name: str = "",
        claims: Claims = DRAWN,
    ) -> Case:
        """A scenario with overrides; a path is named from `home`.

        Raises
        ------
        ScenarioError
        """
        return Case.of(self._loaded(scenario, sets), seed, self.extra, name, claims)

    def _loaded(self, scenario: str | Path | Loaded, sets: Sequence[str]) -> Loaded:
        if isinstance(scenario, Loaded):
            return scenario
        found = load(self.home / scenario, (*self.sets, *sets), self.extra, self._shelf)
        self.moved_prices |= dict.fromkeys(note for note in found.notes if note.code == MOVED)
        if str(scenario) not in self.named:
            self.named[str(scenario)] = (
                load(self.home / scenario, self.sets, self.extra, self._shelf) if sets else found
            )
        return found

    @property
    def spoken(self) -> Vocabulary:
        """The vocabulary of the first scenario that was asked for."""
        return next((one.scenario.spoken for one in self.named.values()), Vocabulary())

    @property
    def judged(self) -> dict[str, str]:
        """Criteria of the scenarios that were asked for, and the key figure that each bounds."""
        stated = [one.scenario.criteria for one in reversed(self.named.values())]
        return {name: one.kpi for criteria in stated for name, one in criteria.items()}

    def _play(self, orders: Sequence[Order]) -> list[Played]:
        for order in orders:
            key = order.case.specification.key
            before = self.played[key].numbers if key in self.played else frozenset()
            self.played[key] = Play(order.case.name, order.case.specification.seed, before | set(order.numbers))
        return self.runner.play(orders)

    def sheets(self, cases: Sequence[Case], numbers: Sequence[int]) -> list[Sheet]:
        """Key figures of each case by replication."""
        found = self._play([Order(case, numbers, "figures") for case in cases])
        return [one for one in found if isinstance(one, Sheet)]

    def results(self, cases: Sequence[Case], numbers: Sequence[int], panels: Sequence[int] = ()) -> list[Result]:
        """Each case month by month, with yearly panels of partners for some replications."""
        for case in cases:
            check_resources(case.outline, len(numbers) * len(cases), self.crew.size)
        orders = [Order(case, numbers, "months", frozenset(panels)) for case in cases]
        return [
            Result(case.loaded, case.specification, case.plan, cube_of(case, done), tuple(done), case.notes)
            for case, done in zip(cases, self._play(orders), strict=True)
            if case.loaded is not None and isinstance(done, list)
        ]
