"""Probabilities are never shown as 0 % alone: intervals of paired shares, and the cells that show them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas
import pytest
from scipy import stats

from sim.experiments.answer import BY_ROW, Answer, Table
from sim.report.study.cells import grid
from sim.report.study.words import Words
from sim.statistics import intervals
from sim.statistics.paired_difference import difference


def columns(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """Two columns of 0 and 1 with these counts of rows: 1 in both, in the first only, in the second only, in none."""
    a = np.repeat([1.0, 1.0, 0.0, 0.0], [both, first, second, neither])
    return a, np.repeat([1.0, 0.0, 1.0, 0.0], [both, first, second, neither])


def test_a_published_difference_of_paired_shares() -> None:
    first, second = columns(59, 6, 16, 80)  # Cavo et al. 2012 in Fagerland, Lydersen and Laake 2017, chapter 8
    assert intervals.paired_shares(second, first) == pytest.approx((-0.1186, -0.0046), abs=5e-5)
    assert intervals.paired_shares(first, second) == pytest.approx((0.0046, 0.1186), abs=5e-5)


def test_no_ruin_under_both_leaves_room_for_a_difference() -> None:
    none = np.zeros(20)
    found = difference("ruined", "probability", none, none)
    bound = 1.959964**2 / (20 + 1.959964**2)  # Wilson 1927: 0 of 20
    assert (found.low, found.high) == pytest.approx((-bound, bound), abs=1e-6)
    assert (found.a_low, found.a_high, found.b_low, found.b_high) == pytest.approx((0, bound, 0, bound), abs=1e-6)
    assert not found.clear


@pytest.mark.parametrize("chances", [(0.0, 0.05, 0.0, 0.95), (0.1, 0.1, 0.02, 0.78), (0.3, 0.2, 0.2, 0.3)])
def test_it_covers_the_true_difference(chances: tuple[float, ...]) -> None:
    n, covered = 20, 0.0
    for counts in itertools.product(range(n + 1), repeat=3):
        if sum(counts) > n or any(count and not chance for count, chance in zip(counts, chances, strict=False)):
            continue
        seen = (*counts, n - sum(counts))
        low, high = intervals.paired_shares(*columns(*seen))
        covered += float(stats.multinomial.pmf(seen, n, chances)) * (low <= chances[2] - chances[1] <= high)
    assert covered > 0.93  # nominal 95 %; summed over every outcome, so nothing is left to chance


def test_a_probability_has_its_interval_in_its_cell() -> None:
    rows = {
        "kpi": ["ruined", "result"],
        "unit": ["probability", "money"],
        "a": [0.0, 5e6],
        "a_low": [0.0, 4e6],
        "a_high": [0.161, 6e6],
    }
    by_row = Table("differences", pandas.DataFrame(rows), dict.fromkeys(("a", "a_low", "a_high"), BY_ROW))
    by_column = Table("worlds", pandas.DataFrame({"ruined": [0.0], "ruined_low": [0.0], "ruined_high": [0.161]}),
                      dict.fromkeys(("ruined", "ruined_low", "ruined_high"), "probability"))  # fmt: skip
    words = Words(Answer("compare", "", [], [], currency="RUB", start="2025-01"), "en")
    shown = grid(by_row, words)
    assert [head.name for head in shown.heads] == ["kpi", "unit", "a"]
    assert [row[-1] for row in shown.rows] == ["0.0 (0.0 … 16.1)", "5.00"]
    assert grid(by_column, words).rows == [["0.0 (0.0 … 16.1)"]]
