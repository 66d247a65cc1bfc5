"""A table's columns: what it refuses when it is made."""

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
