"""A chunk of replications as one file of the store: arrays, packed, with a digest of their content in front."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.runs.replicate import Replication
from sim.runs.sheet import ARRAYS, About, Sheet
from sim.runs.work import Detail, Played
from sim.scenario.files.plain_file import UnfitFile, content

MAGIC = b"partner-sim replications 1\n"
DIGEST = 32  # bytes of SHA-256
HALF = ".half"
LARGEST = 2 * 2**30  # bytes of a file, packed and unpacked
_TORN = (ValueError, TypeError, LookupError, AttributeError, EOFError, ArithmeticError, RecursionError, zlib.error,
         zipfile.BadZipFile)  # fmt: skip
DEAD_SECONDS = 3_600  # no file takes that long to write
Arrays = dict[str, NDArray[Any]]


def put(path: Path, data: bytes) -> None:
    """Write a file beside its place and rename it: it is there as a whole or not at all, whoever else writes it."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=HALF, dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        beside.chmod(path.parent.stat().st_mode & 0o666)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def probe(folder: Path) -> None:
    """Write a file that is gone at once; OSError where the folder takes none."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"\n")


def clear(folder: Path) -> None:
    """Remove what writers that were killed have left half-written."""
    long_ago = time.time() - DEAD_SECONDS
    for left in folder.glob(f".*{HALF}"):
        with contextlib.suppress(OSError):
            if left.lstat().st_mtime < long_ago:
                left.unlink()


def packed(played: Played) -> bytes:
    """The bytes of a chunk."""
    arrays = _sheet_arrays(played) if isinstance(played, Sheet) else _replication_arrays(played)
    held = io.BytesIO()
    np.savez(held, allow_pickle=False, **arrays)  # type: ignore[arg-type]  # numpy's own stub
    body = zlib.compress(held.getvalue(), 1)
    return MAGIC + hashlib.sha256(body).digest() + body


def held(path: Path, detail: Detail) -> dict[int, Played] | None:
    """What a file holds by replication, each as a list or sheet of one; None where it is torn or not ours."""
    try:
        return None if path.is_symlink() else _by_number(_unpacked(content(path, LARGEST)), detail)
    except (UnfitFile, *_TORN):
        return None


def _unpacked(data: bytes) -> Arrays:
    """The arrays in the bytes of a file, which must be whole."""
    digest, body = data[len(MAGIC) : len(MAGIC) + DIGEST], data[len(MAGIC) + DIGEST :]
    if not data.startswith(MAGIC) or hashlib.sha256(body).digest() != digest:
        raise ValueError("torn")
    opener = zlib.decompressobj()
    plain = opener.decompress(body, LARGEST)
    if not opener.eof:
        raise ValueError(f"over {LARGEST} bytes")
    with np.load(io.BytesIO(plain), allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def _by_number(arrays: Arrays, detail: Detail) -> dict[int, Played]:
    if detail == "figures":
        sheet = _sheet(arrays)
        return {number: sheet.taken([number]) for number in sheet.numbers}
    return {one.number: [one] for one in _replications(arrays)}


def _text(value: Any) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value, ensure_ascii=True).encode(), dtype=np.uint8)


def _said(value: NDArray[Any]) -> Any:
    return json.loads(value.tobytes())


def _sheet_arrays(sheet: Sheet) -> Arrays:
    words = _text([sheet.names, sheet.units, sheet.texts, [dataclasses.astuple(one) for one in sheet.about]])
    return {"words": words, "numbers": np.array(sheet.numbers)} | {name: getattr(sheet, name) for name in ARRAYS}


def _sheet(arrays: Arrays) -> Sheet:
    names, units, texts, said = (tuple(one) for one in _said(arrays["words"]))
    about = tuple(About(ratios, tuple(bounds), never, shown) for ratios, bounds, never, shown in said)
    return Sheet(names, units, texts, about, tuple(arrays["numbers"].tolist()), *(arrays[name] for name in ARRAYS))


def _replication_arrays(done: Sequence[Replication]) -> Arrays:
    return {"numbers": np.array([one.number for one in done])} | {
        f"{one.number}.{name}": value for one in done for name, value in _fields(one)
    }


def _fields(one: Replication) -> Iterator[tuple[str, NDArray[Any]]]:
    """A replication's fields as arrays: mappings of arrays by `field/key`, anything else but arrays as text."""
    for field in dataclasses.fields(one):
        value = getattr(one, field.name)
        if isinstance(value, np.ndarray):
            yield field.name, value
        elif isinstance(value, dict):
            yield from ((f"{field.name}/{key}", item) for key, item in value.items())
        elif field.name != "number":
            yield field.name, _text(value)


def _replications(arrays: Arrays) -> list[Replication]:
    return [_replication(int(number), arrays) for number in arrays["numbers"]]


def _replication(number: int, arrays: Arrays) -> Replication:
    prefix, found = f"{number}.", dict[str, Any]()
    for name, value in arrays.items():
        field, slash, key = name.removeprefix(prefix).partition("/")
        if not name.startswith(prefix):
            continue
        if slash:
            found.setdefault(field, {})[key] = value
        else:
            found[field] = [tuple(one) for one in _said(value)] if field == "events" else value
    return Replication(number, **found)
