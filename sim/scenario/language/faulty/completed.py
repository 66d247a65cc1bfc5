"""A faulty tree made whole by stand-ins, so that the names in what could be read can be looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.base.errors import Problem
from sim.scenario.language.nodes import Node, Path, children, cut, dotted, is_there, nearest, plain
from sim.scenario.language.shape import arms_of, bare, kind_of, place_of, written_short

MOST_ROUNDS = 60  # a stand-in is tried a round, and what stands in a block in turn
MOST_FAULTS = 200  # of a round: a file with more is no slip of a few keys
SCALARS = ("5%", 1, "12mo", "2025-01", True, "-")
"""one of them fits most figures"""
M = TypeVar("M", bound=BaseModel)
_QUOTED = re.compile(r'"([^"]*)"')


class Completed(NamedTuple):
    """A block that holds with stand-ins at some places, or without them, and the tree of it."""

    block: BaseModel
    tree: Node
    places: frozenset[Path]

    def may_tell(self, problem: Problem) -> bool:
        """Whether an unknown name is really one: it neither stands at such a place nor is the name of one."""
        if any(_within(problem.path, dotted(place)) for place in self.places):
            return False
        said = {part for name in _QUOTED.findall(problem.what) for part in name.split(".")}
        return not any(said & {str(part) for part in place[1:]} for place in self.places)


def completed(tree: Node, model: type[M]) -> Completed | None:
    """The block that the tree makes with stand-ins for its faults; None where there is no way to one."""
    untried: dict[Path, list[Any]] = {}
    for _ in range(MOST_ROUNDS):
        try:
            return Completed(model.model_validate(plain(tree)), tree, frozenset(untried))
        except ValidationError as error:
            errors = error.errors(include_url=False, include_input=False)
        if len(errors) > MOST_FAULTS:
            return None
        for one in errors:
            if (found := _mended(tree, cast(Mapping[str, Any], one), model, untried)) is None:
                return None
            tree = found
    return None


def _mended(
    tree: Node, error: Mapping[str, Any], model: type[BaseModel], untried: dict[Path, list[Any]]
) -> Node | None:
    """The tree with the next stand-in at the place of a fault, or without that place once none is left."""
    place = place_of(error["loc"], model, tree, error["type"] == "missing")
    path, foreign = place.path, error["type"] == "extra_forbidden"
    if path not in untried:
        there = nearest(tree, path) if error["type"] != "missing" else None
        untried[path] = [] if foreign else _stand_ins(place.declared, there)
    while path and not untried.get(path):
        if foreign or is_there(tree, path):
            return cut(tree, {path})
        path = path[:-1]  # it is needed and nothing fits: what needs it goes
        untried.setdefault(path, [])
    return _with(tree, path, untried[path].pop(0)) if path else None


def _stand_ins(declared: Any, there: Node | None) -> list[Any]:
    """What may stand for something declared, the likeliest first; of a block what it names stays."""
    if get_origin(bare(declared)) is Literal:
        return [get_args(bare(declared))[0]]
    if get_origin(bare(declared)) is dict:
        return [{}, {"-": {}}, {"-": SCALARS[0]}]
    if get_origin(bare(declared)) is list:
        return [[], [{}], *([one] for one in SCALARS)]
    blocks = [one for one in arms_of(declared) if isinstance(one, type) and issubclass(one, BaseModel)]
    bare_blocks = [_kind(one) for one in blocks if not written_short(one)]
    return [*_names_in(there), *bare_blocks, *SCALARS] if blocks else list(SCALARS)


def _kind(block: type[BaseModel]) -> dict[str, Any]:
    kind = kind_of(block)
    return {} if kind is None else {"kind": kind}


def _names_in(there: Node | None) -> list[dict[str, Any]]:
    """A block with no more than its kind and its lists of names."""
    if there is None or not isinstance(there.value, dict):
        return []
    texts = {key: plain(node) for key, node in there.value.items() if key == "kind" or _is_names(node)}
    return [texts] if texts else []


def _is_names(node: Node) -> bool:
    return isinstance(node.value, list) and all(isinstance(one.value, str) for one in node.value)


def _with(node: Node, path: Path, value: Any) -> Node:
    """The tree with a value at a path, whether something stands there or not."""
    if not path:
        return _node(value, node)
    items = dict(children(node))
    items[path[0]] = _with(items.get(path[0], replace(node, value={})), path[1:], value)
    return replace(node, value=items if isinstance(node.value, dict) else list(items.values()))


def _node(value: Any, at: Node) -> Node:
    if isinstance(value, dict):
        return replace(at, value={key: _node(item, at) for key, item in value.items()})
    return replace(at, value=[_node(item, at) for item in value] if isinstance(value, list) else value)


def _within(path: str, place: str) -> bool:
    return path == place or path.startswith((f"{place}.", f"{place}["))
