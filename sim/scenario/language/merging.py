"""How one layer of a scenario lies over another: mappings merge, lists replace, null deletes.

What a layer says of the segment `*` it says of every segment: of its own below what it says of each by name, of those
of the layers below it over what these say.
"""

from __future__ import annotations

from dataclasses import replace

from sim.scenario.language.nodes import Node

EVERY = "*"
SEGMENTS = "segments"
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


def over_every(below: Node, over: Node) -> tuple[Node, Node]:
    """Two layers in which what each says of every segment stands in each segment of both."""
    names = [name for layer in (below, over) for name in _segments(layer) if name != EVERY]
    return _spread(below, names), _spread(over, names)


def _segments(layer: Node) -> dict[str, Node]:
    node = layer.value.get(SEGMENTS)
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _spread(layer: Node, names: list[str]) -> Node:
    """A layer with what it says of every segment in each of those named."""
    said = _segments(layer)
    if EVERY not in said:
        return layer
    every = said[EVERY]
    named = {name: merge(every, said[name]) if name in said else every for name in names}
    segments = replace(layer.value[SEGMENTS], value={**said, **named})
    return replace(layer, value={**layer.value, SEGMENTS: segments})


def named_only(tree: Node) -> Node:
    """The tree once all layers are laid: what is said of every segment stands in each."""
    said = _segments(tree)
    if EVERY not in said:
        return tree
    spread = _spread(tree, [name for name in said if name != EVERY])
    named = {name: node for name, node in _segments(spread).items() if name != EVERY}
    return replace(tree, value={**tree.value, SEGMENTS: replace(tree.value[SEGMENTS], value=named)})
