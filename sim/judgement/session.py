"""From a loaded scenario to a result: what `sim.run` and the command `run` both call."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path

from sim.base.notes import Note
from sim.engine.layout.plan import Plan
from sim.judgement.breaking.edge_search import play_breaking
from sim.judgement.precision import Until
from sim.judgement.result import Result
from sim.judgement.twin import play_twin
from sim.judgement.with_doubt import play_with_doubt
from sim.results.loading import load
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.play import Progress, Runner, cube_of
from sim.runs.replicate import Replication, Specification
from sim.runs.resources import check_resources
from sim.runs.store import Store
from sim.scenario.load import Loaded, Source
from sim.scenario.reads_claims import DRAWN, Claims
from sim.statistics.sequential import Rounds


def lay_out(loaded: Loaded, seed: int | None = None, extra: Sequence[type] = ()) -> tuple[Specification, Plan]:
    """A loaded scenario as plain data for workers and as a plan."""
    case = Case.of(loaded, seed, extra)
    return case.specification, case.plan


@dataclass(frozen=True)
class Run:
    """One run, complete: two equal runs give the same bytes of data."""

    case: Case
    replications: int
    """all that are played, or the most that may be where the run waits for something"""
    panels: tuple[int, ...] = ()
    """replications whose partners are kept year by year"""
    until: Until | None = None
    """what is waited for"""
    doubt: int | None = None
    """replications that are played with doubt too, where the scenario states uncertainties; None: as many as without"""
    breaks: bool = True
    """whether breaking points are looked for, where the scenario names what may be turned"""
    twin: bool = False
    """whether the same is played without the partner programme too"""

    @cached_property
    def rounds(self) -> Rounds | None:
        """When the run looks at what it knows; None where it is played at once.

        Raises
        ------
        ScenarioError
            Where what is waited for can never be known.
        """
        if self.until is None:
            return None
        return self.until.rounds(self.case.outline.scenario, self.replications, self.case.specification.claims)

    def check(self, workers: int) -> list[Note]:
        """Refuse what this machine has no room for, before the partners are laid out; returns warnings.

        Raises
        ------
        OutputError
        """
        return check_resources(self.case.outline, self.replications, workers)

    def play(self, crew: Crew, store: Store | None = None, progress: Progress | None = None) -> Result:
        """Play it and judge the policy.

        Raises
        ------
        OutputError, LedgerError
        """
        began, rounds, done = time.perf_counter(), self.rounds, list[Replication]()
        runner = Runner(crew, store, None if progress is None else _from(done, progress))
        for total in (self.replications,) if rounds is None else rounds.totals:
            done += runner.months(self.case, range(len(done), total), frozenset(self.panels))
            result = self._result(done, time.perf_counter() - began)
            if self.until is not None and self.until.enough(result.look):
                break
        return self._beside(result, Runner(crew, store, progress))

    def _beside(self, result: Result, runner: Runner) -> Result:
        """The result with what stands beside the verdict: doubt, and breaking points."""
        played = len(result.replications)
        again = min(played, played if self.doubt is None else self.doubt)
        if self.case.outline.scenario.uncertainties and again:
            result = replace(result, doubt=play_with_doubt(runner, self.case, result.figures, again))
        else:
            again = 0
        if self.twin:
            result = replace(result, twin=play_twin(runner, self.case, result.figures, played))
        if not self.breaks:
            return result
        return replace(result, breaking=play_breaking(runner, self.case, result.figures, again))

    def _result(self, done: Sequence[Replication], seconds: float) -> Result:
        case = self.case
        assert case.loaded is not None
        return Result(
            case.loaded, case.specification, case.plan, cube_of(case, done), tuple(done), case.notes,
            {"seconds": seconds}, self.rounds, self.until,
        )  # fmt: skip


def run(
    scenario: Loaded | Source,
    replications: int | None = None,
    workers: int | None = None,
    seed: int | None = None,
    *,
    panels: Iterable[int] = (),
    progress: Progress | None = None,
    extra: Sequence[type] = (),
    store: Store | str | PathLike[str] | None = None,
    cluster: str | None = None,
    until: Until | None = None,
    claims: Claims = DRAWN,
    doubt: int | None = None,
    breaks: bool = True,
    twin: bool = False,
) -> Result:
    """Play a scenario and judge its policy.

    Parameters
    ----------
    scenario : a loaded scenario, the path of its file, or the scenario as a mapping
    replications, seed : the scenario's own where left out
    workers : processes; None takes those at hand, 1 stays in this process
    panels : replications whose partners are kept year by year in `Result.partners`
    progress : called with (done, all) as replications finish
    extra : your own rules, strategies, stories, stages, key figures and output files
    store : a folder that keeps replications as they finish; what it has already is not played again
    cluster : address of a Dask scheduler, instead of processes of this machine
    until : play in rounds until this is known; `replications` are then the most that may be played
    claims : `expected` plays the mean of each month's claims in place of a draw: less noise in means, no probabilities
    doubt : replications played with doubt too, where the scenario states uncertainties; None: all, 0: none
    breaks : look for breaking points, where the scenario names what may be turned
    twin : play the same without the partner programme too, on the same luck: what partners add

    Raises
    ------
    ScenarioError, OutputError, LedgerError

    Examples
    --------
    >>> import sim
    >>> small = {"schema": 1, "extends": "scenarios/gallery/small_network.yaml", "months": "6mo"}
    >>> result = sim.run(small, replications=2, workers=1, doubt=0, breaks=False)
    >>> result
    FAIL A small network of brokers: 2 replications of 6 months, seed 1
    ...
    >>> result.monthly.sizes["month"]
    6
    """
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario, (), extra)
    number = loaded.scenario.replications if replications is None else replications
    asked = Run(Case.of(loaded, seed, extra, claims=claims), number, tuple(panels), until, doubt, breaks, twin)
    kept = store if store is None or isinstance(store, Store) else Store(Path(store))
    with Crew(workers, cluster) as crew:
        asked.check(crew.size)
        return asked.play(crew, kept, progress)


def _from(done: Sequence[object], progress: Progress) -> Progress:
    """Progress of a round, counted on from what earlier rounds have done."""
    return lambda now, total: progress(len(done) + now, len(done) + total)
