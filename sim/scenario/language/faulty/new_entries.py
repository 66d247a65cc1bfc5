"""Names on the way of a path, and entries that levers make: a mistyped name must not pass for a new rule or rival."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from sim.base.units import WRITTEN
from sim.base.written.otherwise import told
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Node, Path, child, cut, dotted, is_there, nearest, plain
from sim.scenario.language.shape import arms_of, bare, below, keys_of, kind_of, written_short
from sim.scenario.language.suggestions import closest, did_you_mean

WARM_UP = "opening"  # what is set under policy is set there as well
_LACKS = ("missing", "union_tag_not_found")


class Unknown(NamedTuple):
    """A name on the way of a path that is not there."""

    path: Path
    """up to and with the name"""
    known: Sequence[str]
    """the names that there are"""
    entry: Any
    """what is declared of an entry; None: the name is that of a key"""

    @property
    def name(self) -> str:
        """The name itself."""
        return str(self.path[-1])

    @property
    def what(self) -> str:
        """What is wrong."""
        if self.entry is None:
            return f'unknown key "{self.name}"'
        return f'there is no "{self.name}" in {dotted(self.path[:-1])}'

    @property
    def remedy(self) -> str:
        """The likeliest name, or those that there are."""
        return did_you_mean(self.name, self.known)


def unknown_on(path: Path, tree: Node, model: type[BaseModel]) -> Unknown | None:
    """The first name on a path that is no key of its block, or no entry of a mapping of blocks that has entries.

    The last part of a path may be a new entry: it is then set whole.
    """
    declared: Any = model
    node: Node | None = tree
    for ordinal, part in enumerate(path):
        so_far = path[: ordinal + 1]
        if blocks := _blocks(declared, node):
            inside = [found for one in blocks if (found := below(one, part)) is not None]
            if not inside and not any(map(written_short, blocks)):
                return Unknown(so_far, sorted({key for one in blocks for key in keys_of(one)}), None)
            declared = inside[0] if inside else None
        else:
            entries = node.value if node is not None and isinstance(node.value, dict) else {}
            declared = below(bare(declared), part) if get_origin(bare(declared)) in (dict, list) else None
            if entries and part not in entries and so_far != path and _blocks(declared, None):
                return Unknown(so_far, sorted(entries), declared)
        if declared is None:
            return None
        node = None if node is None else child(node, part)
    return None


def without_mistyped(
    tree: Node, files: Node, levers: Sequence[Path], model: type[BaseModel], findings: Findings
) -> Node:
    """The tree without entries that levers make of a part of what they need; a fault tells the names that there are.

    `files` is the tree before the levers. An entry that lacks nothing is a new one, unless a lever sets a single key of
    it and its name is like one that is there.
    """
    unknown = {found.path: found for path in levers if (found := unknown_on(path, files, model)) and found.entry}
    for path, found in unknown.items():
        entry = nearest(tree, path)
        keys = {one for one in levers if one[: len(path)] == path}
        if path in keys or any(path[: len(one)] == one for one in levers) or not isinstance(entry.value, dict):
            continue
        alike = len(keys) == 1 and closest(found.name, found.known)
        if alike or _lacks(entry, found.entry):
            whole = f"a new one is set whole: {dotted(path)}={{...}}"
            findings.fault(found.what, told(found.remedy, whole), min(keys, key=levers.index), entry.place)
            tree = cut(tree, {path, *((WARM_UP, *path),) * is_there(tree, (WARM_UP, *path))})
    return tree


def _blocks(declared: Any, node: Node | None) -> list[type[BaseModel]]:
    """Blocks that may stand where something is declared: of several kinds the one that is written."""
    found = [one for one in arms_of(declared) if isinstance(one, type) and issubclass(one, BaseModel)]
    kind = None if node is None else child(node, "kind")
    return [one for one in found if kind is not None and kind_of(one) == kind.value] or found


def _lacks(entry: Node, declared: Any) -> bool:
    try:
        TypeAdapter(declared).validate_python(plain(entry), context=WRITTEN)
    except ValidationError as error:
        return any(one["type"] in _LACKS for one in error.errors(include_url=False))
    return False
