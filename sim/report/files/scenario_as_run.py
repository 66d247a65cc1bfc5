"""The scenario as it was run, put into the output folder: resolved, its CSV files beside it, so that it loads there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario.copied_tables import copies, copy_of, naming_copies
from sim.scenario.show import resolved_yaml

if TYPE_CHECKING:
    from sim.scenario.load import Loaded

RESOLVED = "scenario.resolved.yaml"


def write(loaded: Loaded, folder: Path) -> list[Path]:
    """Write the resolved scenario and copies of the CSV files that it names; returns what was written."""
    (folder / RESOLVED).write_text(resolved_yaml(naming_copies(loaded)), encoding="utf-8", newline="\n")
    for name, path in copies(loaded).items():
        (folder / name).write_bytes(copy_of(path))
    return [folder / RESOLVED, *(folder / name for name in copies(loaded))]


def hashed(loaded: Loaded) -> dict[str, str]:
    """SHA-256 of every input file, as it was read, by its name as seen from the main file's folder."""
    home = loaded.files[0].parent
    return {_seen_from(path, home): loaded.digests[path] for path in loaded.files}


def _seen_from(path: Path, home: Path) -> str:
    from os.path import relpath

    try:
        return Path(relpath(path, home)).as_posix()
    except ValueError:  # another drive
        return path.name
