"""Prudent equity: equity less arrears and debit balances over 90 days past due that nothing of the partner secures."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.settlement import ageing
from tests.whole.laws.test_ruin import figures_of
from tests.whole.running import monthly
from tests.whole.scenarios import P, S, plan

# ten one-off sales of 100 a month, due at once and never remitted; a tenth of the premium is margin
NOBODY_PAYS = {"months": "8mo", f"{P}.term": "0mo", f"{P}.cost_ratio": 0.9, f"{S}.remittance.discipline": 0.0}
MONTH = 100_000  # minor units of premium written a month
EDGES = np.array([0, 1], dtype=np.uint64)


def overdue(changes: dict[str, Any]) -> list[float]:
    found: list[float] = monthly(plan({**NOBODY_PAYS, **changes}))["overdue_90_days"].tolist()
    return found


def test_arrears_unpaid_at_three_earlier_closes() -> None:
    assert overdue({}) == [MONTH * n for n in (0, 0, 0, 1, 2, 3, 4, 5)]
    assert overdue({"accounts.prudent": False}) == [0.0] * 8


def test_one_payment_makes_all_of_it_young_again() -> None:
    """Partners that pay in the fifth month only: what rolls on afterwards begins to age anew."""
    pays = {"since": {"2025-01": 0.0, "2025-05": 1.0, "2025-06": 0.0}}
    assert overdue({f"{S}.remittance.discipline": pays}) == [MONTH * n for n in (0, 0, 0, 1, 0, 0, 0, 0)]


def test_commission_that_we_owe_secures_it() -> None:
    """A fifth is commission, paid six months later: six months of it stand against what the partner owes."""
    late = {"policy.rules.base.new": 0.2, "policy.payment.delay": "6mo"}
    owed = [0.2 * MONTH * min(n, 6) for n in range(1, 9)]
    expected = [max(MONTH * max(n - 3, 0) - owed[n - 1], 0.0) for n in range(1, 9)]
    assert overdue(late) == expected


def test_ruin_is_tested_on_it_and_nothing_is_posted() -> None:
    """Equity is a tenth of all premium: 0.4 of a month's in the fourth month, less 1 that is too old."""
    strict, plain = (figures_of({**NOBODY_PAYS, "accounts.prudent": option}) for option in (True, False))
    assert (strict["ruined"], strict["ruin_month"]) == (1.0, 4.0)
    assert plain["ruined"] == 0.0
    assert strict["equity_end"] == plain["equity_end"]
    assert strict["equity_lowest"] == (0.8 - 5.0) * MONTH / 100


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 300)), min_size=1, max_size=30))
def test_debit_balances_against_a_list_of_debits(months: list[tuple[int, int]]) -> None:
    """The ring against what arose at each close, of which later credits pay the oldest first."""
    before, out = np.zeros((3, 1), dtype=np.int64), np.zeros(1, dtype=np.int64)
    arisen: list[list[int]] = []
    account = 0
    for month, (down, up) in enumerate(months):
        last, account = max(-account, 0), min(account, 0) + up - down
        debit = max(-account, 0)
        left = max(last - debit, 0)
        for one in arisen:
            part = min(left, one[1])
            one[1] -= part
            left -= part
        arisen.append([month, max(debit - last, 0)])
        ageing.close_debits(month, np.array([account]), before, out)
        assert out[0] == sum(amount for born, amount in arisen if month - born >= 3)


def secured(**changes: int) -> int:
    """What of 1 000 in arrears and a debit balance of 50 nothing secures."""
    held = {"set_aside": 0, "account": -50, "payable": -50, "holdback": 0, "deposit": 0, **changes}
    row = {name: np.array([value], dtype=np.int64) for name, value in held.items()}
    out = np.zeros(1, dtype=np.int64)
    ageing.unsecured(
        EDGES, held["set_aside"] / 100, np.array([1_000]), np.array([50]), row["account"], row["payable"],
        row["holdback"][None], row["deposit"][None], out,
    )  # fmt: skip
    return int(out[0])


def test_what_secures_a_debt() -> None:
    assert secured() == 1_050
    assert secured(set_aside=25) == 800
    assert secured(deposit=300, holdback=40) == 710
    assert secured(payable=150) == 850  # 200 is due to it later
    assert secured(deposit=2_000) == 0
