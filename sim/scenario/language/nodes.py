"""The scenario as written: a tree of values that remember where each came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

Path = tuple[str | int, ...]
Kind = Literal["file", "set", "preset", "default"]
_SIMPLE = re.compile(r"^[^\s.\[\]\"'=]+$")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was written. `layer` rises with precedence: preset 0, extended files, main file, --set."""

    file: str
    line: int
    column: int
    kind: Kind = "file"
    layer: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its origin: a mapping of nodes, a list of nodes or a scalar; `key` is where its key stands.

    `deleted` marks a null that has removed a value of a lower layer.
    """

    value: Any
    origin: Origin
    key: Origin | None = None
    deleted: bool = False

    @property
    def place(self) -> Origin:
        """What an error about this node should point at: a scalar itself, of a block its key."""
        return self.key if self.key is not None and isinstance(self.value, dict | list) else self.origin


def plain(node: Node) -> Any:
    """The node's value without origins."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def pruned(node: Node) -> Node:
    """The node without the nulls that have done their work."""
    if isinstance(node.value, dict):
        return replace(node, value={key: pruned(item) for key, item in node.value.items() if not item.deleted})
    if isinstance(node.value, list):
        return replace(node, value=[pruned(item) for item in node.value])
    return node


def children(node: Node) -> list[tuple[str | int, Node]]:
    """Keys (or positions) and nodes directly under `node`."""
    if isinstance(node.value, dict):
        return list(node.value.items())
    return list(enumerate(node.value)) if isinstance(node.value, list) else []


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with its path, parents first."""
    yield path, node
    for key, item in children(node):
        yield from walk(item, (*path, key))


def child(node: Node, part: str | int) -> Node | None:
    """The node under `part`, or None."""
    if isinstance(node.value, dict):
        return node.value.get(part)
    if isinstance(node.value, list) and isinstance(part, int) and 0 <= part < len(node.value):
        found: Node = node.value[part]
        return found
    return None


def is_there(node: Node, path: Path) -> bool:
    """Whether something is written at `path`."""
    found: Node | None = node
    for part in path:
        found = None if found is None else child(found, part)
    return found is not None


def nearest(node: Node, path: Path) -> Node:
    """The node at `path`, or its nearest ancestor that is written down."""
    for part in path:
        below = child(node, part)
        if below is None:
            return node
        node = below
    return node


def put(node: Node, path: Path, value: Any) -> Node:
    """The tree with another scalar at a path that is there."""
    if not path:
        return replace(node, value=value)
    items = node.value.copy()
    items[path[0]] = put(items[path[0]], path[1:], value)
    return replace(node, value=items)


def cut(node: Node, places: Iterable[Path]) -> Node:
    """The node without what stands at some places below it."""
    below: dict[str | int, set[Path]] = {}
    for place in places:
        below.setdefault(place[0], set()).add(place[1:])
    kept = [
        (key, cut(inner, below[key]) if key in below else inner)
        for key, inner in children(node)
        if () not in below.get(key, ())
    ]
    if isinstance(node.value, dict):
        return replace(node, value=dict(kept))
    return replace(node, value=[inner for _, inner in kept])


def dotted(path: Path) -> str:
    """`policy.rules.base.new` or `scale.brackets[1].rate`; odd names are quoted."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if _SIMPLE.match(part) else '"' + part.replace('"', '\\"') + '"'
            text += f".{name}" if text else name
    return text
