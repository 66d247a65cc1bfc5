"""`study`, and the frame of every command that carries out a study: common options, the answer, its folder."""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from sim.base.text import safe_text
from sim.command.frame import exits, streams
from sim.command.frame.compiling import told_when_compiling
from sim.command.frame.confirming import Yes
from sim.command.frame.interrupts import Interrupts
from sim.command.frame.options import (
    STORE,
    Always,
    Cluster,
    Lang,
    NoStore,
    Out,
    Overwrite,
    Quiet,
    Replications,
    Root,
    Seed,
    Sets,
    StoreFolder,
    Whole,
    Workers,
    language,
    levers,
    store_folder,
)
from sim.command.frame.progress import progress
from sim.command.frame.stages import took
from sim.command.frame.within import Within, within

if TYPE_CHECKING:
    from sim.base.errors import Problem
    from sim.command.job import Ways
    from sim.experiments.answer import Answer
    from sim.experiments.study import Study
    from sim.scenario.files.bounds import Bounds


_REPEATED = {"levers": "lever", "uncertainties": "vary"}  # options that may be repeated, by the field that they fill


@dataclass(frozen=True)
class Asked:
    """A study to carry out: `home` is where its scenarios are named from, `stem` names its output folder."""

    study: Study
    home: Path
    stem: str
    root: Path | None = None
    """a folder that may be read as well"""
    bounds: Bounds | None = None
    """what its file may name, where there is one"""


def study(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The study; its `kind` says which.", show_default=False)],
    root: Root = None,
) -> Asked:
    """Carry out a study from its file, of whatever kind.

    Exit codes: those of `run` where the answer has a verdict, else 0.
    """
    return of_file(file, root=root)


def of_file(path: Path, kind: str | None = None, root: Path | None = None) -> Asked:
    """A study from its file, of one kind where that is given.

    Raises
    ------
    ScenarioError, typer.BadParameter
    """
    from sim.command.frame.kind_of import is_scenario
    from sim.experiments.study import read_study
    from sim.scenario.files.bounds import Bounds

    shown = safe_text(str(path))
    if is_scenario(path):
        raise typer.BadParameter(f"{shown} is a scenario and no study: a study states its kind and names its scenarios")

    found = read_study(path, root)
    there = str(getattr(found, "kind", ""))
    if kind is not None and there != kind:
        raise typer.BadParameter(f"{shown} is a study of kind {there}: give it to `{there}` or to `study`")
    return Asked(found, path.parent, path.stem, root, Bounds.of(path, root))


def of_options(kind: str, fields: Mapping[str, Any], stem: str = "", root: Path | None = None) -> Asked:
    """A study from the options of a command, by the names of its fields; None leaves a field out.

    Raises
    ------
    typer.BadParameter
    """
    from pydantic import ValidationError

    from sim.experiments.study import declared

    try:
        return Asked(declared(kind, fields), Path(), stem or kind, root)
    except ValidationError as error:
        told = [
            f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}" for one in error.errors()
        ]
        raise typer.BadParameter("; ".join(told)) from None


def of_scenario(kind: str, file: Path, fields: Mapping[str, Any], root: Path | None = None) -> Asked:
    """A study of one scenario by options, or of a study's file where no option is given.

    Raises
    ------
    ScenarioError, typer.BadParameter
    """
    from sim.command.frame.kind_of import kind_of

    if kind_of(file):
        if any(value not in (None, [], {}, False) for value in fields.values()):
            raise typer.BadParameter(f"{file} is a study and says what it varies: change it there, or give a scenario")
        return of_file(file, kind, root)
    given = {"policy": str(file), **{name: value for name, value in fields.items() if value}}
    return of_options(kind, given, f"{file.stem}-{kind}", root)


