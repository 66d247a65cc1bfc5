"""Tax, dividends and overdraft, reserve risk and inflation of claims, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.layout.plan import Plan, make, reserve_factor
from sim.money.distribution import Distribution
from sim.results.kpis import key_figures
from sim.scenario.schema import scenario_model
from tests.whole.laws.test_ruin import played
from tests.whole.running import many, monthly
from tests.whole.scenarios import P, S, plan, tree

SALES: dict[str, Any] = {f"{S}.partners": 1, f"{S}.flow": 100.0, f"{P}.term": "0mo", "opening.capital": 1e6}
BY_YEAR = {"since": {"2025-01": 1.5, "2026-01": 0.8, "2027-01": 0.5}}  # a month: -5 000, 2 000, 5 000


def years(series: Any) -> list[float]:
    return [float(one) / 100 for one in np.asarray(series).reshape(-1, 12).sum(axis=1)]


def test_tax_with_losses_carried_forward_and_dividends() -> None:
    """Results of -60 000, 24 000 and 60 000: 24 000 are taxed, at 20 %; a quarter of what is left is paid out."""
    found = monthly(plan({**SALES, "months": "36mo", f"{P}.cost_ratio": BY_YEAR, "accounts.tax": 0.2,
                          "accounts.dividends": 0.25}))  # fmt: skip
    assert years(found["tax_paid"] - found["tax_refunded"]) == [0, 0, 4800]
    assert years(found["dividend_paid"]) == [0, 6000, 13_800]
    assert (found["dividend_paid"].nonzero()[0] == [23, 35]).all()
    assert found["equity"][-1] / 100 == 1e6 + 24_000 - 4800 - 19_800


def test_what_the_owner_earns_with_dividends() -> None:
    """6 000 after two years, 13 800 and what is left after three."""
    changes = {**SALES, "months": "36mo", f"{P}.cost_ratio": BY_YEAR, "accounts.tax": 0.2, "accounts.dividends": 0.25}
    cube, _, scenario = played(tree({**changes, "accounts.discount_rate": 0.1}), 1)
    found = {name: float(one.values[0]) for name, one in key_figures(cube, scenario).items()}
    left = 1e6 + 24_000 - 4800 - 19_800
    assert (found["result"], found["underwriting_result"]) == (19_200, 24_000)
    assert found["npv"] == pytest.approx(6000 / 1.1**2 + (13_800 + left) / 1.1**3 - 1e6, abs=0.01)
    rate = found["irr"]
    assert 6000 / (1 + rate) ** 2 + (13_800 + left) / (1 + rate) ** 3 == pytest.approx(1e6, abs=1e-3)
    assert found["return_on_capital"] == pytest.approx(1.0192 ** (1 / 3) - 1)


def test_tax_of_a_year_comes_back_within_it() -> None:
    books = Distribution(0.3, 0.5)
    moves = [int(books.tax(np.array([result]))[0]) for result in (100, 200, -250, -100)]
    assert moves == [30, 60, -75, -15]
    assert books.end_year(np.array([10])) == 0
    assert [int(books.tax(np.array([result]))[0]) for result in (50, 10)] == [0, 3]
    assert books.end_year(np.array([20])) == 20  # half of 57, and no more than there is


def test_no_tax_in_the_warm_up() -> None:
    warm = {"opening": {"kind": "warm_up", "months": "13mo", "capital": 1.0}, f"{P}.cost_ratio": 0.5}
    found = monthly(plan({**SALES, **warm, "accounts.tax": 0.1, "accounts.dividends": 1.0}))
    assert years(found["tax_paid"]) == [6000]
    assert years(found["dividend_paid"]) == [54_000]


def test_overdraft() -> None:
    """10 000 below 0 at 21 % a year, then what that leaves; 6 % a year is earned on 10 000."""
    own = {f"{S}.flow": 0.0, "accounts.interest": 0.06, "months": "2mo", "accounts.overdraft": 0.21}
    cost = {f"{P}.expenses": {"administration_fixed": 20_000.0}}
    found = monthly(plan({**SALES, **own, **cost, "opening.capital": 10_000.0}))
    assert found["interest_earned"].tolist() == [round(1e6 * (1.06 ** (1 / 12) - 1)), 0]
    short = -found["balance.cash"][0]
    assert found["interest_paid"].tolist() == [0, round(short * (1.21 ** (1 / 12) - 1))]


def claims(**changes: Any) -> dict[str, Any]:
    law = {"loss_ratio": 0.5, "frequency": 1.0, "severity": {"dist": "constant"}, **changes}
    return {**SALES, f"{P}.cost_ratio": None, f"{P}.claims": law}


def expected(changes: dict[str, Any]) -> Plan:
    return make(scenario_model().model_validate(tree(changes)), claims="expected")


def test_inflation_of_claims_to_come_and_of_unpaid_ones() -> None:
    """10 % a year: 5 000 of the first month cost 5 500 when they are paid a year later, those of a year later too."""
    late = {
        "months": "25mo",
        "market.demand": {"since": {"2025-01": 1.0, "2025-02": 0.0, "2026-01": 1.0, "2026-02": 0}},
    }
    found = monthly(expected({**claims(inflation=0.1, payment_pattern=[0.0] * 12 + [1.0]), **late}))
    assert found["claims_incurred"][[0, 12]] == pytest.approx([500_000, 550_000], abs=1)
    assert found["claims_paid"][[12, 24]] == pytest.approx([550_000, 605_000], abs=13)
    assert found["reserve_strengthened"].sum() == found["claims_paid"].sum() - found["claims_incurred"].sum()
    assert found["balance.loss_reserve"][-1] == 0


def test_reserve_risk_moves_results_in_time_only() -> None:
    """Booked at a level of its own a year; what the year costs, and where the books end, is the same."""
    sold = {"market.demand": {"since": {"2025-01": 1.0, "2025-03": 0.0}}, "months": "6mo"}
    pattern = {"payment_pattern": [0.5, 0.3, 0.2]}
    plain, risky = (
        many(plan({**claims(**pattern, reserve_error=0.1, reserve_cv=cv), **sold}), 40,
             "equity", "claims_paid", "reserve_strengthened", "reserve_released", "claims_incurred")
        for cv in (0.0, 0.4)
    )  # fmt: skip
    assert (plain["claims_paid"] == risky["claims_paid"]).all()
    assert (plain["equity"][:, -1] == risky["equity"][:, -1]).all()
    booked = 1 + (risky["reserve_strengthened"] - risky["reserve_released"])[:, 0] / risky["claims_incurred"][:, 0]
    level = reserve_factor(plan({**claims(reserve_cv=0.4), **sold}), _line(), np.arange(40, dtype=np.uint64))
    assert level is not None
    assert booked == pytest.approx(1.1 * level.at(0), rel=1e-4)
    assert np.ptp(booked) > 0.5


def _line() -> Any:
    return plan(claims(reserve_cv=0.4)).lines[0]
