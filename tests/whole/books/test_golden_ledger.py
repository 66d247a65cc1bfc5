"""The simulator against a ledger worked out without it: every flow and balance of six months to the minor unit."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np

from sim.money.flows import ACCOUNTS, FLOWS
from sim.partners.listed import Listed
from tests.whole import golden_ledger
from tests.whole.running import monthly
from tests.whole.scenarios import P, S, plan

GOLDEN: dict[str, Any] = {
    "schema": 1,
    "name": "golden ledger",
    "start": "2025-01",
    "months": "6mo",
    "seed": 1,
    "opening": {"capital": 50_000.0},
    "products": {
        "line": {
            "price": {"since": {"2025-01": 1237.0, "2025-04": 1290.01}},
            "term": "3mo",
            "cost_ratio": 0.551,
            "expenses": {"acquisition": 0.031, "administration": 0.021, "administration_fixed": 50.0},
        }
    },
    "segments": {
        name: {
            "partners": 10,
            "flow": 1.0,
            "mix": {"line": 1.0},
            "sales": {"law": "fixed"},
            "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.2}},
            "remittance": {"lag": "1mo", "net": name == "net"},
        }
        for name in ("gross", "net")
    },
    "rivals": {"other": {"commission": 0.1, "strategy": {"kind": "static"}}},
    "market": {
        "demand": {
            "since": {"2025-01": 1.0, "2025-02": 1.25, "2025-03": 0.5, "2025-04": 1.0, "2025-05": 1.5, "2025-06": 1.0}
        }
    },
    "policy": {
        "rules": {
            "base": {
                "kind": "base",
                "new": {"rate": 0.177, "products": {"line": {"rate": 0.177, "segments": {"net": 0.203}}}},
            }
        },
        "payment": {"delay": "1mo"},
    },
    "accounts": {"interest": 0.06},
}
ROSTER = tuple(
    Listed(f"{name}-{i:02d}", name, float(flow))
    for name, flows in (("gross", golden_ledger.GROSS), ("net", golden_ledger.NET))
    for i, flow in enumerate(flows)
)


def committed() -> list[dict[str, int]]:
    with golden_ledger.SHEET.open(encoding="utf-8") as file:
        return [{name: int(value) for name, value in row.items()} for row in csv.DictReader(file)]


def test_sheet_is_what_the_script_works_out() -> None:
    text = io.StringIO()
    golden_ledger.write(text)
    assert text.getvalue() == golden_ledger.SHEET.read_text(encoding="utf-8")


def test_sheet_balances_by_itself() -> None:
    """Equity grows by income less cost; the sheet is not only equal to the simulator but right."""
    before = golden_ledger.CAPITAL
    for row in committed():
        income = row["premium_earned"] + row["interest_earned"]
        cost = (
            row["commission_amortised"]
            + row["acquisition_amortised"]
            + row["cost_of_goods"]
            + row["administration_paid"]
        )
        assert row["equity"] - before == income - cost
        before = row["equity"]


def test_simulator_reproduces_the_sheet() -> None:
    found = monthly(plan({}, GOLDEN, ROSTER))
    sheet = committed()
    assert sum(row["premium_written"] for row in sheet) > 0
    for name in (name for name in sheet[0] if name != "month"):
        np.testing.assert_array_equal(found[name], [row[name] for row in sheet], err_msg=name)
    for flow in FLOWS:
        if flow.label not in sheet[0]:
            assert not found[flow.label].any(), f"{flow.label} is not in the sheet"
    for account in ACCOUNTS:
        if account.kind.value in (1, -1) and f"balance.{account.label}" not in sheet[0]:
            assert not found[f"balance.{account.label}"].any(), f"{account.label} is not in the sheet"


def test_a_decimal_half_goes_to_the_even_kopeck() -> None:
    """Rounded half to even: 0.55 x 1350 kopecks is 742.5, so 742."""
    found = monthly(plan({f"{S}.partners": 1, f"{P}.price": 13.5, f"{P}.term": "0mo", f"{P}.cost_ratio": 0.55}))
    assert found["cost_of_goods"][0] == 742
