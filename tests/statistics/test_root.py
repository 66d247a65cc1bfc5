"""The frontier of a lever: coverage of its interval on known roots, and the cases without a root."""

from __future__ import annotations

import numpy as np
import pytest

from sim.statistics import root
from tests.whole.hypotheses import likely, z_share

REPEATS = 400
ROOT = 0.3


def margins(seed: int, kind: str):  # type: ignore[no-untyped-def]
    """Margins with root ROOT: a curve with luck in height and slope, or losses in a share of the replications."""

    def curve(x: np.ndarray, k: range) -> np.ndarray:
        luck = np.random.default_rng(seed).normal(size=(2, 2000))[:, k.start : k.stop]
        return (np.exp(-2 * x) - np.exp(-2 * ROOT))[:, None] + 0.3 * luck[0] + 0.4 * luck[1] * x[:, None]

    def ruin(x: np.ndarray, k: range) -> np.ndarray:
        luck = np.random.default_rng(seed).random(2000)[k.start : k.stop]
        return 0.1 - (luck[None, :] < 0.1 * np.exp(4 * (x[:, None] - ROOT)))

    return {"curve": curve, "ruin": ruin}[kind]


@pytest.mark.parametrize(
    ("kind", "first", "budget", "tolerance"),
    [("curve", 200, 400, 0.001), ("ruin", 200, 400, 0.001), ("curve", 50, 1600, 0.05), ("ruin", 100, 1600, 0.09)],
    ids=["curve", "ruin", "curve, stopped early", "ruin, stopped early"],
)
def test_the_interval_covers_as_often_as_it_says(kind: str, first: int, budget: int, tolerance: float) -> None:
    held, stopped = 0, set()
    for seed in range(REPEATS):
        share = 0.9 if kind == "ruin" else None
        found = root.frontier(
            margins(seed, kind), 0.0, 1.0, first=first, budget=budget, tolerance=tolerance, share=share
        )
        assert found.status == root.FOUND, found.statement
        held += found.low <= ROOT <= found.high
        stopped.add(found.replications)
    assert min(stopped) < budget or tolerance < 0.01, stopped
    assert abs(float(likely(z_share(held, REPEATS, 0.95), f"coverage {held} of {REPEATS}"))) < 3.3


def test_the_interval_narrows_until_the_tolerance() -> None:
    loose = root.frontier(margins(1, "curve"), 0.0, 1.0, first=100, budget=1600, tolerance=0.1)
    tight = root.frontier(margins(1, "curve"), 0.0, 1.0, first=100, budget=1600, tolerance=0.03)
    assert loose.replications < tight.replications <= 1600
    assert tight.high - tight.low < 0.06 < loose.high - loose.low
    assert tight == root.frontier(margins(1, "curve"), 0.0, 1.0, first=100, budget=1600, tolerance=0.03)


def test_the_lowest_level_that_holds() -> None:
    mirrored = root.frontier(
        lambda x, k: margins(3, "curve")(1 - x, k), 1.0, 0.0, first=100, budget=800, tolerance=0.01
    )
    straight = root.frontier(margins(3, "curve"), 0.0, 1.0, first=100, budget=800, tolerance=0.01)
    assert mirrored.level == pytest.approx(1 - straight.level, abs=1e-9)
    assert mirrored.statement.startswith("holds down to") and straight.statement.startswith("holds up to")
    assert (mirrored.low, mirrored.high) == pytest.approx((1 - straight.high, 1 - straight.low), abs=1e-9)


@pytest.mark.parametrize(("status", "height"), [
    (root.HOLDS, lambda x: 3 - x), (root.FAILS, lambda x: -3 - x), (root.BENT, lambda x: np.abs(x - 0.5) - 0.25),
    (root.UNCLEAR, lambda x: 0 * x),
])  # fmt: skip
def test_no_single_root(status: str, height) -> None:  # type: ignore[no-untyped-def]
    luck = np.random.default_rng(0).normal(size=1000) * 0.2
    found = root.frontier(
        lambda x, k: height(x)[:, None] + luck[k.start : k.stop], 0.0, 1.0, first=50, budget=200, tolerance=0.01
    )
    assert found.status == status and found.statement


def test_without_luck_the_root_is_exact() -> None:
    found = root.frontier(
        lambda x, k: np.repeat((np.exp(-x) - np.exp(-ROOT))[:, None], len(k), axis=1),
        0.0,
        1.0,
        first=4,
        budget=4,
        tolerance=1e-6,
    )
    assert found.level == pytest.approx(ROOT, abs=1e-9) and found.high - found.low < 1e-6


def test_a_ruin_never_seen_holds_only_where_replications_say_so() -> None:
    def never(x: np.ndarray, k: range) -> np.ndarray:
        return np.full((len(x), len(k)), 0.05)

    few = root.frontier(never, 0.0, 1.0, first=24, budget=24, tolerance=0.01, share=0.95)
    assert few.status == root.UNCLEAR
    assert few.margins[0].low == pytest.approx(0.05 - 0.13797, abs=1e-4)  # Wilson's upper bound of 0 in 24
    many = root.frontier(never, 0.0, 1.0, first=24, budget=200, tolerance=0.01, share=0.95)
    assert (many.status, many.replications) == (root.HOLDS, 192)
