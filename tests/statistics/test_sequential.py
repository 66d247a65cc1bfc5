"""Stopping rules on cases whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.statistics.evaluation import estimate
from sim.statistics.sequential import (
    FAIL,
    PASS,
    PRECISE,
    UNDECIDED,
    Bound,
    Rounds,
    Stop,
    Width,
    needed,
    plan_rounds,
    stop,
)

CASES = 2000
ALPHA = 0.05
MOST = int(stats.binom.isf(1e-3, CASES, ALPHA))  # wrong calls that a rule of error 5 % exceeds once in a thousand


def of_probability(values: np.ndarray) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())


def play(values: np.ndarray, wanted: Bound | Width, rounds: Rounds) -> tuple[Stop, int]:
    """The look at which it stopped; 0 and 1 are a probability's."""
    for n in rounds.totals:
        seen = stop(values[:n], wanted, rounds, of_probability(values))
        if seen.stop:
            return seen, n
    raise AssertionError("the last look always stops")


def called(draw, wanted: Bound, rounds: Rounds) -> list[str]:  # type: ignore[no-untyped-def]
    generator = np.random.default_rng(7)
    return [play(draw(generator, rounds.totals[-1]), wanted, rounds)[0].verdict for _ in range(CASES)]


def looks_without_care(draw, limit: float, rounds: Rounds) -> int:  # type: ignore[no-untyped-def]
    """Cases in which some look at the full level leaves the true value out."""
    generator, wrong = np.random.default_rng(7), 0
    for _ in range(CASES):
        values = draw(generator, rounds.totals[-1])
        found = [estimate(values[:n], 1 - ALPHA, of_probability(values)) for n in rounds.totals]
        wrong += any(limit < one.low or limit > one.high for one in found)
    return wrong


@pytest.mark.parametrize(("draw", "limit", "sense"), [
    (lambda g, n: g.normal(1.0, 3.0, n), 1.0, "at_least"),
    (lambda g, n: (g.random(n) < 0.1).astype(float), 0.1, "at_most"),
])  # fmt: skip
def test_on_the_bound_few_are_decided(draw, limit: float, sense) -> None:  # type: ignore[no-untyped-def]
    rounds = plan_rounds(20, 400)
    wrong = CASES - called(draw, Bound(limit, sense), rounds).count(UNDECIDED)
    careless = looks_without_care(draw, limit, rounds)
    print(f"decided on the bound: {wrong} of {CASES}, at most {MOST}; looking without care: {careless}")
    assert wrong <= MOST < careless


def test_off_the_bound_it_stops_early_and_right() -> None:
    """Ruin of 10 % against 2 %, and of 0.1 % against 5 %."""
    rounds, generator = plan_rounds(50, 2000), np.random.default_rng(3)
    for p, limit, right, mostly_by in ((0.1, 0.02, FAIL, 300), (0.001, 0.05, PASS, 400)):
        ends = [play((generator.random(2000) < p).astype(float), Bound(limit, "at_most"), rounds) for _ in range(200)]
        assert {seen.verdict for seen, _ in ends} == {right}
        assert np.median([n for _, n in ends]) <= mostly_by


def test_the_interval_at_the_stop_still_covers() -> None:
    """Stopped as soon as it is narrow, it misses the mean no more often than alpha."""
    rounds, generator = plan_rounds(20, 3000, spending="even"), np.random.default_rng(5)
    missed, used = 0, []
    for _ in range(CASES):
        seen, n = play(generator.normal(10.0, 4.0, 3000), Width(0.05), rounds)
        assert seen.verdict == PRECISE
        missed += not seen.sure.low <= 10.0 <= seen.sure.high
        used.append(n)
    assert missed <= MOST and np.median(used) < 1000


def test_what_is_spent() -> None:
    late, even = plan_rounds(20, 500), plan_rounds(20, 500, spending="even")
    assert sum(late.errors) == pytest.approx(0.05) and sum(even.errors) == pytest.approx(0.05)
    assert late.totals == even.totals == (20, 30, 45, 68, 102, 153, 230, 345, 500)
    assert late.errors[0] < 1e-15 and late.errors[-1] > 0.4 * 0.05
    share = 345 / 500
    assert sum(late.errors[:-1]) == pytest.approx(2 - 2 * stats.norm.cdf(stats.norm.isf(0.025) / np.sqrt(share)))


def test_intervals_of_no_ruin() -> None:
    """0 of 100: exact 1 - (a / 2)^(1 / 100); shown by Wilson, z^2 / (n + z^2)."""
    seen = stop(np.zeros(100), Bound(0.02, "at_most"), plan_rounds(100, 100), probability=True)
    assert (seen.verdict, seen.stop, seen.sure.low) == (UNDECIDED, True, 0.0)
    assert seen.sure.high == pytest.approx(1 - 0.025**0.01, rel=1e-12)
    z = stats.norm.isf(0.025)
    assert seen.shown.high == pytest.approx(z**2 / (100 + z**2), rel=1e-12)
    assert stop(np.ones(100), Bound(0.5, "at_least"), plan_rounds(100, 100), probability=True).verdict == PASS


def test_wrong_use() -> None:
    with pytest.raises(ValueError, match="no look planned at 21"):
        stop(np.zeros(21), Bound(0.1, "at_most"), plan_rounds(20, 100))
    with pytest.raises(ValueError, match="budget"):
        plan_rounds(20, 10)


def test_what_is_needed_is_the_least_budget_that_would_do() -> None:
    rounds = plan_rounds(20, 60, spending="even")
    none, some = np.zeros(60), np.random.default_rng(4).normal(3.0, 2.0, 60)

    def error(n: int) -> float:
        return 0.05 / len(plan_rounds(20, n).totals)

    least = next(
        n for n in range(61, 2000) if 1 - (error(n) / 2) ** (1 / n) <= 0.01
    )  # Clopper and Pearson 1934: 0 of n
    assert needed(none, Width(0.01, relative=False), rounds, probability=True) == least
    assert needed(none, Width(0.01), rounds) is None  # a share of 0
    half = {n: stats.t.isf(error(n) / 2, n - 1) * some.std(ddof=1) / n**0.5 for n in range(61, 3000)}
    least = next(n for n, wide in half.items() if wide <= 0.05 * some.mean())
    assert needed(some, Width(0.05), rounds) == least
    assert needed(some - some.mean(), Width(0.03), rounds) is None
