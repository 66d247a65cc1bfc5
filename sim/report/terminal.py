"""A result in the terminal: verdict first, why, then the key figures with intervals and the theory beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.base.text import safe_text
from sim.report import sentences
from sim.report.labels import Labels
from sim.report.page import PRODUCT_FIGURES, SEGMENT_FIGURES, Page

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sim.experiments.result import Result

COLOURS = {"PASS": "bold green", "FAIL": "bold red", "UNDECIDED": "bold yellow"}
_PLAIN = str.maketrans({"\u2212": "-", "\u00a0": " ", "…": "..", "–": "-", "—": "-", "’": "'", "₽": "RUB"})
THEORY = 18
WIDE = 110  # columns from which the percentiles are shown too


class Screen:
    """Writes words and figures of one language to a console whatever it can show."""

    def __init__(self, result: Result, console: Console, lang: str = "en") -> None:
        self.result, self.console, self.labels = result, console, Labels(lang)
        self.page = Page(result, {}, self.labels)

    def verdict(self) -> None:
        """The verdict and the reason of each criterion."""
        word = self.result.verdict
        said = sentences.says(self.result, self.labels, self.page.numbers)
        self._line((self.labels(f"verdict.{word}"), COLOURS[word]), ("  ", ""), (said, ""))
        reasons = sentences.reasons(self.result, self.labels, self.page.numbers)
        for one in self.result.criteria:
            self._line(
                ("  ", ""), (self.labels(f"verdict.{one.verdict}"), COLOURS[one.verdict]), ("  ", ""),
                (one.name, "bold"), (f": {reasons[one.name]}", ""),
            )  # fmt: skip

    def key_figures(self) -> None:
        """The table of key figures, then those of products and of types of partners."""
        wide = self.console.width >= WIDE
        keys = ("label", "unit", "mean", "between", *(("p5", "p50", "p95") if wide else ()), "theory")
        words = {"label": "kpi", "between": "interval_short"}
        table = self._table(
            [self.labels(f"word.{words.get(key, key)}") for key in keys], left=("label", "unit", "theory"), keys=keys
        )
        for row in self.page.kpis():
            between = f"{row['low']} … {row['high']}" if row["low"] else ""
            label = row["label"].partition(" (")[0]
            table.add_row(*(self._cell(str({**row, "between": between, "label": label}[key])) for key in keys))
        self.console.print(table)
        for title, heads in (("section.by_product", PRODUCT_FIGURES), ("section.by_segment", SEGMENT_FIGURES)):
            self._group(self.labels(title), self.page.groups(*heads))
        if (rules := self.page.rules())["rows"]:
            self._group(self.labels("section.by_rule"), rules)

    def notes(self) -> None:
        """Warnings, where there are any."""
        for note in self.result.notes:
            self._line(("! ", "bold yellow"), (str(note), "yellow"))

    def _group(self, title: str, group: Mapping[str, Any]) -> None:
        table = self._table([title, *group["heads"]], left=(title,), keys=(title, *group["heads"]))
        for row in group["rows"]:
            cells = [
                "".join(
                    (cell["value"], f" ({cell['between']})" if cell["between"] else "", self._theory(cell["theory"]))
                )
                for cell in row["cells"]
            ]
            table.add_row(*(self._cell(cell) for cell in (row["label"], *cells)))
        self.console.print(table)

    def _theory(self, text: str) -> str:
        return f"; {self.labels('word.theory').lower()} {text}" if text else ""

    def _table(self, heads: Sequence[str], left: Collection[str], keys: Sequence[str]) -> Table:
        from rich import box
        from rich.table import Table

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        for key, head in zip(keys, heads, strict=True):
            table.add_column(
                self._cell(head),
                justify="left" if key in left else "right",
                overflow="fold",
                max_width=THEORY if key == "theory" else None,
            )
        return table

    def _cell(self, text: str) -> Text:
        from rich.text import Text

        return Text(self._fit(text))

    def _line(self, *parts: tuple[str, str]) -> None:
        from rich.text import Text

        self.console.print(Text.assemble(*((self._fit(text), style) for text, style in parts)), soft_wrap=True)

    def _fit(self, text: str) -> str:
        """`text` with nothing that could steer the terminal, in characters that its encoding has."""
        shown = safe_text(text)
        encoding = self.console.encoding or "utf-8"
        try:
            shown.encode(encoding)
        except UnicodeError:
            shown = shown.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
        except LookupError:
            shown = shown.translate(_PLAIN).encode("ascii", "replace").decode("ascii")
        return shown


def show(result: Result, console: Console, lang: str = "en") -> None:
    """Print a result: verdict, reasons, key figures, notes.

    Parameters
    ----------
    result : what `sim.run` returned
    console : a rich console; may be a pipe in any encoding
    lang : `en` or `ru`
    """
    screen = Screen(result, console, lang)
    screen.verdict()
    screen.key_figures()
    screen.notes()
