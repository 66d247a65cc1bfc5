"""The workbook of a run: formulas foot to the kopeck and come to the books, texts are texts, sheets print as pages."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.run.book import replication_sheet, run_workbook
from tests.report import tiny
from tests.report.study.recalculated import Recalculated, check_with_libreoffice

FLOWS = {"income_statement": "sheet.income", "balance_sheet": "sheet.balance", "cash_flow": "sheet.cash"}
TABLES = ("years", "income", "balance", "cash", "figures", "contribution", "replications", "assumptions", "checks")
FILTERED = ("figures", "replications", "assumptions")
HEAD = 4


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Fourteen months, of two years; more capital than a kopeck needs, tax and a dividend."""
    changes = {"months": "14mo", "products.hull.expenses": {"acquisition": "3%", "administration": "5%"},
               "accounts": {"interest": "6%", "tax": "20%", "dividends": "30%"}}  # fmt: skip
    return tiny.played(tmp_path_factory.mktemp("long"), changes, replications=5)


@pytest.fixture(scope="module", params=["en", "ru"])
def book(request: pytest.FixtureRequest, long: Result, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    path = tmp_path_factory.mktemp("book") / "workbook.xlsx"
    run_workbook.write(long, {"lang": request.param}, path)
    return request.param, path


def sheet_of(path: Path, key: str, lang: str) -> Any:
    return openpyxl.load_workbook(path)[Labels(lang)(f"sheet.{key}")]


def test_every_formula_comes_to_what_stands_in_its_cell(book: tuple[str, Path]) -> None:
    lang, path = book
    again, shown = Recalculated(path).all(), openpyxl.load_workbook(path, data_only=True)
    assert len(again) > 400
    for (sheet, cell), value in again.items():
        assert value == pytest.approx(shown[sheet][cell].value, rel=1e-9, abs=1e-6), (sheet, cell)
    checks = Labels(lang)("sheet.checks")
    assert {value for (sheet, _), value in again.items() if sheet == checks} == {0.0}


def test_a_kopeck_too_much_is_seen(book: tuple[str, Path]) -> None:
    """The proof is none if it holds whatever the lines are."""
    lang, path = book
    labels, again = Labels(lang), Recalculated(path)
    income = again.book[labels("sheet.income")]
    row = next(row for row in income.iter_rows(min_row=HEAD) if row[0].value == labels("line.claims"))
    row[5].value += 0.01
    front = again.book[labels("sheet.front")]
    largest = next(cell for row in front.iter_rows() for cell in row
                   if str(cell.value).startswith(f"='{labels('sheet.checks')}'"))  # fmt: skip
    again.kept = {}
    assert again.value(front.title, largest.coordinate) == pytest.approx(0.01)


def test_cells_are_those_of_the_statements_file(written: Path) -> None:
    """Line by line and month by month, to the kopeck; what stands there alone is 0."""
    labels, again = Labels("en"), Recalculated(written / "workbook.xlsx")
    again.kept = {}
    rows = csv.DictReader((written / "income_balance_cash.csv").read_text("utf-8").splitlines())
    mean = [row for row in rows if row["replication"] == "mean"]
    there = {key: _by_line_and_month(again, labels(sheet)) for key, sheet in FLOWS.items()}
    found = 0
    for row in mean:
        label = labels.line(row["line"])
        cell = there[row["statement"]].get((label[:1].upper() + label[1:], row["month"]))
        value = 0.0 if cell is None else again.value(labels(FLOWS[row["statement"]]), cell)
        assert value == pytest.approx(float(row["amount"]), abs=1e-4), row
        found += cell is not None
    assert found > 100


def _by_line_and_month(again: Recalculated, sheet: str) -> dict[tuple[str, str], str]:
    rows = list(again.book[sheet].iter_rows(min_row=HEAD))
    months = {cell.column: f"{cell.value:%Y-%m}" for cell in rows[0] if hasattr(cell.value, "year")}
    return {(row[0].value, months[cell.column]): cell.coordinate for row in rows[1:] for cell in row
            if cell.column in months}  # fmt: skip


def test_sheets_are_set_up_to_be_read_and_printed(book: tuple[str, Path]) -> None:
    lang, path = book
    labels, found = Labels(lang), openpyxl.load_workbook(path)
    front = found[labels("sheet.front")]
    assert found.sheetnames[0] == front.title and front.page_setup.orientation == "portrait"
    fit = front.page_setup.fitToWidth, front.page_setup.fitToHeight  # None stands for 1
    assert front.sheet_properties.pageSetUpPr.fitToPage and set(fit) <= {None, 1}
    assert all(sheet.page_setup.paperSize == 9 for sheet in found)
    for key in TABLES:
        assert found[labels(f"sheet.{key}")].freeze_panes, key
    for key in FILTERED:
        sheet = found[labels(f"sheet.{key}")]
        assert sheet.auto_filter.ref and sheet.print_title_rows, key
    formats = {cell.number_format for row in found[labels("sheet.years")].iter_rows() for cell in row}
    assert '#,##0.0,;-#,##0.0,;"–"' in formats and all(sheet.column_dimensions["A"].width > 9 for sheet in found
                                                       if sheet.title != labels("sheet.charts"))  # fmt: skip


def test_charts_show_cells_that_hold_figures(book: tuple[str, Path]) -> None:
    _, path = book
    again = Recalculated(path)
    again.kept = {}
    with zipfile.ZipFile(path) as there:
        charts = [there.read(name).decode() for name in there.namelist() if re.match(r"xl/charts/chart\d+", name)]
    assert len(charts) >= 10
    for chart in charts:
        places = re.findall(r"<c:val>.*?<c:f>'(.*?)'!(.*?)</c:f>", chart, re.S)
        assert places
        for sheet, cells in places:
            values = [again.value(sheet, cell.coordinate) for row in again.book[sheet][cells.replace("$", "")]
                      for cell in row]  # fmt: skip
            assert any(isinstance(value, int | float) for value in values), (sheet, cells)


def test_words_are_of_the_language(book: tuple[str, Path]) -> None:
    """No heading or label of the other language on what a director reads."""
    lang, path = book
    if lang == "en":
        return
    for key in ("front", "years", "income", "balance", "cash", "contribution", "checks"):
        for row in sheet_of(path, key, lang).iter_rows():
            for cell in row:
                if cell.data_type == "s" and re.search("[A-Za-z]{4}", cell.value):
                    assert re.search("[а-яё]", cell.value, re.I), (key, cell.coordinate, cell.value)


def test_texts_are_never_formulas(tmp_path: Path) -> None:
    changes: Mapping[str, Any] = {"name": "'=cmd()'", "description": "'@x'", "segments.bank.assumed": "'=1+1'"}
    run_workbook.write(
        tiny.played(tmp_path, changes, replications=2), {"scenario_file": "+x.yaml"}, tmp_path / "w.xlsx"
    )
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    texts = [cell for cell in cells if cell.data_type == "s" and cell.value and cell.value[0] in "=+-@"]
    assert {"=cmd()", "@x", "=1+1", "+x.yaml"} <= {cell.value for cell in texts}
    assert all(cell.quotePrefix for cell in texts)
    assert not [cell.value for cell in cells if cell.data_type == "f" and re.search("cmd|1[+]1", cell.value)]


def test_of_too_many_replications_there_is_no_sheet(
    long: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replication_sheet, "MOST", 4)
    run_workbook.write(long, {}, tmp_path / "w.xlsx")
    assert Labels()("sheet.replications") not in openpyxl.load_workbook(tmp_path / "w.xlsx").sheetnames
    assert {0.0} == {
        value for (sheet, _), value in Recalculated(tmp_path / "w.xlsx").all().items() if sheet == "Checks"
    }


def test_libreoffice_comes_to_the_same(book: tuple[str, Path], tmp_path: Path) -> None:
    check_with_libreoffice([book[1]], tmp_path)
