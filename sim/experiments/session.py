"""From a loaded scenario to a result: what `sim.run` and the command `run` both call."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

from sim.engine.plan import Plan
from sim.experiments import play as playing
from sim.experiments.case import Case
from sim.experiments.crew import Crew, available
from sim.experiments.guard import check_resources
from sim.experiments.loading import load
from sim.experiments.precision import Until
from sim.experiments.replicate import Replication, Specification
from sim.experiments.result import Result
from sim.experiments.store import Store
from sim.scenario.load import Loaded
from sim.scenario.reads_claims import DRAWN, Claims


def lay_out(loaded: Loaded, seed: int | None = None, extra: Sequence[type] = ()) -> tuple[Specification, Plan]:
    """A loaded scenario as plain data for workers and as a plan."""
    case = Case.of(loaded, seed, extra)
    return case.specification, case.plan


def run(
    scenario: Loaded | str | PathLike[str],
    replications: int | None = None,
    workers: int | None = None,
    seed: int | None = None,
    panels: Iterable[int] = (),
    progress: playing.Progress | None = None,
    extra: Sequence[type] = (),
    store: Store | str | PathLike[str] | None = None,
    cluster: str | None = None,
    until: Until | None = None,
    claims: Claims = DRAWN,
) -> Result:
    """Play a scenario and judge its policy.

    Parameters
    ----------
    scenario : a loaded scenario or the path of its file
    replications, seed : the scenario's own where left out
    workers : processes; None takes those at hand, 1 stays in this process
    panels : replications whose partners are kept year by year in `Result.partners`
    progress : called with (done, all) as replications finish
    extra : your own rules, strategies and stories
    store : a folder that keeps replications as they finish; what it has already is not played again
    cluster : address of a Dask scheduler, instead of processes of this machine
    until : play in rounds until this is known; `replications` are then the most that may be played
    claims : `expected` plays the mean of each month's claims in place of a draw: less noise in means, no probabilities

    Raises
    ------
    ScenarioError, OutputError, LedgerError
    """
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario, (), extra)
    began = time.perf_counter()
    number = loaded.scenario.replications if replications is None else replications
    rounds = None if until is None else until.rounds(loaded.scenario, number, claims)
    check_resources(loaded, number, available() if workers is None else workers)
    case = Case.of(loaded, seed, extra, claims=claims)
    kept = store if store is None or isinstance(store, Store) else Store(Path(store))
    with Crew(workers, cluster) as crew:
        done, wanted = list[Replication](), frozenset(panels)
        runner = playing.Runner(crew, kept, None if progress is None else _from(done, progress))
        for total in (number,) if rounds is None else rounds.totals:
            done += runner.months(case, range(len(done), total), wanted)
            spent = {"seconds": time.perf_counter() - began}
            result = Result(
                loaded, case.specification, case.plan, playing.cube_of(case, done), tuple(done), case.notes, spent, rounds, until
            )
            if until is not None and until.enough(result.look):
                break
    return result


def _from(done: Sequence[object], progress: playing.Progress) -> playing.Progress:
    """Progress of a round, counted on from what earlier rounds have done."""
    return lambda now, total: progress(len(done) + now, len(done) + total)
