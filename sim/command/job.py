"""A run performed: checks first, then the simulation, the verdict on the screen, the files, and where they are."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.command.frame import exits, garbage, streams
from sim.command.frame.compiling import told_when_compiling
from sim.command.frame.interrupts import Interrupts
from sim.command.frame.progress import Progress, duration, progress
from sim.command.order import Order

if TYPE_CHECKING:
    from sim.base.notes import Note
    from sim.judgement.result import Result
    from sim.report.run.beside import Beside
    from sim.runs.store import Store

MOST_TO_DECIDE = 2_000  # replications that the command which decides may play
DECIDE = {"en": "to decide it", "ru": "чтобы решить"}
FOLDER = {"en": "output folder", "ru": "папка с результатами"}


@dataclass(frozen=True)
class Ways:
    """How a job is done and where its results go; no figure depends on it."""

    workers: int | None = None
    store: Path | None = None
    """folder that keeps replications"""
    cluster: str | None = None
    out: Path | None = None
    overwrite: bool = False
    lang: str = "en"
    quiet: bool = False

    def opened(self, shown: Progress) -> Store | None:
        """The store; one that cannot be written is told and left out."""
        from sim.runs.store import Store

        if self.store is None:
            return None
        found = Store(self.store)
        found.prepare()
        if found.refused is None:
            return found
        shown.status(f"note: {found.refused}")
        return None


def perform(order: Order, ways: Ways, stop: Interrupts) -> int:
    """Play an order and write its folder; returns the exit code of the verdict.

    Raises
    ------
    ScenarioError, OutputError, LedgerError
    """
    from sim.report.files.output_file import own_files
    from sim.report.run import folder

    place = folder.default_folder(order.file, order.loaded.scenario.name) if ways.out is None else ways.out
    with suppress(FileNotFoundError, NotADirectoryError):
        place.lstat()  # a name that the system does not take is refused before the run
    own_files(order.run.case.specification.extra, folder.FILES)  # a clash is told before the run
    folder.check(place, ways.overwrite, _size(order))
    with progress(ways.quiet) as shown:
        result = _play(order, ways, shown, stop)
    beside = _beside(result, ways.lang)
    _show(result, ways.lang, beside)
    stop.check()
    with writing(ways.quiet) as file:
        written = folder.write(result, place, _options(order, ways.lang), ways.overwrite, file, beside)
    streams.say("")
    if result.verdict == "UNDECIDED" and order.until is None:
        streams.say(f"{DECIDE[ways.lang]}: partner-sim {order.file} --until-decided --replications {MOST_TO_DECIDE}")
    streams.say(f"{FOLDER[ways.lang]}: {written}")
    return exits.of_verdict(result.verdict)


def _play(order: Order, ways: Ways, shown: Progress, stop: Interrupts) -> Result:
    from sim.report.language.labels import Labels
    from sim.runs.crew import Crew
    from sim.scenario.preset_says import sentences

    _tell(order.notes, shown)
    for sentence in sentences(order.loaded.scenario, Labels(ways.lang, spoken=order.loaded.scenario.spoken)):
        shown.status(f"note: {sentence}")
    with Crew(ways.workers, ways.cluster) as crew:
        _tell(order.run.check(crew.size), shown)
        if order.until is not None:
            shown.status(f"in rounds, at most {order.replications} replications")
        began, store = time.perf_counter(), ways.opened(shown)
        with told_when_compiling(shown.status):
            result = order.run.play(crew, store, checked(shown, stop))
    tell_of_store(store, shown)
    shown.status(f"{len(result.replications)} replications in {duration(time.perf_counter() - began)}")
    return result


def _tell(notes: Iterable[Note], shown: Progress) -> None:
    for note in notes:
        shown.status(f"note: {note}")


def tell_of_store(store: Store | None, shown: Progress) -> None:
    """Say it where the store could no longer be written."""
    if store is not None and store.refused is not None:
        shown.status(f"note: {store.refused}")


def checked(shown: Progress, stop: Interrupts) -> Callable[[int, int], None]:
    """Progress that stops where a signal was swallowed; with the first replication played the start is over."""

    def report(done: int, total: int) -> None:
        stop.check()
        if done:
            garbage.started()
        shown.done(done, total)

    return report


def _beside(result: Result, lang: str) -> Beside:
    """The back-test, where the scenario states what happened; pandas waits until then."""
    from sim.report.run.beside import NOTHING

    if result.loaded.actuals is None:
        return NOTHING
    from sim.report.backtest_of_run import backtest_of

    return backtest_of(result, lang)


def _show(result: Result, lang: str, beside: Beside) -> None:
    from sim.report.run import terminal

    terminal.show(result, streams.console(sys.stdout), lang, beside)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        streams.silence(sys.stdout)


def _options(order: Order, lang: str) -> dict[str, Any]:
    return {"sets": order.sets, "panel_replications": order.panels, "scenario_file": order.file, "lang": lang}


def _size(order: Order) -> int:
    """Bytes that the output folder may take."""
    from sim.report.run import folder

    scenario = order.loaded.scenario
    rows = len(order.panels) * order.partners * (scenario.months // 12 + 1)
    return folder.size(order.replications, scenario.months, panel_rows=rows)


@contextmanager
def writing(quiet: bool) -> Iterator[Callable[[str], None]]:
    """A short status on a terminal while the files are written, and what to call with the name of each."""
    if quiet or not sys.stderr.isatty():
        yield lambda name: None
    else:
        with streams.console(sys.stderr).status("writing") as status:
            yield lambda name: status.update(f"writing {name}")
