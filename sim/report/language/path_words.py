"""A figure of a scenario in words: `products.motor.claims.loss_ratio` is told as `motor: loss ratio`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.report.language.labels import Labels
from sim.scenario.language.nodes import Path
from sim.scenario.language.overrides import parsed_path
from sim.scenario.language.warm_up_policy import SINCE

NAMED = {"rules", "products", "segments", "rivals", "principals", "own", "journeys", "events", "uncertainties",
         "criteria", "mix"}  # fmt: skip
"""keys under which a scenario has names of its own"""
SILENT = (NAMED - {"mix"}) | {
    "policy", "market", "accounts", "claims", "expenses", "turnover", "quality", "tracking", "deposits", "payment",
    "scale", "rate", "rates", "weights", SINCE,
}  # fmt: skip
"""keys that say nothing to people beside those that follow them"""
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class PathWords:
    """Words of one language for paths of a scenario."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels

    def __call__(self, name: str) -> str:
        """A path in words, keys without a word as they are written; a name that is no path by its label."""
        path = parsed_path(name) if "." in name else None
        said = ": ".join(self._parts(path or ()))
        return said or (name if path else self.labels.name(name))

    def known(self, name: str) -> str:
        """The same where there are words for all of a path; else the path as it is written."""
        path = parsed_path(name) if "." in name else ()
        return self(name) if path is not None and self._worded(path) else name

    def _worded(self, path: Path) -> bool:
        keys = zip(("", *path), path, strict=False)
        return all(isinstance(key, int) or key in SILENT or self._word(above, key) for above, key in keys)

    def _parts(self, path: Path) -> Iterator[str]:
        """Each key that says something; one of a list with its places, counted from 1."""
        for at, (above, key) in enumerate(zip(("", *path), path, strict=False)):
            places = [place + 1 for place in _places(path[at + 1 :])]
            if isinstance(key, str) and (places or above in NAMED or key not in SILENT):
                yield " ".join(map(str, (self._word(above, key) or self.labels.name(key), *places)))

    def _word(self, above: str | int, key: str) -> str:
        """The word of a key; empty where it has none."""
        if above == SINCE and MONTH.fullmatch(key):
            return self.labels.month(key)
        if above in NAMED:
            return self.labels.name(key)
        return self.labels(f"path.{key}") if f"path.{key}" in self.labels else ""


def _places(path: Path) -> Iterator[int]:
    for one in path:
        if not isinstance(one, int):
            return
        yield one
