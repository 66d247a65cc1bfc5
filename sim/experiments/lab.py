"""The laboratory: loads the cases of a study and has them played on common luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.base.errors import Problem, ScenarioError
from sim.base.notes import Note
from sim.experiments.policies import Variant
from sim.figures.vocabulary import Vocabulary
from sim.judgement.result import Result
from sim.judgement.result_of_case import result_of_case
from sim.results.loading import load
from sim.runs.ahead import Account
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.orders import Order
from sim.runs.play import Runner
from sim.runs.remembered import Remembered
from sim.runs.resources import check_resources
from sim.runs.sheet import Sheet
from sim.runs.store import Store
from sim.runs.work import Played
from sim.scenario.checks.what_prices_move import MOVED
from sim.scenario.files.bounds import Bounds, Wider, given
from sim.scenario.files.plain_file import UnfitFile
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
    account : hears of all that is planned and played
    sets : overrides `path=value` laid over every scenario
    extra : your own rules, strategies, stories and key figures
    root : a folder that may be read beside those of the scenarios
    bounds : what the study's file may name; None: its files are named by a person
    """

    home: Path = Path()
    crew: Crew = field(default_factory=Crew)
    store: Store | None = None
    account: Account = field(default_factory=Account)
    sets: tuple[str, ...] = ()
    extra: tuple[type, ...] = ()
    root: Wider = None
    bounds: Bounds | None = None

    def __post_init__(self) -> None:
        self.runner = Runner(self.crew, self.store, self.account)
        self._shelf: Shelf = {}
        self.named: dict[str, Loaded] = {}
        self.played: dict[str, Play] = {}
        self.moved_prices: dict[Note, None] = {}

    def remember(self) -> None:
        """From now on nothing is played twice, whether there is a store or not."""
        self.runner.store = Remembered(self.store)

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

    def loaded(self, variant: Variant, sets: Sequence[str] = ()) -> Loaded:
        """A scenario with its changes and more.

        Raises
        ------
        ScenarioError
        """
        return self._loaded(variant.scenario, (*variant.sets, *sets))

    def _loaded(self, scenario: str | Path | Loaded, sets: Sequence[str]) -> Loaded:
        if isinstance(scenario, Loaded):
            return scenario
        found = self._read(self.home / scenario, (*self.sets, *sets))
        self.moved_prices |= dict.fromkeys(note for note in found.notes if note.code == MOVED)
        if str(scenario) not in self.named:
            self.named[str(scenario)] = self._read(self.home / scenario, self.sets) if sets else found
        return found

    def _read(self, path: Path, sets: Sequence[str]) -> Loaded:
        return load(path, sets, self.extra, self._shelf, root=self.root)

    def file(self, name: str) -> Path:
        """A file of data that the study names.

        Raises
        ------
        ScenarioError
            It lies outside of what may be read.
        """
        path = self.home / name
        try:
            if self.bounds is None:
                given(path, self.root)
            else:
                self.bounds.named(name, self.home, "the study")
        except UnfitFile as error:
            raise ScenarioError(Problem("", error.what, error.remedy, str(path))) from None
        return path

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
            result_of_case(case, done)
            for case, done in zip(cases, self._play(orders), strict=True)
            if case.loaded is not None and isinstance(done, list)
        ]
