"""Studies from Python: what the commands carry out, without a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from sim.base.in_python.arguments import Arguments, given_path
from sim.base.in_python.words_of_python import words_of_python
from sim.experiments.answer import Answer
from sim.experiments.lab import Lab
from sim.experiments.record import carried_out
from sim.experiments.study import Study, read_study, study_of
from sim.judgement.archive import Archive
from sim.judgement.session import opened, told_of_store, working
from sim.runs.ahead import Account, Progress
from sim.runs.crew import Crew
from sim.scenario.files.bounds import Bounds, Wider


@words_of_python()
def study(
    what: Study | Mapping[str, Any] | str | PathLike[str],
    workers: int | None = None,
    store: str | PathLike[str] | None = None,
    progress: Progress | None = None,
    sets: Sequence[str] = (),
    cluster: str | None = None,
    extra: Sequence[type] = (),
    home: str | PathLike[str] | None = None,
    within: float | str | None = None,
    root: Wider = None,
) -> Answer:
    """Carry a study out.

    Parameters
    ----------
    what : a study's file, its fields with `kind`, or a Study
    workers : processes; None takes those at hand, 1 stays in this process
    store : a folder that keeps replications as they finish; what it has already is not played again. One that cannot be
        written, or holds what is damaged, is told as a warning
    progress : called with (done, all) as replications finish
    sets : overrides `path=value` laid over every scenario
    cluster : address of a Dask scheduler, instead of processes of this machine
    extra : your own rules, strategies, stories and key figures
    home : folder from which scenarios are named; left out: the file's own, or this one
    within : seconds in which an answer is wanted, or a text such as `2min`: the largest part of the study that is done
        by then
    root : a folder that may be read beside that of the study's file and those of its scenarios

    Raises
    ------
    ScenarioError
        With every problem of the study and its scenarios, or every argument that cannot be given.
    OutputError, LedgerError
    """
    given = Arguments()
    given.of("what", what, (Study, Mapping, str, PathLike), "a study, its fields or the path of its file")
    seconds = working(given, workers, store, progress, cluster, extra, within)
    given.texts("sets", sets)
    given.path("home", home)
    given.path("root", root)
    given.check()
    asked, folder, bounds = _asked(what, root)
    kept = opened(store)
    account = Account(progress, seconds)
    with Crew(workers, cluster) as crew:
        place = folder if home is None else Path(home)
        found = carried_out(asked, Lab(place, crew, kept, account, tuple(sets), tuple(extra), root, bounds))
    told_of_store(kept)
    return found


def store(home: str | PathLike[str] = "out/store") -> Archive:
    """The store of a folder: what it lists can be loaded without playing it again."""
    given_path("home", home)
    return Archive(Path(home))


def _asked(what: Study | Mapping[str, Any] | str | PathLike[str], root: Wider) -> tuple[Study, Path, Bounds | None]:
    """The study, the folder from which it names files, and what bounds them where a file states it."""
    if isinstance(what, Study):
        return what, Path(), None
    if isinstance(what, Mapping):
        return study_of(what), Path(), None
    path = Path(what)
    return read_study(path, root), path.parent, Bounds.of(path, root)
