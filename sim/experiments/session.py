"""From a loaded scenario to a result: what `sim.run` and the command `run` both call."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from os import PathLike

from sim.engine.plan import Plan, make
from sim.experiments import play as playing
from sim.experiments.guard import check_resources
from sim.experiments.loading import load
from sim.experiments.replicate import Specification
from sim.experiments.result import Result
from sim.partners.population import Listed
from sim.scenario.load import Loaded


def lay_out(loaded: Loaded, seed: int | None = None, extra: Sequence[type] = ()) -> tuple[Specification, Plan]:
    """A loaded scenario as plain data for workers and as a plan."""
    chosen = loaded.scenario.seed if seed is None else seed
    specification = Specification(dict(loaded.tree), chosen, _listed(loaded), tuple(extra))
    scenario = loaded.scenario.model_copy(update={"seed": chosen})
    return specification, make(scenario, specification.roster)


def run(
    scenario: Loaded | str | PathLike[str],
    replications: int | None = None,
    workers: int | None = None,
    seed: int | None = None,
    panels: Iterable[int] = (),
    progress: playing.Progress | None = None,
    extra: Sequence[type] = (),
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

    Raises
    ------
    ScenarioError, OutputError, LedgerError
    """
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario, (), extra)
    began = time.perf_counter()
    number = loaded.scenario.replications if replications is None else replications
    check_resources(loaded, number, playing.available() if workers is None else workers)
    specification, plan = lay_out(loaded, seed, extra)
    cube, done = playing.play(specification, plan, range(number), workers, panels, progress)
    spent = {"seconds": time.perf_counter() - began}
    return Result(loaded, specification, plan, cube, tuple(done), loaded.notes, spent)


def _listed(loaded: Loaded) -> tuple[Listed, ...]:
    table = loaded.roster
    if table is None:
        return ()
    columns = zip(
        table.ids, table.segments, table.flows, table.names, table.regions, table.relativities, table.us_shares,
        table.sponsors, table.groups, strict=True,
    )  # fmt: skip
    return tuple(Listed(*row) for row in columns)
