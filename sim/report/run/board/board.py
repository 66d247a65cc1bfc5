"""The page of a run as a board paper: a screen that decides, contents, sections, what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.base.text import safe_text
from sim.report.files import manifest
from sim.report.language.labels import Labels
from sim.report.pages.picture import Picture
from sim.report.run.beside import Beside
from sim.report.run.board import asked
from sim.report.run.board.decision import Decision
from sim.report.run.board.sections import Sections
from sim.report.run.page import Page
from sim.report.run.pictures.channel_pictures import ChannelPictures
from sim.report.run.pictures.quality_pictures import QualityPictures
from sim.report.run.pictures.run_pictures import RunPictures
from sim.report.run.who_earns import CHART

if TYPE_CHECKING:
    from sim.judgement.result import Result

LAST = ("notes", "figures", "scenario", "run")
"""sections of what was asked"""
Row = dict[str, Any]


class Board:
    """Everything on the page of a run, in one language."""

    def __init__(self, result: Result, options: Mapping[str, Any], labels: Labels, beside: Beside) -> None:
        self.result, self.labels, self.page = result, labels, Page(result, options, labels)
        self.pictures = pictures(self.page)
        self.beside = beside

    def context(self) -> Row:
        """What the template asks for."""
        scenario, sections = self.result.loaded.scenario, Sections(self.page, self.pictures, self.beside).all()
        description = safe_text(" ".join((scenario.description or "").split()))
        named = [(one["id"], one["title"]) for one in sections]
        last = [(name, self.labels(f"section.{name}")) for name in LAST]
        return {
            "lang": self.labels.lang, "name": safe_text(scenario.name), "description": description,
            "facts": self.page.facts(), **Decision(self.page, self.pictures).context(), "sections": sections,
            "contents_list": [{"id": name, "title": title} for name, title in (*named, *last)],
            **asked.by_status(self.result, self.labels, self.page.numbers), "yaml": asked.scenario(self.result),
            "notes": [(safe_text(note.code), safe_text(self.labels.note(note))) for note in self.result.notes],
            "run": self.page.run(), "versions": manifest.versions(),
        }  # fmt: skip


def pictures(page: Page) -> dict[str, Picture]:
    """Every picture that a result has something to show for, by its name."""
    given = page.result, page.labels, page.numbers
    found = RunPictures(*given).all() | ChannelPictures(*given).all() | QualityPictures(*given).all()
    return found | {CHART: page.who_earns.picture()} | page.whose_sale.pictures()
