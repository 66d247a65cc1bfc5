"""Space-filling points are SciPy's, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from sim.statistics.evaluation import DIRECTIONS, space_filling


@pytest.mark.parametrize("dimensions", range(1, len(DIRECTIONS) + 2))
def test_points_of_scipy(dimensions: int) -> None:
    for power, seed in ((0, 3), (1, 0), (3, 20250101), (10, 7)):
        theirs = qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random_base2(power)
        np.testing.assert_array_equal(space_filling(2**power, dimensions, seed), theirs)


def test_fewer_are_the_first_of_more() -> None:
    np.testing.assert_array_equal(space_filling(5, 3, 1), space_filling(8, 3, 1)[:5])
