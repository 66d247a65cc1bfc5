"""What of the language a scenario states: its top-level keys, and the kinds of rules, events, strategies and others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from sim.scenario.keys import Key, blocks_below, keys_of
from sim.scenario.schema import scenario_model
from tests.hardening.drawn import kinds_of

Reached = tuple[str, str]
"""a key of which there are kinds and one of them, or a top-level key and nothing"""


def language() -> set[Reached]:
    """All that there is to be reached."""
    found = {(key.path, "") for key in keys_of(scenario_model())}
    return found | {
        (key.path, kind)
        for _, block in blocks_below(scenario_model())
        for key in keys_of(block)
        for one in _of_kinds(key)
        for kind in kinds_of(one)
    }


def reached(tree: Mapping[str, Any]) -> set[Reached]:
    """What a scenario states."""
    return {(key, "") for key in tree} | {*_kinds(tree, scenario_model())}


def _of_kinds(key: Key) -> tuple[type[BaseModel], ...]:
    return key.blocks if len(key.blocks) > 1 else ()


def _kinds(tree: Mapping[str, Any], model: type[BaseModel]) -> Iterator[Reached]:
    for key in (key for key in keys_of(model) if key.path in tree and key.blocks):
        for block in _blocks(tree[key.path]):
            for one in key.blocks:
                if _is(one, block):
                    yield from ((key.path, kind) for kind in kinds_of(one) if one in _of_kinds(key))
                    yield from _kinds(block, one)


def _is(model: type[BaseModel], block: Mapping[str, Any]) -> bool:
    """Whether a block may be of a type, by its kind."""
    return not kinds_of(model) or block.get("kind", model.model_fields["kind"].default) in kinds_of(model)


def _blocks(value: Any) -> Iterator[Mapping[str, Any]]:
    """The blocks that a value is, or holds by name, by date or in a list."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, Mapping))
    elif isinstance(value, Mapping):
        yield value
        yield from (one for one in value.values() if isinstance(one, Mapping))
        yield from (one for one in value.get("since", {}).values() if isinstance(one, Mapping))
