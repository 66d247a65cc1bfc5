"""The scenario as it was run, put into the output folder: resolved, its roster beside it, so that it loads there."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario.show import resolved_yaml

if TYPE_CHECKING:
    from sim.scenario.load import Loaded

RESOLVED = "scenario.resolved.yaml"
ROSTER = "roster.csv"


def write(loaded: Loaded, folder: Path) -> list[Path]:
    """Write the resolved scenario and a copy of its roster; returns what was written."""
    written = [folder / RESOLVED]
    if loaded.roster is not None:
        written.append(folder / ROSTER)
        (folder / ROSTER).write_bytes(loaded.files[-1].read_bytes())
        tree = {**loaded.tree, "roster": {**loaded.tree["roster"], "csv": ROSTER}}
        loaded = dataclasses.replace(loaded, tree=tree)
    written[0].write_text(resolved_yaml(loaded), encoding="utf-8", newline="\n")
    return written


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
