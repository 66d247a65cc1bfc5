"""The workbook: every formula comes to the model's figure, texts are never formulas, the same bytes every time."""

from __future__ import annotations

import dataclasses
import math
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas
import pytest

from sim.experiments.answer import Amount, Answer, Foot, Sentence, Table
from sim.report.study import workbook
from sim.report.study.arithmetic import outcome
from tests.experiments import tiny
from tests.report.study.recalculated import Recalculated


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    workbook.write(tiny.answered(tiny.study(folder)), folder / "workbook.xlsx")
    return folder / "workbook.xlsx"


def test_model_minus_formula_is_0_to_the_kopeck(written: Path) -> None:
    again, shown = Recalculated(written), openpyxl.load_workbook(written, data_only=True)
    formulas = again.formulas()
    zeros = [(sheet, cell) for sheet, cell, text in formulas if text.startswith("=ROUND(")]
    assert len(zeros) > 30 and {sheet for sheet, _ in zeros} == {"differences", "drivers", "replications", "partners"}
    assert [again.value(sheet, cell) for sheet, cell in zeros] == [0.0] * len(zeros)
    for sheet, cell, _ in formulas:
        assert again.value(sheet, cell) == pytest.approx(shown[sheet][cell].value, rel=1e-9, abs=1e-6)


def test_an_input_moves_what_depends_on_it(written: Path) -> None:
    again = Recalculated(written)
    sheet, cell = again.names["change.commission"]
    drivers = list(again.book["drivers"].iter_rows(min_row=5, values_only=True))
    commission = next(row for row in drivers if row[1] == "Commission")[3]
    foot = next(
        at
        for at, row in enumerate(again.book["drivers"].iter_rows(values_only=True), 1)
        if str(row[0]).endswith(": sum")
    )
    before = again.value("drivers", f"H{foot}")
    again.book[sheet][cell.replace("$", "")] = 0.1
    assert again.value("drivers", f"H{foot}") - before == pytest.approx(0.1 * commission)


def test_the_same_bytes_every_time(written: Path, tmp_path: Path) -> None:
    workbook.write(tiny.answered(tiny.study(tmp_path)), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == written.read_bytes()
    assert zipfile.ZipFile(written).testzip() is None


def test_texts_are_never_formulas(tmp_path: Path) -> None:
    frame = pandas.DataFrame({"policy": ["=1+1", "@x"], "a": [1.0, 2.0], "b": [3.0, np.nan], "=c": ["+1", "-1"]})
    one = Table(
        "=[a]*?:/\\" * 5,
        frame,
        {"a": "money", "b": "money"},
        {"d": "{b} / {a} * {r1}"},
        Foot("policy", {"=1+1": {"a": 1.0}}),
    )
    said = Sentence("common_luck", {"policy": "=p", "ratio": "=r", "equal": "=e"})
    other = dataclasses.replace(one, name=f"{one.name}b")
    answer = Answer("x", "=cmd()", [said], [one, other], inputs={"r1": Amount(2.0, "number")})
    workbook.write(answer, tmp_path / "w.xlsx", "ru")
    found = Recalculated(tmp_path / "w.xlsx")
    there = {text for _, _, text in found.formulas() if not text.startswith("='")}  # but the front sheet's
    assert sorted(there) == ["=C5 / B5 * in_r1", "=ROUND(B9-B8,2)", "=SUM(B5:B5)"]
    texts = [
        cell
        for sheet in found.book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value and str(cell.value)[0] in "=+-@" and cell.data_type != "f"
    ]
    assert len(texts) >= 8 and all(cell.data_type == "s" and cell.quotePrefix for cell in texts)


def test_only_arithmetic_is_worked_out() -> None:
    assert outcome("(1.5) * (1 - 2e-1) / -(3.0)") == pytest.approx(-0.4)
    assert math.isnan(outcome("1 / (0.0)"))
    for bad in ("__import__('os')", "1 if 1 else 2", "2 ** 9", "x", "1 +"):
        with pytest.raises(ValueError):
            outcome(bad)
