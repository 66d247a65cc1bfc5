"""A study: an experiment over scenarios, declared in YAML, by a command or in Python.

Each kind is one file in `studies`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field

from sim.base.discover import kinds
from sim.base.errors import Problem, ScenarioError
from sim.base.notes import Note
from sim.base.units import Block
from sim.experiments.answer import Answer
from sim.experiments.lab import Lab
from sim.experiments.policies import Variant
from sim.scenario.language.findings import Findings
from sim.scenario.language.reading import Reader, Shelf
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.language.validation import validated
from sim.scenario.reads_claims import DRAWN, Claims

MOST_REPLICATIONS = 1_000_000


class Study(Block):
    """What every study declares. `kind` names the study, scenarios are named from the study's file."""

    data: ClassVar[tuple[str, ...]] = ()
    """fields that name files of data"""
    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of the language of studies")
    name: str = Field(default="", max_length=200)
    description: str = ""
    replications: int | None = Field(
        default=None,
        ge=1,
        le=MOST_REPLICATIONS,
        description="replications of each case; left out: the study's usual number",
    )
    seed: int | None = Field(default=None, ge=0, description="seed of all cases; left out: that of the first scenario")

    def answer(self, lab: Lab) -> Answer:
        """Carry the study out."""
        raise NotImplementedError(f"the study {type(self).__name__} has no answer")


class StudyOfMeans(Study):
    """A study that also makes sense of means alone."""

    claims: Claims = Field(
        default=DRAWN,
        description="expected: the mean of each month's claims in place of a draw; less noise, no probabilities",
    )

    @property
    def drawn(self) -> bool:
        """Whether claims are drawn."""
        return self.claims == DRAWN


@cache
def studies() -> dict[str, type[Study]]:
    """Studies by kind."""
    return kinds("sim.experiments.studies", Study, "partner_sim.studies")  # type: ignore[type-abstract]


def read_study(path: Path) -> Study:
    """A study from its file.

    Raises
    ------
    ScenarioError
        With every fault of the file.
    """
    findings = Findings()
    tree = Reader(findings).read(path, str(path))
    findings.tree = tree
    kind = tree.value.get("kind")
    known = studies()
    if kind is None or kind.value not in known:
        told = f'unknown kind of study "{kind.value}"' if kind is not None else "required key kind is missing"
        remedy = (
            did_you_mean(str(kind.value), sorted(known)) if kind is not None else f"one of {', '.join(sorted(known))}"
        )
        findings.fail(told, remedy, ("kind",), kind.origin if kind is not None else tree.origin)
    study = validated(tree, known[kind.value], findings)  # type: ignore[arg-type]
    findings.raise_if_any()
    assert isinstance(study, Study)
    return study


def check_study(path: Path, sets: Sequence[str] = ()) -> list[Note]:
    """Check a study's file and every scenario that it names, with its changes; nothing is run.

    Raises
    ------
    ScenarioError
        With every fault of all files.
    """
    from sim.results.loading import load

    notes: list[Note] = []
    problems: list[Problem] = []
    shelf: Shelf = {}
    for one in variants(read_study(path)):
        try:
            notes += load(path.parent / one.scenario, (*sets, *one.sets), shelf=shelf).notes
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(list(dict.fromkeys(problems)))
    return list(dict.fromkeys(notes))


def variants(block: Any) -> Iterator[Variant]:
    """Every scenario that a study names, wherever it stands in it."""
    if isinstance(block, Variant):
        yield block
    elif isinstance(block, BaseModel):
        for name in type(block).model_fields:
            yield from variants(getattr(block, name))
    elif isinstance(block, Mapping | list | tuple):
        for value in block.values() if isinstance(block, Mapping) else block:
            yield from variants(value)


def declared(kind: str, fields: Mapping[str, Any]) -> Study:
    """A study from plain values, such as the options of a command; what is None is left out.

    Raises
    ------
    pydantic.ValidationError
    """
    return studies()[kind].model_validate(
        {"kind": kind} | {key: value for key, value in fields.items() if value is not None}
    )
