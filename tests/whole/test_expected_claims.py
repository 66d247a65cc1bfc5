"""Claims as expected values: exactly their conditional mean, all else as it was, refused where drawn ones are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pytest

import sim
from sim.base.errors import ScenarioError, SimError
from sim.contracts.common_factor import CommonFactor
from sim.engine.layout.plan import Plan, common_factor, make
from sim.experiments.lab import Lab
from sim.figures.key import NOT_MEANS
from sim.policy.rule import Rule
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.replicate import Specification
from sim.runs.sheet import Sheet
from sim.scenario.reads_claims import readers
from sim.scenario.schema import scenario_model
from tests.experiments.written import scenario
from tests.policy.catalogue import OF_ONE_PARTNER
from tests.whole.hypotheses import LIMIT, likely, z_mean
from tests.whole.laws.test_surprises import BUSY
from tests.whole.running import many, monthly
from tests.whole.scenarios import CHOICE, EVERYTHING, P, S, plan, tree

CLAIMS = {"loss_ratio": 0.7, "frequency": 0.8, "severity": {"dist": "gamma", "cv": 1.5}}
NOBODY_READS = {
    "policy.control.end_when_margin_below": None,
    "policy.control.rating.claims": 0.0,
    "us.late_payment_penalty": 0.0,
    "accounts": {"interest": 0.06, "discount_rate": 0.1},
}
"""What makes the small scenario of every feature one that nothing in it needs drawn claims for"""
FOLLOW = (
    "claims",
    "surprise.claims",
    "claims_incurred",
    "claims_paid",
    "claims_recovered",
    "handling_paid",
    "reserve_",
    "balance.",
    "equity",
    "prudent_equity",
    "recoveries.",
    "run_off_value",
    "interest_",
)
"""Monthly metrics (by the beginning of their names) that may follow from claims"""


def expected(changes: Mapping[str, Any] | None = None, base: Mapping[str, Any] | None = None) -> Plan:
    """The plan of a changed scenario with expected claims."""
    return make(scenario_model().model_validate(tree(changes, base)), (), "expected")


def factor(run: Plan, replication: int) -> CommonFactor | None:
    return common_factor(run, run.lines[0], np.array([replication], dtype=np.uint64))


# --- the mean, exactly -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("price", [12_000.0, 0.13], ids=["plain", "less than half a kopeck a row"])
def test_loss_ratio_times_earned_premium(price: float) -> None:
    """Where nothing but claims is random: loss ratio x earned premium, each month to half a kopeck.

    At a price of 13 kopecks a row earns 1 a month, so that its claims are 0.3: rounded by row they would be 0 for ever.
    """
    changes = {
        f"{P}.cost_ratio": None,
        f"{P}.price": price,
        f"{S}.partners": 40,
        f"{P}.claims": {**CLAIMS, "loss_ratio": 0.3},
    }
    found = monthly(expected(changes))
    assert found["premium_earned"].min() > 0
    np.testing.assert_allclose(found["claims_incurred"], 0.3 * found["premium_earned"], rtol=0, atol=0.5)
    assert found["claims_incurred"].sum() == pytest.approx(0.3 * found["premium_earned"].sum(), abs=6)


@pytest.mark.parametrize("cv", [0.0, 0.3])
def test_a_draw_less_its_surprise(cv: float) -> None:
    """Drawn claims less their surprise are the expected ones by month, times the level of the year's common factor.

    Trends, a crisis, fraud and worse risks are in both.
    """
    crisis = {"kind": "crisis", "start": "2025-04", "length": "3mo", "claims": 1.5}
    changes = {
        **BUSY,
        "months": "14mo",
        f"{P}.claims": {**CLAIMS, "count": "negative_binomial", "count_cv": 0.5, "common": {"cv": cv}},
        "market": {
            "claims_severity": {"since": {"2024-01": 1.0, "2025-08": 1.3}},
            "claims_frequency": {"since": {"2024-01": 1.0, "2025-10": 0.8}},
            "events": {"crisis": crisis},
        },
        f"{S}.fraud": 0.1,
        f"{S}.adverse": 0.05,
        f"{S}.relativity": {"dist": "lognormal", "mean": 1.1, "cv": 0.3},
    }
    drawn, ours = plan(changes), expected(changes)
    for replication in range(3):
        a, b = monthly(drawn, replication), monthly(ours, replication)
        common = factor(drawn, replication)
        level = np.array([1.0 if common is None else common.at(month).item() for month in range(14)])
        assert (level != 1.0).any() == (cv > 0)
        np.testing.assert_allclose(
            (a["claims_incurred"] - a["surprise.claims"]) / level, b["claims_incurred"], rtol=1e-9, atol=0.51
        )


@pytest.mark.parametrize("small", [False, True], ids=["busy", "everything"])
def test_all_else_is_as_it_was(small: bool) -> None:
    """To the bit: with keyed luck only what follows from claims differs, and that does differ."""
    run = plan(NOBODY_READS, EVERYTHING) if small else plan(BUSY)
    a, b = monthly(run), monthly(replace(run, claims="expected"))
    moved = {name for name in a if not np.array_equal(a[name], b[name], equal_nan=True)}
    assert {"claims_incurred", "equity"} <= moved
    assert all(name.startswith(FOLLOW) for name in moved), moved


@pytest.mark.parametrize("name", sorted(OF_ONE_PARTNER))
def test_rules_that_are_let_through_read_no_claims(name: str) -> None:
    """Every kind of rule: what is not refused pays the same commission to the bit."""
    rules = {
        "base": {"kind": "base", "new": 0.1},
        "other": {key: value for key, value in OF_ONE_PARTNER[name].items() if key != "products"},
    }
    tried = {
        **BUSY,
        "policy.rules": rules if name != "base" else {"base": rules["other"]},
        f"{S}.funnel": {"click_rate": 0.5, "lead_rate": 0.5, "conversion": 0.2},
    }
    scene = scenario_model().model_validate(tree(tried))
    if name in ("sliding", "profit", "contingent", "corridor"):
        with pytest.raises(SimError, match=r"policy\.rules\.other: the rule other reads losses"):
            make(scene, (), "expected")
        return
    a, b = monthly(make(scene)), monthly(make(scene, (), "expected"))
    paid = [one for one in a if one.startswith(("commission", "loss_share"))]
    assert a["commission_accrued"].any()
    assert all(np.array_equal(a[one], b[one], equal_nan=True) for one in paid)


# --- the same mean, over replications --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pairs() -> tuple[Sheet, Sheet]:
    """Drawn and expected on the same luck: two products, every feature that claims pass through."""
    second = {
        "price": 300.0,
        "term": "1mo",
        "claims": {"frequency": 0.3, "severity": {"dist": "lognormal", "cv": 2.0, "mean": 100.0}},
    }
    audit = {"kind": "audit", "start": "2025-03", "sample": 0.8, "detection": 0.6, "finds": ["fraud"]}
    found = tree(
        {
            **BUSY,
            "products.other": second,
            f"{S}.mix": {"line": 0.7, "other": 0.5},
            f"{S}.fraud": 0.1,
            f"{S}.adverse": 0.02,
            f"{S}.partners": 25,
            f"{P}.claims": {
                **CLAIMS,
                "count": "negative_binomial",
                "count_cv": 0.7,
                "common": {"cv": 0.2, "persistence": 0.5},
                "reserve_error": 0.1,
                "payment_pattern": [0.4, 0.3, 0.3],
            },
            f"{P}.expenses": {"handling": 0.05, "administration": 0.02},
            "accounts.interest": 0.12,
            "market.events.audit": audit,
            f"{S}.relativity": {"dist": "lognormal", "mean": 1.1, "cv": 0.3},
            f"{P}.cancellation": 0.03,
        }
    )
    cases = [Case(one, Specification(found, 11, claims=one)) for one in ("drawn", "expected")]  # type: ignore[arg-type]
    with Crew(1) as crew:
        drawn, ours = Lab(crew=crew).sheets(cases, range(250))
    return drawn, ours


def test_every_key_figure_keeps_its_mean(pairs: tuple[Sheet, Sheet]) -> None:
    """All figures: equal to the bit, or different by what has mean 0 (family below 100), or not known at all."""
    drawn, ours = pairs
    moved = {}
    for name, figure in drawn.figures.items():
        values = ours.figure(name).values
        if name in NOT_MEANS:
            assert np.isnan(values).all()
        elif not np.array_equal(figure.values, values, equal_nan=True):
            moved[name] = z_mean(figure.values - values, 0.0)
    assert {
        "result",
        "claims",
        "npv",
        "loss_ratio.line",
        "loss_ratio.other",
        "loss_ratio_of.agents",
        "combined_ratio",
        "fraud_found",
    } <= set(moved)
    assert not {"premium", "commission", "market_share_end", "defaults", "bad_debt"} & set(moved)
    likely(list(moved.values()), "drawn less expected")


def test_the_noise_of_claims_is_gone(pairs: tuple[Sheet, Sheet]) -> None:
    drawn, ours = pairs
    for name in ("result", "claims", "loss_ratio"):
        assert ours.figure(name).values.var() < 0.5 * drawn.figure(name).values.var()
    assert not ours.surprises[:, -1].any() and not ours.levels.any(), "controls that say nothing are left out"


def test_a_figure_that_bends_would_be_told(pairs: tuple[Sheet, Sheet]) -> None:
    """The lowest equity, computed all the same, is biased by so much that the test of means would see it."""
    found = tree({**BUSY, f"{P}.expenses": {"administration": 0.1}, f"{S}.partners": 25, "opening.capital": 1e5})
    lowest = []
    for claims in ("drawn", "expected"):
        run = Specification(found, 11, claims=claims).plan()  # type: ignore[arg-type]
        lowest.append(many(run, 60, "equity")["equity"].min(axis=1))
    assert abs(z_mean(np.subtract(*lowest), 0.0)) > LIMIT


# --- refused ---------------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "profit commission": (
        {"policy.rules.extra": {"kind": "profit_commission", "share": 0.2, "expense_allowance": 0.3}},
        "policy.rules.extra",
    ),
    "tiers": (
        {
            "policy.rules.extra": {
                "kind": "tiers",
                "role": "bonus",
                "by": "loss_ratio",
                "scale": {
                    "kind": "retroactive",
                    "brackets": [{"above": 0, "rate": 0.05}, {"above": 0.5, "rate": 0.02}],
                },
            }
        },
        "policy.rules.extra",
    ),
    "bonus": (
        {"policy.rules.extra": {"kind": "contingent_bonus", "rate": 0.02, "loss_ratio": 0.6}},
        "policy.rules.extra",
    ),
    "review by result": ({"policy.control": {"end_when_result_below": 0}}, "policy.control.end_when_result_below"),
    "review by margin": ({"policy.control": {"end_when_margin_below": 0.1}}, "policy.control.end_when_margin_below"),
    "rating": ({"policy.control": {"rating": {"half_premium": 100}}}, "policy.control.rating"),
    "trust": ({"us": {"late_payment_penalty": 0.1}}, "us.late_payment_penalty"),
    "ruin": ({"accounts": {"on_ruin": "stop"}}, "accounts.on_ruin"),
    "tax": ({"accounts": {"tax": 0.2}}, "accounts.tax"),
    "dividends": ({"accounts": {"dividends": 0.2}}, "accounts.dividends"),
    "overdraft": ({"accounts": {"overdraft": 0.2}}, "accounts.overdraft"),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_what_reads_drawn_claims_is_refused(what: str, tmp_path: Path) -> None:
    """Named by key, file and line, with a remedy; the same scenario runs with claims drawn, or with a cost ratio."""
    changes, path = REFUSED[what]
    claims = {f"{P}.cost_ratio": None, f"{P}.claims": CLAIMS}
    file = scenario(tmp_path, {**claims, **changes})
    with pytest.raises(ScenarioError) as refused:
        sim.run(file, replications=1, workers=1, claims="expected")
    (problem,) = refused.value.problems
    assert problem.path.startswith(path) and "or play it with claims drawn" in problem.remedy
    assert problem.file.endswith("scenario.yaml") and problem.line > 0
    with pytest.raises(SimError, match=path):
        expected({**claims, **changes})
    if "rules" not in path:
        assert not list(readers(scenario_model().model_validate(tree(changes))))


def test_what_only_stands_beside_is_not_refused() -> None:
    """Bounds on premium, a rating without losses, a bonus on volume."""
    changes = {
        f"{P}.cost_ratio": None,
        f"{P}.claims": CLAIMS,
        "policy.rules.extra": {"kind": "contingent_bonus", "rate": 0.02, "volume": 10},
        "policy.control": {
            "end_when_premium_below": 1,
            "end_when_rating_below": 0.1,
            "rating": {"half_premium": 100, "claims": 0},
        },
    }
    found = monthly(expected({**changes, f"{CHOICE}.us_at_start": 1.0, "months": "14mo"}))
    assert found["claims_incurred"].any() and found["commission_of_rule.extra"].any()


class Secret(Rule):
    """A rule of the user's own that reads claims and does not say so."""

    kind: Literal["secret"]
    how: ClassVar[str] = "sum"

    def apply(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        paid = facts.incurred.sum(axis=0) if self.how == "sum" else facts.incurred[0]
        statement.expensed[:] += paid // 2


@pytest.mark.parametrize("how", ["sum", "item"])
def test_a_rule_that_does_not_say_it_reads_claims_is_stopped(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Secret, "how", how)
    found = tree({f"{P}.cost_ratio": None, f"{P}.claims": CLAIMS, "policy.rules.secret": {"kind": "secret"}})
    run = Specification(found, 1, (), (Secret,))
    monthly(run.plan())
    with pytest.raises(SimError, match="needs_losses"):
        monthly(replace(run, claims="expected").plan())
