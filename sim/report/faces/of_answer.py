"""The face of a study's answer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.base.errors import OutputError
from sim.base.text import safe_text
from sim.experiments.answer import Answer, Chart, Map
from sim.report.answer_faults import words_of
from sim.report.faces.shown_text import axes_of, lines_of, page
from sim.report.study import answer_folder, answer_plots, workbook
from sim.report.study.answer_terminal import columns_shown, title_of
from sim.scenario.language.suggestions import did_you_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def text(answer: Answer) -> str:
    """Verdict, title, the answer in sentences, and which tables and charts there are."""
    return lines_of(_head(answer), words_of(answer).sentences(), _more(answer))


def html(answer: Answer) -> str:
    """The same with the first table."""
    words = words_of(answer)
    heads, rows = columns_shown(words, answer.tables[0]) if answer.tables else ([], [])
    return page(_head(answer), [*words.sentences(), _more(answer)], [title_of(one) for one in heads], rows)


def write(answer: Answer, out: str | os.PathLike[str], lang: str, overwrite: bool) -> Path:
    """Write the output folder of a study."""
    return answer_folder.write(answer, out, lang, overwrite)


def to_excel(answer: Answer, path: Path, lang: str) -> None:
    """Write the workbook of a study."""
    workbook.write(answer, path, lang)


class Plots:
    """Pictures of an answer; each returns matplotlib axes."""

    def __init__(self, answer: Answer, lang: str = "en") -> None:
        self.answer, self.lang = answer, lang

    def chart(self, name: str = "") -> Axes:
        """A chart by its name; without one the first."""
        return self._drawn(self.answer.charts, name)

    def map(self, name: str = "") -> Axes:
        """A heat map by its name; without one the first."""
        return self._drawn([one for one in self.answer.charts if isinstance(one, Map)], name)

    def _drawn(self, there: Sequence[Chart], name: str) -> Axes:
        named = {one.name: one for one in there}
        if name not in named and (name or not named):
            known = did_you_mean(name, list(named)) if named else "it has none of this kind"
            raise OutputError(f"this answer has no such picture ({safe_text(name)}); {known}")
        chart = named[name] if name else there[0]
        found: Axes = axes_of(answer_plots.drawn(chart, words_of(self.answer, self.lang)))
        return found


def _head(answer: Answer) -> str:
    return f"{answer.verdict}  {answer.title}" if answer.verdict else answer.title


def _more(answer: Answer) -> str:
    tables = ", ".join(one.name for one in answer.tables)
    charts = ", ".join(one.name for one in answer.charts)
    return "; ".join(f"{kind}: {names}" for kind, names in (("tables", tables), ("charts", charts)) if names)
