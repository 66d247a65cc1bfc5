"""What an analyst sees of a result: short in a console, a table in a notebook; drawn and written on demand.

How a thing is shown is the report's business, and the report knows results, not the other way round. So a result names
the module of its face, as pandas names its plotting backend, and opens it when first looked at.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from sim.base.errors import OutputError, Problem, ScenarioError
from sim.base.in_python.arguments import LANGUAGES, Arguments
from sim.base.in_python.words_of_python import words_of_python

WORKBOOK = ".xlsx"


class Faced:
    """A thing with a face: a module with `text`, `html`, `Plots`, `write` and `to_excel`."""

    face: ClassVar[str]
    """name of the module"""

    @property
    def _shown(self) -> Any:
        return import_module(self.face)

    def __repr__(self) -> str:
        return str(self._shown.text(self))

    def _repr_html_(self) -> str:
        return str(self._shown.html(self))

    @property
    def plot(self) -> Any:
        """Its pictures, each a method that returns matplotlib axes: `result.plot.fan("equity")`."""
        return self._shown.Plots(self)

    @words_of_python()
    def write(self, out: str | os.PathLike[str], lang: str = "en", overwrite: bool = False) -> Path:
        """Write the output folder that the command writes, all or nothing; returns the folder.

        Raises
        ------
        ScenarioError
            For an argument that cannot be given.
        OutputError
            With what is in the way; then nothing was written.
        """
        given = _given("out", out, lang)
        given.truth("overwrite", overwrite)
        given.check()
        found: Path = self._shown.write(self, out, lang, overwrite)
        return found

    @words_of_python()
    def to_excel(self, path: str | os.PathLike[str], lang: str = "en") -> Path:
        """Write the workbook to the file `path` (`.xlsx`) and the folders above it; returns the path.

        Raises
        ------
        ScenarioError
            With everything that no workbook can hold, and for an argument that cannot be given.
        OutputError
            Where the file cannot be written.
        """
        _given("path", path, lang).check()
        place = Path(path)
        if place.suffix.lower() != WORKBOOK:
            raise ScenarioError(Problem("path", f"a name that ends in {WORKBOOK} expected, got {place.name}"))
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._shown.to_excel(self, place, lang)
        except OSError as error:
            raise OutputError(f"cannot write {place}: {error.strerror or error}") from error
        return place


def _given(name: str, place: object, lang: object) -> Arguments:
    found = Arguments()
    found.of(name, place, (str, os.PathLike), "a path")
    found.choice("lang", lang, LANGUAGES)
    return found
