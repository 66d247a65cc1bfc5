"""Stages of the month from outside the package: a class each, given by `extra` or by an entry point."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from sim.base.columns import Column
from sim.base.discover import class_name, outside
from sim.base.errors import Problem, ScenarioError
from sim.figures.figure import Figure

GROUP = "partner_sim.stages"
_NAME = re.compile("[a-z][a-z0-9_]*")


class OwnStage:
    """A stage of your own, played once in each month; its docstring says what it does.

    Give the class to `sim.load(..., extra=[...])`, or name it under the entry point `partner_sim.stages`. Each
    replication has an object of its own, which sees that replication alone; where it is `batched`, each batch of
    replications has one, which sees them all.
    """

    name: ClassVar[str]
    after: ClassVar[str]
    """name of the stage that it follows in the month"""
    reads: ClassVar[tuple[str, ...]] = ()
    """nouns (`sim.engine.state.nouns`), and columns of the partners' table, such as `table.premium_new`"""
    writes: ClassVar[tuple[str, ...]] = ()
    """nouns"""
    columns: ClassVar[tuple[Column, ...]] = ()
    """its own columns of the partners' table; it writes no others"""
    batched: ClassVar[bool] = False
    """whether its nouns are those of a batch, with an axis of replications; else replications are played one by one.
    Not inherited: each class says it for itself"""
    figures: ClassVar[tuple[Figure, ...]] = ()
    """monthly figures that it writes by name: `note["name"] = value`"""

    def __init_subclass__(cls, **options: Any) -> None:
        """`batched` is not inherited: what a subclass adds may be written for one replication."""
        super().__init_subclass__(**options)
        cls.batched = vars(cls).get("batched", False)

    @classmethod
    def nouns(cls) -> tuple[str, ...]:
        """What `play` is given: the nouns that it names, the table for any columns, and the note for its figures."""
        implied = [*(["table"] if cls.columns else []), *(["note"] if cls.figures else [])]
        return tuple(dict.fromkeys([one.partition(".")[0] for one in (*cls.reads, *cls.writes)] + implied))

    @classmethod
    def room(cls) -> str:
        """The room that owns its columns."""
        return f"stage {cls.name}"

    def play(self, *given: Any, **nouns: Any) -> None:
        """Play the month. Its parameters are what `nouns` tells: `play(self, now, table)`."""
        raise NotImplementedError


def own_stages(extra: Sequence[type] = ()) -> tuple[type[OwnStage], ...]:
    """Stages of entry points and of `extra`, in that order.

    Raises
    ------
    ScenarioError
        With every one that is not declared as it must be, or has the name of another.
    """
    found = outside(OwnStage, GROUP, extra)
    faults = [Problem(class_name(one), what, remedy) for one in found for what, remedy in _faults(one)]
    if faults := faults or list(_twice(found)):
        raise ScenarioError(faults)
    return tuple(found)


def _faults(one: type[OwnStage]) -> Iterator[tuple[str, str]]:
    """What is wrong with a declaration, and what to do."""
    if missing := [what for what in ("name", "after") if not isinstance(getattr(one, what, None), str)]:
        yield f"a stage states its {' and '.join(missing)}", "add it"
        return
    if not _NAME.fullmatch(one.name):
        yield (
            f"the name {one.name!r} has other signs than a-z, 0-9 and _",
            "begin with a letter, such as prizes_are_paid",
        )
    if not (one.__doc__ or "").strip():
        yield f"the stage {one.name} has no text", "say in its docstring what it does"
    if one.play is OwnStage.play:
        yield f"the stage {one.name} does nothing", "write play(self, ...) with its nouns as parameters"
    for column in one.columns:
        if not column.text.strip():
            yield f"the column {column.name} of the stage {one.name} has no text", "say what it holds"


def _twice(found: Sequence[type[OwnStage]]) -> Iterator[Problem]:
    names: dict[str, type[OwnStage]] = {}
    for one in found:
        if (other := names.setdefault(one.name, one)) is not one:
            what = f"the stage {one.name} has the name of {class_name(other)}"
            yield Problem(class_name(one), what, "give yours another name")
