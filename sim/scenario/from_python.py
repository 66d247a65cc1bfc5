"""A scenario given in Python: a mapping as nodes whose faults are told by path, and levers as a mapping."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from numbers import Integral, Real
from pathlib import PurePath
from typing import Any

from sim.base.errors import Problem, ScenarioError
from sim.base.text import safe_text
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Node, Origin, Path
from sim.scenario.language.reading import DEEPEST, MOST_VALUES
from sim.scenario.language.relative import OPERATORS

NAME = "mapping"
"""what messages call a scenario that was given in Python, and the stem of its name in an output folder"""
LAYER = 100  # as a main file's
HOLDS = "mappings, lists, texts, numbers, dates and None"
AT = Origin(NAME, 0, 0, "file", LAYER)


def node_of(tree: Mapping[str, Any], findings: Findings) -> Node:
    """The nodes of a mapping of mappings, lists, texts, numbers, dates and None.

    Raises
    ------
    ScenarioError
        With everything in it that no scenario can hold, each with its path.
    """
    found = _Converter(findings).node(tree, ())
    findings.raise_if_any()
    return found


class _Converter:
    """Turns Python values into nodes; `left` is what remains of the values that a scenario may hold."""

    def __init__(self, findings: Findings) -> None:
        self.findings, self.left = findings, MOST_VALUES

    def node(self, value: Any, path: Path) -> Node:
        """The node of a value at a path."""
        self.left -= 1
        if self.left < 0 or len(path) > DEEPEST:
            what = f"over {MOST_VALUES} values" if self.left < 0 else f"nesting deeper than {DEEPEST} levels"
            self.findings.fail(what, "move partners to a roster CSV, or make it flatter", path[:2], AT)
        if isinstance(value, Mapping):
            return Node(dict(self._items(value, path)), AT, AT)
        if isinstance(value, list | tuple):
            return Node([self.node(item, (*path, at)) for at, item in enumerate(value)], AT, AT)
        return Node(self._scalar(value, path), AT, AT)

    def _items(self, value: Mapping[Any, Any], path: Path) -> Iterator[tuple[str, Node]]:
        for key, item in value.items():
            if not isinstance(key, str | int) or isinstance(key, bool):
                self.findings.fault(f"a key is {shown(key)}", "keys are texts", path, AT)
            yield str(key), self.node(item, (*path, str(key)))

    def _scalar(self, value: Any, path: Path) -> Any:
        try:
            return plain_scalar(value)
        except TypeError:
            self.findings.fault(f"a scenario cannot hold {shown(value)}", f"{HOLDS} make a scenario", path, AT)
            return None


def plain_scalar(value: Any) -> str | int | float | bool | None:
    """A text, number, truth, date or None of Python, NumPy or pandas as plain data.

    Raises
    ------
    TypeError
        Where it is none of these.
    """
    value = value.item() if hasattr(value, "item") and getattr(value, "ndim", None) == 0 else value
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, PurePath):
        return value.as_posix()
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real | Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def levers_of(changes: Mapping[str, Any]) -> tuple[str, ...]:
    """A mapping of levers as `--set` takes them.

    >>> levers_of({"policy.rules.base.new": "+2pp", "seed": 12, "products.hull.price": "*1.1"})
    ('policy.rules.base.new+=2pp', 'seed=12', 'products.hull.price*=1.1')
    """
    return tuple(lever_of(path, value) for path, value in changes.items())


def lever_of(path: str, value: Any) -> str:
    """One lever: a text that begins with `+`, `-` or `*` moves what is there, any other value stands in its place.

    `+=2pp` and `+2pp` are the same.

    A number is never relative, so -5 is minus five; None deletes.
    """
    if isinstance(value, str) and value[:1] in OPERATORS:
        return f"{path}{value[0]}={value[1:].removeprefix('=').strip()}"
    try:
        return f"{path}={'' if value is None else _text(value)}"
    except TypeError:
        raise ScenarioError(
            Problem(path, f"a scenario cannot hold {shown(value)}", f"{HOLDS} make a scenario", NAME)
        ) from None


def _text(value: Any) -> str:
    """What stands after `=`: a text as it is, all else as JSON, which is YAML."""
    return value if isinstance(value, str) else json.dumps(value, default=_json, ensure_ascii=False)


def _json(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else plain_scalar(value)


def shown(value: object) -> str:
    """A value as a message shows it: its type, and its beginning."""
    return f"{type(value).__name__} {safe_text(repr(value))[:60]}"
