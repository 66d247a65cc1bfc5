"""A store of replications on disk: what was played once is never played again, and a run that was cut off goes on.

A scenario has a folder named by the digest of all that its figures depend on. Each chunk of replications is one file,
written beside its place and renamed, with a digest of its content in front: a torn file counts as not there.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.base.notes import Note
from sim.base.text import safe_text
from sim.runs import chunk
from sim.runs.case import RESOLVED, Case
from sim.runs.fingerprint import fingerprint
from sim.runs.replicate import Specification
from sim.runs.sheet import Sheet
from sim.runs.work import Detail, Played
from sim.scenario.reads_claims import DRAWN, Claims

ABOUT = "about.json"
SUFFIX = ".part"


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
    claims: Claims = DRAWN


class Store:
    """Replications kept in a folder, by any number of writers at once.

    One that cannot be written says so in `refused` and keeps nothing thereafter; what it holds is still found.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.refused: Note | None = None
        self._told = False

    def news(self) -> Note | None:
        """What `refused` says, once."""
        told, self._told = self._told, self.refused is not None
        return None if told else self.refused

    def prepare(self) -> None:
        """Find out whether the folder can be written."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            chunk.probe(self.home)
        except OSError as error:
            self._refuse(error)

    def find(
        self, specification: Specification, detail: Detail, panels: frozenset[int] = frozenset()
    ) -> dict[int, Played]:
        """Stored replications by number, each as a list or sheet of one; without a panel where one is wanted: left out.

        A panel that another order kept and this one does not want is dropped: what is found must not depend on earlier
        runs.
        """
        found: dict[int, Played] = {}
        for path in sorted(self._folder(specification).glob(f"{detail}-*{SUFFIX}")):
            arrays = chunk.read(path)
            if arrays is None:
                continue
            found |= chunk.by_number(arrays, detail)
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
        fault = error.strerror or error
        what = f"the store {safe_text(str(self.home))} cannot be written ({fault}): what is played now is not kept"
        self.refused = Note("store_not_written", what)

    def _keep(self, case: Case, played: Played) -> None:
        folder = self._folder(case.specification)
        chunk.clear(folder)
        if not (folder / ABOUT).exists():
            folder.mkdir(parents=True, exist_ok=True)
            about = {
                "name": case.name,
                "seed": case.specification.seed,
                "version": fingerprint(),
                "claims": case.specification.claims,
            }
            for name, data in (*case.files(), (ABOUT, json.dumps(about, ensure_ascii=True).encode())):
                chunk.put(folder / name, data)
        detail: Detail = "figures" if isinstance(played, Sheet) else "months"
        numbers = played.numbers if isinstance(played, Sheet) else [one.number for one in played]
        mark = hashlib.sha256(repr(list(numbers)).encode()).hexdigest()[:8]
        chunk.put(folder / f"{detail}-{min(numbers):06d}-{len(numbers):04d}-{mark}{SUFFIX}", chunk.packed(played))

    def list(self) -> list[Stored]:
        """What is there, by name and key."""
        folders = [path for path in self.home.iterdir() if (path / ABOUT).is_file()] if self.home.is_dir() else []
        return sorted((_stored(folder) for folder in folders), key=lambda one: (one.name, one.key))

    def scenario(self, key: str) -> Path:
        """The scenario's file, resolved: loaded and run with its seed it is taken from the store."""
        return self.home / key / RESOLVED

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
        counts["months"], counts["figures"], size, "expected" if about.get("claims") == "expected" else DRAWN,
    )  # fmt: skip
