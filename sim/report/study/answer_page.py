"""report.html of a study: its answer in words, its charts, its tables, what was asked."""

from __future__ import annotations

from typing import Any

from sim.base.text import safe_text
from sim.experiments.answer import Answer, Chart, Lines, Table
from sim.experiments.record import STUDY
from sim.report.answer_faults import words_of
from sim.report.files import manifest
from sim.report.run.html import rendered
from sim.report.study.answer_charts import StudyCharts
from sim.report.study.cells import Grid, grid
from sim.report.study.words import Words

LONG = 30  # rows from which a table is shown folded
MOST_ROWS = 2000  # of a table on the page; the file has all
WIDE_FROM = 12  # bars from which a chart takes the whole width


def report(answer: Answer, lang: str = "en") -> str:
    """The page's HTML.

    Raises
    ------
    ScenarioError
        With everything in the answer that no page can show.
    """
    words = words_of(answer, lang)
    charts = StudyCharts(answer, words)
    return rendered("study.html", _context(answer, words), words.labels, charts.all())


def _context(answer: Answer, words: Words) -> dict[str, Any]:
    labels, record = words.labels, answer.record
    facts = []
    if record is not None:
        facts = [
            (labels("word.cases"), words.numbers.count(record.cases)),
            (labels("word.all_replications"), words.numbers.count(record.replications)),
            (labels("word.seed"), ", ".join(map(str, record.seeds))),
        ]
    study = record.files[STUDY].decode() if record is not None else ""
    return {
        "lang": labels.lang, "name": safe_text(answer.title or answer.kind), "verdict": answer.verdict,
        "facts": [*facts, (labels("word.currency"), safe_text(answer.currency))], "says": words.sentences(),
        "charts_shown": captions(answer, words), "tables": tables(answer, words),
        "notes": [(safe_text(note.code), safe_text(labels.note(note))) for note in answer.notes],
        "yaml": "\n".join(safe_text(line) for line in study.splitlines()), "study_file": STUDY,
        "versions": manifest.versions(),
    }  # fmt: skip


def captions(answer: Answer, words: Words) -> list[dict[str, Any]]:
    """What stands with each chart."""
    return [_caption(one, words) for one in answer.charts]


def tables(answer: Answer, words: Words) -> list[dict[str, Any]]:
    """Every table as texts."""
    return [_table(one, words) for one in answer.tables]


def _caption(one: Chart, words: Words) -> dict[str, Any]:
    about = words.title("about", one.name) if f"about.{one.name}" in words.labels else ""
    wide = not isinstance(one, Lines) or (one.kind != "lines" and len(one.x) >= WIDE_FROM)
    return {
        "id": one.name,
        "title": words.title("chart", one.name),
        "about": about,
        "wide": wide,
        "map": not isinstance(one, Lines),
    }


def _table(one: Table, words: Words) -> dict[str, Any]:
    shown: Grid = grid(one, words, MOST_ROWS)
    rows = words.labels("word.rows", n=words.numbers.count(len(one.frame)))
    return {
        "title": words.title("table", one.name), "heads": shown.heads, "rows": shown.rows, "count": rows,
        "folded": len(one.frame) > LONG, "cut": len(one.frame) > MOST_ROWS,
    }  # fmt: skip
