"""The 90-day option: equity is tested less receivables that were already in arrears three closes ago."""

import numpy as np

from tests.whole.laws.test_ruin import figures_of
from tests.whole.running import monthly
from tests.whole.scenarios import P, S, plan

# ten one-off sales of 100 a month, due at once and never remitted; a tenth of the premium is margin
NOBODY_PAYS = {"months": "8mo", f"{P}.term": "0mo", f"{P}.cost_ratio": 0.9, f"{S}.remittance.discipline": 0.0}
MONTH = 100_000  # minor units of premium written a month


def test_what_is_over_ninety_days_past_due() -> None:
    found = monthly(plan({**NOBODY_PAYS, "accounts.ninety_days": True}))
    np.testing.assert_array_equal(found["balance.receivable"], MONTH * np.arange(1, 9))
    np.testing.assert_array_equal(found["overdue_90_days"], MONTH * np.array([0, 0, 0, 1, 2, 3, 4, 5]))


def test_one_payment_makes_all_of_it_young_again() -> None:
    """Partners that pay in the fifth month only: what rolls on afterwards begins to age anew."""
    pays = {"since": {"2025-01": 0.0, "2025-05": 1.0, "2025-06": 0.0}}
    found = monthly(plan({**NOBODY_PAYS, f"{S}.remittance.discipline": pays, "accounts.ninety_days": True}))
    np.testing.assert_array_equal(found["overdue_90_days"], MONTH * np.array([0, 0, 0, 1, 0, 0, 0, 0]))


def test_ruin_is_tested_without_it_and_nothing_is_posted() -> None:
    """Equity is a tenth of all premium: 0.4 of a month's in the fourth month, less 1 that is too old."""
    strict, plain = (figures_of({**NOBODY_PAYS, "accounts.ninety_days": option}) for option in (True, False))
    assert (strict["ruined"], strict["ruin_month"]) == (1.0, 4.0)
    assert plain["ruined"] == 0.0
    assert strict["equity_end"] == plain["equity_end"]
