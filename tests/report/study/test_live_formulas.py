"""Workbooks of cost and stress map: formulas prove the key figures against the books; LibreOffice comes to the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.experiments.answer import Answer
from sim.report.study import workbook
from tests.experiments import tiny
from tests.report.study.recalculated import Recalculated, check_with_libreoffice

LOSSES = "products.hull.claims.loss_ratio"
ASKED: dict[str, dict[str, Any]] = {
    "cost": {
        "policy": "present.yaml",
        "replications": 12,
        "worlds": {"dear": {"set": {LOSSES: "95%"}}, "idle": {"set": {"market.demand": 0.5}}},
    },
    "sweep": {
        "policy": "present.yaml",
        "replications": 11,
        "across": {"name": "commission", "path": "policy.rules.base.new", "values": [0.1, 0.3, 0.5]},
        "up": {"path": LOSSES, "values": [0.4, 0.8]},
    },
}
PROVEN = {
    "cost": {"worlds", "statement", "drivers", "replications", "differences"},
    "sweep": {"Ячейки", "Отчёт о прибылях и убытках", "Безубыточность"},
}  # fmt: skip


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Answer, Path]]:
    """A cost and a stress map with their workbooks, one of them in Russian."""
    folder = tmp_path_factory.mktemp("books")
    tiny.policies(folder)
    for kind, asked in ASKED.items():
        (folder / f"{kind}.yaml").write_text(json.dumps({"schema": 1, "kind": kind, "name": "Миры", **asked}), "utf-8")
    found = {kind: tiny.answered(folder / f"{kind}.yaml") for kind in ASKED}
    for kind, answer in found.items():
        workbook.write(answer, folder / f"{kind}.xlsx", "ru" if kind == "sweep" else "en")
    return {kind: (answer, folder / f"{kind}.xlsx") for kind, answer in found.items()}


def zeros(again: Recalculated) -> list[tuple[str, str]]:
    """Cells of `model minus formula`."""
    return [(sheet, cell) for sheet, cell, text in again.formulas() if text.startswith("=ROUND(")]


def column(again: Recalculated, sheet: str, heading: str, row: int = 5) -> str:
    """The cell of a row under a heading."""
    heads = next(again.book[sheet].iter_rows(min_row=4, max_row=4))
    return next(f"{head.column_letter}{row}" for head in heads if head.value == heading)


@pytest.mark.parametrize("kind", ASKED)
def test_model_minus_formula_is_0_to_the_kopeck(books: dict[str, tuple[Answer, Path]], kind: str) -> None:
    again, shown = Recalculated(books[kind][1]), openpyxl.load_workbook(books[kind][1], data_only=True)
    proofs = zeros(again)
    assert {sheet for sheet, _ in proofs} == PROVEN[kind]
    assert [again.value(sheet, cell) for sheet, cell in proofs] == [0.0] * len(proofs)
    for sheet, cell, _ in again.formulas():
        assert again.value(sheet, cell) == pytest.approx(shown[sheet][cell].value, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("kind", ASKED)
def test_a_kopeck_in_a_line_is_seen(books: dict[str, tuple[Answer, Path]], kind: str) -> None:
    """The proof is none if it holds whatever the lines are."""
    again = Recalculated(books[kind][1])
    sheet, line = ("statement", "Commission") if kind == "cost" else ("Отчёт о прибылях и убытках", "Комиссия")
    commission = next(
        cell
        for cell in next(again.book[sheet].iter_rows(min_row=6, max_row=6))
        if cell.column_letter == column(again, sheet, line)[:-1]
    )
    commission.value += 0.01
    broken = {cell: again.value(sheet, cell) for there, cell in zeros(again) if there == sheet}
    assert {round(value, 2) for value in broken.values()} >= {-0.01} and all(
        value == 0.0 for cell, value in broken.items() if not cell.endswith("6")
    )


def test_the_statement_is_that_of_the_books(books: dict[str, tuple[Answer, Path]]) -> None:
    """Income above 0, expense below; ratios and differences by hand."""
    table = books["cost"][0].table("statement").set_index("world")
    lines = table.filter(like="line.")
    assert (
        (lines["line.premium_earned"] > 0).all()
        and (lines["line.claims"] < 0).all()
        and (lines["line.commission"] < 0).all()
    )
    assert lines.sum(axis=1).tolist() == pytest.approx(table.result.tolist(), abs=0.005)
    assert table.loss_ratio["dear"] == pytest.approx(
        -lines["line.claims"]["dear"] / lines["line.premium_earned"]["dear"], abs=1e-12
    )
    assert table.loss_ratio["dear"] / table.loss_ratio["base"] == pytest.approx(95 / 65, abs=1e-4)
    assert table.difference.tolist() == pytest.approx((table.result - table.result["base"]).tolist(), abs=0.005)


def test_inputs_move_the_statement_and_the_plane(books: dict[str, tuple[Answer, Path]]) -> None:
    answer, path = books["sweep"]
    again = Recalculated(path)
    row, border = answer.table("statement").iloc[0], answer.table("break_even").iloc[2]
    changed = {"change.commission": 0.1, "change.expenses": 0.5}
    statement = "Отчёт о прибылях и убытках"
    before = again.value(statement, column(again, statement, "Результат с изменениями из входов"))
    for name, value in changed.items():
        sheet, cell = again.names[name]
        again.book[sheet][cell.replace("$", "")] = value
    moved = again.value(statement, column(again, statement, "Результат с изменениями из входов"))
    assert moved - before == pytest.approx(0.1 * row["line.commission"])
    on_the_plane = again.value("Безубыточность", column(again, "Безубыточность", "Убыточность LR, теория", 7))
    assert border.theory == pytest.approx(border.theory_loss_ratio, abs=1e-9)  # the axis is the loss ratio
    assert on_the_plane == pytest.approx(1 - 1.5 * border.theory_expenses - 1.1 * border.theory_commission)


def test_dictionary_and_manifest(books: dict[str, tuple[Answer, Path]]) -> None:
    """Every column of every sheet has its unit and meaning, in the language asked for."""
    for kind, (answer, path) in books.items():
        book = openpyxl.load_workbook(path)
        listing, manifest = (
            book[name] for name in (("Dictionary", "Manifest") if kind == "cost" else ("Словарь", "Манифест"))
        )
        rows = list(listing.iter_rows(min_row=2, values_only=True))
        assert {(row[0], row[1]) for row in rows} == {
            (one.name, str(name)) for one in answer.tables for name in (*one.frame.columns, *one.formulas)
        }
        assert all(row[2] and row[3] for row in rows)
        assert kind == "cost" or all(row[2] == "RUB" or re.fullmatch("[а-яё ]+", row[2]) for row in rows)
        facts = [row[:2] for row in manifest.iter_rows(values_only=True)]
        assert (
            "Run it again" if kind == "cost" else "Повторить прогон",
            "partner-sim study study.resolved.yaml",
        ) in facts
        assert ("Seed" if kind == "cost" else "Зерно", "7") in facts
        assert sum("scenarios/" in name and len(value) == 64 for name, value in facts) == 1


def test_libreoffice_comes_to_the_same(books: dict[str, tuple[Answer, Path]], tmp_path: Path) -> None:
    check_with_libreoffice([path for _, path in books.values()], tmp_path)
