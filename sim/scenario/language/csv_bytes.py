"""What kind of file a CSV is: encoding, delimiter, and nothing in it that a table cannot hold."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path as FilePath

from sim.scenario.files.plain_file import MEBIBYTE, UnfitFile, opened
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Origin

LARGEST_FILE = 512 * MEBIBYTE
LARGEST_FIELD = 64 * 2**10
LONGEST_LINE = 2**20
CHUNK = LONGEST_LINE
DELIMITERS = (";", "\t", ",")
LONGEST_WORD = 40
_LATIN = bytes(range(ord("A"), ord("Z") + 1)) + bytes(range(ord("a"), ord("z") + 1))
_SIGNS = (b"=", b"+", b"@", b"'", b"\t", b"\xef\xbc", b'"\r', b'"\n')
_BEGINS_WITH_MINUS = re.compile(rb"-(?<![0-9A-Za-z]-)")
_WORD = re.compile(rb"[A-Za-z]*[\xa8\xb8\xc0-\xff][A-Za-z\xa8\xb8\xc0-\xff]*")


@contextmanager
def csv_file(path: FilePath, name: str, findings: Findings, kind: str) -> Iterator[BufferedReader]:
    """A plain file of at most `LARGEST_FILE` bytes, open; `name` and `kind` as messages say."""
    try:
        with opened(path, LARGEST_FILE) as file:
            yield file
    except UnfitFile as error:
        findings.fail(error.what, error.remedy, (kind, "csv"), Origin(name, 0, 0))


def encoding_of(path: FilePath, name: str, findings: Findings, kind: str) -> str:
    """`utf-8-sig` or `cp1251`, after a pass over the bytes that refuses NULs and endless lines.

    Other bytes than UTF-8 are taken for cp1251 where they make whole words, and refused where they stand between Latin
    letters. `kind` as messages say.
    """
    utf8 = codecs.getincrementaldecoder("utf-8")()
    encoding, line, length = "utf-8-sig", 1, 0
    with csv_file(path, name, findings, kind) as file:
        while chunk := file.read(CHUNK):
            if line == 1 and length == 0 and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
                findings.fail(f"the {kind} is UTF-16", "save it as CSV UTF-8", (kind, "csv"), Origin(name, 1, 0))
            if (nul := chunk.find(b"\0")) >= 0:
                at = line + chunk.count(b"\n", 0, nul)
                findings.fail(f"NUL byte in line {at}", "export the CSV again", (kind, "csv"), Origin(name, at, 0))
            line, length = _measure(chunk, line, length, name, findings, kind)
            if encoding != "cp1251" and not _decodes(utf8, chunk):
                encoding = "cp1251"
    if encoding == "cp1251" or not _decodes(utf8, b"", final=True):
        _refuse_doubt(path, name, findings, kind)
        return "cp1251"
    return encoding


def _refuse_doubt(path: FilePath, name: str, findings: Findings, kind: str) -> None:
    """Refuse letters that are no UTF-8 and mostly stand in words with Latin letters, as in `K\xf6ln`."""
    whole = mixed = 0
    example, at = b"", 0
    with csv_file(path, name, findings, kind) as file:
        for line, text in enumerate(file, start=1):
            for word in _WORD.findall(text):
                letters = len(word.translate(None, _LATIN))
                whole, mixed = (whole, mixed + letters) if letters < len(word) else (whole + letters, mixed)
                if letters < len(word) and not example:
                    example, at = word[:LONGEST_WORD], line
    if mixed > whole:
        readings = f'"{example.decode("latin-1")}" in Latin-1 or "{example.decode("cp1251", "replace")}" in cp1251'
        what = f"the {kind} is not UTF-8, and a word in line {at} may be {readings}"
        findings.fail(what, "save it as CSV UTF-8", (kind, "csv"), Origin(name, at, 0))


def suspect(chunk: bytes) -> bool:
    """Whether some text may begin as a formula does: a closer look at each cell is worth it."""
    if any(sign in chunk for sign in _SIGNS) or chunk.startswith(b"\xbc") or chunk.endswith(b"\xef"):
        return True
    return _BEGINS_WITH_MINUS.search(chunk) is not None


def delimiter_of(header: str) -> str:
    """The delimiter that the header line uses most; a comma where there is none."""
    return max(DELIMITERS, key=lambda mark: (header.count(mark), mark == ","))


def _measure(chunk: bytes, line: int, length: int, name: str, findings: Findings, kind: str) -> tuple[int, int]:
    """Line number and length of the open line after `chunk`; refuses a line that never ends."""
    if b"\r" in chunk:
        chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    first = chunk.find(b"\n")
    if length + (len(chunk) if first < 0 else first) > LONGEST_LINE:  # lines within a chunk are shorter than it
        findings.fail(
            f"line {line} holds a field larger than the limit of {LARGEST_FIELD // 2**10} KB",
            "check quotes and line ends of the CSV", (kind, "csv"), Origin(name, line, 0),
        )  # fmt: skip
    return line + chunk.count(b"\n"), length + len(chunk) if first < 0 else len(chunk) - 1 - chunk.rfind(b"\n")


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
