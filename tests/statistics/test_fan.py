"""Bands of a back-test: ranks by hand, months inside as often as stated, chances that are even."""

from __future__ import annotations

import numpy as np
import pytest

from sim.statistics import fan
from tests.whole.hypotheses import LIMIT

GROUPS, POOL, MONTHS = 400, 20, 24


def test_a_band_by_hand() -> None:
    """Nineteen replications 1 .. 19: one is left out on either side, so the band of 90 % goes from 1 to 19."""
    model = np.arange(1.0, 20.0)[:, None] * np.ones(3)
    found = fan.band(np.array([0.9, 1.0, 19.1]), model, 0.9)
    assert found.inside[0].tolist() == [False, True, False]
    assert (found.low.tolist(), found.high.tolist(), found.expected.tolist()) == ([1.0] * 3, [19.0] * 3, [10.0] * 3)
    with pytest.raises(ValueError, match="18 replications have no band of 90%: it takes 19"):
        fan.band(np.zeros(3), model[:18], 0.9)


def walks() -> list[fan.Band]:
    """Many pools of random walks, whose months hang together; the first of each stands for what happened."""
    steps = np.random.default_rng(3).normal(size=(GROUPS, POOL, MONTHS))
    return [fan.band(one[0], one[1:], 0.9) for one in steps.cumsum(axis=2)]


def test_it_holds_as_many_months_as_stated_and_chances_are_even() -> None:
    found = walks()
    held = np.array([one.inside[0].mean() for one in found])
    error = held.std(ddof=1) / np.sqrt(GROUPS)
    assert abs(held.mean() - 0.9) / error < LIMIT
    rare = np.array([fan.chance(one.inside) <= 0.1 for one in found]).mean()
    assert rare <= 0.1 + LIMIT * np.sqrt(0.1 * 0.9 / GROUPS)  # a wrong alarm at 10 % comes in at most 10 %
    low = [fan.chance(fan.band(one + 8.0, model, 0.9).inside) for one, model in ((np.zeros(24), np.eye(24)[:20]),)]
    assert low == [1 / 21]


def test_bias_by_hand() -> None:
    """Totals 90 and 110: mean 100, spread 14.14 x sqrt(1.5); 120 is 20 % above."""
    found = fan.bias(120.0, 100.0, np.array([90.0, 110.0]), 0.95)
    assert found.bias == pytest.approx(0.2)
    assert found.high - found.bias == pytest.approx(12.7062 * 0.141421 * np.sqrt(1.5), rel=1e-4) and not found.clear
    sure = fan.bias(120.0, 100.0, np.full(5, 100.0), 0.95)
    assert sure.clear and sure.likely and not fan.bias(100.0, 100.0, np.full(5, 100.0), 0.95).clear
    assert fan.bias(1.0, 0.0, np.zeros(5), 0.95).bias == np.inf and fan.bias(0.0, 0.0, np.zeros(5), 0.95).bias == 0.0
