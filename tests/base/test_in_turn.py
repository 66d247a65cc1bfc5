"""A sum in turn rounds after each part, on every Python."""

from sim.base.in_turn import sum_in_turn

PARTS = [0.1] * 10


def test_it_rounds_after_each_part() -> None:
    assert sum_in_turn(PARTS) == 0.9999999999999999  # a compensated sum is 1.0
    assert sum_in_turn([]) == 0.0