def command(ask: Callable[..., Asked]) -> Callable[..., int]:
    """A command of the options of `ask` and of those common to all studies; it carries out what `ask` returns."""

    def run(ctx: typer.Context, **given: Any) -> int:
        from sim.command.job import Ways

        common = {name: given.pop(name) for name in _COMMON}
        asked = ask(**given)
        ways = Ways(
            common["workers"], store_folder(common["store"], common["no_store"]), common["cluster"], common["out"],
            common["overwrite"], language(common["lang"]).value, common["quiet"], within(common["time"]),
            common["whole"],
            common["yes"],
        )  # fmt: skip
        sets = tuple(levers(common["sets"], common["always"]))
        return perform(asked, ways, common["replications"], common["seed"], sets, ctx.obj)

    hints = get_type_hints(ask, include_extras=True)
    own = [one.replace(annotation=hints[name]) for name, one in inspect.signature(ask).parameters.items()]
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    everything = [context, *own, *_COMMON.values()]
    run.__name__, run.__doc__ = ask.__name__, ask.__doc__
    run.__signature__ = inspect.Signature(everything)  # type: ignore[attr-defined]  # for typer
    run.__annotations__ = {one.name: one.annotation for one in everything}
    return run


def _frame(
    *, replications: Replications = None, workers: Workers = None, out: Out = None, overwrite: Overwrite = False,
    seed: Seed = None, sets: Sets = None, always: Always = None, lang: Lang = None, quiet: Quiet = False,
    whole: Whole = False, store: StoreFolder = STORE, no_store: NoStore = False, cluster: Cluster = None,
    time: Within = None, yes: Yes = False,
) -> None:  # fmt: skip
    """The options common to all studies."""


_COMMON = {
    name: one.replace(annotation=get_type_hints(_frame, include_extras=True)[name])
    for name, one in inspect.signature(_frame).parameters.items()
}


def perform(
    asked: Asked, ways: Ways, replications: int | None, seed: int | None, sets: tuple[str, ...], stop: Interrupts
) -> int:
    """Carry a study out, say its answer and write its folder; returns the exit code.

    Raises
    ------
    ScenarioError, OutputError, LedgerError
    """
    from sim.base.discover import class_name
    from sim.command.job import FOLDER, place_of, writing
    from sim.report.language.labels import check_words
    from sim.report.study import answer_folder, answer_terminal

    check_words(asked.study.words, class_name(type(asked.study)))
    asks = "yes" in type(asked.study).model_fields  # a study that may ask by itself is told too, and its word holds
    given = (("replications", replications), ("seed", seed), ("yes", (ways.yes and asks) or None))
    changed = {name: value for name, value in given if value is not None}
    ways = replace(ways, yes=ways.yes or (asks and bool(getattr(asked.study, "yes", False))))
    with place_of(ways, f"{asked.stem}.yaml", asked.study.name) as place:
        with progress(ways.quiet, ways.lang) as shown:
            answer = _answer(replace(asked, study=asked.study.model_copy(update=changed)), ways, sets, shown, stop)
        answer_terminal.show(answer, streams.console(sys.stdout), ways.lang, whole=ways.whole)
        stop.check()
        with writing(ways.quiet) as file:
            answer_folder.write(answer, place, ways.lang, ways.overwrite, file, held=True)
    streams.answered_elsewhere()
    streams.say(f"\n{FOLDER[ways.lang]}: {place}")
    return exits.of_verdict(answer.verdict) if answer.verdict else exits.Exit.PASS


def _answer(asked: Asked, ways: Ways, sets: tuple[str, ...], shown: Any, stop: Interrupts) -> Answer:
    from sim.base.errors import ScenarioError
    from sim.command.job import heard, tell_of_store
    from sim.experiments.lab import Lab
    from sim.experiments.record import carried_out
    from sim.report.study.answer_terminal import first_words
    from sim.runs.crew import Crew

    began, store = time.perf_counter(), ways.opened(shown)
    with Crew(ways.workers, ways.cluster) as crew, told_when_compiling(shown.status):
        account = heard(shown, stop, ways, crew.size, first_words)
        lab = Lab(asked.home, crew, store, account, sets, root=asked.root, bounds=asked.bounds)
        try:
            answer = carried_out(asked.study, lab)
        except ScenarioError as error:
            raise ScenarioError([_of_option(one, asked) for one in error.problems]) from error
    tell_of_store(store, shown)
    shown.status(took(account.done, time.perf_counter() - began, ways.lang))
    return answer


def _of_option(problem: Problem, asked: Asked) -> Problem:
    """A problem of a place in a study that has no file: it was stated by an option."""
    field = problem.file.partition(".")[0]
    if asked.bounds is not None or field not in type(asked.study).model_fields:
        return problem
    return replace(problem, file=f"--{_REPEATED.get(field, field)}")
