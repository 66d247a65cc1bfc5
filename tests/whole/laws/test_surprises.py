"""Surprises, sum of (draw - conditional mean) x value, have mean zero: for choice, sales, renewals and claims.

Their sum over a run is a martingale, so that its mean over replications is zero whatever the scenario.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.whole.hypotheses import likely, z_mean
from tests.whole.running import many
from tests.whole.scenarios import CHOICE, EVERYTHING, P, S, plan

BUSY: dict[str, Any] = {
    "months": "8mo",
    f"{S}.partners": 60,
    f"{S}.flow": 3.0,
    f"{S}.sales": {"law": "poisson"},
    f"{P}.term": "3mo",
    f"{P}.renewal": [0.6, 0.8],
    f"{P}.cost_ratio": None,
    f"{P}.price": 500.0,
    f"{P}.portability": 0.3,
    f"{P}.claims": {
        "loss_ratio": 0.7,
        "frequency": 0.8,
        "severity": {"dist": "gamma", "cv": 1.5},
        "common": {"cv": 0.2},
    },
    f"{CHOICE}.review": 0.3,
    f"{CHOICE}.inertia": 0.5,
    f"{CHOICE}.us_at_start": 0.5,
    f"{CHOICE}.weights": {"commission": 0.2},
    "policy.rules.base.new": 0.15,
    "rivals.other.commission": 0.16,
}
NAMES = ("choice", "sales", "renewals", "claims")


@pytest.mark.parametrize("scenario", ["busy", "everything"])
def test_mean_zero(scenario: str) -> None:
    run = (
        plan(BUSY)
        if scenario == "busy"
        else plan({f"segments.{one}.sales.law": "poisson" for one in ("brokers",)}, EVERYTHING)
    )
    found = many(run, 200 if scenario == "busy" else 120, *(f"surprise.{name}" for name in NAMES))
    for name in NAMES:
        sums = found[f"surprise.{name}"].sum(axis=1)
        assert sums.std() > 0, name
        likely(z_mean(sums, 0.0), f"{scenario}: surprise of {name}")


@pytest.mark.parametrize(
    ("name", "count", "value"), [("sales", "new_contracts", 50_000), ("renewals", "renewed_contracts", 50_000)]
)
def test_surprise_is_draw_less_mean(name: str, count: str, value: int) -> None:
    """In the first month of a plain scenario the surprise is (count - its known mean) x price."""
    changes = {**BUSY, f"{CHOICE}.review": 0.0, "months": "4mo", f"{CHOICE}.us_at_start": 1.0}
    found = many(plan(changes), 3, count, f"surprise.{name}", "ended_contracts")
    if name == "sales":
        np.testing.assert_allclose(found["surprise.sales"], (found[count] - 180.0) * value, atol=1e-3)
    else:
        np.testing.assert_allclose(
            found["surprise.renewals"], (found[count] - 0.6 * found["ended_contracts"]) * value, atol=1e-3
        )
