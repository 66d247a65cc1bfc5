"""The back-test of a run whose scenario states what happened, in words: for the screen, the page and the folder."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from sim.experiments.against_actuals import against_actuals
from sim.experiments.answer import Lines
from sim.report.answer_faults import words_of
from sim.report.pages.colours import PALETTE
from sim.report.pages.picture import Along, Band, Line, Mark, Picture
from sim.report.run.beside import NOTHING, Beside
from sim.report.run.folder import BACKTEST
from sim.report.study import answer_page, workbook
from sim.report.study.answer_charts import Scaled, largest
from sim.report.study.words import Words

if TYPE_CHECKING:
    from sim.judgement.result import Result


def backtest_of(result: Result, lang: str = "en") -> Beside:
    """The back-test in one language; nothing where the scenario states no `actuals`."""
    answer = against_actuals(result)
    if answer is None:
        return NOTHING
    answer = replace(answer, spoken=result.plan.scenario.spoken)
    words = words_of(answer, lang)
    return Beside(
        words.labels("section.backtest"), words.sentences(),
        [_picture(one, words) for one in answer.charts if isinstance(one, Lines)], answer_page.tables(answer, words),
        {BACKTEST: partial(workbook.write, answer, lang=lang)} if answer.tables else {},
    )  # fmt: skip


def _picture(one: Lines, words: Words) -> Picture:
    """Lines over months, with their bands."""
    scaled = Scaled(one.unit, largest([part for series in one.series for part in series.parts]), words)
    marks: list[Mark] = []
    for series, colour in zip(one.series, cycle(PALETTE), strict=False):
        if series.low is not None and series.high is not None:
            marks.append(Band("", scaled.of(series.low), scaled.of(series.high), colour))
        marks.append(Line(words.series(series.name), scaled.of(series.y), colour))
    title = words.title("chart", one.name)
    about = words.title("about", one.name) if f"about.{one.name}" in words.labels else ""
    return Picture(one.name, title, title, scaled.name, Along.months([str(x) for x in one.x]), marks, about)
