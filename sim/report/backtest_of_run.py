"""The back-test of a run whose scenario states what happened, in words: for the screen, the page and the folder."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sim.experiments.against_actuals import against_actuals
from sim.report.answer_faults import words_of
from sim.report.run.beside import NOTHING, Beside
from sim.report.run.folder import BACKTEST
from sim.report.study import answer_page, workbook
from sim.report.study.answer_pictures import pictures_of

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
        pictures_of(answer, words, whole=False), answer_page.tables(answer, words),
        {BACKTEST: partial(workbook.write, answer, lang=lang)} if answer.tables else {},
    )  # fmt: skip
