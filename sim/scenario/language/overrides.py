"""`--set path=value`: one value of the scenario laid over all files, or moved from where it stands (`path+=2pp`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sim.scenario.language.findings import Findings
from sim.scenario.language.merging import merge, opened
from sim.scenario.language.nodes import Node, Origin, Path, child, dotted, nearest
from sim.scenario.language.reading import Reader
from sim.scenario.language.relative import OPERATORS, Move, Refusal, move_in, moved
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.language.warm_up_policy import (
    SINCE,
    lasting,
    opening_policy,
    remembered,
    start_of,
    with_past,
)
from sim.scenario.lever_signs import ALWAYS_SET

LONGEST_SET = 10_000
POLICY = "policy"
_PART = re.compile(r'"((?:[^"\\]|\\.)+)"|\[(\d{1,9})\]|([^.\[\]"]+)')


def with_sets(tree: Node, sets: Sequence[str], reader: Reader) -> Node:
    """The tree with each lever put in, in the order given: `path=value`, `path+=2pp`, `path*=1.1`.

    An empty value deletes. What is set under `policy` holds from the start; `always path=value` in the warm-up, too.
    """
    for text in sets:
        tree = _with(tree, _lever(text, reader), reader.findings)
    return tree


class Lever(NamedTuple):
    """What one `--set` says."""

    path: Path
    value: Node
    """of a relative lever the number by which it moves"""
    move: Move | None
    always: bool

    @property
    def at(self) -> Origin:
        """Where it is written."""
        return self.value.origin


def _with(tree: Node, lever: Lever, findings: Findings) -> Node:
    if lever.path[:-1][:2] == ("opening", POLICY):  # a part of the policy of the warm-up
        tree = remembered(tree, tree, lambda policy: policy)
    whole = _applied(tree, lever, lever.path, findings)
    if lever.path[0] != POLICY:
        return whole
    start, rest = start_of(whole), lever.path[1:]
    if not lever.always:
        return remembered(tree, whole, lambda policy: _seen(policy, rest, lever, start, findings))
    before = opening_policy(whole)
    if before is None or (lever.move is not None and _node_at(before, rest) is None):
        return whole
    return _applied(whole, lever, ("opening", *lever.path), findings)


def _seen(policy: Node, rest: Path, lever: Lever, start: str, findings: Findings) -> Node:
    """The policy of the warm-up after a lever that is to hold from the start: a date that it states holds as stated."""
    if lever.move is not None or not rest:
        return policy
    if SINCE in rest[:-1]:
        date = rest[rest.index(SINCE) + 1]
        return _put(policy, rest, rest, lever.value, findings) if str(date) < start else policy
    if not all(isinstance(part, str) for part in rest):
        return policy
    change = lever.value
    for part in reversed(rest):
        change = Node({str(part): change}, lever.at, lever.at)
    return merge(policy, lasting(policy, change, start))


def _applied(tree: Node, lever: Lever, path: Path, findings: Findings) -> Node:
    there = _node_at(tree, path)
    if lever.move is None:
        value = with_past(there, lever.value) if path[0] == POLICY and not lever.always else lever.value
        return _put(tree, path, path, value, findings)
    if there is None or there.value is None:
        known, lacking = nearest(tree, path).value, _first_lacking(tree, path)
        near = did_you_mean(str(lacking), known) if isinstance(known, dict) and lacking is not None else ""
        remedy = f"{near or 'set it'}; a relative lever moves what a file states"
        findings.fail("nothing is stated there that could move", remedy, path, lever.at)
    names = [tree.value.get(key) for key in ("products", "segments")]
    rows = tuple(set(one.value) for one in names if one is not None and isinstance(one.value, dict) and one.value)
    try:
        return _replaced(tree, path, moved(there, lever.move, rows, lever.at))
    except Refusal as refused:
        findings.fail(refused.what, refused.remedy, path, lever.at)


def _node_at(tree: Node, path: Path) -> Node | None:
    found: Node | None = tree
    for part in path:
        found = None if found is None else child(found, part)
    return found


def _replaced(node: Node, path: Path, value: Node) -> Node:
    """The tree with another node at a path that is there."""
    if not path:
        return value
    items = node.value.copy()
    items[path[0]] = _replaced(items[path[0]], path[1:], value)
    return replace(node, value=items)


def parsed_path(text: str) -> Path | None:
    """`a.b[2]."odd name"` as a path, or None where it cannot be read."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        if position and text[position] == ".":
            position += 1
        match = _PART.match(text, position)
        if match is None:
            return None
        quoted, index, name = match.groups()
        parts.append(int(index) if index else name or re.sub(r"\\(.)", r"\1", quoted))
        position = match.end()
    return tuple(parts) or None


def lever_paths(sets: Sequence[str]) -> list[Path]:
    """The paths that levers move."""
    names = (text.removeprefix(ALWAYS_SET).partition("=")[0].rstrip("+-*").strip() for text in sets)
    return [path for name in names if (path := parsed_path(name)) is not None]


def _lever(text: str, reader: Reader) -> Lever:
    at = reader.findings.add_set(text)
    always = text.startswith(ALWAYS_SET)
    name, sign, value = text.removeprefix(ALWAYS_SET).partition("=")
    operator = next((one for one in OPERATORS if name.rstrip().endswith(one)), "")
    path, value = parsed_path(name.rstrip().removesuffix(operator).strip()), value.strip()
    if not operator and (operator := move_in(value)):
        value = value[1:].strip()
    if not sign or path is None or len(text) > LONGEST_SET:
        reader.findings.fail(f'"path=value" expected, got "{text[:80]}"', "such as policy.rules.base.new=15%", at=at)
    if path[0] in ("extends", "schema"):
        reader.findings.fail(f"{path[0]} cannot be set on the command line", "write it in a file", path, at)
    if not operator:
        return Lever(path, replace(reader.parse_value(value, at), key=at), None, always)
    try:
        return Lever(path, Node(value, at, at), Move.of(operator, value), always)
    except Refusal as refused:
        reader.findings.fail(refused.what, refused.remedy, path, at)


def _first_lacking(tree: Node, path: Path) -> str | int | None:
    """The first part of a path that nothing stands at."""
    return next((part for at, part in enumerate(path) if _node_at(tree, path[: at + 1]) is None), None)


def _put(node: Node, rest: Path, path: Path, value: Node, findings: Findings) -> Node:
    part = rest[0]
    if isinstance(node.value, list):
        return _put_in_list(node, rest, path, value, findings)
    at, name = value.origin, str(part)
    node = opened(node, {name})
    if not isinstance(node.value, dict):
        node = Node({}, at, at)
    items = dict(node.value)
    old = items.get(name)
    if len(rest) > 1:
        items[name] = _put(old or Node({}, at, at), rest[1:], path, value, findings)
    else:
        items[name] = value if old is None else merge(old, value)
    if name != "since" and "since" in items:  # a rate of dates, replaced by something else
        items.pop("since")
    return replace(node, value=items, deleted=False)


def _put_in_list(node: Node, rest: Path, path: Path, value: Node, findings: Findings) -> Node:
    part = int(rest[0]) if isinstance(rest[0], str) and rest[0].isdigit() else rest[0]
    items = list(node.value)
    if not isinstance(part, int) or part >= len(items):
        findings.fail(
            f"the list has {len(items)} items, numbered from 0, and no {part}",
            f"such as {dotted((*path[: len(path) - len(rest)], 0))}",
            path,
            value.origin,
        )
    items[part] = value if len(rest) == 1 else _put(items[part], rest[1:], path, value, findings)
    return replace(node, value=items)
