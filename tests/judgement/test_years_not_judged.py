"""A year that nobody has judged by the end of the horizon is in no account: it is told, with the amount by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sim
from sim.judgement.beside.years_not_judged import NOT_JUDGED
from sim.report.run import html
from tests.scenario.minimal import text_of
from tests.whole.scenarios import P, tree

PROFIT = {"kind": "profit_commission", "share": 0.5, "expense_allowance": 0.0, "commission_allowance": 0.25}
CERTAIN = {f"{P}.term": "0mo", f"{P}.cost_ratio": 0.5, "policy.rules": {"profit": PROFIT}}


def played(lag: str) -> Any:
    """Ten sales of 100 a month for a year at a loss ratio of 50 %, judged so long after its end."""
    claims = {"loss_ratio": 0.5, "frequency": 1.0, "severity": {"dist": "constant"}}
    changes = {f"{P}.cost_ratio": None, f"{P}.claims": claims, "policy.rules.profit.lag": lag}
    return sim.run(tree({**CERTAIN, **changes}), replications=2, workers=1, doubt=0, breaks=False)


def test_what_judging_would_pay_is_told() -> None:
    """50 % of (1 - 25 %) x 12 000 less claims: judged at once it is in the result, a year later in no account."""
    at_once, later = played("0mo"), played("12mo")
    owed = later.figures["commission_to_judge_end"].values
    assert at_once.figures["commission_to_judge_end"].values.tolist() == [0.0, 0.0]
    missing = later.figures["result"].values - at_once.figures["result"].values
    assert owed == pytest.approx(missing) and (owed > 0.0).all()
    claims = later.figures["claims"].values
    assert owed == pytest.approx(0.5 * (0.75 * 12_000.0 - claims), abs=0.5)
    assert NOT_JUDGED not in {note.code for note in at_once.notes}
    (note,) = (note for note in later.notes if note.code == NOT_JUDGED)
    assert f"pay partners {owed.mean():,.0f} RUB" in note.text
    page = html.report(later)
    assert page.index(note.text[1:]) < page.index('id="money"')  # on the screen that decides


def test_a_comparison_says_whose_year_it_is(tmp_path: Path) -> None:
    small = {**CERTAIN, f"{P}.claims": {"loss_ratio": 0.5, "frequency": 1.0, "severity": {"dist": "constant"}}}
    laid = tree({**small, f"{P}.cost_ratio": None, "policy.rules.profit.lag": "12mo"})
    (tmp_path / "now.yaml").write_text(text_of(laid), "utf-8")
    policies = dict.fromkeys(("now", "then"), "now.yaml")
    found = sim.study({"kind": "compare", "policies": policies, "replications": 2}, workers=1, home=tmp_path)
    assert [note.path for note in found.notes if note.code == NOT_JUDGED] == ["now", "then"]
