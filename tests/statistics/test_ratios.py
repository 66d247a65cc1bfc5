"""Ratios of sums and tails of samples, with intervals: numbers by hand, then how often intervals hold the truth."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.statistics import intervals, ratios
from sim.statistics.evaluation import bounded
from tests.whole.hypotheses import LIMIT, z_share

REPEATS = 2000


def test_a_ratio_by_hand() -> None:
    """3 over 5, not the mean of 1 and 1/2; z = 0.6 + (a - 0.6 b) / 2.5."""
    terms = [(np.array([1.0, 2.0]), np.array([1.0, 4.0]))]
    assert ratios.linearised(terms).tolist() == pytest.approx([0.76, 0.44])
    assert ratios.linearised(terms).mean() == pytest.approx(3 / 5)
    assert ratios.one_by_one(terms).tolist() == [1.0, 0.5]
    both = [*terms, (np.array([0.0, 1.0]), np.array([2.0, 2.0]))]
    assert ratios.linearised(both).mean() == pytest.approx(3 / 5 + 1 / 4)
    assert np.isnan(ratios.linearised([(np.ones(2), np.zeros(2))])).all()


def test_its_interval_holds_the_ratio_of_the_means() -> None:
    """Premium and claims hang together; E[a] / E[b] is 0.7, the mean of the ratios is well above."""
    rng = np.random.default_rng(1)
    b = rng.gamma(2.0, 0.5, (REPEATS, 60))
    a = 0.35 * b + 0.35 * rng.gamma(2.0, 0.5, b.shape)
    found = [bounded(ratios.linearised([pair]), (0.0, np.inf), False, 0.95) for pair in zip(a, b, strict=True)]
    held = sum(one.low <= 0.7 <= one.high for one in found)
    assert abs(z_share(held, REPEATS, 0.945)) < LIMIT  # delta method: 94.5 % of 60 replications measured
    assert (a / b).mean() > 0.85


def test_intervals_stay_within_bounds() -> None:
    values = np.array([0.0, 0.0, 0.0, 0.9])
    plain, cut = (bounded(values, limits, False, 0.95) for limits in ((-np.inf, np.inf), (0.0, 1.0)))
    assert plain.low < 0 and (cut.low, cut.high) == (0.0, plain.high)
    assert bounded(np.ones(1), (0.0, 1.0), False, 0.95) == pytest.approx(bounded(np.ones(1), (0.0, 1.0), False, 0.95))
    one = bounded(np.array([0.4]), (0.0, 1.0), False, 0.95)
    assert (one.low, one.high) == (0.0, 1.0)  # one replication says nothing of the spread
    none = bounded(np.zeros(200), (0.0, 1.0), True, 0.95)
    assert none.low == 0.0 and none.high == pytest.approx(1.959964**2 / (200 + 1.959964**2), rel=1e-5)


@pytest.mark.parametrize(("p", "least"), [(0.95, 72), (0.99, 368)])
def test_order_statistics_hold_var_by_the_exact_law(p: float, least: int) -> None:
    """Ranks as losses show which order statistics were taken; they hold the quantile with the binomial probability."""
    assert not intervals.bounded_var(np.arange(least - 1.0), p).known
    assert intervals.bounded_var(np.arange(least - 1.0), p).needed == least
    covered = []
    for n in (least, 2 * least, 10 * least):
        found = intervals.bounded_var(np.arange(1.0, n + 1), p)
        low, high = (0 if np.isinf(found.low) else int(found.low)), int(found.high)
        below = stats.binom(n, p)  # values below the quantile: at least `low` of them, fewer than `high`
        covered.append(below.cdf(high - 1) - below.cdf(low - 1))
        assert found.low <= found.figure <= found.high
    assert min(covered) >= 0.95 and covered[-1] < 0.97
    assert all(a != b for a, b in pairwise(covered))


def test_tvar_is_told_from_ten_in_the_tail() -> None:
    assert intervals.bounded_tvar(np.arange(199.0), 0.95).needed == 200
    assert not intervals.bounded_tvar(np.arange(199.0), 0.95).known
    assert intervals.bounded_tvar(np.arange(1000.0), 0.99).known
    rng, normal = np.random.default_rng(2), stats.norm
    truth = normal.pdf(normal.ppf(0.95)) / 0.05
    found = [intervals.bounded_tvar(rng.normal(size=200), 0.95) for _ in range(REPEATS)]
    assert abs(z_share(sum(one.low <= truth <= one.high for one in found), REPEATS, 0.92)) < LIMIT  # 92 % measured
