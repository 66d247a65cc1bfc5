"""report.html of a study: its answer in words, its charts, its tables, what was asked."""

from __future__ import annotations

from typing import Any

from sim.base.text import safe_text
from sim.experiments.answer import Answer
from sim.experiments.record import STUDY
from sim.report.answer_faults import words_of
from sim.report.files import manifest
from sim.report.pages.rendered import rendered
from sim.report.pages.shown_picture import figure
from sim.report.study.answer_pictures import pictures_of
from sim.report.study.page_table import page_table
from sim.report.study.words import Words


def report(answer: Answer, lang: str = "en") -> str:
    """The page's HTML.

    Raises
    ------
    ScenarioError
        With everything in the answer that no page can show.
    """
    words = words_of(answer, lang)
    return rendered("study.html", _context(answer, words), words.labels)


def _context(answer: Answer, words: Words) -> dict[str, Any]:
    labels, record = words.labels, answer.record
    study = record.files[STUDY].decode() if record is not None else ""
    first, *more = words.sentences() or [""]
    shown = figures(answer, words)
    return {
        "lang": labels.lang, "name": safe_text(answer.title or answer.kind), "verdict": answer.verdict,
        "facts": _facts(answer, words), "head": first, "says": more, "picture": shown[0] if shown else None,
        "figures": shown[1:],
        "tables": tables(answer, words),
        "notes": [(safe_text(note.code), safe_text(labels.note(note))) for note in answer.notes],
        "yaml": "\n".join(safe_text(line) for line in study.splitlines()), "study_file": STUDY,
        "versions": manifest.versions(),
    }  # fmt: skip


def _facts(answer: Answer, words: Words) -> list[tuple[str, str]]:
    """What was played, and in which money."""
    labels, record, found = words.labels, answer.record, list[tuple[str, str]]()
    if record is not None:
        found = [
            (labels("word.cases"), words.numbers.count(record.cases)),
            (labels("word.all_replications"), words.numbers.count(record.replications)),
            (labels("word.seed"), ", ".join(map(str, record.seeds))),
        ]
    return [*found, (labels("word.currency"), safe_text(answer.currency))]


def figures(answer: Answer, words: Words) -> list[dict[str, Any]]:
    """Every picture as the page shows it."""
    return [figure(one, words.numbers) for one in pictures_of(answer, words)]


def tables(answer: Answer, words: Words) -> list[dict[str, Any]]:
    """Every table as texts."""
    return [page_table(one, words) for one in answer.tables]
