"""Only incurred over earned is right from the first month: paid and written bases are too low while a book is young."""

import numpy as np
import pytest

from tests.whole.laws.test_ruin import figures_of
from tests.whole.scenarios import P, S


def test_young_book_looks_better_on_paid_and_on_written() -> None:
    """Equal sales for a year: half the premium earned (1/24 method), claims paid a quarter at once, the rest later."""
    claims = {
        "loss_ratio": 0.6,
        "frequency": 1.0,
        "severity": {"dist": "constant"},
        "payment_pattern": [0.25, 0.25, 0.25, 0.25],
    }
    figures = figures_of({f"{P}.cost_ratio": None, f"{P}.claims": claims, f"{S}.flow": 2000.0})
    assert figures["loss_ratio_on_written"] == pytest.approx(figures["loss_ratio"] / 2, rel=1e-5)  # whole kopecks
    earned = np.arange(1, 24, 2) / 24  # of a month's premium, earned in each month of the first year
    reached = np.array([min(1.0, 0.25 * months) for months in range(12, 0, -1)])
    share = float(earned @ reached / earned.sum())
    noise = 4.42 / np.sqrt(
        figures["premium"] / 100 / 2
    )  # claims are Poisson: one a contract-year, half a year of exposure
    assert figures["loss_ratio_paid"] == pytest.approx(figures["loss_ratio"] * share, rel=noise)
