"""A file that a person gives: what bounds it, its bytes and its text, with faults told as findings."""

from __future__ import annotations

import re
from pathlib import Path as FilePath

from sim.scenario.files.bounds import Bounds, Wider
from sim.scenario.files.plain_file import MEBIBYTE, UnfitFile, content
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Origin

LARGEST_FILE = 10 * MEBIBYTE
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def bounded(path: FilePath, root: Wider, findings: Findings, bounds: Bounds | None = None) -> tuple[FilePath, Bounds]:
    """A file that a person gives, links resolved, and what bounds the files that it names.

    `bounds` where it is one of many whose folder is given.
    """
    try:
        bounds = Bounds.of(path, root) if bounds is None else bounds
        return bounds.own(path), bounds
    except UnfitFile as error:
        findings.fail(error.what, error.remedy, at=Origin(str(path), 0, 0))


def read_bytes(path: FilePath, findings: Findings, at: Origin) -> bytes:
    """Content of a plain file of at most `LARGEST_FILE` bytes."""
    try:
        return content(path, LARGEST_FILE, "split it, or move partners to a roster CSV")
    except UnfitFile as error:
        findings.fail(error.what, error.remedy, at=at)


def decoded(data: bytes, findings: Findings, at: Origin) -> str:
    """Text of UTF-8 bytes without control characters."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        findings.fail("not UTF-8 but UTF-16", "save the file as UTF-8", at=at)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.fail(
            f"not UTF-8: byte offset {error.start} (line {line})",
            "save the file as UTF-8; Windows programs often write cp1251 (ANSI)",
            at=Origin(at.file, line, 0),
        )
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        name = "NUL" if match[0] == "\0" else f"U+{ord(match[0]):04X}"
        findings.fail(f"control character {name} in line {line}", "remove it", at=Origin(at.file, line, column))
    return text
