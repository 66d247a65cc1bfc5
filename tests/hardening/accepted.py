"""Scenarios drawn until the loader takes them: what it refuses is drawn anew, then left out, by the path it names.

So a refusal that names no path of the scenario is found here too.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from sim.base.errors import Problem, ScenarioError
from sim.results.loading import load
from sim.scenario.load import Loaded
from tests.hardening.drawn import Drawing, Path, Tree

ROUNDS = 60  # of refusals after which a drawing is given up
REDRAWN = 2  # times that what is refused is drawn anew before it is left out
THINNED = 6  # times that a block that is refused as a whole loses one of its keys before that
_PART = re.compile(r'"([^"]*)"|([^.\[\]]+)')


@dataclass
class Accepted:
    """A scenario that loads, and how often it was refused before."""

    tree: Tree
    loaded: Loaded
    drawing: Drawing
    refusals: int


@dataclass
class GivenUp(Exception):
    """A drawing that never came to load: the last refusals."""

    problems: tuple[Problem, ...]


@dataclass
class _Mending:
    drawing: Drawing
    tree: Tree
    failed: Counter[Path] = field(default_factory=Counter)

    def mend(self, problem: Problem) -> None:
        """Draw anew what a refusal names, or leave it out; where neither helps, the block above it."""
        path = path_of(problem.path)
        at = path if self._missing(path) else self._there(path)
        while at:
            self.failed[at] += 1
            if self._mended(at, self.failed[at], "missing" in problem.what):
                return
            at = at[:-1]

    def _mended(self, at: Path, times: int, missing: bool) -> bool:
        block = self._at(at)
        spare = [key for key in block if (*at, key) in self.drawing.optional] if isinstance(block, dict) else []
        if spare and times <= THINNED and not missing:
            return self._left_out((*at, self.drawing.rng.choice(spare)))
        times -= THINNED if isinstance(block, dict) else 0
        if (times <= REDRAWN or len(at) == 1) and at in self.drawing.redraw:
            self._at(at[:-1])[at[-1]] = self.drawing.redraw[at]()
            return True
        return at in self.drawing.optional and self._left_out(at)

    def _missing(self, path: Path) -> bool:
        """Whether it is what lacks in a block that is there, and was once drawn."""
        return path in self.drawing.redraw and isinstance(self._at(path[:-1]), dict)

    def _there(self, path: Path) -> Path:
        """The longest beginning of a path that the tree has."""
        return next((path[:end] for end in range(len(path), 0, -1) if self._at(path[:end]) is not None), ())

    def _at(self, path: Path) -> Any:
        """What stands at a path; None: nothing."""
        here: Any = self.tree
        for part in path:
            fits = isinstance(here, dict) if isinstance(part, str) else isinstance(here, list) and part < len(here)
            here = (here.get(part) if isinstance(here, dict) else here[part]) if fits else None  # type: ignore[index]
        return here

    def _left_out(self, at: Path) -> bool:
        block, last = self._at(at[:-1]), at[-1]
        if not isinstance(block, dict | list) or (isinstance(block, dict) and last not in block):
            return False
        del block[last]  # type: ignore[arg-type]
        return True


def path_of(text: str) -> Path:
    """The parts of a dotted path as messages write it."""
    parts = (quoted or plain for quoted, plain in _PART.findall(text))
    return tuple(int(part) if part.isdigit() else part for part in parts)


def accepted(seed: int, home: FilePath) -> Accepted:
    """The scenario of a seed, mended until it loads.

    Raises
    ------
    GivenUp
        Where it never does.
    """
    drawing = Drawing(seed)
    mending = _Mending(drawing, drawing.scenario())
    for name, text in drawing.files.items():
        (home / name).write_text(text, encoding="utf-8")
    problems: tuple[Problem, ...] = ()
    for number in range(ROUNDS):
        try:
            return Accepted(mending.tree, load(mending.tree, home=home), drawing, number)
        except ScenarioError as error:
            problems = error.problems
            for problem in problems:
                mending.mend(problem)
    raise GivenUp(problems)
