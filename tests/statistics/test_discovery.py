"""Rules of failing where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.statistics import patient_rules
from tests.whole.hypotheses import likely, z_share

NAMES = ["a", "b", "c", "d"]


def boxed(n: int, seed: int, noise: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Worlds that fail for a > 0.6 and b < 0.3; a share `noise` of the labels is turned."""
    generator = np.random.default_rng(seed)
    x = generator.random((n, 4))
    return x, ((x[:, 0] > 0.6) & (x[:, 1] < 0.3)) ^ (generator.random(n) < noise)


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_box_is_found(noise: float) -> None:
    """Bounds lie within the gaps of worlds at the edge: 1 / (failures a unit), exponential; with noise some gaps."""
    n, gaps = 4000, 12
    for seed in range(5):
        x, failed = boxed(n, seed, noise)
        found = patient_rules.rules(x, failed, NAMES, seed=seed)
        first = found.rules[0]
        assert [(one.name, one.above) for one in first.restrictions] == [("a", True), ("b", False)], found.statement
        a, b = (one.bound for one in first.restrictions)
        wide = gaps if noise == 0 else 4 * gaps
        assert abs(a - 0.6) < wide / (n / 2 * 0.3) and abs(b - 0.3) < wide / (n / 2 * 0.4)
        inside = 0.12
        density = 1 - noise
        coverage = inside * (1 - noise) / (inside * (1 - noise) + (1 - inside) * noise)
        hits = n / 2 * inside
        if noise:
            likely(z_share(first.density.figure * hits, hits, density), "density of the box")
            likely(z_share(first.coverage.figure * hits / coverage, hits / coverage, coverage), "coverage of the box")
        else:
            assert min(first.density.figure, first.coverage.figure) > 1 - 2 * gaps / hits
        assert len(found.rules) == 1


def test_an_irrelevant_input_is_rarely_restricted() -> None:
    """At 5 % a rule; 60 repeats with noise: more than 11 have a chance below 1 in 10 000."""
    wrong = 0
    for seed in range(60):
        found = patient_rules.rules(*boxed(600, 100 + seed, 0.1), NAMES, seed=seed, most=1)
        wrong += bool({one.name for one in found.rules[0].restrictions} & {"c", "d"})
    assert wrong <= 11 and stats.binom.sf(11, 60, 0.05) < 1e-4


def test_two_causes_give_two_rules() -> None:
    x = np.random.default_rng(4).random((4000, 4))
    found = patient_rules.rules(x, (x[:, 0] > 0.8) | (x[:, 2] < 0.1), NAMES, seed=1)
    assert [{one.name for one in rule.restrictions} for rule in found.rules] == [{"a"}, {"c"}], found.statement
    assert sum(rule.coverage.figure for rule in found.rules) > 0.97


def test_words() -> None:
    found = patient_rules.rules(*boxed(4000, 1), ["loss ratio", "growth", "c", "d"], seed=1)
    percent = found.rules[0].words(lambda name, bound: f"{100 * bound:.0f} %")
    assert percent.startswith("fails when loss ratio > 60 % and growth < 30 %: covers ") and percent.endswith(" % pure")


@pytest.mark.parametrize(("failed", "statement"), [
    (np.zeros(500, bool), patient_rules.NO_FAILURES), (np.ones(500, bool), patient_rules.ALL_FAIL),
    (np.random.default_rng(0).random(500) < 0.3, patient_rules.NO_RULE), (np.arange(500) == 7, patient_rules.NO_RULE),
])  # fmt: skip
def test_where_there_is_no_rule(failed: np.ndarray, statement: str) -> None:
    found = patient_rules.rules(np.random.default_rng(1).random((500, 4)), failed, NAMES, seed=0)
    assert found.rules == () and found.statement == statement
