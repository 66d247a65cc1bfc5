"""Shares of a spread by luck and by what we do not know: exact on lines, held as often as the interval says."""

from __future__ import annotations

import numpy as np
import pytest

from sim.base.arrays import Reals
from sim.statistics.sensitivity.variance_shares import Shares, variance_shares

NAMES = ["wide", "narrow"]
WITHIN = 3.3  # standard deviations: one false alarm in a thousand


def drawn(n: int, luck: float, wide: float, narrow: float, generator: np.random.Generator) -> tuple[Reals, Reals]:
    """A figure at stated inputs, and what is added to it by inputs of these deviations: [n], [n, 2]."""
    inputs = np.column_stack((generator.uniform(-1, 1, n) * np.sqrt(3) * wide, generator.normal(size=n) * narrow))
    return luck * generator.normal(size=n), inputs


def shares(n: int, luck: float, wide: float, narrow: float, seed: int = 1) -> Shares | None:
    stated, inputs = drawn(n, luck, wide, narrow, np.random.default_rng(seed))
    return variance_shares(stated, stated + inputs.sum(axis=1), inputs, NAMES)


def test_a_sum_is_taken_apart() -> None:
    found = shares(20_000, 1.0, 2.0, 2.0)
    assert found is not None
    assert found.luck.figure == pytest.approx(1 / 9, abs=0.01)
    assert [one.figure for one in found.inputs.values()] == pytest.approx([4 / 9, 4 / 9], abs=0.015)
    assert found.together == pytest.approx(0.0, abs=0.01)


def test_without_luck_all_is_doubt_and_without_doubt_all_is_luck() -> None:
    doubt, luck = shares(50, 0.0, 1.0, 0.0), shares(50, 1.0, 0.0, 0.0)
    assert doubt is not None and luck is not None
    assert (doubt.luck.figure, doubt.luck.high, doubt.inputs["wide"].figure) == pytest.approx((0.0, 0.0, 1.0))
    assert (luck.luck.figure, luck.inputs["wide"].high) == pytest.approx((1.0, 0.0))
    assert doubt.first == "wide" and luck.first is None


def test_what_moves_only_together_is_not_given_to_one() -> None:
    generator = np.random.default_rng(3)
    luck, inputs = drawn(2000, 1.0, 1.0, 1.0, generator)
    found = variance_shares(luck, luck + inputs.prod(axis=1), inputs, NAMES)
    assert found is not None
    assert found.luck.low < 0.5 < found.luck.high
    assert found.together == pytest.approx(0.5, abs=0.06)


def test_little_is_said_of_little() -> None:
    assert shares(10, 1.0, 1.0, 1.0) is None
    assert shares(30, 0.0, 0.0, 0.0) is None
    found = shares(14, 1.0, 1.0, 1.0)
    assert found is not None and found.noisy


def held(repeats: int, seed: int) -> Reals:
    """How often the intervals of luck and both inputs hold the true shares, by the size of what is taken apart."""
    generator, count = np.random.default_rng(seed), np.zeros(3)
    sizes = (1.0, 1.5, 0.5)
    true = np.square(sizes) / np.square(sizes).sum()
    for _ in range(repeats):
        stated, inputs = drawn(60, *sizes, generator)
        found = variance_shares(stated, stated + inputs.sum(axis=1), inputs, NAMES)
        assert found is not None
        count += [
            one.low <= share <= one.high for one, share in zip((found.luck, *found.inputs.values()), true, strict=True)
        ]
    return count / repeats


def test_intervals_hold_the_shares() -> None:
    assert (held(150, 1) >= 0.93 - WITHIN * np.sqrt(0.93 * 0.07 / 150)).all()


@pytest.mark.long
def test_intervals_hold_the_shares_in_a_thousand_repeats() -> None:
    assert (held(1000, 2) >= 0.95 - WITHIN * np.sqrt(0.95 * 0.05 / 1000) - 0.01).all()
