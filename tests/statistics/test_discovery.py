"""Failing worlds and rules of failing where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.statistics import failing, patient_rules
from sim.statistics.uncertainty import Lognormal, Normal, Triangular, Uniform
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


# --- failing worlds: a plane, at which distance and density have closed forms -----------------------------------------

LAWS = [Normal("x", 1.0, 2.0), Normal("y", 0.0, 0.5), Normal("z", 3.0, 1.0)]
SLOPE = np.array([1.0, 0.5, -0.25])  # in units of spread


def plane(limit: float):  # type: ignore[no-untyped-def]
    """Fails where the weighted sum of the shifts in spreads passes a limit; luck of 9 replications common to all."""
    luck = np.linspace(-1, 1, 9)

    def evaluate(x: np.ndarray) -> np.ndarray:
        shifts = (x - [one.mean for one in LAWS]) / [one.deviation for one in LAWS]
        return ((shifts @ SLOPE)[:, None] + luck > limit).astype(float)

    return evaluate


def test_nearest_and_most_likely_world_behind_a_plane() -> None:
    """The foot of the perpendicular, limit / |slope| away; under normal laws it is the most likely one as well."""
    foot = 2.0 * SLOPE / (SLOPE @ SLOPE)
    for search in (failing.nearest, failing.most_likely):
        found = search(plane(2.0), LAWS, n=256, seed=1)
        assert found.found and found.failures.figure >= 0.5
        assert found.distance == pytest.approx(2.0 / np.linalg.norm(SLOPE), rel=0.01)
        np.testing.assert_allclose(found.shifts, foot, atol=0.25)  # the distance is flat there: 1 % of it is this far
    share = stats.norm.sf(2.0 / np.linalg.norm(SLOPE))
    assert found.sampled.low < share < found.sampled.high


def test_most_likely_is_not_nearest() -> None:
    """Fails where x + y > 1.5, x triangular with its peak at 1, y uniform: y moves first, it costs no likelihood."""
    laws = [Triangular("x", 0, 1, 2), Uniform("y", -1, 1)]
    fails = lambda x: (x.sum(axis=1) > 1.5).astype(float)[:, None]  # noqa: E731
    near = failing.nearest(fails, laws, n=128, seed=2)
    mode = failing.most_likely(fails, laws, n=128, seed=2)
    spread = np.array([one.spread for one in laws])
    np.testing.assert_allclose(near.values, [1, 0] + 0.5 * spread**2 / (spread**2).sum(), atol=0.02)
    np.testing.assert_allclose(mode.values, [1.0, 0.5], atol=0.02)
    skewed = [Lognormal("x", 1.0, 0.8), Normal("y", 0.0, 1.0)]
    found = failing.most_likely(lambda x: (x[:, 0] > 3.0).astype(float)[:, None], skewed, n=256, seed=2)
    np.testing.assert_allclose(found.values, [3.0, 0.0], atol=0.03)


def test_a_corner_that_one_input_alone_does_not_reach() -> None:
    laws = [Uniform(name, 0, 1) for name in NAMES]
    fails = lambda x: ((x[:, 0] > 0.9) & (x[:, 1] < 0.2)).astype(float)[:, None]  # noqa: E731
    found = failing.nearest(fails, laws, n=512, seed=3)
    np.testing.assert_allclose(found.values, [0.9, 0.2, 0.5, 0.5], atol=0.04)


def test_no_failure_and_failure_everywhere() -> None:
    safe = failing.nearest(lambda x: np.zeros((len(x), 5)), LAWS, n=128, seed=1)
    assert not safe.found and "no failing world among 128" in safe.statement and 0.02 < safe.sampled.high < 0.04
    lost = failing.most_likely(lambda x: np.ones((len(x), 5)), LAWS, n=128, seed=1)
    assert lost.distance == 0.0 and "already in the present world" in lost.statement
