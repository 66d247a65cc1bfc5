"""The front sheet of a run: verdict, why, key figures, years, the policy and what it all hangs on, on one page."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from sim.report.run import sentences, series
from sim.report.run.book.check_sheet import CheckSheet
from sim.report.run.book.figure_sheet import FigureSheet
from sim.report.run.book.run_charts import RunCharts
from sim.report.run.book.statement_block import amounts_of
from sim.report.run.book.statement_sheets import StatementSheets
from sim.report.run.doubt_words import DoubtWords
from sim.report.run.page import TILES, Page
from sim.report.sheets.formats import unit_name
from sim.report.sheets.front import LAST, Front
from sim.report.sheets.places import on, ref
from sim.report.sheets.spreadsheet import MUTED, VERDICTS, Book
from sim.scenario.show import figures

SPREAD = ("mean", "low", "high", "p5", "p95")
HEADS = ("word.mean", "book.from", "book.to", "word.p5", "word.p95")
YEARS = ("premium_earned", "claims", "commission", "underwriting_result", "result", "closing_cash", "total_equity")
MOST_RULES, MOST_YEARS = 8, LAST
POLICY_HEADS = ("kpi_of.commission_of", "word.of_premium", "kpi_of.rate_of")
SPREADS = 2  # sentences of the verdict with doubt: the verdict, and the spread of the result
COMMISSION, RATE, PREMIUM = "commission_of.", "rate_of.", "premium_partners"


class RunFront:
    """Fills the front sheet from the sheets behind it."""

    def __init__(self, front: Front, book: Book, page: Page) -> None:
        self.front, self.book, self.page = front, book, page
        self.labels, self.result = book.labels, page.result

    def fill(self, shown: FigureSheet, books: StatementSheets, checks: CheckSheet, charts: RunCharts) -> None:
        """All sections."""
        scenario = self.result.loaded.scenario
        self.front.title(scenario.name, " ".join((scenario.description or "").split()))
        facts = [f"{name}: {text}" for name, text in self.page.facts()]
        self.front.paragraph(" · ".join(facts), font_color=MUTED, font_size=9)
        self._verdict()
        self._key_figures(shown)
        self._years(books)
        self._policy(shown)
        self._hangs_on()
        self._checked(checks)
        self.front.pictures(charts.of_front())
        self.front.end()

    def _verdict(self) -> None:
        result, words = self.result, DoubtWords(self.result, self.labels, self.page.numbers)
        judged = result.verdict if result.criteria else ""
        self.front.verdict(judged, sentences.says(result, self.labels, self.page.numbers))
        if closing := words.closing():
            self.front.paragraph(closing, bold=True)
        reasons = sentences.reasons(result, self.labels, self.page.numbers)
        if result.criteria:
            self.front.section(self.labels("book.why"))
        for one in result.criteria:
            name = f"{self.labels(f'verdict.{one.verdict}')} · {one.name.replace('_', ' ')}"
            self.front.beside(name, reasons[one.name], font_color=VERDICTS[one.verdict])

    def _key_figures(self, shown: FigureSheet) -> None:
        names = list(filter(shown.shown, self._chosen()))
        scale = max(map(shown.scale, names), default=0)
        unit = unit_name("money", scale, self.result.cube.currency, self.labels)
        self.front.section(f"{self.labels('section.kpis')}, {unit}", [self.labels(head) for head in HEADS])
        for name in names:
            row = shown.rows[name]
            self.front.label(self.labels.kpi(name))
            for column, key in enumerate(SPREAD, 1):
                if shown.known(name, key):
                    self.book.formula(
                        self.front.sheet, self.front.row, column, shown.place(name, key), row[key], row["unit"],
                        scale, bold=key == "mean",
                    )  # fmt: skip
            self.front.row += 1

    def _chosen(self) -> Iterable[str]:
        """The figures of the page's tiles, and those that are judged."""
        return dict.fromkeys((*TILES, *(one.kpi for one in self.result.criteria)))

    def _years(self, books: StatementSheets) -> None:
        names = series.years(self.result.cube)[-MOST_YEARS:]
        skipped = len(series.years(self.result.cube)) - len(names)
        unit = unit_name("money", books.scale, self.result.cube.currency, self.labels)
        self.front.section(f"{self.labels('sheet.years')}, {unit}", names)
        sheet, lines = books.years_sheet.get_name(), {line.name: line for line in books.yearly}
        for name in filter(books.has, YEARS):
            row, first, _ = books.of_years(name)
            label, values = self.labels.line(name), amounts_of(lines[name])[1 + skipped :]
            self.front.label(label[:1].upper() + label[1:])
            for column, value in enumerate(values, 1):
                place = on(sheet, ref(row, first + skipped + column - 1))
                bold = name in ("underwriting_result", "result")
                self.book.formula(
                    self.front.sheet, self.front.row, column, place, value, "money", books.scale, bold=bold
                )
            self.front.row += 1

    def _policy(self, shown: FigureSheet) -> None:
        """Each rule: its commission, what that is of partners' premium, the rate paid in the end."""
        names = [name for name in shown.rows if name.startswith(COMMISSION)]
        if not names or not shown.shown(PREMIUM):
            return
        names = sorted(names, key=lambda name: -abs(shown.rows[name]["mean"]))
        unit = unit_name("money", scale := max(map(shown.scale, names)), self.result.cube.currency, self.labels)
        rated = [name for name in names if shown.shown(RATE + name.removeprefix(COMMISSION))]
        heads = POLICY_HEADS if rated else POLICY_HEADS[:2]
        self.front.section(f"{self.labels('book.policy')}, {unit}", [self.labels(head) for head in heads])
        for name in names[:MOST_RULES]:
            self._rule(name, shown, scale)
        if left := len(names[MOST_RULES:]):
            self.front.paragraph(self.labels("book.more_rules", n=left), font_color=MUTED)

    def _rule(self, name: str, shown: FigureSheet, scale: int) -> None:
        rule, sheet, row = name.removeprefix(COMMISSION), self.front.sheet, self.front.row
        commission, premium = shown.rows[name]["mean"], shown.rows[PREMIUM]["mean"]
        self.front.label(self.labels.name(rule))
        self.book.formula(sheet, row, 1, shown.place(name, "mean"), commission, "money", scale)
        if premium:
            text = f"{shown.place(name, 'mean')}/{shown.place(PREMIUM, 'mean')}"
            self.book.formula(sheet, row, 2, text, commission / premium, "share")
        if shown.shown(RATE + rule) and isfinite(shown.rows[RATE + rule]["mean"]):
            place, rate = shown.place(RATE + rule, "mean"), shown.rows[RATE + rule]["mean"]
            self.book.formula(sheet, row, 3, place, rate, "ratio")
        self.front.row += 1

    def _hangs_on(self) -> None:
        """What would break it, what its spread consists of, how much is assumed."""
        words = DoubtWords(self.result, self.labels, self.page.numbers)
        self.front.section(self.labels("book.hangs_on"))
        for said in (*words.nearest(), *words.verdict()[:SPREADS]):
            self.front.paragraph(f"• {said}")
        self.front.paragraph(f"• {self._vouched()}")

    def _vouched(self) -> str:
        found = figures(self.result.loaded)
        counts = {status: sum(one.status == status for one in found) for status in ("sourced", "assumed", "unstated")}
        return self.labels("book.vouched", n=len(found), **counts)

    def _checked(self, checks: CheckSheet) -> None:
        self.front.row += 1
        sheet, row = self.front.sheet, self.front.row
        self.book.wide(sheet, row, (0, 2), self.labels("book.checked", n=len(checks.rows)), font_color=MUTED)
        self.book.formula(sheet, row, 3, checks.largest, 0.0, "gap", font_color=MUTED)
        self.front.row += 1
