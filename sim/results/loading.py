"""Loading with the names of key figures known: light enough for `check`, which starts no engine."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

from sim.results import kpis
from sim.scenario.language.reading import Shelf
from sim.scenario.load import Loaded
from sim.scenario.load import load as load_file


def load(
    path: str | PathLike[str], sets: Sequence[str] = (), extra: Sequence[type] = (), shelf: Shelf | None = None
) -> Loaded:
    """Read, compose and check a scenario file; `sets` are overrides `path=value`, `extra` your own classes.

    `shelf` keeps files once read for loads that follow.

    Raises
    ------
    ScenarioError
        With every problem at once: file, line, key, value and remedy.
    """
    return load_file(path, sets, extra, kpis.known, shelf)
