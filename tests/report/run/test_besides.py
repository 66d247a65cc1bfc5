"""What partners cost besides commission is said beside the break-even, and that interest hides what sales lose."""

from __future__ import annotations

from typing import Any

import pytest

import sim
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.run import sentences
from sim.report.run.page import Page
from sim.results.besides import of_sales_alone, share_besides_commission

DEALERS: dict[str, Any] = {
    "schema": 1, "name": "dealers", "currency": "RUB", "start": "2027-01", "months": "12mo", "replications": 2,
    "opening": {"kind": "empty", "capital": 60e6}, "accounts": {"interest": "20%"},
    "products": {"cement": {"price": 12e3, "term": "0mo", "cost_ratio": "72%"}},
    "segments": {"small": {"preset": "retail_dealer", "partners": 20, "flow": 30, "mix": {"cement": "20%"},
                           "cost": {"base": 2e3}, "remittance": {"lag": "1mo", "net": False}}},
    "rivals": {"giant": {"commission": "9%", "strategy": {"kind": "static"}}},
    "policy": {"rules": {
        "base": {"kind": "base", "new": "27%"},
        "early": {"kind": "early_payment_discount", "rate": "3%", "within": "0mo"},
        "coop": {"kind": "marketing_fund", "share": "1%", "within": "6mo", "reimburses": "50%", "claimed": "10%"},
    }},
}  # fmt: skip


@pytest.fixture(scope="module")
def result() -> sim.Result:
    return sim.run(DEALERS, workers=1, doubt=0, breaks=False)


def total(result: sim.Result, name: str) -> float:
    return float(result.cube.series(name).sum(axis=1).mean())


def test_what_partners_cost_besides_commission_is_said_beside_the_break_even(result: sim.Result) -> None:
    cost = total(result, "programme_paid") + total(result, "discount_taken")
    cost += total(result, "fund_accrued") - total(result, "fund_expired")
    share = share_besides_commission(result.cube)
    assert min(total(result, name) for name in ("programme_paid", "discount_taken", "fund_accrued")) > 0
    assert share == pytest.approx(cost / total(result, "premium_earned"))
    after = result.theory["break_even_commission"].value - share
    for lang, words in (("en", "after other costs of"), ("ru", "с прочими расходами на")):
        labels = Labels(lang, spoken=result.plan.scenario.spoken)
        said = sentences.theory_beside(result, "commission_ratio", labels, Numbers(labels, "RUB"))
        assert words in said and Numbers(labels, "RUB").figure(after, "ratio") in said


def test_a_result_that_interest_makes_is_said_to_be_one(result: sim.Result) -> None:
    alone = of_sales_alone(result.cube, result.figures["underwriting_result"].values)
    assert alone.mean() < 0 < result.figures["result"].values.mean()
    labels = Labels("en", spoken=result.plan.scenario.spoken)
    assert "Sales alone lose" in sentences.says(result, labels, Numbers(labels, "RUB"))


def test_what_is_no_commission_is_not_said_to_cost_nothing(result: sim.Result) -> None:
    labels = Labels("en", spoken=result.plan.scenario.spoken)
    rows = {row["label"]: row["cells"][0]["value"] for row in Page(result, {}, labels).rules()["rows"]}
    assert rows["base"] and not rows["early (see Interest and discounts for early payment)"]
    assert not next(value for label, value in rows.items() if label.startswith("coop (see Marketing funds"))
