"""Loading with the names of key figures known: light enough for `check`, which starts no engine."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike

from sim.base.in_python.arguments import Arguments
from sim.results import kpis
from sim.scenario.files.bounds import Wider
from sim.scenario.language.reading import Shelf
from sim.scenario.load import Loaded, Source
from sim.scenario.load import load as load_file


def load(
    path: Source,
    sets: Sequence[str] = (),
    extra: Sequence[type] = (),
    shelf: Shelf | None = None,
    home: str | PathLike[str] = "",
    root: Wider = None,
) -> Loaded:
    """Read, compose and check a scenario: the path of its file, or the scenario as a mapping.

    `sets` are overrides `path=value`, `extra` your own classes. `shelf` keeps files once read for loads that follow.
    `home` is the folder from which a mapping names files, `root` one that may be read beside that of the scenario.

    Raises
    ------
    ScenarioError
        With every problem at once: file, line, key, value and remedy; of a mapping the path of each key. So are
        arguments that cannot be given.

    Examples
    --------
    >>> import sim
    >>> sim.load({"schema": 1, "extends": "scenarios/gallery/small_network.yaml", "months": "1y"}).scenario.months
    12
    >>> sim.load({"schema": 1, "extends": "scenarios/gallery/small_network.yaml", "policy": {"rulez": {}}})
    Traceback (most recent call last):
    ...
    sim.base.errors.ScenarioError: mapping: policy.rulez: unknown key "rulez"; did you mean rules?
    """
    given = Arguments()
    given.texts("sets", sets)
    given.classes("extra", extra)
    given.path("home", home)
    given.path("root", root)
    given.check()
    return load_file(path, sets, extra, kpis.known, shelf, home, root)
