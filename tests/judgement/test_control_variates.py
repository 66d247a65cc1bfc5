"""Martingale controls: the same mean as the plain estimate, a smaller variance, an interval that keeps its level."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.experiments.lab import Lab
from sim.judgement import control_variates
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.replicate import Specification
from sim.runs.sheet import Sheet
from tests.whole.hypotheses import likely, z_mean, z_share
from tests.whole.laws.test_surprises import BUSY
from tests.whole.scenarios import tree

BATCH = 24


def test_known_regression() -> None:
    """Normal figures: mean and coverage are exact, the variance is that of what is left times (n - 2) / (n - 2 - k)."""
    rng = np.random.default_rng(20250101)
    errors, inside, variances = [], 0, []
    for _ in range(2000):
        x = rng.normal(size=(BATCH, 3)) * (1e9, 1.0, 1e-3)
        y = 7.0 + x @ (2e-9, 1.0, 500.0) + 0.5 * rng.normal(size=BATCH)
        found = control_variates.controlled(y, np.column_stack((x, np.ones(BATCH), x[:, 0] + 1e9 * x[:, 1])))
        assert found.controls == 3
        errors.append(found.mean - 7.0)
        inside += found.low <= 7.0 <= found.high
        variances.append(found.mean - 7.0)
    likely(z_mean(np.array(errors), 0.0), "mean")
    likely(z_share(inside, 2000, 0.95), "coverage")
    expected = 0.25 / BATCH * (BATCH - 2) / (BATCH - 2 - 3)
    likely((np.var(variances) / expected - 1.0) / (2 / 2000) ** 0.5 / 1.1, "variance")  # a little wider than normal


def test_plain_where_controls_would_not_help() -> None:
    x = np.arange(12.0)[:, None] ** np.arange(1, 5)
    y = np.arange(12.0)
    assert control_variates.controlled(y, x).controls == 0  # seven degrees of freedom would be left
    assert control_variates.controlled(np.where(y == 3, np.nan, y), x[:, :1]).known == 11
    assert control_variates.controlled(y, np.zeros((12, 3))).ratio == 1.0
    assert control_variates.controlled(np.full(3, np.nan), np.zeros((3, 1))).known == 0


def test_what_a_difference_is_controlled_by() -> None:
    """A surprise that both sides share enters as it is, another by its difference."""
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 5.0], [3.0, 3.0]])
    assert control_variates.shared(a, b).tolist() == [[1.0, 3.0], [3.0, -1.0]]


def test_common_factor_is_worth_the_claims_of_the_others() -> None:
    """(level - 1) x the mean claims of the other replications, by product and year: by hand for two replications."""
    levels, claims = np.array([[0.1, -0.2], [0.05, 0.3]]), np.array([[10.0, 20.0], [30.0, 40.0]])
    found = Sheet(
        ("a",), ("money",), ("",), (), (0, 1), np.zeros((2, 1)), np.zeros((2, 4)), levels, claims, *np.zeros((2, 2, 0))
    ).controls
    assert found[:, 4].tolist() == pytest.approx([0.1 * 30 - 0.2 * 40, 0.05 * 10 + 0.3 * 20])


def sheet(changes: dict[str, Any], replications: int) -> Sheet:
    scenario = tree(changes)
    with Crew(1) as crew:
        return Lab(crew=crew).sheets([Case("busy", Specification(scenario, scenario["seed"]))], range(replications))[0]


@pytest.mark.parametrize("batches", [16, pytest.param(400, marks=pytest.mark.long)])
def test_unbiased_and_narrower(batches: int) -> None:
    """Means of batches: controlled less plain has mean 0; the variance falls by more than the target at common luck."""
    found = sheet({**BUSY, "opening.capital": 1e6}, batches * BATCH)
    other = sheet({**BUSY, "opening.capital": 1e6, "policy.rules.base.new": 0.16}, batches * BATCH)
    for kpi, least in (
        ("result", 25.0),
        ("premium", 1.5),
    ):  # 74 and 2.35 over 400 batches: surprises are of results, premium has few
        parts = [
            (one, other.taken(one.numbers))
            for one in (found.taken(range(at * BATCH, (at + 1) * BATCH)) for at in range(batches))
        ]
        levels = [control_variates.of_sheet(one, kpi) for one, _ in parts]
        gaps = [control_variates.of_difference(a, b, kpi) for a, b in parts]
        for name, means in (("level", levels), ("difference", gaps)):
            likely(z_mean(np.array([one.mean - one.plain for one in means]), 0.0), f"{kpi}: {name}")
        plain, ours = np.var([one.plain for one in levels]), np.var([one.mean for one in levels])
        assert plain / ours > least, kpi


def test_levels_are_those_of_the_run() -> None:
    """The factor of a year is read off the claims of a huge, otherwise certain book: 12 months, and part of a year."""
    changes = {
        "months": "14mo",
        "segments.agents.flow": 1e5,
        "segments.agents.sales": {"law": "fixed"},
        "products.line.cost_ratio": None,
        "products.line.term": "0mo",
        "products.line.claims": {
            "loss_ratio": 0.5,
            "frequency": 20.0,
            "severity": {"dist": "constant"},
            "common": {"cv": 0.3, "persistence": 0.5},
        },
    }
    found = sheet(changes, 3)
    assert found.levels.shape == found.claims.shape == (3, 2)
    np.testing.assert_allclose(found.claims / (1e6 * 100 * 0.5 * np.array([12, 2])), 1.0 + found.levels, atol=2e-3)
