"""A store of replications on disk: what was played once is never played again, and a run that was cut off goes on.

A scenario has a folder named by the digest of all that its figures depend on. Each chunk of replications is one file,
written beside its place and renamed, with a digest of its content in front: a torn file counts as not there.
"""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.base.errors import OutputError, ScenarioError
from sim.base.notes import Note
from sim.base.text import safe_text
from sim.runs import chunk
from sim.runs.case import RESOLVED, Case
from sim.runs.fingerprint import fingerprint
from sim.runs.replicate import Specification
from sim.runs.sheet import Sheet
from sim.runs.store_folder import ABOUT, LONGEST, SUFFIX, Stored, UnsoundError, about_of, stored
from sim.runs.work import Detail, Played


class Store:
    """Replications kept in a folder, by any number of writers at once.

    One that cannot be written says so in `refused` and keeps nothing thereafter; what it holds is still found.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.refused: Note | None = None
        self._untold: dict[Note, bool] = {}

    def news(self) -> list[Note]:
        """What was refused or passed over, each once."""
        found = [note for note, untold in self._untold.items() if untold]
        self._untold |= dict.fromkeys(found, False)
        return found

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
        for path in self._parts(specification, detail):
            held = chunk.held(path, detail)
            if held is None:
                self._pass_over(f"{path.parent.name}/{path.name}", "it is torn or none of ours")
            found |= held or {}
        there = {n: one for n, one in found.items() if n not in panels or (isinstance(one, list) and one[0].panel)}
        return {n: one if n in panels else _bare(one) for n, one in there.items()}

    def holds(self, specification: Specification) -> bool:
        """Whether anything of a scenario may be there."""
        return self._folder(specification).is_dir()

    def _parts(self, specification: Specification, detail: Detail) -> Sequence[Path]:
        """Files of a scenario; none where its folder is damaged, which is told."""
        folder = self._folder(specification)
        parts = sorted(folder.glob(f"{detail}-*{SUFFIX}"))
        try:
            if parts or os.path.lexists(folder):
                about_of(folder)
        except UnsoundError as error:
            if parts or not folder.is_dir():  # one without parts may be in the making
                self._pass_over(folder.name, str(error))
            return []
        return parts

    def _pass_over(self, name: str, why: str) -> None:
        what = f"the store {self.home}: {name} is passed over ({why}): its replications are played again"
        self._untold.setdefault(Note("store_passed_over", safe_text(what)), True)

    def keep(self, case: Case, played: Played) -> None:
        """Add a chunk; it is there as a whole or not at all."""
        if self.refused is None:
            try:
                self._keep(case, played)
            except (OSError, ScenarioError) as error:  # a file to be copied may be gone by now
                self._refuse(error)

    def _refuse(self, error: OSError | ScenarioError) -> None:
        fault = getattr(error, "strerror", None) or error
        what = f"the store {safe_text(str(self.home))} cannot be written ({fault}): what is played now is not kept"
        self.refused = Note("store_not_written", what)
        self._untold.setdefault(self.refused, True)

    def _keep(self, case: Case, played: Played) -> None:
        folder = self._folder(case.specification)
        chunk.clear(folder)
        if folder.is_symlink():
            raise OSError(errno.ELOOP, f"{folder.name} is a link")
        if not _is_sound(folder):
            folder.mkdir(parents=True, exist_ok=True)
            about = {
                "name": case.name[:LONGEST],
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

    def passed_over(self) -> dict[str, str]:
        """What is there and damaged or none of ours: why, by name."""
        found: dict[str, str] = {}
        for name in self._names():
            try:
                stored(self.home / name)
            except UnsoundError as error:
                found[name] = str(error)
        return found

    def _names(self) -> list[str]:
        try:
            return sorted(one.name for one in self.home.iterdir() if not one.name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError as error:
            what = f"the store {safe_text(str(self.home))} cannot be read: {error.strerror}"
            raise OutputError(f"{what}; give another --store") from None

    def scenario(self, key: str) -> Path:
        """The scenario's file, resolved: loaded and run with its seed it is taken from the store."""
        return self.home / key / RESOLVED

    def remove(self, keys: Iterable[str]) -> None:
        """Forget scenarios."""
        for key in keys:
            shutil.rmtree(self.home / key, ignore_errors=True)

    def list(self) -> list[Stored]:
        """What is there, by name and key."""
        found = (stored(self.home / name) for name in self._names() if _is_sound(self.home / name))
        return sorted(found, key=lambda one: (one.name, one.key))

    def _folder(self, specification: Specification) -> Path:
        return self.home / specification.key[:32]


def _is_sound(folder: Path) -> bool:
    try:
        stored(folder)
    except UnsoundError:
        return False
    return True


def _bare(one: Played) -> Played:
    """Without panels."""
    return one if isinstance(one, Sheet) else [dataclasses.replace(each, panel={}) for each in one]
