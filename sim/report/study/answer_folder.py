"""The output folder of a study: answer, tables, page, workbook and what was asked, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sim.base.text import csv_safe, safe_text
from sim.experiments.answer import Answer, Said, Sentence, Table
from sim.experiments.record import STUDY
from sim.report.answer_faults import words_of
from sim.report.files import hashes, manifest
from sim.report.files.manifest_fields import LUCK, SCHEMA
from sim.report.files.summary import dumped, strict
from sim.report.run import folder
from sim.report.study.table_files import table_file

ANSWER, PAGE, WORKBOOK = "answer.json", "report.html", "workbook.xlsx"


def write(
    answer: Answer,
    out: str | os.PathLike[str],
    lang: str = "en",
    overwrite: bool = False,
    progress: Callable[[str], None] | None = None,
    held: bool = False,
) -> Path:
    """Write everything that a study says into the folder `out`, all or nothing; the same bytes for any workers.

    `held` says that the caller keeps the place already (`folder.reserved`).

    Returns
    -------
    Path : the folder.

    Raises
    ------
    OutputError
        With what is in the way; then nothing was written.
    ScenarioError
        With everything in the answer that no page can show; then nothing was written.
    """
    from sim.report.study import answer_page, mailed_map, workbook

    words_of(answer, lang)
    files = {**answer.files, **(answer.record.files if answer.record is not None else {})}
    steps: dict[str, folder.Step] = {ANSWER: lambda path: _put(path, dumped(strict(summary(answer))))}
    steps |= {table_file(one): partial(_write_table, one) for one in answer.tables}
    steps |= {name: partial(_put, data=data) for name, data in files.items()}
    steps |= {
        PAGE: lambda path: _put(path, answer_page.report(answer, lang)),
        WORKBOOK: lambda path: workbook.write(answer, path, lang),
        **mailed_map.steps(answer, lang),
        folder.MANIFEST: lambda path: _put(path, dumped(strict(_manifest(answer, path.parent)))),
    }
    return folder.write_all(out, steps, overwrite, progress, held=held)


def summary(answer: Answer) -> dict[str, Any]:
    """answer.json as plain data: sentences in English with their keys and figures, tables and charts by name."""
    words = words_of(answer)
    return {
        "kind": answer.kind,
        "title": answer.title,
        "verdict": answer.verdict or None,
        "currency": answer.currency,
        "sentences": [{"key": one.key, "text": words.sentence(one), "values": _plain_of(one)} for one in answer.says],
        "tables": {
            one.name: {
                "file": table_file(one),
                "rows": len(one.frame),
                "columns": {str(name): one.units.get(str(name), "text") for name in one.frame.columns},
            }
            for one in answer.tables
        },
        "charts": [one.name for one in answer.charts],
        "inputs": {name: _plain(value) for name, value in answer.inputs.items()},
        "notes": [{"code": note.code, "text": note.text, "path": note.path} for note in answer.notes],
        "played": played(answer),
    }


def played(answer: Answer) -> dict[str, Any]:
    """What was played for an answer."""
    if answer.record is None:
        return {}
    return {
        "cases": answer.record.cases,
        "replications": answer.record.replications,
        "seeds": list(answer.record.seeds),
    }


def _plain_of(one: Sentence) -> dict[str, Any]:
    return {name: _plain(value) for name, value in one.values.items()}


def _plain(value: Said) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Sentence):
        return {"key": value.key, "values": _plain_of(value)}
    if isinstance(value, str):
        return value
    return {"value": value.value, "unit": value.unit, "low": value.low, "high": value.high}


def _manifest(answer: Answer, part: Path) -> dict[str, Any]:
    return {
        "schema": SCHEMA, "luck": LUCK, "kind": answer.kind,
        "study": STUDY if answer.record is not None else None, **played(answer),
        "files": {name: hashes.of_file(path) for name, path in folder.files(part).items()},
        "versions": manifest.versions(),
    }  # fmt: skip


def _put(path: Path, data: str | bytes) -> None:
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace"))


def _write_table(one: Table, path: Path) -> None:
    """A table as CSV; texts that a spreadsheet would take for formulas carry an apostrophe."""
    frame = one.frame.rename(columns=lambda name: csv_safe(safe_text(str(name))))
    for name in frame.select_dtypes(exclude=["number", "bool"]).columns:
        frame[name] = frame[name].map(lambda value: csv_safe(safe_text(value)) if isinstance(value, str) else value)
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8", errors="backslashreplace")
