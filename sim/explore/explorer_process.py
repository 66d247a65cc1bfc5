"""A point or a grid played in a process of its own: what it does is told in a file, what it plays goes to the store.

The page starts it, reads how far it is, may end it at any time, and then takes from the store what was played.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.base.errors import OutputError, SimError
from sim.explore.explorer import Asked, Explorer
from sim.runs.ahead import Account

TOLD, ERRORS = "told.json", "errors.txt"
LINES = 3  # of what a process said last, where it ended by itself
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Job:
    """A point by what is set, or a grid by its two levers."""

    sets: tuple[str, ...] = ()
    grid: tuple[str, ...] = ()

    def done_by(self, explorer: Explorer, account: Account | None = None, workers: int = 1) -> None:
        """Have it played; what is in the store already is taken from there."""
        if self.grid:
            explorer.grid(self.grid[0], self.grid[1], account, workers)
        else:
            explorer.played(self.sets, account, workers)


@dataclass(frozen=True)
class Progress:
    """How far a process is: replications done and all, seconds left where they are known, what went wrong."""

    done: int = 0
    total: int = 0
    left: float | None = None
    finished: bool = False
    failed: str = ""


class Playing:
    """A process that plays a job; `folder` holds what it tells."""

    def __init__(self, asked: Asked, job: Job, folder: Path) -> None:
        self.job, self.folder = job, folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / TOLD).unlink(missing_ok=True)
        said = json.dumps({"asked": asked.text, "sets": job.sets, "grid": job.grid, "folder": str(folder)})
        with (folder / ERRORS).open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, said], stdin=subprocess.PIPE, stdout=errors, stderr=errors,
                env=environment(), start_new_session=True,
            )  # fmt: skip

    @property
    def progress(self) -> Progress:
        """How far it is."""
        ended = self._process.poll()
        found = _read(self.folder / TOLD)
        if ended is None or found.finished or found.failed:
            return found
        said = (self.folder / ERRORS).read_text("utf-8", "replace").strip().splitlines()[-LINES:]
        return Progress(failed="\n".join(said) or f"ended with {ended}")

    def end(self) -> None:
        """End it, wherever it is; what it has played so far is in the store."""
        with suppress(OSError):
            self._process.kill()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def environment() -> dict[str, str]:
    """The environment of a process that imports this very package."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path}


def _read(path: Path) -> Progress:
    try:
        return Progress(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return Progress()


def _tell(folder: Path, **said: Any) -> None:
    """Write where the work stands, whole or not at all."""
    part = folder / f"{TOLD}.part"
    part.write_text(json.dumps(said), "utf-8")
    part.replace(folder / TOLD)


def _end_with_the_page() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def main(text: str) -> None:
    """Play what `text` asks for."""
    said = json.loads(text)
    folder = Path(said["folder"])
    threading.Thread(target=_end_with_the_page, daemon=True).start()
    account = Account(lambda done, total: _tell(folder, done=done, total=total, left=account.left))
    try:
        asked = Asked.read(said["asked"])
        explorer = Explorer(asked)
        _prepared(explorer)
        Job(tuple(said["sets"]), tuple(said["grid"])).done_by(explorer, account, explorer.workers)
        _tell(folder, done=account.done, total=account.total, finished=True)
    except SimError as error:
        _tell(folder, failed=str(error))


def _prepared(explorer: Explorer) -> None:
    """Refuse a store that cannot be written: nothing that is played would come back."""
    archive = explorer.archive
    archive.prepare()
    if archive.refused is not None:
        raise OutputError(archive.refused.text)


if __name__ == "__main__":
    main(sys.argv[1])
