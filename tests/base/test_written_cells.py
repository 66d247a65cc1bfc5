"""Numbers of many cells at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.base.written.written_cells import Unreadable, number_in, simple_numbers

CELLS = st.sampled_from(
    ["1", "12.5", "7,25", "0.1", "", "1\n", "1\n2", "\n", "-1", "1e5", "60%", "1 000", "nan", "１", "1_0"]
)


@given(
    st.lists(CELLS | st.floats(0, 1e9).map(str) | st.integers(0, 10**15 - 1).map(str), min_size=1, max_size=5),
    st.booleans(),
)
def test_simple_numbers_are_read_as_each_by_itself(texts: list[str], commas: bool) -> None:
    found = simple_numbers(texts, commas)
    if found is None:
        assert simple_numbers(["1", "12.5"], commas) == [1.0, 12.5]
        return
    try:
        assert found == [number_in(text, commas).value for text in texts]
    except Unreadable:
        raise AssertionError("one of them is no number") from None
