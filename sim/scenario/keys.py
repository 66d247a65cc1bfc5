"""Every key of the language with its unit, default and meaning, as the declarations state them."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.base.units import Dated
from sim.policy.terms.rates import Rates

UNITS = {
    "_share": "share", "_signed_share": "share", "_ratio": "ratio", "_money": "money", "_plain": "number",
    "_not_negative": "number", "_coefficient": "number or share", "_points_or_bound": "number, share or points",
    "_percent_or_plain": "number or share", "_bound_or_months": "number, share or months", "_duration": "duration",
    "_whole_months": "months", "_begins": "month", "_ends": "month", "month_ordinal": "month",
}  # fmt: skip
"""unit of a figure by the validator that reads it"""
EXAMPLES = {
    "share": "5%", "ratio": "65%", "money": "1e6", "number": "2", "number or share": "5%", "whole number": "3",
    "number, share or points": "+2pp", "number, share or months": "5%", "duration": "30d", "months": "12mo",
    "month": "2025-01", "yes or no": "true", "text": "",
}  # fmt: skip
PLAIN: dict[Any, str] = {bool: "yes or no", int: "whole number", float: "number", str: "text"}
BESIDE = ("source", "assumed")  # keys of every block
REQUIRED = "required"
DATED, LISTED, NAMED, RATES = ", dated", "list of ", "by name: ", "share by product and segment, dated"


Blocks = tuple[type[BaseModel], ...]


class Key(NamedTuple):
    """A key of a block."""

    path: str
    unit: str
    default: str
    """empty: off where it is left out"""
    meaning: str
    example: str
    blocks: tuple[type[BaseModel], ...]
    """what stands below it, if it is a block; several where it may be of a kind"""


def keys_of(block: type[BaseModel], skip: tuple[str, ...] = BESIDE) -> list[Key]:
    """The keys of a block, in the order of its declaration."""
    return [_key(field.alias or name, field) for name, field in block.model_fields.items() if name not in skip]


def blocks_below(
    block: type[BaseModel], path: str = "", seen: set[type[BaseModel]] | None = None
) -> Iterator[tuple[str, type[BaseModel]]]:
    """A block and every one below it, by path, each type once where it stands first, but for those `seen`."""
    seen = set() if seen is None else seen
    waiting: list[tuple[str, type[BaseModel]]] = [(path, block)]
    while waiting:
        path, here = waiting.pop(0)
        if here in seen:
            continue
        seen.add(here)
        yield path, here
        waiting += [
            (f"{path}.{one.path}".lstrip(".") + _level(one, below), below)
            for one in keys_of(here)
            for below in one.blocks
        ]


def _level(key: Key, block: type[BaseModel]) -> str:
    """What stands between a key and a block below it: a name, an item, a kind."""
    named = ".<name>" if key.unit.startswith(NAMED) else ""
    kind = block.model_fields.get("kind") if len(key.blocks) > 1 else None
    return named + (f": {{kind: {get_args(kind.annotation)[0]}}}" if kind is not None else "")


def _key(name: str, field: FieldInfo) -> Key:
    unit, blocks = _unit(field.annotation, tuple(field.metadata))
    about = field.description or (_about(blocks[0]) if blocks else "")
    return Key(name, unit, _default(field, unit), about, _example(unit), blocks)


def _about(block: type[BaseModel]) -> str:
    """The first sentence of what a block says of itself."""
    said = " ".join((block.__doc__ or "").split("\n\n")[0].split())
    return said.rstrip(".")[:1].lower() + said.rstrip(".")[1:]


def _unit(declared: Any, metadata: tuple[Any, ...] = ()) -> tuple[str, Blocks]:
    """The unit of what is declared, and its blocks if it is one."""
    for one in metadata:
        name = getattr(getattr(one, "func", None), "__name__", "")
        if name in UNITS:
            return UNITS[name], ()
    origin, inside = get_origin(declared), get_args(declared)
    if origin is Annotated:
        return _unit(inside[0], inside[1:])
    if origin in (Union, types.UnionType):
        found = [_unit(one) for one in inside if one is not type(None)]
        return found[0][0], tuple(dict.fromkeys(block for _, blocks in found for block in blocks))
    if origin is Literal:
        return " | ".join(map(str, inside)), ()
    if origin in (list, tuple):
        unit, blocks = _unit(inside[0])
        return LISTED + unit, blocks
    if origin is dict:
        unit, blocks = _unit(inside[1])
        return NAMED + unit, blocks
    return _of_class(declared)


def _of_class(declared: Any) -> tuple[str, Blocks]:
    if not isinstance(declared, type):
        return "text", ()
    if issubclass(declared, Rates):
        return RATES, ()
    if issubclass(declared, Dated):
        unit, blocks = _unit(declared.model_fields["since"].annotation)
        return unit.removeprefix(NAMED) + DATED, blocks
    if issubclass(declared, BaseModel):
        return "block", (declared,)
    return PLAIN.get(declared, "text"), ()


def _default(field: FieldInfo, unit: str) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return REQUIRED
    return _shown(value.at(0) if isinstance(value, Dated) else value, unit.removesuffix(DATED))


def _shown(value: Any, unit: str) -> str:
    if value is None or isinstance(value, BaseModel | list | dict | tuple):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if unit in ("share", "ratio"):
        return f"{value * 100:g}%"
    if unit == "months":
        return f"{value}mo"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _example(unit: str) -> str:
    bare = unit.removesuffix(DATED)
    if " | " in bare:
        return bare.split(" | ")[0]
    return EXAMPLES.get(bare, "5%" if bare == RATES.removesuffix(DATED) else "")
