"""What an analyst sees of a result: short in a console, a table in a notebook; drawn and written on demand.

How a thing is shown is the report's business, and the report knows results, not the other way round. So a result names
the module of its face, as pandas names its plotting backend, and opens it when first looked at.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar


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

    def write(self, out: str | os.PathLike[str], lang: str = "en", overwrite: bool = False) -> Path:
        """Write the output folder that the command writes, all or nothing; returns the folder.

        Raises
        ------
        OutputError
            With what is in the way; then nothing was written.
        """
        found: Path = self._shown.write(self, out, lang, overwrite)
        return found

    def to_excel(self, path: str | os.PathLike[str], lang: str = "en") -> Path:
        """Write the workbook to the file `path`; returns the path.

        Raises
        ------
        ScenarioError
            With everything that no workbook can hold.
        """
        self._shown.to_excel(self, Path(path), lang)
        return Path(path)
