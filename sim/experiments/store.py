"""A store of replications on disk: what was played once is never played again, and a run that was cut off goes on.

A scenario has a folder named by the digest of all that its figures depend on. Each chunk of replications is one file,
written beside its place and renamed, with a digest of its content in front: a torn file counts as not there.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.base.errors import OutputError
from sim.base.notes import Note
from sim.base.text import safe_text
from sim.experiments.case import RESOLVED, Case
from sim.experiments.fingerprint import fingerprint
from sim.experiments.replicate import Replication, Specification
from sim.experiments.sheet import ARRAYS, Sheet
from sim.experiments.work import Detail, Played
from sim.scenario.suggestions import did_you_mean

if TYPE_CHECKING:
    from sim.experiments.result import Result

MAGIC = b"partner-sim replications 1\n"
DIGEST = 32  # bytes of SHA-256
ABOUT = "about.json"
SUFFIX = ".part"
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Stored:
    """What the store holds of one scenario."""

    key: str
    name: str
    seed: int
    version: str
    months: int
    """replications kept month by month"""
    figures: int
    """replications kept as key figures"""
    bytes: int


class Store:
    """Replications kept in a folder. One that cannot be written says so in `refused`, and keeps nothing from then on."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.refused: Note | None = None

    def prepare(self) -> None:
        """Find out whether the folder can be written."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            _put(self.home / ".probe", b"")
            (self.home / ".probe").unlink(missing_ok=True)
        except OSError as error:
            self._refuse(error)

    def find(self, specification: Specification, detail: Detail, panels: frozenset[int] = frozenset()) -> dict[int, Played]:
        """Stored replications by number, each as a list or sheet of one; without a panel where one is wanted: left out.

        A panel that another order kept and this one does not want is dropped: what is found must not depend on earlier runs.
        """
        found: dict[int, Played] = {}
        for path in sorted(self._folder(specification).glob(f"{detail}-*{SUFFIX}")):
            arrays = _read(path)
            if arrays is None:
                continue
            found |= _by_number(arrays, detail)
        there = {n: one for n, one in found.items() if n not in panels or (isinstance(one, list) and one[0].panel)}
        return {n: one if n in panels else _bare(one) for n, one in there.items()}

    def keep(self, case: Case, played: Played) -> None:
        """Add a chunk; it is there as a whole or not at all."""
        if self.refused is None:
            try:
                self._keep(case, played)
            except OSError as error:
                self._refuse(error)

    def _refuse(self, error: OSError) -> None:
        what = f"the store {safe_text(str(self.home))} cannot be written ({error.strerror or error}): what is played now is not kept"
        self.refused = Note("store_not_written", what)

    def _keep(self, case: Case, played: Played) -> None:
        folder = self._folder(case.specification)
        if not (folder / ABOUT).exists():
            folder.mkdir(parents=True, exist_ok=True)
            about = {"name": case.name, "seed": case.specification.seed, "version": fingerprint()}
            for name, data in (*case.files(), (ABOUT, json.dumps(about, ensure_ascii=True).encode())):
                _put(folder / name, data)
        detail: Detail = "figures" if isinstance(played, Sheet) else "months"
        numbers = played.numbers if isinstance(played, Sheet) else [one.number for one in played]
        data = _packed(_sheet_arrays(played) if isinstance(played, Sheet) else _replication_arrays(played))
        mark = hashlib.sha256(repr(list(numbers)).encode()).hexdigest()[:8]
        _put(folder / f"{detail}-{min(numbers):06d}-{len(numbers):04d}-{mark}{SUFFIX}", data)

    def list(self) -> list[Stored]:
        """What is there, by name and key."""
        folders = [path for path in self.home.iterdir() if (path / ABOUT).is_file()] if self.home.is_dir() else []
        return sorted((_stored(folder) for folder in folders), key=lambda one: (one.name, one.key))

    def scenario(self, key: str) -> Path:
        """The scenario's file, resolved: loaded and run with its seed it is taken from the store."""
        return self.home / key / RESOLVED

    def result(self, key: str) -> Result:
        """What is stored of a scenario month by month, as a result; nothing is played.

        Raises
        ------
        OutputError
            Without such a key, with nothing kept month by month, or with what another version of the simulator left.
        """
        from sim.experiments.loading import load
        from sim.experiments.play import cube_of
        from sim.experiments.result import Result

        known = {one.key: one for one in self.list()}
        if key not in known:
            raise OutputError(f"{safe_text(str(self.home))} holds no {safe_text(key)}; {did_you_mean(key, list(known))}")
        loaded = load(self.scenario(key))
        case = Case.of(loaded, known[key].seed, (), known[key].name)
        found = self.find(case.specification, "months")
        if not found:
            raise OutputError(self._why_nothing(known[key]))
        done = [one for _, part in sorted(found.items()) if isinstance(part, list) for one in part]
        return Result(loaded, case.specification, case.plan, cube_of(case, done), tuple(done), loaded.notes)

    def _why_nothing(self, one: Stored) -> str:
        if one.version != fingerprint():
            return f"{one.key} was written by partner-sim {one.version}, this is {fingerprint()}: play it again"
        return f"{one.key} holds no replications month by month; a study of key figures keeps only those"

    def remove(self, keys: Iterable[str]) -> None:
        """Forget scenarios."""
        for key in keys:
            shutil.rmtree(self.home / key, ignore_errors=True)

    def _folder(self, specification: Specification) -> Path:
        return self.home / specification.key[:32]


def _bare(one: Played) -> Played:
    """Without panels."""
    return one if isinstance(one, Sheet) else [dataclasses.replace(each, panel={}) for each in one]


def _stored(folder: Path) -> Stored:
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
    except (OSError, ValueError):
        about = {}
    parts = list(folder.glob(f"*{SUFFIX}"))
    counts = {
        detail: sum(int(path.name.split("-")[2]) for path in parts if path.name.startswith(f"{detail}-"))
        for detail in ("months", "figures")
    }
    size = sum(path.stat().st_size for path in folder.iterdir())
    return Stored(
        folder.name, str(about.get("name", "")), int(about.get("seed", 0)), str(about.get("version", "")),
        counts["months"], counts["figures"], size,
    )  # fmt: skip


def _put(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    held = io.BytesIO()
    np.savez(held, allow_pickle=False, **arrays)  # type: ignore[arg-type]
    body = zlib.compress(held.getvalue(), 1)
    return MAGIC + hashlib.sha256(body).digest() + body


def _read(path: Path) -> Arrays | None:
    """The arrays of a file; None where it is torn or not ours."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, body = data[len(MAGIC) : len(MAGIC) + DIGEST], data[len(MAGIC) + DIGEST :]
    if not data.startswith(MAGIC) or hashlib.sha256(body).digest() != digest:
        return None
    with np.load(io.BytesIO(zlib.decompress(body)), allow_pickle=False) as found:
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
    words = _text([sheet.names, sheet.units, sheet.texts])
    return {"words": words, "numbers": np.array(sheet.numbers)} | {name: getattr(sheet, name) for name in ARRAYS}


def _sheet(arrays: Arrays) -> Sheet:
    names, units, texts = (tuple(one) for one in _said(arrays["words"]))
    return Sheet(names, units, texts, tuple(arrays["numbers"].tolist()), *(arrays[name] for name in ARRAYS))


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
