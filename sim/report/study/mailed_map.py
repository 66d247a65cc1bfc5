"""map.html of a sweep: one small file with sliders over its cells, to be mailed; it needs no network and no server.

Every text is there already in the reader's language; the script shows that of the cell on which the sliders stand.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.text import safe_text
from sim.experiments.answer import Amount, Answer
from sim.report.study.words import Words

if TYPE_CHECKING:
    import pandas

FILE, TEMPLATE, SCRIPT = "map.html", "map.html", "map.js"
KIND, CELLS, RESULT = "sweep", "cells", "result"
SHOWN = ("result", "loss", "ruined", "combined_ratio", "commission_ratio", "market_share_end", "active_partners_end")
ENDS = {"result": ("low", "high")}
LOSS, PROFIT = (192, 86, 62), (43, 95, 140)
FAINTEST, STRONGEST = 0.08, 0.62  # of a cell's colour


def steps(answer: Answer, lang: str) -> dict[str, Callable[[Path], object]]:
    """What writes the file, by its name; nothing where the answer is of no sweep."""
    if answer.kind != KIND or not any(one.name == CELLS for one in answer.tables):
        return {}
    return {FILE: lambda path: path.write_text(page(answer, lang), "utf-8", "backslashreplace", "\n")}


def page(answer: Answer, lang: str = "en") -> str:
    """The file's HTML."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = _Cells(answer, Words(answer, lang))
    environment = Environment(
        loader=PackageLoader("sim.report", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    loader: Any = environment.loader
    script = str(loader.get_source(environment, SCRIPT)[0])
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    context = found.context() | {"script": script, "digest": digest, "data": json.dumps(found.data, ensure_ascii=False)}
    return environment.get_template(TEMPLATE).render(context)


@dataclass(frozen=True)
class _Cells:
    """The cells of a sweep as texts, row by row from the top."""

    answer: Answer
    words: Words

    def context(self) -> dict[str, Any]:
        """Everything that the template asks for."""
        labels = self.words.labels
        return {
            "lang": labels.lang, "t": labels, "name": safe_text(self.answer.title or self.answer.kind),
            "axes": [{"name": self.words.column(name), "values": values} for name, values in self._axes.items()],
            "rows": self._rows(), "heads": [self.words.column(name) for name in self._shown],
            "says": self.words.sentences()[:2],
        }  # fmt: skip

    @property
    def data(self) -> dict[str, Any]:
        """What the script shows: values of each axis, and the texts of every cell, the first axis running fastest."""
        return {"axes": list(self._axes.values()), "cells": self._texts}

    @cached_property
    def _frame(self) -> pandas.DataFrame:
        return self.answer.table(CELLS)

    @cached_property
    def _axes(self) -> Mapping[str, list[str]]:
        """Values of each axis as texts."""
        return {
            name: [self._value(name, value) for value in dict.fromkeys(self._frame[name])]
            for name in map(str, self._frame.columns) if name in self.answer.own
        }  # fmt: skip

    def _value(self, name: str, value: Any) -> str:
        unit = next(one.units.get(name, "text") for one in self.answer.tables if one.name == CELLS)
        return self.words.figure(float(value), unit) if isinstance(value, int | float) else safe_text(str(value))

    @cached_property
    def _shown(self) -> list[str]:
        there = [name for name in SHOWN if name in self._frame.columns]
        return [name for name in there if self._frame[name].notna().any()]

    @cached_property
    def _texts(self) -> list[list[str]]:
        return [[self._text(row, name) for name in self._shown] for row in self._frame.to_dict("records")]

    def _text(self, row: Mapping[Any, Any], name: str) -> str:
        unit = next(one.units[name] for one in self.answer.tables if one.name == CELLS)
        low, high = (row.get(end) for end in ENDS.get(name, (f"{name}_low", f"{name}_high")))
        return self.words.amount(Amount(row[name], unit, low, high))

    def _rows(self) -> list[dict[str, Any]]:
        """Rows of coloured cells, the highest value of the second axis on top; one row where there is one axis."""
        across, *up = (len(values) for values in self._axes.values())
        count = up[0] if up else 1
        heads = list(self._axes.values())[1] if up else [""]
        return [
            {"head": heads[r], "cells": [self._cell(r * across + c) for c in range(across)]}
            for r in reversed(range(count))
        ]  # fmt: skip

    def _cell(self, at: int) -> dict[str, Any]:
        text = self.words.figure(float(self._frame[RESULT].iloc[at]), "money")
        return {"at": at, "text": text, "colour": self._colour(at)}

    def _colour(self, at: int) -> str:
        values = self._frame[RESULT].to_numpy(dtype=np.float64)
        value, largest = float(values[at]), float(np.nanmax(np.abs(values), initial=0.0))
        if not isfinite(value) or not largest:
            return "transparent"
        red, green, blue = PROFIT if value >= 0 else LOSS
        return f"rgba({red},{green},{blue},{FAINTEST + (STRONGEST - FAINTEST) * abs(value) / largest:.2f})"
