"""How one layer of a scenario lies over another: mappings merge, lists replace, null deletes."""

from __future__ import annotations

from dataclasses import replace

from sim.scenario.language.nodes import Node

_WHOLE = ("dist", "kind")
_BELOW_RATE = {"products", "segments"}


def merge(base: Node, over: Node) -> Node:
    """`over` laid on `base`. A changed `dist` or `kind`, and dates under `since`, replace the whole block."""
    if over.value is None:
        return replace(over, deleted=True)
    if not isinstance(over.value, dict):
        return over
    base = opened(base, set(over.value))
    if not isinstance(base.value, dict) or replaces(base.value, over.value):
        return over
    items = dict(base.value)
    for key, node in over.value.items():
        items[key] = merge(items[key], node) if key in items else node
    return replace(over, value=items)


def opened(node: Node, keys: set[str]) -> Node:
    """A rate written short (`10%`, or its dates) as the mapping it stands for, when exceptions are put below it."""
    short = not isinstance(node.value, dict | list) or (isinstance(node.value, dict) and set(node.value) == {"since"})
    if short and node.value is not None and keys & _BELOW_RATE:
        return replace(node, value={"rate": replace(node, key=node.key)})
    return node


def replaces(base: dict[str, Node], over: dict[str, Node]) -> bool:
    """Whether a mapping stands in place of the one below it, and not on it."""
    if "since" in base or "since" in over:
        return True
    return any(key in over and key in base and over[key].value != base[key].value for key in _WHOLE)
