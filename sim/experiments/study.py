"""A study: an experiment over scenarios, declared in YAML, by a command or in Python.

Each kind is one file in `studies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, PrivateAttr, model_validator

from sim.base.discover import kinds
from sim.base.errors import Problem, ScenarioError
from sim.base.in_python.arguments import MOST_REPLICATIONS
from sim.base.notes import Note
from sim.base.spelling import difference, twins
from sim.base.units import Block
from sim.experiments.answer import Answer, Texts
from sim.experiments.lab import Lab
from sim.experiments.policies import Variant
from sim.experiments.what_is_named import check_named
from sim.experiments.what_is_turned import check_turned, naming, placed
from sim.runs.ahead import Part
from sim.scenario.files.bounds import Bounds, Wider
from sim.scenario.files.given_file import bounded
from sim.scenario.files.plain_file import UnfitFile
from sim.scenario.from_python import node_of
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Node
from sim.scenario.language.nodes import Path as Place
from sim.scenario.language.reading import Reader, Shelf
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.language.validation import validated
from sim.scenario.load import Loaded
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.unknown import Knob


def part_of(number: int, share: float, least: int) -> int:
    """A share of a number, not less than `least` and not more than the number."""
    return min(number, max(least, ceil(number * share)))


class Study(Block):
    """What every study declares. `kind` names the study, scenarios are named from the study's file."""

    data: ClassVar[tuple[str, ...]] = ()
    """fields that name files of data"""
    words: ClassVar[Texts] = {}
    """words of a study from outside, in every language: `says.<key>` of its sentences, `table.<name>`, `chart.<name>`,
    `column.<name>` of columns and axes; `about.<chart>`, `about_column.<name>` and `input.<name>` to say more"""
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

    @model_validator(mode="after")
    def _told_apart(self) -> Study:
        """Policies, worlds, levers and the like are told apart by their names."""
        for field in type(self).model_fields:
            value = getattr(self, field)
            for name, other in twins(value) if isinstance(value, dict) else ():
                how = difference(name, other)
                raise ValueError(f'{field}: "{name}" and "{other}" are one name but for {how}; rename one')
        return self

    _written: Findings | None = PrivateAttr(default=None)

    @property
    def written(self) -> Findings | None:
        """Where the file that it was read from says what; None where it was not read."""
        return self._written

    usual: ClassVar[int] = 0
    """replications of a case where none are stated"""
    fewest: ClassVar[int] = 2
    """replications of a case with which it says something"""

    @property
    def each(self) -> int:
        """Replications of a case."""
        return self.replications or self.usual

    def ahead(self, lab: Lab) -> list[Part]:
        """The parts of its work, at most; nothing: it is not known."""
        return []

    def named_figures(self) -> Iterable[tuple[Place, str]]:
        """Key figures that it names, each with where: some scenario must have them."""
        return ()

    def named_criteria(self) -> Iterable[tuple[Place, str]]:
        """Criteria that it names, likewise."""
        return ()

    def listed(self, field: str) -> Iterator[tuple[Place, str]]:
        """The names that a field lists, each with where."""
        return (((field, at), name) for at, name in enumerate(getattr(self, field)))

    def extremes(self) -> Sequence[Sequence[str]]:
        """Overrides that go farthest: they are loaded before the work is told. Each knob at its ends, unless others
        are stated."""
        return [one.sets(end) for _, one in placed(self, Knob) for end in one.ends]

    def scaled(self, share: float) -> Study:
        """A smaller version of it, of about so large a share of its work."""
        if not self.each:
            return self
        return self.model_copy(update={"replications": part_of(self.each, share, self.fewest)})

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
    return kinds("sim.experiments.studies", Study, "partner_sim.studies")  # type: ignore[type-abstract]  # only asked for its subclasses


def read_study(path: Path, root: Wider = None) -> Study:
    """A study from its file; `root` is a folder that may be read beside that of the study.

    Raises
    ------
    ScenarioError
        With every fault of the file, and every file that it names and may not read.
    """
    findings = Findings()
    main, bounds = bounded(path, root, findings)
    tree = Reader(findings).read(main, str(path))
    study = _of_tree(tree, findings)
    _refuse_strangers(study, path, bounds, findings)
    findings.raise_if_any()
    return study


def study_of(fields: Mapping[str, Any]) -> Study:
    """A study from what its file would hold.

    Raises
    ------
    ScenarioError
        With every fault, by its key.
    """
    findings = Findings()
    return _of_tree(node_of(fields, findings), findings)


def _of_tree(tree: Node, findings: Findings) -> Study:
    findings.tree = tree
    kind = tree.value.get("kind")
    named = None if kind is None else kind.value
    if not isinstance(named, str) or named not in studies():
        findings.fail(*_unknown(named), ("kind",), tree.origin if kind is None else kind.origin)
    study = validated(tree, studies()[named], findings)
    findings.raise_if_any()
    assert study is not None
    study._written = findings
    return study


def _refuse_strangers(study: Study, path: Path, bounds: Bounds, findings: Findings) -> None:
    """Files that a study names and that are not there, or lie outside of what it may read."""
    data = (((field,), getattr(study, field)) for field in study.data)
    scenarios = (((*at, "scenario"), one.scenario) for at, one in placed(study, Variant))
    for at, name in (*data, *scenarios):
        try:
            if name is not None:
                bounds.named(name, path.parent, str(path))
        except UnfitFile as error:
            findings.fault(error.what, error.remedy, at)


def _unknown(kind: object) -> tuple[str, str]:
    """What is wrong with a kind that there is not, and what to do."""
    known = sorted(studies())
    if kind is None:
        return "required key kind is missing", f"one of {', '.join(known)}"
    return f'unknown kind of study "{kind}"', did_you_mean(str(kind), known)


def check_scenarios(study: Study, home: Path, sets: Sequence[str] = (), root: Wider = None) -> list[Note]:
    """Check every scenario that a study names from the folder `home`, with its changes; nothing is run.

    Raises
    ------
    ScenarioError
        With every fault of all files.
    """
    from sim.results.loading import load

    notes: list[Note] = []
    problems: list[Problem] = []
    shelf: Shelf = {}

    def loads(one: Variant, more: Sequence[str]) -> Loaded:
        return load(home / one.scenario, (*sets, *one.sets, *more), shelf=shelf, root=root)

    for one in variants(study):
        try:
            with naming(study):
                notes += loads(one, ()).notes
        except ScenarioError as error:
            problems += error.problems
    try:
        with naming(study):
            check_turned(study, study.extremes(), loads)
            check_named(study, loads)
    except ScenarioError as error:
        problems += error.problems
    if problems:
        raise ScenarioError(list(dict.fromkeys(problems)))
    return list(dict.fromkeys(notes))


def variants(block: Any) -> Iterator[Variant]:
    """Every scenario that a study names, wherever it stands in it."""
    yield from (one for _, one in placed(block, Variant))


def declared(kind: str | None, fields: Mapping[str, Any]) -> Study:
    """A study from plain values, such as the options of a command; what is None is left out.

    Raises
    ------
    ScenarioError
        Where there is no such kind.
    pydantic.ValidationError
    """
    if kind is None or kind not in studies():
        raise ScenarioError(Problem("kind", *_unknown(kind)))
    return studies()[kind].model_validate(
        {"kind": kind} | {key: value for key, value in fields.items() if value is not None}
    )
