"""A result in the terminal: verdict first, why, then the key figures with intervals and the theory beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Any

from sim.report.language.labels import Labels
from sim.report.language.screens import COLOURS, THEORY, Screens
from sim.report.run import sentences, stopping
from sim.report.run.beside import NOTHING, Beside
from sim.report.run.board.key_rows import KeyRows
from sim.report.run.doubt_words import DoubtWords
from sim.report.run.page import PRODUCT_FIGURES, SEGMENT_FIGURES, Page

if TYPE_CHECKING:
    from rich.console import Console

    from sim.judgement.result import Result

SPREADS = 2  # sentences of the verdict with doubt: the verdict, and the spread of the result
ROWS = 20  # of all tables, unless the whole is asked for
WIDE = 110  # columns from which the percentiles are shown too


class Screen(Screens):
    """Writes words and figures of one language to a console whatever it can show."""

    def __init__(self, result: Result, console: Console, lang: str = "en") -> None:
        super().__init__(console)
        self.result, self.labels = result, Labels.of(result, lang)
        self.page = Page(result, {}, self.labels)
        self.words = DoubtWords(result, self.labels, self.page.numbers)

    def verdict(self) -> None:
        """The verdict and the reason of each criterion; whose the sales are, where that is told."""
        self._said()
        reasons = sentences.reasons(self.result, self.labels, self.page.numbers)
        for one in self.result.criteria:
            self.line(
                ("  ", ""), (self.labels(f"verdict.{one.verdict}"), COLOURS[one.verdict]), ("  ", ""),
                (reasons[one.name], ""), (f" [{one.name}]", "dim"),
            )  # fmt: skip
        if ended := stopping.stopped(self.result, self.labels, self.page.numbers):
            self.line((f"  {ended}", ""))
        for said in self.page.whose_sale.screen():
            self.line((f"  {said}", ""))
        self.doubt()

    def doubt(self) -> None:
        """The verdict with doubt, the nearest breaking points, and a line that closes the verdict."""
        for said in (*self.words.verdict()[:SPREADS], *self.words.nearest()):
            self.line((f"  {said}", ""))
        if closing := self.words.closing():
            self.line((closing, "bold"))

    def close(self) -> None:
        """What would break it and the verdict once more, for those who see the end of a long screen."""
        self.line(("", ""))
        for said in self.words.nearest():
            self.line((f"  {said}", ""))
        if closing := self.words.closing():
            self.line((closing, "bold"))
        else:
            self._said()

    def key_figures(self, whole: bool = False) -> None:
        """The table of key figures, then those of products and of types of partners, as far as rows are left.

        The `whole` of them where that is asked for.
        """
        rows = self.page.kpis() if whole else [self.page.kpi(name) for name in KeyRows(self.page).first()]
        self._figures(rows)
        left, folded = inf if whole else ROWS - len(rows), list[str]()
        for title, group in self._groups():
            if len(group["rows"]) > left:
                folded.append(self.labels(title))
                continue
            self._group(self.labels(title), group)
            left -= len(group["rows"])
        if not whole:
            more = ", ".join([self.labels("screen.more_figures", n=len(self.page.kpis())), *folded])
            self.line((self.labels("screen.more", what=more), "dim"))

    def _figures(self, rows: Sequence[Mapping[str, Any]]) -> None:
        wide = self.console.width >= WIDE
        keys = ("label", "unit", "mean", "between", *(("p5", "p50", "p95") if wide else ()), "theory")
        words = {"label": "kpi", "between": "interval_short"}
        table = self.table(
            [self.labels(f"word.{words.get(key, key)}") for key in keys],
            left=("label", "unit", "theory"),
            keys=keys,
            widths={"theory": THEORY},
        )
        for row in rows:
            between = f"{row['low']} … {row['high']}" if row["low"] else ""
            label = row["label"].partition(" (")[0]
            table.add_row(*(self.cell(str({**row, "between": between, "label": label}[key])) for key in keys))
        self.show(table)
        if wide and (few := self.page.few_quantiles()):
            self.line((few, "dim"))

    def _groups(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Tables of parts, those that have rows: key of the title, and the table."""
        yield "section.by_product", self.page.groups(*PRODUCT_FIGURES)
        yield "section.by_segment", self.page.groups(*SEGMENT_FIGURES)
        if (rules := self.page.rules())["rows"]:
            yield "section.by_rule", rules

    def beside(self, beside: Beside) -> None:
        """What stands beside the run's own figures, in sentences."""
        self.line((beside.title, "bold"))
        for said in beside.says:
            self.line((f"  {said}", ""))

    def notes(self) -> None:
        """Warnings, where there are any."""
        for note in self.result.notes:
            self.line(("! ", "bold yellow"), (self.labels.note(note), "yellow"))

    def _said(self) -> None:
        word = self.result.verdict
        said = sentences.says(self.result, self.labels, self.page.numbers)
        self.line((self.labels(f"verdict.{word}"), COLOURS[word]), ("  ", ""), (said, ""))

    def _group(self, title: str, group: Mapping[str, Any]) -> None:
        table = self.table([title, *group["heads"]], left=(title,), keys=(title, *group["heads"]))
        for row in group["rows"]:
            cells = [
                "".join(
                    (cell["value"], f" ({cell['between']})" if cell["between"] else "", self._theory(cell["theory"]))
                )
                for cell in row["cells"]
            ]
            table.add_row(*(self.cell(cell) for cell in (row["label"], *cells)))
        self.show(table)

    def _theory(self, text: str) -> str:
        return f"; {self.labels('word.theory_in_cell')} {text}" if text else ""


def show(result: Result, console: Console, lang: str = "en", beside: Beside = NOTHING, *, whole: bool = False) -> None:
    """Print a result: verdict, reasons, key figures, what stands beside them, notes.

    Parameters
    ----------
    result : what `sim.run` returned
    console : a rich console; may be a pipe in any encoding
    lang : `en` or `ru`
    beside : what stands beside the run's own figures
    whole : every key figure and table, not only those that decide
    """
    screen = Screen(result, console, lang)
    screen.verdict()
    screen.key_figures(whole)
    if beside.title:
        screen.beside(beside)
    screen.notes()
    screen.close()
