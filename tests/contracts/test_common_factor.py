"""Levels of the factor of several replications: bit for bit those of each alone, written out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.base.functions import exp, log
from sim.contracts.common_factor import CommonFactor


@pytest.mark.parametrize(("cv", "persistence"), [(0.05, 0.0), (0.3, 0.6), (1.7, -0.35), (0.2, 1.0)])
def test_levels_by_hand(cv: float, persistence: float) -> None:
    normals = np.random.default_rng(3).normal(size=(3, 6))
    together = CommonFactor(cv, persistence, -2, normals)
    variance = float(log(1.0 + cv * cv))
    for r in range(3):
        z, alone = 0.0, CommonFactor(cv, persistence, -2, normals[r : r + 1])
        assert alone.levels.tobytes() == together.levels[r].tobytes()
        for year, draw in enumerate(normals[r].tolist()):
            z = draw if year == 0 else persistence * z + (1.0 - persistence**2) ** 0.5 * draw
            assert together.levels[r, year] == exp(variance**0.5 * z - variance / 2.0)
            for month in (12 * (year - 2), 12 * (year - 2) + 11):
                assert together.at(month)[r] == alone.at(month)[0] == together.levels[r, year]
