"""A table's columns: what it refuses when it is made."""

import numpy as np
import pytest

from sim.base.columns import Column, Table
from sim.base.errors import SimError


@pytest.mark.parametrize(
    "name", ["rows", "columns", "owners", "month", "month_lines", "array", "_sizes", "_shape", "__init__"]
)
def test_a_column_does_not_take_the_place_of_a_table_s_own_member(name: str) -> None:
    mine = {"cellar": [Column("wine", "i8", "litres", "laid down")], "attic": [Column(name, "f8", "", "anything")]}
    with pytest.raises(SimError, match=f"column '{name}' of attic"):
        Table(mine, {}, 3)


def test_columns_of_the_month_are_lines_of_one_block() -> None:
    mine = {"cellar": [Column("wine", "i8", "", "", ("shelf",), keeps=False), Column("dust", "f8", "", "", start=2.0)]}
    table = Table(mine, {"shelf": 2}, 3)
    table.wine[1, 2] = 5
    assert table.month[table.month_lines["wine"]].tolist() == [[0, 0, 0], [0, 0, 5]]
    assert table.dust.tolist() == [2.0, 2.0, 2.0]


def test_a_table_takes_the_memory_of_one_before_it_as_if_it_were_new() -> None:
    """Of one of its size or up to twice as large; what is too small is left to the system."""
    mine = {"cellar": [Column("wine", "i8", "", "", keeps=False), Column("dust", "f8", "", "", start=2.0)]}
    used = Table(mine, {}, 1000)
    used.wine[:], used.dust[:] = 7, 7.0
    memory = used.wine.base
    used.give_back()
    again = Table(mine, {}, 900)
    assert np.shares_memory(again.wine, memory)
    assert not again.wine.any() and (again.dust == 2.0).all()
    again.give_back()
    assert not np.shares_memory(Table(mine, {}, 100).wine, memory)
    assert not np.shares_memory(Table(mine, {}, 2000).wine, memory) and not Table._spare
