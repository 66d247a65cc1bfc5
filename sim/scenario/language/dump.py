"""Plain values as YAML that our own reader reads back unchanged, byte for byte the same every time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.language.scalars import key_fault, plain_value

LONGEST_FLOW = 100
_PLAIN = re.compile(r"[^\W_](?:[\w %./()+-]*[\w%)])?")
_ESCAPED = re.compile(r"[^\x20-\x7e]")


def yaml_of(tree: Mapping[str, Any]) -> str:
    """Block YAML of a mapping; lists of scalars stand on one line where they fit."""
    return "".join(line + "\n" for line in _mapping(tree, ""))


def scalar(value: object) -> str:
    """One scalar, quoted where it would not be read back as it is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else _text(str(value))


def _mapping(tree: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in tree.items():
        yield from _entry(f"{indent}{_key(key)}:", value, indent + "  ")


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    """`head` with a value on its line, or with a block below it."""
    short = _short(value)
    if short is not None and (not value or len(head) + len(short) <= LONGEST_FLOW):
        yield f"{head} {short}"
    elif isinstance(value, dict):
        yield head
        yield from _mapping(value, indent)
    elif isinstance(value, list):
        yield head
        for item in value:
            yield from _item(item, indent)
    else:
        yield f"{head} {scalar(value)}"


def _item(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        first, *rest = _mapping(value, indent + "  ")
        yield f"{indent}- {first.lstrip()}"
        yield from rest
    else:
        yield from _entry(f"{indent}-", value, indent + "  ")


def _short(value: Any) -> str | None:
    if isinstance(value, dict):
        return None if value else "{}"
    if not isinstance(value, list):
        return scalar(value)
    flat = not any(isinstance(item, dict | list) for item in value)
    return "[" + ", ".join(map(scalar, value)) + "]" if flat else None


def _key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) and key_fault(key) is None else _quoted(key)


def _text(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and plain_value(text) == text else _quoted(text)


def _quoted(text: str) -> str:
    """Double-quoted: what cannot be seen is escaped, letters of any script stay as they are."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: match[0] if match[0].isprintable() else f"\\U{ord(match[0]):08X}", quoted)
