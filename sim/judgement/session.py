"""From a loaded scenario to a result: what `sim.run` and the command `run` both call."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from os import PathLike
from pathlib import Path
from typing import Literal, get_args

from sim.base.in_python.arguments import LARGEST_SEED, MOST_REPLICATIONS, MOST_WORKERS, Arguments
from sim.base.in_python.words_of_python import words_of_python
from sim.base.notes import Note
from sim.engine.layout.plan import Plan
from sim.judgement.breaking.allowance import work_ahead
from sim.judgement.breaking.edge_search import play_breaking
from sim.judgement.precision import Until
from sim.judgement.result import Result
from sim.judgement.result_of_case import result_of_case
from sim.judgement.twin import play_twin
from sim.judgement.with_doubt import play_with_doubt, uncertain
from sim.results.loading import load
from sim.runs.ahead import Account, Part, Progress, TimeIsUp, growing, reckoned
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.doubt import doubt_seconds
from sim.runs.play import Runner
from sim.runs.replicate import Replication, Specification
from sim.runs.resources import check_resources, place_seconds, room
from sim.runs.store import Store
from sim.scenario.load import Loaded, Source
from sim.scenario.reads_claims import DRAWN, Claims
from sim.statistics.sequential import Rounds

TO_THE_CALLER = 4  # frames: this one, `run` or `study`, what words their errors, and who called
DECIDED = "decided"  # what `until` may say in place of an Until without a key figure


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

    def ahead(self, replications: int | None = None) -> list[Part]:
        """The work of so many replications, at most; None: of all."""
        played = self.replications if replications is None else replications
        again = self._again(played)
        parts = [Part("replications", 1, played)]
        parts += [self._doubted(again)] if again else []
        parts += [Part("twin", 1, played)] if self.twin else []
        return parts + (work_ahead(self.case, played, again) if self.breaks else [])

    def play(self, crew: Crew, store: Store | None = None, account: Account | None = None) -> Result:
        """Play it and judge the policy.

        With `account.within` it is played in rounds that grow until no larger one would be over in time; what stands
        beside the verdict is left out, or played with fewer replications, where it would come too late.

        Raises
        ------
        OutputError, LedgerError
        """
        account = Account() if account is None else account
        runner, parts = Runner(crew, store, account), self.ahead()
        runner.time_months(self.case, self.replications, reckoned(parts, self._seconds))
        account.plan(parts, self._seconds, room(self.case.outline, parts, crew.here, store is not None))
        result = self._beside(self._played(runner), runner)
        account.finish()
        return result

    def _played(self, runner: Runner) -> Result:
        """The replications, until there are enough of them or no time for more."""
        began, done, account = time.perf_counter(), list[Replication](), runner.account
        totals = self._totals(account.limited)
        for total in totals:
            if done and not account.fits(self.reckoned(total) - self._seconds(len(done))):
                break
            with suppress(TimeIsUp):
                done += runner.months(self.case, range(len(done), total), frozenset(self.panels))
            account.bounded = account.limited
            result = self._result(done, time.perf_counter() - began)
            if total < totals[-1]:
                account.answer(result)
            look = result.look
            if len(done) < total or (self.until is not None and look is not None and self.until.enough(look)):
                break
        return result

    def _totals(self, limited: bool) -> Sequence[int]:
        if self.rounds is not None:
            return self.rounds.totals
        return growing(self.replications) if limited else (self.replications,)

    def _seconds(self, replications: int, together: int = 1) -> float:
        return place_seconds(self.case.outline, replications, together)

    def reckoned(self, replications: int | None = None) -> float:
        """Seconds of one processor that so many replications take, or all, and what stands beside them."""
        return reckoned(self.ahead(replications), self._seconds)

    def _again(self, played: int) -> int:
        """Replications that are played with doubt too."""
        doubted = bool(self.case.outline.scenario.uncertainties)
        return min(played, played if self.doubt is None else self.doubt) if doubted else 0

    def _beside(self, result: Result, runner: Runner) -> Result:
        """The result with what stands beside the verdict, as far as there is time.

        What is left out for want of time is as if it had not been asked for.
        """
        for step in (self._with_doubt, self._with_twin, self._with_breaks):
            with suppress(TimeIsUp):
                result = step(result, runner)
        return result

    def _with_doubt(self, result: Result, runner: Runner) -> Result:
        again = self._again(len(result.replications))
        if not again or not self._begins(runner, self._doubted(again)):
            return result
        return replace(result, doubt=play_with_doubt(runner, self.case, result.figures, again))

    def _with_twin(self, result: Result, runner: Runner) -> Result:
        played = len(result.replications)
        if not self.twin or not self._begins(runner, Part("twin", 1, played)):
            return result
        return replace(result, twin=play_twin(runner, self.case, result.figures, played))

    def _with_breaks(self, result: Result, runner: Runner) -> Result:
        again = 0 if result.doubt is None else result.doubt.replications
        search = work_ahead(self.case, len(result.replications), again) if self.breaks else []
        if not self.breaks or not self._begins(runner, *search):
            return result
        return replace(result, breaking=play_breaking(runner, self.case, result.figures, again))

    def _begins(self, runner: Runner, *parts: Part) -> bool:
        """Begin parts, if they are done in time."""
        fits = runner.account.fits(reckoned(parts, self._seconds))
        if fits and parts:
            runner.account.begin(parts[0].name)
        return fits

    def _doubted(self, again: int) -> Part:
        seconds = doubt_seconds(self.case.outline, uncertain(self.case.outline.scenario), again)
        return Part("doubt", 1, again, seconds=seconds)

    def _result(self, done: Sequence[Replication], seconds: float) -> Result:
        return result_of_case(self.case, done, timing={"seconds": seconds}, rounds=self.rounds, until=self.until)


@words_of_python()
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
    until: Until | Literal["decided"] | None = None,
    claims: Claims = DRAWN,
    doubt: int | None = None,
    breaks: bool = True,
    twin: bool = False,
    within: float | str | None = None,
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
    store : a folder that keeps replications as they finish; what it has already is not played again. One that cannot be
        written, or holds what is damaged, is told as a warning and in `Result.notes`
    cluster : address of a Dask scheduler, instead of processes of this machine
    until : play in rounds until this is known, `decided`: every criterion; `replications` are then the most that may be
        played
    claims : `expected` plays the mean of each month's claims in place of a draw: less noise in means, no probabilities
    doubt : replications played with doubt too, where the scenario states uncertainties; None: all, 0: none
    breaks : look for breaking points, where the scenario names what may be turned
    twin : play the same without the partner programme too, on the same luck: what partners add
    within : seconds in which an answer is wanted, or a text such as `2min`: as many replications are played as there is
        time for

    Raises
    ------
    ScenarioError
        With every problem of the scenario, or every argument that cannot be given.
    OutputError, LedgerError

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
    given = Arguments()
    given.whole("replications", replications, 1, MOST_REPLICATIONS)
    given.whole("seed", seed, 0, LARGEST_SEED)
    given.whole("doubt", doubt, 0, MOST_REPLICATIONS)
    given.choice("claims", claims, get_args(Claims))
    given.truth("breaks", breaks)
    given.truth("twin", twin)
    given.of("until", until, (Until, str, type(None)), "decided or Until(...)")
    if isinstance(until, str):
        given.choice("until", until, (DECIDED,))
    seconds = working(given, workers, store, progress, cluster, extra, within)
    given.check()
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario, (), extra)
    number = loaded.scenario.replications if replications is None else int(replications)
    chosen = None if seed is None else int(seed)
    awaited = Until() if isinstance(until, str) else until
    asked = Run(Case.of(loaded, chosen, extra, claims=claims), number, (), awaited, doubt, breaks, twin)
    asked = replace(asked, panels=_panels(panels, number if asked.rounds is None else asked.rounds.totals[0]))
    kept = opened(store)
    with Crew(workers, cluster) as crew:
        asked.check(crew.size)
        result = asked.play(crew, kept, Account(progress, seconds))
    news = told_of_store(kept)
    return replace(result, notes=(*result.notes, *news)) if news else result


def opened(store: Store | str | PathLike[str] | None) -> Store | None:
    """The store of a folder; one that cannot be written has news."""
    if store is None:
        return None
    found = store if isinstance(store, Store) else Store(Path(store))
    found.prepare()
    return found


def told_of_store(store: Store | None) -> list[Note]:
    """Warn of what a store could not write or has passed over; returns it."""
    news = [] if store is None else store.news()
    for note in news:
        warnings.warn(str(note), stacklevel=TO_THE_CALLER)
    return news


def working(
    given: Arguments, workers: object, store: object, progress: object, cluster: object, extra: object, within: object
) -> float:
    """Check the arguments that say how work is done; returns the seconds in which an answer is wanted."""
    given.whole("workers", workers, 1, MOST_WORKERS)
    if not isinstance(store, Store):
        given.path("store", store)
    given.function("progress", progress)
    given.text("cluster", cluster)
    given.classes("extra", extra)
    return given.seconds("within", within) or inf


def _panels(panels: Iterable[int], played: int) -> tuple[int, ...]:
    """Replications to follow partner by partner, of those that are played in any case."""
    given = Arguments()
    asked = tuple(panels) if isinstance(panels, Iterable) and not isinstance(panels, str) else panels
    given.whole_numbers("panels", asked, played)
    given.check()
    return tuple(sorted({int(one) for one in asked}))
