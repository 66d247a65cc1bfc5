"""report.html of a run: one file that opens with the network off."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.language.labels import Labels
from sim.report.pages.rendered import rendered
from sim.report.run.beside import NOTHING, Beside
from sim.report.run.board.board import Board

if TYPE_CHECKING:
    from sim.judgement.result import Result


def write(result: Result, options: Mapping[str, Any], beside: Beside, path: Path) -> None:
    """Write the report; `options["lang"]` is `en` or `ru`."""
    path.write_text(report(result, options, beside), encoding="utf-8", newline="\n", errors="backslashreplace")


def report(result: Result, options: Mapping[str, Any] | None = None, beside: Beside = NOTHING) -> str:
    """The report's HTML."""
    chosen = options or {}
    labels = Labels.of(result, str(chosen.get("lang", "en")))
    return rendered("report.html", Board(result, chosen, labels, beside).context(), labels)
