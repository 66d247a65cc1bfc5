"""The statements foot to the kopeck, for one replication and for the mean."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from sim.judgement.result import Result
from sim.money.flows import ACCOUNTS, Account, Kind
from sim.report.files import statements
from sim.report.files.statements import Books, Line
from sim.results.cube import Cube
from sim.results.kpis import results


def books(cube: Cube) -> dict[str, Books]:
    return {"exact": statements.of_replication(cube, 1), "mean": statements.of_mean(cube)}


def found(one: Books) -> dict[tuple[str, str], np.ndarray]:
    return {(line.statement, line.name): line.amounts for line in statements.lines(one)}


@pytest.mark.parametrize("which", ["exact", "mean"])
def test_they_foot(result: Result, which: str) -> None:
    lines = found(books(result.cube)[which])
    sheet = {name: amounts for (statement, name), amounts in lines.items() if statement == "balance_sheet"}
    assert (sheet["total_assets"] - sheet["total_liabilities"] == sheet["total_equity"]).all()
    assert sheet["total_equity"].dtype == np.int64
    income = {name: a for (statement, name), a in lines.items() if statement == "income_statement"}
    parts = [a for name, a in income.items() if not name.endswith("result")]
    assert (np.sum(parts, axis=0) == income["result"]).all()
    assert (income["underwriting_result"] + income["investment_result"] == income["result"]).all()
    assert (np.diff(sheet["retained"]) == lines["income_statement", "result"]).all()
    cash = {name: amounts for (statement, name), amounts in lines.items() if statement == "cash_flow"}
    change = cash["closing_cash"] - cash["opening_cash"]
    legs = [a for name, a in cash.items() if name not in ("opening_cash", "closing_cash", "change_in_cash")]
    assert (np.sum(legs, axis=0) == change).all() and (cash["change_in_cash"] == change).all()
    assert (cash["closing_cash"] == sheet["cash"][1:]).all() and (cash["opening_cash"] == sheet["cash"][:-1]).all()


def test_one_replication_is_exact(result: Result) -> None:
    cube, one = result.cube, statements.of_replication(result.cube, 2)
    for account in ACCOUNTS:
        sign = 1 if account.kind in (Kind.ASSET, Kind.EXPENSE) else -1
        assert (one.balance(account)[1:] == sign * cube.minor(f"balance.{account.label}")[2]).all(), account
    lines = found(one)
    assert (lines["balance_sheet", "total_equity"][1:] == cube.minor("equity")[2]).all()
    assert np.allclose(lines["income_statement", "result"] / 100, results(cube)[2])


def test_opening_has_the_capital_and_no_result(result: Result) -> None:
    lines = found(statements.of_replication(result.cube))
    assert lines["balance_sheet", "retained"][0] == 0
    assert lines["balance_sheet", "capital"][0] == round(result.loaded.scenario.opening.capital * 100)


def test_mean_is_the_mean(result: Result) -> None:
    lines, cube = found(statements.of_mean(result.cube)), result.cube
    assert np.abs(lines["balance_sheet", "total_equity"][1:] - cube.minor("equity").mean(axis=0)).max() < 20
    assert np.abs(lines["income_statement", "claims"] + cube.minor("claims_incurred").mean(axis=0)).max() <= 1


def test_by_year_is_by_month() -> None:
    """18 months of 1, 2, 3, ...: sums of flows, ends of balances and of cash."""
    months = np.arange(1, 19)
    flow, stock = (
        Line("income_statement", "income", "x", months),
        Line("balance_sheet", "assets", "y", np.arange(19), -1),
    )
    first, last = (Line("cash_flow", name, "z", months) for name in ("opening", "closing"))
    found = [one.amounts.tolist() for one in statements.by_year([flow, stock, first, last])]
    assert found == [[78, 93], [0, 12, 18], [1, 13], [12, 18]]


def test_a_debit_balance_of_commission_is_an_asset() -> None:
    payable = {Account.COMMISSION_PAYABLE: 500, Account.CASH: 100, Account.CAPITAL: -600}
    one = Books({flow: np.zeros(1, dtype=np.int64) for flow in statements.FLOWS}, payable)
    lines = found(one)
    assert lines["balance_sheet", "commission_debit_balances"].tolist() == [500, 500]
    assert lines["balance_sheet", "commission_payable"].tolist() == [0, 0]
    assert lines["balance_sheet", "total_assets"].tolist() == [600, 600]


def test_csv_foots_too(written: Path) -> None:
    kopecks: dict[tuple[str, str, str], int] = defaultdict(int)
    with (written / "income_balance_cash.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == statements.COLUMNS
    assert {row["replication"] for row in rows} == {"0", "mean"}
    assert len({row["month"] for row in rows}) == 9
    for row in rows:
        whole, _, part = row["amount"].partition(".")
        assert len(part) == 2
        if row["statement"] == "balance_sheet":
            sign = 1 if row["section"] == "assets" else -1
            total = row["line"].startswith("total_")
            kopecks[row["replication"], row["month"], "total" if total else "line"] += sign * int(whole + part)
    assert set(kopecks.values()) == {0}


@pytest.mark.parametrize(
    ("minor", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-12345, "-123.45"), (10**18 + 1, "10000000000000000.01")],
)
def test_decimals(minor: int, text: str) -> None:
    assert statements.decimal(minor) == text
