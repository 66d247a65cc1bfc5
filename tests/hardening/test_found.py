"""What the soak has found, each in the smallest scenario that shows it."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest

from sim.base.errors import ScenarioError
from sim.judgement.explain import explain, statement
from sim.judgement.session import run
from sim.results.loading import load
from sim.runs.replicate import replicate
from sim.theory.finance import loss_ratio_sd
from tests.scenario.minimal import write
from tests.scenario.test_checks import refusal
from tests.whole.running import monthly
from tests.whole.scenarios import CHOICE, P, S, plan

ALONE = {"of": ["agents"], "share": 0.5, "anyway": 0.2, "path": [{"who": "partner", "days": 3}]}


def test_journeys_where_we_have_no_channel() -> None:
    """Nobody of ours loses what would have come anyway, and partners sell as without journeys."""
    found = monthly(plan({"months": "3mo", "journeys": {"alone": ALONE}}))
    assert (found["new_contracts"] == monthly(plan({"months": "3mo"}))["new_contracts"]).all()


def test_a_partner_is_explained_beside_a_pool() -> None:
    """What lies in a pool is of no partner, and so no marketing money of one."""
    laid = plan({"months": "3mo", "policy.rules": {"club": {"kind": "pool", "share": 0.1}}})
    assert len(explain(laid, "agents-01")) == 3 and len(statement(laid, "agents-01"))


def test_prices_that_would_draw_the_whole_world(tmp_path: Path) -> None:
    changes = {"products.hull.price_response": "9", "rivals.other.price": "{hull: 60e5}"}
    assert "expected number of sales of hull a month is up to 6e+19" in refusal(tmp_path, changes)
    assert write(tmp_path, {**changes, "rivals.other.price": "{hull: 70e3}"})


def test_a_present_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies elsewhere is read, and refused, as always."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert load(write(tmp_path)).scenario.name == "t"
    with pytest.raises(ScenarioError, match="file not found"):
        load(write(tmp_path, {"roster": "{csv: nowhere.csv}"}))


def test_doubt_about_a_whole_number_that_rounds_to_what_it_is(tmp_path: Path) -> None:
    """There is no edge to be looked for."""
    law = "{path: segments.bank.partners, law: uniform, low: 9.9, high: 10.1, whole: true}"
    changes = {"months": "2mo", "uncertainties.one": law, "criteria.c": "{kpi: premium_partners, at_most: 1}"}
    found = run(load(write(tmp_path, changes)), 2, 1)
    assert found.breaking is None and found.doubt is not None


def test_claims_of_nothing_without_a_variance() -> None:
    """A heavy tail of a mean of 0 is 0."""
    assert loss_ratio_sd(10.0, 0.0, inf, 100.0) == 0.0


def test_an_offer_beyond_all_risks() -> None:
    """Claims exp(30 x 20) times as many stop the run with the key, not with an overflow."""
    claims = {"frequency": 0.1, "severity": {"dist": "exponential", "mean": 10.0}}
    product = {"price": 100.0, "term": "12mo", "claims": claims}
    changes = {"months": "3mo", f"{S}.adverse": 30.0, "policy.rules.base.new": 0.4, "products.line": product}
    changes |= {f"{CHOICE}.us_at_start": 0.5}
    with pytest.raises(ScenarioError, match=r"adverse: commission of 40% against .*, in 2025-01 of replication 1"):
        replicate(plan(changes), [1, 2])


def test_more_sales_of_varying_size_than_can_be_drawn() -> None:
    sizes = {f"{P}.sizes": {"dist": "gamma", "cv": 1.0}, f"{S}.flow": 1e9, "months": "1mo"}
    with pytest.raises(ScenarioError, match=r"products\.\w+\.sizes: .* would each have a premium drawn"):
        monthly(plan(sizes))
