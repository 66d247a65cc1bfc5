"""Where the first criterion breaks on a ray: exact on lines, and intervals that hold the edge as often as they say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from sim.base.arrays import Reals
from sim.statistics.breaking import Bracket, Edge, Gauge

FULL, FEW = 100, 12  # replications of the stated run, and of each place
WITHIN = 3.3  # standard deviations: one false alarm in a thousand


def edge_of(levels: Sequence[tuple[float, float]], rounds: int = 4) -> Edge | None:
    """The edge of criteria u = level - slope t without luck; as many looks as a line needs."""
    gauges = [Gauge(np.full(3, level)) for level, _ in levels]
    bracket = Bracket([one.level for one in gauges])
    t = 1.0
    for _ in range(1 + rounds):
        there = [np.full(1, level - slope * t) for level, slope in levels]
        bracket.see(t, [one.moved(u, one.stated[:1]) for one, u in zip(gauges, there, strict=True)])
        if bracket.done:
            break
        t = bracket.next
    return bracket.edge()


def test_a_line_is_exact_and_certain_without_luck() -> None:
    found = edge_of([(3.0, 4.0)], rounds=1)
    assert found is not None
    assert (found.t, found.low, found.high) == pytest.approx((0.75, 0.75, 0.75), abs=1e-12)


def test_the_first_of_several_breaks() -> None:
    found = edge_of([(3.0, 4.0), (1.0, 8.0), (5.0, 1.0)])
    assert found is not None
    assert (found.t, found.criterion) == (pytest.approx(0.125), 1)


def test_what_holds_to_the_end_has_no_edge() -> None:
    assert edge_of([(3.0, 2.9), (1.0, -8.0)]) is None


def test_a_criterion_with_nothing_to_spare_breaks_at_once() -> None:
    found = edge_of([(0.0, 1.0)])
    assert found is not None and found.t == pytest.approx(0.0, abs=1e-12)


def test_a_jump_from_the_bound_lies_where_it_is_seen_to_lie() -> None:
    """A place of 1 that must be at most 1, and is 51 from a third of the way on."""
    gauge, t = Gauge(np.zeros(3)), 1.0
    bracket = Bracket([gauge.level])
    for _ in range(6):
        bracket.see(t, [gauge.moved(np.full(1, -50.0 * (t > 1 / 3)), gauge.stated[:1])])
        t = bracket.next
    found = bracket.edge()
    assert found is not None and found.low <= 1 / 3 < found.high
    assert found.t == pytest.approx(1 / 3, abs=0.02) and found.high - found.low < 0.05


@pytest.mark.parametrize("power", [0.25, 0.5, 2.0, 5.0])
def test_curves_are_followed(power: float) -> None:
    gauge = Gauge(np.full(3, 0.5))
    bracket, t = Bracket([gauge.level]), 1.0
    for _ in range(8):
        bracket.see(t, [gauge.moved(np.full(1, 0.5 - t**power), gauge.stated[:1])])
        if bracket.done:
            break
        t = bracket.next
    found = bracket.edge()
    assert found is not None and found.t == pytest.approx(0.5 ** (1 / power), rel=0.02)


def test_a_share_is_the_verdicts_own() -> None:
    u = np.arange(-3.0, 17.0)  # 3 of 20 are broken
    assert Gauge(u, 0.85).level.figure >= 0.0 > Gauge(u, 0.86).level.figure


def test_one_replication_alone_says_nothing_of_the_spread() -> None:
    gauge = Gauge(np.array([3.0, 5.0]))
    bracket = Bracket([gauge.level])
    bracket.see(1.0, [gauge.moved(np.array([-4.0]), gauge.stated[:1])])
    found = bracket.edge()
    assert found is not None and found.unsure


def held(repeats: int, kept: float | None, common: float, seed: int) -> float:
    """How often the interval holds the edge, of u = level + luck - t (slope + noise) that is played at FEW places."""
    generator, count, counted = np.random.default_rng(seed), 0, 0
    level = 2.0 if kept is None else 2.0 + 1.2815515655446004  # the ninth tenth of a normal law lies there
    for _ in range(repeats):
        luck, noise = generator.normal(size=FULL), generator.normal(size=FULL) * common
        gauge = Gauge(level + luck, kept)

        def there(t: float, luck: Reals = luck, noise: Reals = noise) -> Reals:
            return np.asarray(level + luck - t * (4.0 + noise))[:FEW]

        bracket, t = Bracket([gauge.level]), 1.0
        for _ in range(5):
            bracket.see(t, [gauge.moved(there(t), gauge.stated[:FEW])])
            if bracket.done:
                break
            t = bracket.next
        found = bracket.edge()
        if found is not None:
            counted += 1
            count += found.low <= 0.5 <= found.high
    assert counted == repeats
    return count / repeats


CASES = [(None, 0.0), (None, 0.5), (0.9, 0.0), (0.9, 0.3)]


@pytest.mark.parametrize(("kept", "common"), CASES)
def test_intervals_hold_the_edge(kept: float | None, common: float) -> None:
    repeats = 200
    assert held(repeats, kept, common, 1) >= 0.93 - WITHIN * np.sqrt(0.93 * 0.07 / repeats)


@pytest.mark.long
@pytest.mark.parametrize(("kept", "common"), CASES)
def test_intervals_hold_the_edge_in_a_thousand_repeats(kept: float | None, common: float) -> None:
    found = held(1000, kept, common, 2)
    assert found >= 0.95 - WITHIN * np.sqrt(0.95 * 0.05 / 1000) - 0.015  # ranks are whole numbers


def test_few_places_know_what_the_whole_run_knows() -> None:
    """Without noise of its own the edge is that of all replications of the run, though few are played again."""
    luck = np.random.default_rng(5).normal(size=FULL)
    gauge = Gauge(2.0 + luck)
    bracket = Bracket([gauge.level])
    bracket.see(1.0, [gauge.moved((gauge.stated - 4.0)[:FEW], gauge.stated[:FEW])])
    found = bracket.edge()
    assert found is not None and found.t == pytest.approx(gauge.stated.mean() / 4.0)
    assert found.high - found.low == pytest.approx(2 * gauge.level.half(0.95) / 4.0, rel=0.05)
