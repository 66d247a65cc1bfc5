"""The judge of an input: a documented exit code, no traceback, a place in the message, nothing written, in bounds."""

from __future__ import annotations

import contextlib
import io
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.command.guard import guarded
from tests.hardening.inputs import Kind
from tests.hardening.soak import resident

ACCEPTED, REFUSED, UNDECIDED, CANNOT = 0, 2, 3, 4
SECONDS, MEGABYTES, LINES, COLUMNS = 10.0, 256.0, 200, 2_000  # of processor, of memory, of a message
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
NOT_OURS = ("Traceback", "an error of partner-sim itself", "root:x:0")


@dataclass(frozen=True)
class Verdict:
    """What came of an input; `fault` is empty where all is as it must be."""

    code: int
    fault: str
    said: str


def judge(kind: Kind, data: bytes, folder: Path) -> Verdict:
    """Have an input read as its command does, and say what is wrong about that."""
    path = folder / kind.file
    path.write_bytes(data)
    before, began, memory = _tree(folder), time.process_time(), resident()
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.chdir(folder):
        code = _read(kind, data)
    seconds, grown = time.process_time() - began, resident() - memory
    faults = [*_faults(kind, code, err.getvalue(), data)]
    if _tree(folder) != before:
        faults.append("files of the folder have changed")
    if seconds > SECONDS or grown > MEGABYTES:
        faults.append(f"it took {seconds:.1f} s of a processor and {grown:.0f} MB")
    return Verdict(code, "; ".join(faults), err.getvalue())


def _read(kind: Kind, data: bytes) -> int:
    if kind.reads is None:
        text = data.decode("utf-8", "surrogateescape")
        parts = (part.format(file=kind.file, text=text) if "{" in part else part for part in kind.command)
        return guarded([*parts])
    reads = kind.reads
    return guarded([kind.name, kind.file], lambda arguments, interrupts: reads(Path(kind.file)) and 0)


def _faults(kind: Kind, code: int, said: str, data: bytes) -> Iterator[str]:
    if code not in (ACCEPTED, REFUSED, UNDECIDED, CANNOT):
        yield f"exit code {code}"
    yield from (f'"{one}" in the message' for one in NOT_OURS if one in said)
    if CONTROL.search(said):
        yield f"a control character in the message: {CONTROL.search(said)!r}"
    if said.count("\n") > LINES or max(map(len, said.splitlines()), default=0) > COLUMNS:
        yield "the message is too long"
    if code == REFUSED and not _placed(kind, said):
        yield "no place in the message"


def _placed(kind: Kind, said: str) -> bool:
    """Whether a refusal names a file, perhaps one that the input names, or the key or option that was given."""
    name = Path(kind.file).name
    return any(one in said for one in (name, "main.yaml", "--set", ".resolved.yaml")) or bool(
        re.search(r"(?m):\d+:\d+: |^\S+\.\w+:\d+: |^[a-z_]+(\.[\w\"-]+|\[\d+\])+: ", said)
    )


def _tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything below a folder: size and time of change by path."""
    found = {}
    for here, _, files in os.walk(folder):
        for name in files:
            stat = os.lstat(os.path.join(here, name))  # noqa: PTH118  # quick: it is asked for each input
            found[os.path.join(here, name)] = (stat.st_size, stat.st_mtime_ns)  # noqa: PTH118
    return found
