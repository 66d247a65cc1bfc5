"""From a validator's location to the user's own path: what stands there, and which keys would be known."""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from sim.scenario.language.nodes import Node, Path, child


@dataclass(frozen=True)
class Place:
    """Where an error is: the user's path, the type declared there, and the arms of unions gone through."""

    path: Path
    declared: Any
    arms: tuple[tuple[Path, str], ...] = field(default=())

    @property
    def keys(self) -> list[str]:
        """Keys that the block declared here knows."""
        return keys_of(self.declared) if isinstance(self.declared, type) else []


def place_of(loc: tuple[str | int, ...], model: type[BaseModel], tree: Node, missing: bool) -> Place:
    """Walk `loc` through the declarations and the tree; parts that the user never wrote are left out of the path."""
    declared: Any = model
    node: Node | None = tree
    path: Path = ()
    arms: list[tuple[Path, str]] = []
    for ordinal, part in enumerate(loc):
        declared = bare(declared)
        if part == "[key]":
            continue
        if _is_union(declared):
            arms.append((path, str(part)))
            declared = _arm(declared, str(part))
            continue
        declared = below(declared, part)
        inner = child(node, part) if node is not None else None
        if inner is not None or (missing and ordinal == len(loc) - 1):
            path = (*path, part)
            node = inner
    return Place(path, bare(declared), tuple(arms))


def keys_of(model: type) -> list[str]:
    """Keys of a block as the user writes them."""
    if not issubclass(model, BaseModel):
        return []
    return [item.alias or name for name, item in model.model_fields.items()]


def below(declared: Any, part: str | int) -> Any:
    """The type declared under `part` of a block, mapping or list; None where unknown."""
    if isinstance(declared, type) and issubclass(declared, BaseModel):
        for name, item in declared.model_fields.items():
            if part in (name, item.alias):
                return item.annotation
        return None
    arguments = get_args(declared)
    if get_origin(declared) is dict:
        return arguments[1]
    return arguments[0] if get_origin(declared) is list else None


def bare(declared: Any) -> Any:
    """A type without its annotations and without `None`."""
    while get_origin(declared) is Annotated:
        declared = get_args(declared)[0]
    if get_origin(declared) in (Union, types.UnionType):
        arms = [arm for arm in get_args(declared) if arm is not type(None)]
        return bare(arms[0]) if len(arms) == 1 else declared
    return declared


def arms_of(declared: Any) -> list[Any]:
    """What may stand where something is declared: each arm of a union, else what is declared."""
    declared = bare(declared)
    return [bare(one) for one in get_args(declared)] if _is_union(declared) else [declared]


def _is_union(declared: Any) -> bool:
    return get_origin(declared) in (Union, types.UnionType)


def _arm(union: Any, label: str) -> Any:
    for arm in map(bare, get_args(union)):
        if isinstance(arm, type) and issubclass(arm, BaseModel) and label in (arm.__name__, kind_of(arm)):
            return arm
    return None


def kind_of(model: type[BaseModel]) -> str | None:
    """The `kind` that chooses this block, if it has one."""
    item = model.model_fields.get("kind")
    values = get_args(item.annotation) if item is not None else ()
    return str(values[0]) if len(values) == 1 else None


def written_short(block: type[BaseModel]) -> bool:
    """Whether it may be written in other ways than by its keys."""
    return any(one.info.mode != "after" for one in block.__pydantic_decorators__.model_validators.values())
