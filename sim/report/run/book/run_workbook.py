"""workbook.xlsx of a run: a front sheet, statements, key figures, contributions, charts and what must foot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.base.text import safe_text
from sim.report.files import manifest, scenario_as_run
from sim.report.language.labels import Labels
from sim.report.run.book import assumption_sheet
from sim.report.run.book.check_sheet import CheckSheet
from sim.report.run.book.contribution_sheet import ContributionSheet
from sim.report.run.book.figure_sheet import FigureSheet
from sim.report.run.book.replication_sheet import ReplicationSheet
from sim.report.run.book.run_charts import RunCharts
from sim.report.run.book.run_front import RunFront
from sim.report.run.book.statement_sheets import INCOME, StatementSheets
from sim.report.run.page import Page
from sim.report.sheets import spreadsheet
from sim.report.sheets.front import Front
from sim.report.sheets.spreadsheet import Book

if TYPE_CHECKING:
    from sim.judgement.result import Result

UNDERWRITING, INVESTMENT, RESULT = "underwriting_result", "investment_result", "result"
NAME, TEXT = 34, 90  # widths


def write(result: Result, options: Mapping[str, Any], path: Path) -> None:
    """Write the workbook of a run; `options["lang"]` is `en` or `ru`. The same run gives the same bytes."""
    labels = Labels.of(result, str(options.get("lang", "en")))
    page = Page(result, options, labels)
    spreadsheet.write(path, result.loaded.scenario.name, labels, lambda book: RunBook(book, page).fill())


class RunBook:
    """Fills the workbook of a run: sheets in the order in which they are read, the front sheet's cells last."""

    def __init__(self, book: Book, page: Page) -> None:
        self.book, self.page, self.result, self.labels = book, page, page.result, book.labels

    def fill(self) -> None:
        """All sheets."""
        book, result, cube = self.book, self.result, self.result.cube
        front = Front(book, self.labels("sheet.front"))
        statements, figures = StatementSheets(book, cube), FigureSheet(book, result)
        contribution = ContributionSheet(book, result.contributions, self.page.who_earns, cube.currency)
        statements.fill()
        figures.fill()
        contribution.fill((statements.whole(INCOME, UNDERWRITING), statements.amount(INCOME, UNDERWRITING)))
        charts = RunCharts(book, result, statements, contribution)
        charts.fill()
        if (replications := ReplicationSheet(book, result, figures)).wanted:
            replications.fill()
        assumption_sheet.fill(book, result)
        checks = self._checks(statements, figures, contribution, replications.gaps)
        self._about()
        RunFront(front, book, self.page).fill(figures, statements, checks, charts)

    def _checks(
        self, statements: StatementSheets, figures: FigureSheet, contribution: ContributionSheet, replications: str
    ) -> CheckSheet:
        checks, labels = CheckSheet(self.book), self.labels
        checks.largest_of(labels("check.balances"), statements.gaps)
        for name in filter(figures.shown, (UNDERWRITING, INVESTMENT, RESULT)):
            gap = f"ROUND({figures.place(name, 'mean')}-{statements.whole(INCOME, name)},0)"
            checks.add(labels("check.in_statements", name=labels.kpi(name)), gap)
        for grouping, gap in contribution.gaps.items():
            checks.add(labels("check.contribution", name=labels(f"contribution.by_{grouping}")), gap)
        checks.largest_of(labels("check.replications"), [replications] if replications else [])
        checks.fill()
        return checks

    def _about(self) -> None:
        """What was played, and how to play it again."""
        sheet = self.book.sheet(self.labels("sheet.manifest"))
        hashes = [(f"{self.labels('word.hash')} {name}", text) for name, text in self._hashes()]
        versions = [(f"{self.labels('word.version')} {name}", text) for name, text in manifest.versions().items()]
        for row, (name, text) in enumerate(dict((*self.page.facts(), *self.page.run(), *hashes, *versions)).items()):
            self.book.text(sheet, row, 0, name, bold=True, valign="top")
            self.book.text(sheet, row, 1, text, text_wrap=True, valign="top")
        sheet.set_column(0, 0, NAME)
        sheet.set_column(1, 1, TEXT)

    def _hashes(self) -> list[tuple[str, str]]:
        return [(safe_text(name), str(one)) for name, one in scenario_as_run.hashed(self.result.loaded).items()]
