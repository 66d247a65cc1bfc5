"""Loss experience against a published example, by hand and by recovery."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.statistics.credibility import between_interval, buehlmann_straub
from sim.statistics.intervals import student
from sim.statistics.loss_experience import experience, ratio
from tests.whole.hypotheses import likely, z, z_share

# Hachemeister 1975, bodily injury in five states over twelve quarters: average claims and numbers of claims
AMOUNTS = np.array([
    [1738, 1642, 1794, 2051, 2079, 2234, 2032, 2035, 2115, 2262, 2267, 2517],
    [1364, 1408, 1597, 1444, 1342, 1675, 1470, 1448, 1464, 1831, 1612, 1471],
    [1759, 1685, 1479, 1763, 1674, 2103, 1502, 1622, 1828, 2155, 2233, 2059],
    [1223, 1146, 1010, 1257, 1426, 1532, 1953, 1123, 1343, 1243, 1762, 1306],
    [1456, 1499, 1609, 1741, 1482, 1572, 1606, 1735, 1607, 1573, 1613, 1690],
], dtype=float)  # fmt: skip
NUMBERS = np.array([
    [7861, 9251, 8706, 8575, 7917, 8263, 9456, 8003, 7365, 7832, 7849, 9077],
    [1622, 1742, 1523, 1515, 1622, 1602, 1964, 1515, 1527, 1748, 1654, 1861],
    [1147, 1357, 1329, 1204, 998, 1077, 1277, 1218, 896, 1003, 1108, 1121],
    [407, 396, 348, 341, 315, 328, 352, 331, 287, 384, 321, 342],
    [2902, 3172, 3046, 3068, 2693, 2910, 3275, 2697, 2663, 3017, 3242, 3425],
], dtype=float)  # fmt: skip


def test_hachemeisters_five_states() -> None:
    """Means, weights and variance within as R's actuar documents them; the rest by formulas of Buehlmann and Gisler."""
    found = buehlmann_straub(AMOUNTS, NUMBERS)
    assert found.weights.tolist() == [100155, 19895, 13735, 4152, 36110]
    assert found.means == pytest.approx([2060.921, 1511.224, 1805.843, 1352.976, 1599.829], abs=5e-4)
    assert found.within == pytest.approx(139120026, abs=0.5)
    assert found.between == pytest.approx(89638.73, abs=0.005)
    assert found.factors == pytest.approx([0.9847, 0.9276, 0.8985, 0.7279, 0.9588], abs=5e-5)
    assert found.collective == pytest.approx(1683.713, abs=5e-4)
    assert found.premiums == pytest.approx([2055.165, 1523.706, 1793.444, 1442.967, 1603.285], abs=5e-4)


def test_a_small_case_by_hand() -> None:
    """Means 4 and 6 of weights 2 and 2, s2 = (1 + 1 + 4 + 4) / 2 = 5, a = (2 + 2 - 5) / (4 - 2) < 0: no credibility."""
    found = buehlmann_straub(np.array([[3.0, 5.0, 9.0], [4.0, 8.0, 0.0]]), np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0]]))
    assert (found.within, found.between, found.collective) == (5.0, -0.5, 5.0)
    assert found.factors.tolist() == [0.0, 0.0]
    assert found.premiums.tolist() == [5.0, 5.0]


def test_alone_a_group_speaks_for_itself() -> None:
    found = buehlmann_straub(np.array([[1.0, 2.0]]), np.ones((1, 2)))
    assert np.isnan(found.between)
    assert (found.factors[0], found.premiums[0]) == (1.0, 1.5)


def test_loss_ratio_by_hand() -> None:
    """One segment, years with 60 and 80 of claims per 100, no noise in a year: a = variance of 6/7 and 8/7 about 1."""
    earned, claims = np.full((1, 2, 4), 25.0), np.array([[[15.0] * 4, [20.0] * 4]])
    found = experience(earned, claims)
    assert found.loss_ratio == pytest.approx(0.7)
    assert found.common.noise == pytest.approx(0.0, abs=1e-12)
    assert found.common.cv == pytest.approx(np.sqrt(2.0) / 7.0)
    assert found.loss_ratio_error == found.errors[0]
    assert found.errors[0] == pytest.approx(0.7 * np.sqrt(2.0) / 7.0 / np.sqrt(2.0))


def test_ratio_of_sums_by_hand() -> None:
    """30 / 6 = 5, deviations -2 and 2, sqrt(8 x 2) / 6."""
    assert ratio(np.array([8.0, 22.0]), np.array([2.0, 4.0])) == pytest.approx((5.0, 4.0 / 6.0, 1.0))


