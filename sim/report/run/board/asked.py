"""What was asked and what vouches for it: figures of the scenario by status, and the scenario itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.base.text import safe_text
from sim.report.language import messages
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.scenario.copied_tables import naming_copies
from sim.scenario.show import Status, figures, resolved_yaml

if TYPE_CHECKING:
    from sim.judgement.result import Result

STATUSES: tuple[Status, ...] = ("sourced", "assumed", "unstated")
LONGEST_TEXT = 600
Row = dict[str, Any]


def by_status(result: Result, labels: Labels, numbers: Numbers) -> Row:
    """Figures by status, and within it by what vouches for them."""
    found = figures(result.loaded)
    groups = []
    for status in STATUSES:
        there = [one for one in found if one.status == status]
        blocks: dict[str, list[tuple[str, str]]] = {}
        for one in there:
            source = _cut(messages.said(one.text, labels.lang))
            blocks.setdefault(source, []).append((safe_text(one.path), _cut(numbers.written(one.value))))
        if there:
            word = labels(f"status.{status}")
            groups.append({"status": status, "word": word, "count": len(there), "blocks": list(blocks.items())})
    return {"figures_by_status": groups, "of_all": labels("word.of_all", n=len(found))}


def scenario(result: Result) -> str:
    """The resolved scenario."""
    resolved = resolved_yaml(naming_copies(result.loaded))
    return "\n".join(safe_text(line) for line in resolved.splitlines())


def _cut(text: str) -> str:
    shown = safe_text(" ".join(text.split()))
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[:LONGEST_TEXT]}…"
