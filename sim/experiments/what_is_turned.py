"""What a study turns in its scenario: each path must lead to something there, before anything is planned or played.

Faults that are found once the scenario is loaded are said to stand where the study's file has what is at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel

from sim.base.errors import Problem, ScenarioError
from sim.experiments.grid import Axis
from sim.experiments.policies import Variant
from sim.scenario.language.faulty.new_entries import unknown_on
from sim.scenario.language.findings import SETS, Findings
from sim.scenario.language.nodes import Path, dotted
from sim.scenario.language.overrides import lever_paths, parsed_path
from sim.scenario.load import Loaded
from sim.scenario.unknown import Knob

Loads = Callable[[Variant, Sequence[str]], Loaded]
"""loads a scenario that a study names, with its changes and these"""
T = TypeVar("T", bound=BaseModel)


def placed(block: Any, wanted: type[T], at: Path = ()) -> Iterator[tuple[Path, T]]:
    """Every block of a kind in another, each with where it stands."""
    if isinstance(block, wanted):
        yield at, block
    elif isinstance(block, BaseModel):
        for name in type(block).model_fields:
            yield from placed(getattr(block, name), wanted, (*at, name))
    elif isinstance(block, Mapping | list | tuple):
        for key, value in block.items() if isinstance(block, Mapping) else enumerate(block):
            yield from placed(value, wanted, (*at, key))


def check_turned(study: Any, extremes: Sequence[Sequence[str]], loads: Loads) -> None:
    """Refuse paths of knobs and axes that lead to nothing, and `extremes`, sets that the scenario does not take.

    Raises
    ------
    ScenarioError
        Its problems are those of levers, which `naming` says the places of.
    """
    policy, turned = getattr(study, "policy", None), list(_paths(study))
    if policy is None or not turned:
        return
    loaded = loads(policy, ())
    problems = []
    for _, text in turned:
        path = parsed_path(text)
        unknown = None if path is None else unknown_on(path, loaded.nodes, type(loaded.scenario))
        if unknown is not None:
            problems.append(Problem(text, unknown.what, unknown.remedy, SETS, source=text))
    if problems:
        raise ScenarioError(problems)
    _check_loading(policy, extremes, loads)


def _check_loading(policy: Variant, extremes: Sequence[Sequence[str]], loads: Loads) -> None:
    problems: list[Problem] = []
    for sets in extremes:
        try:
            loads(policy, sets)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(list(dict.fromkeys(problems)))


@contextmanager
def naming(study: Any) -> Iterator[None]:
    """Faults of what a study says name its place in the study's file, and not a `--set` that nobody gave."""
    try:
        yield
    except ScenarioError as error:
        stated = [*_paths(study), *_changes(study)]
        places = {path: place for place, text in stated if (path := parsed_path(text)) is not None}
        raise ScenarioError([_named(one, places, study.written) for one in error.problems]) from error


def _paths(study: Any) -> Iterator[tuple[Path, str]]:
    """Each path that is turned, with where it is stated."""
    turned: list[tuple[Path, Knob | Axis]] = [*placed(study, Knob), *placed(study, Axis)]
    for at, one in turned:
        yield from (((*at, "path"), text) for text in one.paths)


def _changes(study: Any) -> Iterator[tuple[Path, str]]:
    """Each path at which a study changes a scenario, likewise."""
    for at, one in placed(study, Variant):
        yield from (((*at, "set", text), text) for text in one.set)


def _named(problem: Problem, places: Mapping[Path, Path], written: Findings | None) -> Problem:
    """The problem at its place in the study: a lever's where it is stated, any other where its own path leads."""
    if not problem.file:
        path = parsed_path(problem.path)
        return problem if path is None or written is None else written.located(problem, path)
    paths = lever_paths([problem.source]) if problem.file == SETS else []
    place = next((places[path] for path in paths if path in places), None)
    if place is None:
        return problem
    if written is None:
        return replace(problem, file=dotted(place))
    return written.located(replace(problem, path=f"{dotted(place)}: {problem.path}"), place)