def test_the_error_of_three_years_has_two_degrees_of_freedom() -> None:
    """Years of 60, 72 and 60 % of the same premium are three figures of one mean, 64 % and 4 %, whatever their months.

    A tenth of the business, whose noise is mostly its own, has more.
    """
    months, years = np.array([1.0, 1.1, 0.9, 1.2, 0.8, 1.0]), np.array([0.60, 0.72, 0.60])[None, :, None]
    found = experience(np.full((1, 3, 6), 100.0), 100.0 * years * months)
    assert (found.loss_ratio, found.loss_ratio_error) == pytest.approx((0.64, 0.04))
    assert found.loss_ratio_degrees == pytest.approx(2.0)
    earned = np.broadcast_to(np.array([9.0, 1.0])[:, None, None], (2, 3, 6))
    rough = np.stack([np.ones((3, 6)), np.broadcast_to(1.0 + 3.0 * (months - 1.0), (3, 6))])
    both = experience(earned, earned * years * rough)
    assert both.loss_ratio_degrees == pytest.approx(2.0) and both.degrees[1] > 2.2


def test_intervals_of_a_loss_ratio_cover_as_often_as_they_say() -> None:
    """Three years of normal months about normal years: 95 % by two degrees of freedom, 82 % by the normal law."""
    rng, trials, inside = np.random.default_rng(7), 2_000, 0
    for _ in range(trials):
        level = 0.65 * (1.0 + 0.1 * rng.normal(size=(1, 3, 1)) + 0.01 * rng.normal(size=(1, 3, 12)))
        found = experience(np.ones((1, 3, 12)), level)
        half = student(0.95, found.loss_ratio_degrees) * found.loss_ratio_error
        inside += abs(found.loss_ratio - 0.65) <= half
    likely(z_share(inside, trials, 0.95), "coverage")


LEVELS, CV, EACH = np.array([0.6, 0.7, 0.85]), 0.10, 4e-4
"""Loss ratios of three segments, cv of the common factor, variance of a month's noise per unit of expected claims,
over it"""


def simulated(rng: np.random.Generator, years: int) -> tuple[Any, Any]:
    """Normal months about years' lognormal levels, all premiums 1, 2, 3 by segment."""
    earned = np.broadcast_to(np.array([1.0, 2.0, 3.0])[:, None, None], (3, years, 12)).copy()
    sigma = np.sqrt(np.log(1.0 + CV**2))
    factor = np.exp(rng.normal(-(sigma**2) / 2.0, sigma, years))[None, :, None]
    expected = earned * LEVELS[:, None, None]
    return earned, expected * factor + rng.normal(0.0, np.sqrt(EACH * expected), earned.shape)


def test_recovers_loss_ratios_and_the_common_factor() -> None:
    found = [experience(*simulated(np.random.default_rng(seed), 60)) for seed in range(10)]
    likely([z(one.by_segment, LEVELS, one.errors) for one in found], "loss ratios")
    likely([z(one.common.cv, CV, one.common.error) for one in found], "common factor")
    likely([(one.common.noise - EACH) / (EACH * np.sqrt(2.0 / (60 * 36))) for one in found], "noise")
    likely(
        z(np.mean([one.common.cv for one in found]), CV, np.sqrt(np.mean([one.common.error**2 for one in found]) / 10)),
        "mean cv",
    )


def test_credibility_is_not_blurred_by_the_common_factor() -> None:
    """The factor is all alike in the segments: taken out, the noise within is that of single claims."""
    earned, claims = simulated(np.random.default_rng(1), 20)
    found = experience(earned, claims)
    assert (found.credibility.factors > 0.999).all()
    blurred = buehlmann_straub((claims / earned).reshape(3, -1), earned.reshape(3, -1))
    assert found.credibility.within < blurred.within / 3


def test_interval_of_the_variance_between_covers_as_often_as_it_says() -> None:
    """Normal ratios of 8 groups; the noise's variance is all but known from 1 600 observations."""
    rng, trials, inside = np.random.default_rng(5), 1_000, 0
    weights = np.repeat(np.arange(1.0, 9.0)[:, None], 200, axis=1)
    for _ in range(trials):
        x = rng.normal(0.0, 1.0, (8, 1)) + rng.normal(0.0, 20.0, weights.shape) / np.sqrt(weights)
        low, high = between_interval(buehlmann_straub(x, weights))
        inside += low <= 1.0 <= high
    likely(z_share(inside, trials, 0.95), "coverage")
