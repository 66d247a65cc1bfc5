"""A scenario without some of its declarations: uncertainties and breaks whose figures a lever has moved away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sim.scenario.language.nodes import Node, Path, children
from sim.scenario.schema import Scenario

DECLARED = ("uncertainties", "breaks")


def without(tree: Node, places: Collection[Path]) -> Node:
    """The tree without some declarations under `uncertainties` and `breaks`."""
    items = dict(tree.value)
    for key in {str(place[0]) for place in places}:
        block = items[key]
        kept = [(part, node) for part, node in children(block) if (key, part) not in places]
        value: Any = dict(kept) if isinstance(block.value, dict) else [node for _, node in kept]
        items[key] = replace(block, value=value)
    return replace(tree, value={key: node for key, node in items.items() if key not in DECLARED or node.value})


def declaring(scenario: Scenario, places: Collection[Path]) -> Scenario:
    """The scenario without some declarations."""
    laws = {name: one for name, one in scenario.uncertainties.items() if ("uncertainties", name) not in places}
    listed = [text for at, text in enumerate(scenario.breaks) if ("breaks", at) not in places]
    return scenario.model_copy(update={"uncertainties": laws, "breaks": listed})
