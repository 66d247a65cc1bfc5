"""A loaded scenario shown to people: resolved, with the origin of every value, with what vouches for each figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from sim.base.units import Dated
from sim.scenario.language.dump import yaml_of
from sim.scenario.language.nodes import Node, Origin, Path, child, children, dotted, plain
from sim.scenario.load import Loaded

Status = Literal["sourced", "assumed", "unstated"]
DEFAULT = Origin("", 0, 0, "default")
NO_FIGURES = {"schema", "name", "description", "currency", "start", "months", "seed", "replications", "roster",
              "actuals", "criteria", "population_limit"}  # fmt: skip
_FIGURE = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)? *(?:%|h|d|mo|y)")
_SAYS = {"source", "assumed", "reason"}


@dataclass(frozen=True)
class OriginLine:
    """A value of the resolved scenario and where it came from."""

    path: str
    value: Any
    origin: Origin

    def __str__(self) -> str:
        at = self.origin
        place = {"set": "--set", "default": "default"}.get(at.kind, f"{at.file}:{at.line}:{at.column}")
        return f"{self.path} = {self.value!r}  ({place})"


@dataclass(frozen=True)
class Figure:
    """A figure as written, and what vouches for it: the `source:` or `assumed:` of the nearest enclosing block."""

    path: str
    value: Any
    status: Status
    text: str


def resolved_yaml(loaded: Loaded) -> str:
    """The scenario with extends, presets and overrides applied, as YAML that loads to the same scenario.

    A roster is named relative to the main file's folder: keep the resolved file there.
    """
    tree = dict(loaded.tree)
    first = {"schema": tree.pop("schema")}
    return "# Resolved scenario: what it extends, presets and overrides are applied.\n" + yaml_of({**first, **tree})


def origin_lines(loaded: Loaded) -> list[OriginLine]:
    """Every value with its origin: first those that are written somewhere, then the defaults."""
    written = [OriginLine(dotted(path), plain(node), node.origin) for path, node in _leaves(loaded.nodes, ())]
    unwritten = _defaults(loaded.scenario, loaded.nodes, ())
    return written + [OriginLine(dotted(path), value, DEFAULT) for path, value in unwritten]


def figures(loaded: Loaded) -> list[Figure]:
    """Every figure that is written down, with its status. Targets and the technical keys of a run are no figures.

    A text vouches for the figures that were written together with it or lie in a layer below it: a number that
    another file or `--set` has put over a sourced block is not sourced by it.
    """
    blocks = [(key, node) for key, node in children(loaded.nodes) if key not in NO_FIGURES]
    found = [figure for key, node in blocks for figure in _figures(node, (key,), [])]
    told = {(one.path, str(one.value)) for one in found}
    return [one for one in found if (one.path.removeprefix("opening."), str(one.value)) not in told or not _warm(one)]


def _warm(figure: Figure) -> bool:
    """Whether a figure is of the policy of the warm-up; what that shares with the horizon's is told once."""
    return figure.path.startswith("opening.policy.")


def _leaves(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    below = children(node)
    nested = isinstance(node.value, dict) or any(isinstance(item.value, dict | list) for _, item in below)
    if not below or not nested:
        yield path, node
        return
    for key, item in below:
        yield from _leaves(item, (*path, key))


def _defaults(value: Any, node: Node | None, path: Path) -> Iterator[tuple[Path, Any]]:
    """Fields that the tree does not state; shorthands (a bare number for a law) are left as they are."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _defaults(item, child(node, key) if node else None, (*path, key))
    if isinstance(value, Dated) and node is None:
        yield path, next(iter(value.since.values()))
    short = node is not None and (not isinstance(node.value, dict) or "since" in node.value)
    if isinstance(value, Dated) or short or not isinstance(value, BaseModel):
        return
    for name, field in type(value).model_fields.items():
        key, item = field.alias or name, getattr(value, name)
        below = child(node, key) if node else None
        if below is None and not isinstance(item, BaseModel | dict) and item is not None:
            yield (*path, key), item
        else:
            yield from _defaults(item, below, (*path, key))


Voucher = tuple[Status, str, Origin]


def _figures(node: Node, path: Path, vouchers: list[Voucher]) -> Iterator[Figure]:
    if isinstance(node.value, dict):
        vouchers = _voucher(node) + vouchers
        for key, item in node.value.items():
            if key not in _SAYS:
                yield from _figures(item, (*path, key), _source_of(node, key) + vouchers)
    elif isinstance(node.value, list) and any(isinstance(item.value, dict | list) for item in node.value):
        for ordinal, item in enumerate(node.value):
            yield from _figures(item, (*path, ordinal), vouchers)
    elif _is_figure(plain(node)):
        origin = node.value[0].origin if isinstance(node.value, list) else node.origin
        yield Figure(dotted(path), plain(node), *_status(origin, vouchers))


def _source_of(node: Node, key: str) -> list[Voucher]:
    """The source that a block names for one of its keys."""
    named = child(node.value["source"], key) if "source" in node.value else None
    return [] if named is None else [("sourced", str(named.value), named.origin)]


def _voucher(node: Node) -> list[Voucher]:
    source, assumed = node.value.get("source"), node.value.get("assumed")
    source = None if source is not None and isinstance(source.value, dict) else source
    if assumed is not None and assumed.value is not None:  # given both, the block is not fully sourced
        also = f" (source: {source.value})" if source is not None and source.value is not None else ""
        return [("assumed", f"{assumed.value}{also}", assumed.origin)]
    return [("sourced", str(source.value), source.origin)] if source is not None and source.value is not None else []


def _status(at: Origin, vouchers: list[Voucher]) -> tuple[Status, str]:
    for status, text, origin in vouchers:
        if origin.file == at.file or origin.layer > at.layer:
            return status, text
    return "unstated", "set on the command line" if at.kind == "set" else ""


def _is_figure(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_figure, value))
    if isinstance(value, str):
        return _FIGURE.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)
