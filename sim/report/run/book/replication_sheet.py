"""Money of every replication: the mean and Student's interval as live formulas beside those that the model says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.figures.key import UNBOUNDED
from sim.report.sheets.formats import number_format, scale_of_sheet, unit_name
from sim.report.sheets.places import on, ref, span
from sim.report.sheets.spreadsheet import MUTED, Book
from sim.statistics.intervals import CONFIDENCE

if TYPE_CHECKING:
    from sim.judgement.result import Result
    from sim.report.run.book.figure_sheet import FigureSheet

SHOWN = ("result", "underwriting_result", "investment_result", "npv", "premium", "claims", "commission", "bad_debt",
         "equity_end", "equity_lowest")  # fmt: skip
MOST = 5_000
"""replications in a sheet: of more there is none"""
FIRST = 9  # row of the first replication, below the proof
NARROW, WIDE = 34, 16
ROWS = {"mean": 3, "low": 4, "high": 5, "gap": 7}
HEAD = 8


class ReplicationSheet:
    """The sheet of the replications; `gaps` are the cells that must be 0."""

    def __init__(self, book: Book, result: Result, figures: FigureSheet) -> None:
        self.book, self.result, self.figures, self.labels = book, result, figures, book.labels
        self.names = [name for name in SHOWN if figures.shown(name) and self._plain(name)]
        self.count = len(result.replications)
        self.gaps = ""

    @property
    def wanted(self) -> bool:
        """Whether there is anything to prove, in a sheet that can be handled."""
        return bool(self.names) and 1 < self.count <= MOST

    def _plain(self, name: str) -> bool:
        """Whether the figure is the plain mean of values that every replication has."""
        figure = self.result.figures[name]
        return not figure.terms and figure.bounds == UNBOUNDED and figure.known.size == len(self.result.replications)

    def fill(self) -> None:
        """The proof, then a row for each replication."""
        sheet = self.sheet = self.book.sheet(self.labels("sheet.replications"))
        self.book.text(sheet, 0, 0, self.labels("book.replications"), bold=True, font_size=14)
        for key, row in ROWS.items():
            self.book.text(sheet, row, 0, self.labels(f"book.live_{key}"), **({"bold": True} if key == "mean" else {}))
        self.book.text(sheet, HEAD, 0, self.labels("word.replications"), bold=True, bottom=1)
        for at, number in enumerate(self.result.cube.replications, FIRST):
            sheet.write_number(at, 0, int(number), self.book.style(align="left"))
        for column, name in enumerate(self.names, 1):
            self._column(name, column)
        self._set_up()

    def _set_up(self) -> None:
        last, width = FIRST + self.count - 1, len(self.names)
        self.sheet.set_column(0, 0, NARROW)
        self.sheet.set_column(1, width, WIDE)
        self.sheet.freeze_panes(FIRST, 1)
        self.sheet.repeat_rows(0, HEAD)
        self.sheet.autofilter(HEAD, 0, last, width)
        self.gaps = on(self.sheet.get_name(), span((ROWS["gap"], 1), (ROWS["gap"], width)))

    def _column(self, name: str, column: int) -> None:
        values, row = self.result.figures[name].values, self.figures.rows[name]
        scale = scale_of_sheet([row["mean"]])
        unit = unit_name("money", scale, self.result.cube.currency, self.labels)
        head = f"{self.labels.kpi(name)}, {unit}"
        self.book.text(self.sheet, HEAD, column, head, bold=True, bottom=1, text_wrap=True, align="right")
        self.sheet.set_row(HEAD, 46)
        style = self.book.style(num_format=number_format("money", scale))
        self.sheet.write_column(FIRST, column, values.tolist(), style)
        cells = span((FIRST, column), (FIRST + self.count - 1, column))
        half = f"TINV({1 - CONFIDENCE:.2g},COUNT({cells})-1)*STDEV({cells})/SQRT(COUNT({cells}))"
        formulas = {"mean": f"AVERAGE({cells})", "low": f"AVERAGE({cells})-{half}", "high": f"AVERAGE({cells})+{half}"}
        for key, text in formulas.items():
            self.book.formula(self.sheet, ROWS[key], column, text, row[key], "money", scale, bold=key == "mean")
        model = [(self.figures.place(name, key), ref(ROWS[key], column)) for key in formulas]
        text = "+".join(f"ABS(ROUND({theirs}-{ours},2))" for theirs, ours in model)
        self.book.formula(self.sheet, ROWS["gap"], column, text, 0.0, "gap", font_color=MUTED)
