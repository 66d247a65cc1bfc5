"""`--set path=value`: one value of the scenario laid over all files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sim.scenario.language.findings import Findings
from sim.scenario.language.merging import merge, opened
from sim.scenario.language.nodes import Node, Origin, Path, dotted
from sim.scenario.language.reading import Reader

LONGEST_SET = 10_000
_PART = re.compile(r'"((?:[^"\\]|\\.)+)"|\[(\d{1,9})\]|([^.\[\]"]+)')


def with_sets(tree: Node, sets: Sequence[str], reader: Reader) -> Node:
    """The tree with each `path=value` put in, in the order given. An empty value deletes."""
    for text in sets:
        at = reader.findings.add_set(text)
        path, value = _split(text, reader, at)
        tree = _put(tree, path, path, value, reader.findings)
    return tree


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


def _split(text: str, reader: Reader, at: Origin) -> tuple[Path, Node]:
    name, sign, value = text.partition("=")
    path = parsed_path(name.strip())
    if not sign or path is None or len(text) > LONGEST_SET:
        reader.findings.fail(
            f'"path=value" expected, got "{text[:80]}"', "such as --set policy.rules.base.new=15%", at=at
        )
    if path[0] in ("extends", "schema"):
        reader.findings.fail(f"{path[0]} cannot be set on the command line", "write it in a file", path, at)
    node = reader.parse_value(value.strip(), at)
    return path, replace(node, key=at)


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
