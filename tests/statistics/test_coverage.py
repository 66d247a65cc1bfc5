"""The interval of a ruin probability holds the exact value as often as it can: Wilson's coverage by the exact law."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.experiments.lab import Lab
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.replicate import Specification
from sim.statistics.evaluation import estimate
from sim.statistics.intervals import wilson
from tests.whole.hypotheses import case, z_share
from tests.whole.laws.test_ruin import process

REPEATS, EACH, HORIZON = 1000, 30, 6
WITHIN = 3.3  # standard deviations: one false alarm in a thousand


def coverage(n: int, p: float) -> float:
    """Probability that Wilson's interval from n replications holds p."""
    hits = np.arange(n + 1)
    low, high = np.array([wilson(float(k), n) for k in hits]).T
    return float(stats.binom.pmf(hits, n, p)[(low <= p) & (p <= high)].sum())


@pytest.mark.long
@pytest.mark.parametrize("name", ["R007", "R011"])
def test_ruin_is_covered_as_often_as_wilson_says(name: str, tmp_path: Path) -> None:
    one = case(name)
    psi = one["expected"]["psi"][one["parameters"]["months"].index(HORIZON)]
    tree = process(name, HORIZON, 1)
    with Crew(1) as crew:
        sheet = Lab(tmp_path, crew).sheets([Case("case", Specification(tree, tree["seed"]))], range(REPEATS * EACH))[0]
    held = 0
    for k in range(REPEATS):
        values = sheet.taken(range(k * EACH, (k + 1) * EACH)).figure("ruined").values
        found = estimate(values, probability=True)
        held += found.low <= psi <= found.high
    expected = coverage(EACH, psi)
    z = float(z_share(held, REPEATS, expected))
    print(f"{name}: {held} of {REPEATS} intervals hold {psi:.6f}, {expected:.4f} expected, z = {z:+.2f}")
    assert abs(z) < WITHIN
