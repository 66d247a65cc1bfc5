"""A run performed: checks first, then the simulation, the verdict on the screen, the files, and where they are."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.command.frame import exits, garbage, streams
from sim.command.frame.compiling import told_when_compiling
from sim.command.frame.confirming import confirm, why_asked
from sim.command.frame.interrupts import Interrupts
from sim.command.frame.progress import Progress, progress
from sim.command.frame.stages import STAGES, ahead, duration, number, so_far, took
from sim.command.order import Order

if TYPE_CHECKING:
    from sim.base.notes import Note
    from sim.judgement.result import Result
    from sim.report.run.beside import Beside
    from sim.runs.ahead import Account, Part, Room
    from sim.runs.store import Store

DECIDE = {"en": "to decide it", "ru": "чтобы решить"}
MORE = {
    "en": "in the time given: {played} of {asked} replications{left}; all of them take about {time}",
    "ru": "за отведённое время: прогонов {played} из {asked}{left}; на все нужно около {time}",
}
LEFT_OUT = {"en": ", without ", "ru": ", без: "}
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
    within: float = inf
    """seconds in which an answer is wanted"""
    whole: bool = False
    """the screen shows every figure and table"""
    yes: bool = False
    """whether long work is begun without being asked"""

    def opened(self, shown: Progress) -> Store | None:
        """The store; one that cannot be written is told, and gives what it holds."""
        from sim.runs.store import Store

        if self.store is None:
            return None
        found = Store(self.store)
        found.prepare()
        tell_of_store(found, shown)
        return found


def perform(order: Order, ways: Ways, stop: Interrupts) -> int:
    """Play an order and write its folder; returns the exit code of the verdict.

    Raises
    ------
    ScenarioError, OutputError, LedgerError
    """
    from sim.report.files.output_file import own_files
    from sim.report.run import folder, stopping

    own_files(order.run.case.specification.extra, folder.FILES)  # a clash is told before the run
    with place_of(ways, order.file, order.loaded.scenario.name, _size(order)) as place:
        with progress(ways.quiet, ways.lang) as shown:
            result, account = _play(order, ways, shown, stop)
        beside = _beside(result, ways.lang)
        _show(result, ways, beside)
        stop.check()
        with writing(ways.quiet) as file:
            folder.write(result, place, _options(order, ways.lang), ways.overwrite, file, beside, held=True)
    streams.answered_elsewhere()
    streams.say("")
    if result.verdict == "UNDECIDED" and result.criteria and order.until is None:
        streams.say(f"{DECIDE[ways.lang]}: {stopping.deciding(order.words)}")
    if account.limited:
        streams.say(_more(order, result, account, ways.lang))
    streams.say(f"{FOLDER[ways.lang]}: {place}")
    return exits.of_verdict(result.verdict)


def place_of(ways: Ways, file: str, name: str, needed_bytes: int = 0) -> AbstractContextManager[Path]:
    """The output folder, kept for this run until it ends: the one asked for, or a default one that is free."""
    from sim.report.run import folder

    if ways.out is None:
        return folder.reserved_default(file, name, needed_bytes=needed_bytes)
    return folder.reserved(ways.out, ways.overwrite, needed_bytes)


def _load_engine() -> None:
    """Load what will play, before other things are there: Mesa's logging looks through all of them, many times."""
    with garbage.left_alone():
        import_module("sim.engine.model")


def _play(order: Order, ways: Ways, shown: Progress, stop: Interrupts) -> tuple[Result, Account]:
    from sim.report.language.labels import Labels
    from sim.runs.crew import Crew
    from sim.scenario.preset_says import sentences

    _load_engine()
    _tell(order.notes, shown)
    for sentence in sentences(order.loaded.scenario, Labels(ways.lang, spoken=order.loaded.scenario.spoken)):
        shown.status(f"note: {sentence}")
    with Crew(ways.workers, ways.cluster) as crew:
        _tell(order.run.check(crew.size), shown)
        account = heard(shown, stop, ways, crew.size, _so_far, _size(order))
        began, store = time.perf_counter(), ways.opened(shown)
        with told_when_compiling(shown.status):
            result = order.run.play(crew, store, account)
    tell_of_store(store, shown)
    shown.status(took(account.done, time.perf_counter() - began, ways.lang))
    return result, account


def _more(order: Order, result: Result, account: Account, lang: str) -> str:
    """What was played in the time given, and what the rest would take."""
    beside = {"doubt": result.doubt, "twin": result.twin, "ends": result.breaking}
    names = [one.name for one in order.run.ahead() if one.name in beside and beside[one.name] is None]
    lacking = ", ".join(STAGES[lang][{"ends": "edges"}.get(name, name)] for name in names)
    sizes = {"played": number(len(result.replications), lang), "asked": number(order.replications, lang)}
    time = duration((account.pace or 0.0) * order.run.reckoned(), lang)
    return MORE[lang].format(**sizes, left=LEFT_OUT[lang] + lacking if lacking else "", time=time)


def _tell(notes: Iterable[Note], shown: Progress) -> None:
    for note in notes:
        shown.status(f"note: {note}")


def tell_of_store(store: Store | None, shown: Progress) -> None:
    """Say what the store could not write or has passed over."""
    _tell(() if store is None else store.news(), shown)


def heard(
    shown: Progress,
    stop: Interrupts,
    ways: Ways,
    workers: int,
    first_words: Callable[[Any, str], str],
    folder_bytes: int = 0,
) -> Account:
    """An account that shows progress and stops where a signal was swallowed; the first replication ends the start.

    What takes long is asked about before it begins.
    """
    from sim.runs.ahead import Account, usual_pace
    from sim.runs.resources import BESIDE_SECONDS, available_memory

    def report(done: int, total: int) -> None:
        stop.check()
        if done:
            garbage.started()
        shown.done(account)

    def planned(parts: Sequence[Part], seconds: float, room: Room) -> None:
        clock = min(seconds * usual_pace(workers, seconds) + BESIDE_SECONDS, ways.within)
        shown.status(ahead(parts, clock, replace(room, disk=room.disk + folder_bytes), ways.lang))
        why = why_asked(0.0 if account.limited else clock, room.memory, available_memory(), ways.lang)
        if why and not ways.yes:
            with shown.apart():
                confirm(why, ways.lang)

    last: list[str] = []

    def told(found: object) -> None:
        words = first_words(found, ways.lang)
        if last != [words]:
            last[:] = [words]
            shown.status(so_far(account.done, words, ways.lang))

    account = Account(report, ways.within, planned=planned, told=told, usual_pace=partial(usual_pace, workers))
    return account


def _so_far(result: Result, lang: str) -> str:
    """What a round of a run says."""
    from sim.report.language.labels import Labels

    return Labels(lang)(f"verdict.{result.verdict}")


def _beside(result: Result, lang: str) -> Beside:
    """The back-test, where the scenario states what happened; pandas waits until then."""
    from sim.report.run.beside import NOTHING

    if result.loaded.actuals is None:
        return NOTHING
    from sim.report.backtest_of_run import backtest_of

    return backtest_of(result, lang)


def _show(result: Result, ways: Ways, beside: Beside) -> None:
    from sim.report.run import terminal

    terminal.show(result, streams.console(sys.stdout), ways.lang, beside, whole=ways.whole)


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
