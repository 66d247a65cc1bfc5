"""Claims that count up to a limit: against single claims drawn one by one, and against limited expected values.

Notation: i row, j claim of a row, x claims in units of their mean, c limit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.base import laws, severities
from sim.base.laws import Law
from sim.base.luck import purpose
from sim.base.single_claims import excess_of_claims
from sim.theory import severity as theory
from tests.base.test_samplers import Z_BOUND, keys

ROWS = 4_000
COST, SPLIT = purpose("claims.cost.line"), purpose("claims.split.line")
LAWS: dict[str, tuple[dict[str, Any], theory.Law]] = {
    "fixed": ({"dist": "constant", "mean": 3.0}, theory.Discrete((1.0,), (1.0,))),
    "gamma": ({"dist": "gamma", "cv": 0.7}, theory.Gamma.from_mean(0.7**-2, 1.0)),
    "spread": ({"dist": "gamma", "cv": 3.0}, theory.Gamma.from_mean(3.0**-2, 1.0)),
    "exponential": ({"dist": "exponential"}, theory.Gamma(1.0, 1.0)),
    "lognormal": ({"dist": "lognormal", "cv": 1.5}, theory.Lognormal.from_mean_cv(1.0, 1.5)),
    "pareto": ({"dist": "pareto", "alpha": 2.5}, theory.Lomax(2.5, 1.5)),
    "discrete": (
        {"dist": "discrete", "values": [10.0, 40.0], "weights": [2.0, 1.0]},
        theory.Discrete((0.5, 2.0), (2 / 3, 1 / 3)),
    ),
    "mixture": (
        {"dist": "mixture", "weights": [1.0, 3.0], "parts": [
            {"dist": "pareto", "alpha": 3.0, "mean": 100.0}, {"dist": "gamma", "cv": 0.7, "mean": 200.0}]},
        theory.Mixture((0.25, 0.75), (theory.Lomax(3.0, 2 * 100 / 175), theory.Gamma.from_mean(0.7**-2, 200 / 175))),
    ),
}  # fmt: skip


def drawn(name: str, counts: Any, limit: float, key: Any) -> tuple[np.ndarray, np.ndarray]:
    """Sums of so many claims of each row, and what of them lies beyond the limit."""
    kind, params = laws.severity(Law.model_validate(LAWS[name][0]))
    sums, excess = np.empty((2, key.size))
    severities.sums_of_claims(kind, params, counts, key, COST, sums)
    limits = np.full(key.size, limit)
    excess_of_claims(kind, params, counts, key, COST, SPLIT, sums, limits, excess)
    return sums, excess


@pytest.mark.parametrize("name", LAWS)
def test_limited_means_of_both_sides_agree(name: str) -> None:
    """The simulation's E[min(x, c)] against the closed forms', which share no code with it."""
    c = np.array([0.01, 0.4, 1.0, 2.5, 30.0])
    found = laws.limited_mean(Law.model_validate(LAWS[name][0]), c)
    assert found == pytest.approx(theory.limited_mean(LAWS[name][1], c), rel=1e-12)
    assert laws.limited_mean(Law.model_validate(LAWS[name][0]), np.array([np.inf])) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("n", [1, 3])
def test_claims_up_to_a_limit_have_the_limited_mean(name: str, n: int) -> None:
    sums, excess = drawn(name, np.full(ROWS, n), 1.3, keys(ROWS))
    within = sums - excess
    assert ((within <= n * 1.3 + 1e-9) & (excess >= 0.0)).all()
    mean = n * float(theory.limited_mean(LAWS[name][1], 1.3)[0])
    assert abs(within.mean() - mean) <= Z_BOUND * max(within.std(), 1e-9) / np.sqrt(ROWS)


def test_of_laws_drawn_claim_by_claim_it_is_these_claims_that_are_cut() -> None:
    kind, params = laws.severity(Law.model_validate(LAWS["lognormal"][0]))
    key = keys(50)
    _, excess = drawn("lognormal", np.full(50, 4), 0.8, key)
    claims = np.array([[severities.one_of_claims(kind, params, k, COST, j) for j in range(4)] for k in key])
    assert excess == pytest.approx(np.maximum(claims - 0.8, 0.0).sum(axis=1), abs=1e-12)


@pytest.mark.parametrize("name", ["gamma", "exponential"])
def test_a_sum_of_gamma_claims_is_shared_out_as_if_drawn_claim_by_claim(name: str) -> None:
    """Three claims: what of them lies beyond a limit has mean and variance of three independent claims' excess."""
    _, excess = drawn(name, np.full(ROWS, 3), 1.5, keys(ROWS))
    law = LAWS[name][1]
    x = np.random.default_rng(5).gamma(law.shape, law.scale, (200_000, 3))  # type: ignore[attr-defined]  # gammas both
    expected = np.maximum(x - 1.5, 0.0).sum(axis=1)
    assert abs(excess.mean() - expected.mean()) <= Z_BOUND * expected.std() / np.sqrt(ROWS)
    assert excess.std() == pytest.approx(expected.std(), rel=0.1)
    _, lower = drawn(name, np.full(ROWS, 3), 0.5, keys(ROWS))
    assert (lower >= excess).all()


@pytest.mark.parametrize("name", LAWS)
def test_without_claims_or_below_the_limit_nothing_is_cut(name: str) -> None:
    counts = np.random.default_rng(1).integers(0, 3, 300)
    sums, excess = drawn(name, counts, np.inf, keys(300))
    assert not excess.any() and not sums[counts == 0].any()
    assert (drawn(name, counts, 0.2, keys(300))[1][counts == 0] == 0.0).all()
