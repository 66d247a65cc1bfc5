"""A broker's cash by hand: who is paid what, in which order, and when it fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.settlement import broker_cash
from sim.theory import pyramid


def integers(*values: int) -> Any:
    return np.array(values, dtype=np.int64)


def flags(*values: bool) -> Any:
    return np.array(values, dtype=np.bool_)


ONE = integers(0)


def collect(
    cash: int, premium: int, due: Any, month: int, lag: int, overhead: int = 0, present: bool = True
) -> tuple[int, int]:
    """Cash and what agents are paid, at a promised 30 %."""
    held, paid = integers(cash), integers(99)
    broker_cash.collect(ONE, flags(True), flags(present), month, lag, 0.3, overhead, integers(premium), due, held, paid)
    return int(held[0]), int(paid[0])


def test_agents_are_paid_at_once_or_late() -> None:
    due = np.zeros((1, 1), dtype=np.int64)
    assert collect(50, 1000, due, 7, 0, overhead=20) == (50 + 1000 - 300 - 20, 300)
    due = np.zeros((3, 1), dtype=np.int64)
    assert collect(0, 1000, due, 0, 2) == (1000, 0)
    assert collect(1000, 500, due, 1, 2) == (1500, 0)
    assert collect(1500, 0, due, 2, 2) == (1200, 300)
    assert collect(1200, 0, due, 3, 2) == (1050, 150)
    assert not due.any()


def test_agents_get_what_there_is_oldest_first() -> None:
    """600 and 150 are due, 700 is in hand: the older 600 whole, 100 of the rest; the overhead goes below 0."""
    due = np.array([[600], [150], [0]], dtype=np.int64)  # sold in months 0 and 1; month 2, paid a month late
    assert collect(700, 0, due, 2, 1, overhead=40) == (-40, 700)
    assert due[:, 0].tolist() == [0, 50, 0]
    assert collect(30, 0, due, 3, 1, overhead=40, present=False) == (0, 30)
    assert due[:, 0].tolist() == [0, 20, 0]


def meet(cash: int, ours: int, others: int, late: int = 0, grace: int = 0, unpaid: int = 0) -> dict[str, int]:
    """What a broker pays, and what becomes of it."""
    held, months = integers(cash), np.array([late], dtype=np.int16)
    us, them, short, failed = integers(9), integers(9), flags(True), flags(True)
    due = np.array([[unpaid]], dtype=np.int64)
    broker_cash.meet(
        ONE, flags(True), 5, 0, grace, due, integers(ours), integers(others), held, months, us, them, short, failed
    )
    return {
        "cash": int(held[0]),
        "us": int(us[0]),
        "them": int(them[0]),
        "short": int(short[0]),
        "failed": int(failed[0]),
        "late": int(months[0]),
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"cash": 1000, "ours": 600, "others": 400}, (0, 600, 400, 0, 0, 0)),  # equality is no default
        ({"cash": 999, "ours": 600, "others": 400}, (0, 599, 400, 1, 1, 1)),  # 599.4 and 399.6
        ({"cash": 500, "ours": 600, "others": 400}, (0, 300, 200, 1, 1, 1)),
        ({"cash": -5, "ours": 600, "others": 400}, (-5, 0, 0, 1, 1, 1)),
        ({"cash": -5, "ours": 0, "others": 0}, (-5, 0, 0, 1, 1, 1)),  # B < 0 with nothing due
        ({"cash": 0, "ours": 0, "others": 0}, (0, 0, 0, 0, 0, 0)),
        ({"cash": 500, "ours": 600, "others": 400, "grace": 1}, (0, 300, 200, 1, 0, 1)),
        ({"cash": 500, "ours": 600, "others": 400, "grace": 1, "late": 1}, (0, 300, 200, 1, 1, 2)),
        ({"cash": 2000, "ours": 600, "others": 400, "grace": 1, "late": 1}, (1000, 600, 400, 0, 0, 0)),
        ({"cash": 1005, "ours": 600, "others": 400, "unpaid": 5}, (5, 600, 400, 0, 0, 0)),  # agents' claim is in B
        ({"cash": 1004, "ours": 600, "others": 400, "unpaid": 5}, (4, 600, 400, 1, 1, 1)),
    ],
)
def test_the_cash_test(given: dict[str, int], expected: tuple[int, ...]) -> None:
    assert tuple(meet(**given)[name] for name in ("cash", "us", "them", "short", "failed", "late")) == expected


def test_what_is_paid_never_exceeds_what_is_due() -> None:
    """All small sums: both principals together get what is in hand, in proportion to a unit."""
    for ours in range(7):
        for others in range(7):
            for cash in range(15):
                found = meet(cash, ours, others)
                assert found["us"] + found["them"] == min(cash, ours + others)
                assert 0 <= found["us"] <= ours and 0 <= found["them"] <= others
                if ours + others:
                    assert abs(found["us"] - min(cash, ours + others) * ours / (ours + others)) <= 0.5


def part(net: bool, short: bool = True) -> dict[str, int]:
    """300 come in; due are 1 000 and 200 in arrears, with commission of 250 and 50."""
    names = ("premium", "commission", "arrears", "kept", "account", "receivable", "payable", "remitted", "netted")
    columns = {
        name: integers(value) for name, value in zip(names, (1000, 250, 200, 50, 0, 5000, 1000, 0, 0), strict=True)
    }
    broker_cash.pay_part(ONE, net, flags(short), integers(300), *columns.values())
    return {name: int(values[0]) for name, values in columns.items()}


def test_a_part_of_what_is_due() -> None:
    """Net, 300 of 900: a third of the commission is kept with it. Gross, 300 of 1 200: a quarter becomes payable."""
    nothing = {"premium": 0, "commission": 0, "remitted": 300}
    assert part(True) == nothing | {
        "netted": 100, "account": 0, "receivable": 4600, "payable": 900, "arrears": 800, "kept": 200,
    }  # fmt: skip
    assert part(False) == nothing | {
        "netted": 0, "account": 75, "receivable": 4700, "payable": 1000, "arrears": 900, "kept": 225,
    }  # fmt: skip
    assert part(True, short=False)["premium"] == 1000


def test_a_batch_elsewhere_is_split() -> None:
    """A lag of 1.25 months: three quarters a month later, the rest after two; the parts add up."""
    due = np.zeros((3, 2), dtype=np.int64)
    broker_cash.owe_elsewhere(integers(0, 1), 4, 1, 0.25, integers(1000, 1001), due)
    assert due.tolist() == [[250, 250], [0, 0], [750, 751]]
    arrears = integers(10, 20)
    broker_cash.pay_elsewhere(integers(0, 1), 2, integers(700, 100), flags(False, True), due, arrears)
    assert due.tolist() == [[250, 0], [0, 0], [0, 0]]
    assert arrears.tolist() == [60, 0]


def test_premium_elsewhere_by_hand() -> None:
    """10 buyers at 90 minor units each: 30 % to one rival at 10 %, 20 % to another at 20 %; an entrant grows in."""
    premium, net = integers(0, 0, 0), integers(0, 0, 0)
    share = np.array([[0.3, 0.3, 0.3], [0.2, 0.2, 0.2]])
    broker_cash.sell_elsewhere(
        integers(0, 1, 2), flags(True, True, False), np.array([-99, 6, -99], dtype=np.int16), 6, 4.0, np.full(3, 10.0),
        np.array([90.0]), share, np.array([[0.1, 0.2]]), premium, net,
    )  # fmt: skip
    assert premium.tolist() == [450, 112, 0]
    assert net.tolist() == [450 - 63, 112 - 16, 0]


def test_paying_in_proportion_of_age_is_the_theorys() -> None:
    """Agents' dues are paid as `pay_oldest_first` says."""
    due = np.array([[500], [400], [300]], dtype=np.int64)
    before = due[:, 0].tolist()
    collect(700, 0, due, 2, 0)
    paid = [a - b for a, b in zip(before, due[:, 0].tolist(), strict=True)]
    assert paid == pyramid.pay_oldest_first([500.0, 400.0, 300.0], 700.0)
