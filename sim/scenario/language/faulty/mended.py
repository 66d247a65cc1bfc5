"""What of a faulty tree can be checked all the same: the tree without what is wrong in itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar, cast

from pydantic import BaseModel, ValidationError

from sim.base.errors import Problem
from sim.scenario.language.nodes import Node, Path, cut, dotted, plain
from sim.scenario.language.shape import place_of

MOST_ROUNDS = 20  # what is left out may be missed elsewhere, and is then left out there
STAND_INS = {"schema": 1, "name": "-", "start": "2025-01", "months": "12mo"}
"""for figures that a scenario must state, while the rest of it is checked"""
M = TypeVar("M", bound=BaseModel)


class Mended(NamedTuple):
    """A block that holds without some places, and the tree without them."""

    block: BaseModel
    tree: Node
    left_out: frozenset[Path]

    def may_tell(self, problem: Problem) -> bool:
        """Whether a fault found in what is left can be trusted: not of, above or about what was left out."""
        at = problem.path
        for place in self.left_out:
            gone, named = dotted(place), [part for part in place[1:] if isinstance(part, str)]
            if at.startswith(gone) or gone.startswith(at):
                return False
            if any(word in problem.what for word in named):
                return False
        return True


def mended(tree: Node, model: type[M]) -> Mended | None:
    """The block that the tree makes without its faults; None where nothing of it is left."""
    left_out: set[Path] = set()
    for _ in range(MOST_ROUNDS):
        try:
            return Mended(model.model_validate(plain(tree)), tree, frozenset(left_out))
        except ValidationError as error:
            errors = error.errors(include_url=False, include_input=False)
            places = {_at_fault(cast(Mapping[str, Any], one), model, tree) for one in errors}
        left_out |= places
        tree = _with_stand_ins(cut(tree, places - {()}), model)
        if () in places:
            return None
    return None


def _with_stand_ins(tree: Node, model: type[BaseModel]) -> Node:
    """The tree with something for each required figure at its top that was left out."""
    lacking = {
        name: replace(tree, value=value, key=None)
        for name, value in STAND_INS.items()
        if name in model.model_fields and name not in tree.value
    }
    return replace(tree, value={**tree.value, **lacking})


def _at_fault(error: Mapping[str, Any], model: type[BaseModel], tree: Node) -> Path:
    """The place to leave out: what is wrong itself, or what lacks a key."""
    missing = error["type"] == "missing"
    path = place_of(error["loc"], model, tree, missing).path
    return path[:-1] if missing else path
