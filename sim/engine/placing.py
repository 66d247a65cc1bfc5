"""Stages from outside the package find their place in the month, or are refused with the names of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from inspect import Parameter, signature
from typing import Any

from sim.base.columns import Table
from sim.base.discover import class_name
from sim.base.errors import Problem, ScenarioError
from sim.engine.month import MONTH, Stage
from sim.engine.state.nouns import Nouns
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.own_stage import OwnStage

READABLE = {"rivals", *(one.name for one in fields(Nouns))} - {"table"}
WRITABLE = READABLE - {"now"}


def month_with(own: Sequence[type[OwnStage]], table: Table) -> tuple[Stage, ...]:
    """The month with stages from outside, each after the one that it names and after those that came there before it.

    Parameters
    ----------
    own : the stages
    table : the partners' columns, of any number of rows

    Raises
    ------
    ScenarioError
        With every one whose name is taken, that follows or names what does not exist, or stands before what it reads.
    """
    month: list[Stage] = list(MONTH)
    faults: list[Problem] = []
    for one in own:
        found = [Problem(class_name(one), what, remedy) for what, remedy in _faults(one, month, table)]
        faults += found
        if not found:
            month.insert(_place(one, month), _row(one, table))
    if faults:
        raise ScenarioError(faults)
    return tuple(month)


def _row(one: type[OwnStage], table: Table) -> Stage:
    """Its row of the month. Its room is its own; a statement that it writes is columns of the room policy."""
    writable = {column.name for column in one.columns}
    if "commission" in one.writes:
        writable |= {column for column, room in table.owners.items() if room == "policy"}
    reads = [noun for noun in one.nouns() if noun not in one.writes]
    columns = " ".join(column.name for column in one.columns)
    play = _protecting(one().play, writable)
    return Stage(one.room(), play, " ".join(reads), " ".join(one.writes), columns, one.name, one.after, one.batched)


def _protecting(play: Callable[..., None], writable: set[str]) -> Callable[..., None]:
    """The stage on a table of which it can write its own columns alone."""

    def played(**nouns: Any) -> None:
        if (table := nouns.get("table")) is None:
            play(**nouns)
            return
        with table.writable(writable):
            play(**nouns)

    return played


def _place(one: type[OwnStage], month: Sequence[Stage]) -> int:
    """Behind the stage that it follows and what else from outside stands there."""
    at = [stage.name for stage in month].index(one.after) + 1
    while at < len(month) and month[at].follows == one.after:
        at += 1
    return at


def _faults(one: type[OwnStage], month: Sequence[Stage], table: Table) -> Iterator[tuple[str, str]]:
    """What is wrong with a stage beside the others, and what to do."""
    names = [stage.name for stage in month]
    if one.name in names:
        yield f"the stage {one.name} has the name of one of the month", "give yours another name"
        return
    if one.after not in names:
        yield (
            f"the stage {one.name} follows {one.after!r}, which is no stage of the month",
            did_you_mean(one.after, names),
        )
        return
    yield from _unknown(one)
    yield from _misread(one, month, table)
    yield from _mistaken(one)


def _unknown(one: type[OwnStage]) -> Iterator[tuple[str, str]]:
    """Nouns that do not exist, or that no stage from outside may write."""
    read = [name for name in one.reads if not name.startswith("table.")]
    for what, names, known in (("reads", read, READABLE), ("writes", one.writes, WRITABLE)):
        for name in (noun for noun in names if noun not in known):
            remedy = "name columns, such as table.new" if name == "table" else did_you_mean(name, known)
            yield f"the stage {one.name} {what} {name!r}, which is no noun that it {what}", remedy


def _misread(one: type[OwnStage], month: Sequence[Stage], table: Table) -> Iterator[tuple[str, str]]:
    """Columns that do not exist, or of which it would see last month's values: those of a month, written later on.

    What a column keeps from month to month may be read anywhere: that lag is the month's feedback.
    """
    before = month[: _place(one, month)]
    for column in (name.partition(".")[2] for name in one.reads if name.startswith("table.")):
        if column not in table.columns:
            yield f"the stage {one.name} reads table.{column}, which is no column", did_you_mean(column, table.columns)
            continue
        writers = [stage for stage in month if column in stage.written(table)]
        if writers and not table.columns[column].keeps and not any(stage in before for stage in writers):
            what = f"the stage {one.name} reads table.{column} before {writers[0].name} has written it"
            yield what, f"place it after {writers[0].name}"


def _mistaken(one: type[OwnStage]) -> Iterator[tuple[str, str]]:
    """Parameters of `play` that are not its nouns."""
    taken = {name: kind.kind for name, kind in signature(one().play).parameters.items()}
    if Parameter.VAR_KEYWORD in taken.values():
        return
    if set(taken) != set(one.nouns()):
        yield (
            f"play of the stage {one.name} takes {', '.join(taken) or 'nothing'}; "
            f"its nouns are {', '.join(one.nouns())}",
            "write its parameters as its nouns",
        )
