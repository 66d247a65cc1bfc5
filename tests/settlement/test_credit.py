"""Hazards and recoveries of several replications: bit for bit those of each alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.settlement.credit import CERTAIN, Recoveries, hazard_given, hazards_given

FACTORS = np.array([-3.1, 0.0, 1.7])
EXTREME = [0.0, -0.0, -0.2, 5e-324, 1e-9, 0.03, 0.5, CERTAIN, 1.0 - 1e-16, 1.0]


@pytest.mark.parametrize("correlation", [0.0, -0.1, 1e-9, 0.25, CERTAIN, 1.0])
def test_hazards_given(correlation: float) -> None:
    by_replication = np.outer([1.0, 0.5, 0.9], EXTREME)
    shared, own = hazards_given(np.array(EXTREME), correlation, FACTORS), np.empty_like(by_replication)
    for r, factor in enumerate(FACTORS.tolist()):
        expected = np.array([hazard_given(hazard, correlation, factor) for hazard in EXTREME])
        assert shared[r].tobytes() == expected.tobytes()
        own[r] = [hazard_given(hazard, correlation, factor) for hazard in by_replication[r].tolist()]
    assert hazards_given(by_replication, correlation, FACTORS).tobytes() == own.tobytes()


def test_what_needs_no_factor() -> None:
    """Hazards of partners who do not hang together are what they are; 0 stays 0, and certainty is certain."""
    assert hazards_given(np.array(EXTREME), 0.0, FACTORS)[1].tobytes() == np.array(EXTREME).tobytes()
    found = hazards_given(np.array(EXTREME), 0.3, FACTORS)
    assert found[:, :3].tolist() == [EXTREME[:3]] * 3
    assert found[:, -3:].tolist() == [[1.0] * 3] * 3


def test_hazards_are_left_as_they_are() -> None:
    hazards = np.full((3, 2), 0.1)
    hazards_given(hazards, 0.2, FACTORS)
    assert (hazards == 0.1).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4), st.integers(1, 7), st.integers(0, 2**32), st.booleans())
def test_recoveries(lag: int, months: int, seed: int, large: bool) -> None:
    """Every debt comes back in equal parts, to the last minor unit, from its lag on."""
    rng, steps = np.random.default_rng(seed), 9
    together, alone = Recoveries(lag, months, 3), [Recoveries(lag, months) for _ in range(3)]
    expected = np.zeros((3, steps + lag + months), dtype=object)
    for t in range(steps):
        lost = rng.integers(0, 2**61 if large else 50, 3)
        shares = rng.choice([0.0, 0.3, 0.5, 1.0], 3)
        now = together.expect(lost, shares)
        for r, one in enumerate(alone):
            back = round(int(lost[r]) * float(shares[r]))
            expected[r, t + lag : t + lag + months] += np.diff([back * j // months for j in range(months + 1)])
            assert one.expect(lost[r : r + 1], float(shares[r])).tolist() == [now[r]] == [expected[r, t]]
            assert (one.due[0] == together.due[r]).all()
