"""From a file's bytes to YAML nodes, with everything refused that a scenario has no use for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from sim.scenario.files.given_file import decoded, read_bytes
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Kind, Node, Origin, Path
from sim.scenario.language.scalars import Fault, key_fault, plain_value

DEEPEST = 50
MOST_VALUES = 100_000
MOST_KEYS = 5_000  # in one mapping
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(r"-?[0-9A-Za-z][\w.%+-]*", re.ASCII)
"""a plain scalar without blanks, which is what it says in any place"""


class Kept(NamedTuple):
    """A file that was read."""

    text: str
    node: Node
    values: int
    digest: str


Shelf = dict[tuple[FilePath, Origin], Kept]
"""files read before"""


@dataclass
class Reader:
    """Reads YAML files into nodes; `left` is what remains of the values that all files together may hold.

    `digests` are SHA-256 of the bytes that were read, so that a file that changes later is not taken for them.
    `shelf` keeps what was read without a fault, for readers of the same files that follow.
    """

    findings: Findings
    left: int = MOST_VALUES
    files: list[FilePath] = field(default_factory=list)
    digests: dict[FilePath, str] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=dict)

    def read(self, path: FilePath, name: str, kind: Kind = "file", layer: int = 0) -> Node:
        """Nodes of the file `path`; messages call it `name`."""
        origin = Origin(name, 0, 0, kind, layer)
        if (path, origin) not in self.shelf:
            return self._read(path, origin)
        kept = self.shelf[path, origin]
        self.findings.add_text(name, kept.text)
        self._note(path, kept.digest)
        self.left -= kept.values
        return kept.node

    def _read(self, path: FilePath, origin: Origin) -> Node:
        at, left, faults = Origin(origin.file, 0, 0), self.left, len(self.findings.problems)
        data = read_bytes(path, self.findings, at)
        text, digest = decoded(data, self.findings, at), hashlib.sha256(data).hexdigest()
        self.findings.add_text(origin.file, text)
        self._note(path, digest)
        node = self.parse(text, origin)
        if len(self.findings.problems) == faults:
            self.shelf[path, origin] = Kept(text, node, left - self.left, digest)
        return node

    def hold(self, path: FilePath, node: Node, text: str) -> None:
        """Take nodes given for the file `path`, which need not exist; `text` says the same, for its digest."""
        self.shelf[path, node.origin] = Kept("", node, 0, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())

    def _note(self, path: FilePath, digest: str) -> None:
        self.files.append(path)
        self.digests[path] = digest

    def parse(self, text: str, origin: Origin) -> Node:
        """Nodes of the mapping that `text` holds."""
        node = _Document(self, text, origin).node()
        if node is None or node.value is None:
            self.findings.fail("empty scenario", "the file holds no keys: start with schema: 1", at=origin)
        if not isinstance(node.value, dict):
            what = "a list" if isinstance(node.value, list) else "a single value"
            self.findings.fail(f"mapping expected at top level, got {what}", "write key: value lines", at=node.origin)
        return node

    def parse_value(self, text: str, origin: Origin) -> Node:
        """Node of one value given on the command line: a scalar or a flow mapping or list."""
        if _PLAIN.fullmatch(text):  # a study of many points sets thousands: the parser would find the same, slowly
            return Node(_fitting(self.findings, plain_value(text), text, (), origin), origin)
        return _Document(self, text, origin).node() or Node(None, origin)


def _fitting(findings: Findings, value: Any, written: str, path: Path, at: Origin) -> Any:
    """A value, or what is written where that is a fault, which is noted."""
    if not isinstance(value, Fault):
        return value
    findings.fault(value.what, value.remedy, path, at)
    return written


class _Document:
    """One YAML document composed from the parser's events, never deeper than `DEEPEST`."""

    def __init__(self, reader: Reader, text: str, origin: Origin) -> None:
        self.reader, self.findings, self.text, self.origin = reader, reader.findings, text, origin
        self.events = self._events()
        self.anchors: set[str] = set()

    def node(self) -> Node | None:
        result = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if result is not None:
                    self.findings.fail("several documents in one file", "keep one: remove ---", at=self._at(event))
                if event.version or event.tags:
                    self.findings.fail("directives (%) are not allowed", "remove the line", at=self.origin)
                result = self._node(next(self.events), (), 1)
            elif isinstance(event, StreamEndEvent):
                break
        return result

    def _events(self) -> Generator[Any, None, None]:
        try:
            yield from YAML(typ="safe", pure=True).parse(self.text)
        except MarkedYAMLError as error:
            self._syntax(error)
        except (YAMLError, ValueError, OverflowError, IndexError, AttributeError, AssertionError):
            # the parser's own slips on odd input, such as "\UFFFFFFFF", are the user's fault all the same
            self.findings.fail("not valid YAML", "look for odd escapes in quotes", at=self.origin)

    def _syntax(self, error: MarkedYAMLError) -> None:
        mark, opened = error.problem_mark or error.context_mark, error.context_mark
        problem, context = str(error.problem or "not valid YAML"), str(error.context or "")
        at = self._mark(mark) if mark is not None else self.origin
        if "'\\t'" in problem:
            self.findings.fail(f"a tab in line {at.line}", "indent and separate with spaces", at=at)
        if "quoted scalar" in context and "end of" in problem and opened is not None:
            at = self._mark(opened)
            self.findings.fail(f"a quote opened in line {at.line} is not closed", "close the quote", at=at)
        self.findings.fail(
            f"not valid YAML in line {at.line}: {context + ': ' if context else ''}{problem}",
            "check indentation, colons, brackets and quotes here and in the line above",
            at=at,
        )

    def _node(self, event: Any, path: Path, depth: int) -> Node:
        self.reader.left -= 1
        if self.reader.left < 0:
            self.findings.fail(f"over {MOST_VALUES} values", "move partners to a roster CSV", at=self._at(event))
        if isinstance(event, AliasEvent):
            return self._alias(event, path)
        self._refuse_tag(event, path)
        if event.anchor:
            self.anchors.add(event.anchor)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path)
        if depth > DEEPEST:
            self.findings.fail(f"nesting deeper than {DEEPEST} levels", "make it flatter", at=self._at(event))
        if isinstance(event, SequenceStartEvent):
            return Node(list(self._items(path, depth)), self._at(event))
        assert isinstance(event, MappingStartEvent)
        return self._mapping(event, path, depth)

    def _items(self, path: Path, depth: int) -> Iterator[Node]:
        for ordinal, event in enumerate(iter(self.events)):
            if isinstance(event, SequenceEndEvent):
                return
            yield self._node(event, (*path, ordinal), depth + 1)

    def _mapping(self, start: Any, path: Path, depth: int) -> Node:
        items: dict[str, Node] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, path)
            node = self._node(next(self.events), (*path, key), depth + 1)
            if (first := items.get(key)) is not None and first.key is not None:
                self.findings.fault(
                    f"duplicate key {key}, lines {first.key.line} and {event.start_mark.line + 1}",
                    "keep one of the two",
                    (*path, key),
                    self._at(event),
                )
            items[key] = Node(node.value, node.origin, self._at(event))
            if len(items) > MOST_KEYS:
                what = f"over {MOST_KEYS} keys in one mapping"
                self.findings.fault(what, "reading stopped here", path, self._at(event))
                self.events.close()
        return Node(items, self._at(start))

    def _key(self, event: Any, path: Path) -> str:
        if isinstance(event, AliasEvent):
            self._alias(event, path)
            return event.anchor
        if not isinstance(event, ScalarEvent):
            self.findings.fail("a mapping or list cannot be a key", "use plain text as key", path, self._at(event))
        self._refuse_tag(event, path)
        self.anchors.update({event.anchor} if event.anchor else ())
        fault = key_fault(event.value) if event.style is None else None
        if fault or _SURROGATE.search(event.value):
            fault = fault or Fault("half of a character pair in a key", "write the character itself")
            self.findings.fault(fault.what, fault.remedy, path, self._at(event))
        return str(event.value)

    def _scalar(self, event: Any, path: Path) -> Node:
        value = plain_value(event.value) if event.style is None else event.value
        if isinstance(value, str) and _SURROGATE.search(value):
            value = Fault("half of a character pair", "write the character itself")
        return Node(_fitting(self.findings, value, event.value, path, self._at(event)), self._at(event))

    def _alias(self, event: Any, path: Path) -> Node:
        known = event.anchor in self.anchors
        what = f"aliases (*{event.anchor}) are not allowed" if known else f"undefined alias {event.anchor}"
        self.findings.fault(what, "write the value out, use extends, or quote text with a *", path, self._at(event))
        return Node(None, self._at(event))

    def _refuse_tag(self, event: Any, path: Path) -> None:
        if event.tag and event.tag != "!":
            blocks = {SequenceStartEvent: "plain list", MappingStartEvent: "plain mapping"}
            wanted = blocks.get(type(event), "plain value")
            shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.findings.fault(
                f"tag not allowed: {shown}", f"{wanted} expected: remove the tag", path, self._at(event)
            )

    def _at(self, event: Any) -> Origin:
        return self._mark(event.start_mark)

    def _mark(self, mark: Any) -> Origin:
        if self.origin.kind == "set":
            return self.origin
        return Origin(self.origin.file, mark.line + 1, mark.column + 1, self.origin.kind, self.origin.layer)
