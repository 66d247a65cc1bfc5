"""Columns of the room policy, besides those that rules remember."""

from sim.base.columns import Column

COLUMNS = (
    Column("accrued", "i8", "minor", "commission accrued on premium of the month", ("product",), keeps=False),
    Column("expensed", "i8", "minor", "commission expensed: true-ups owed", keeps=False),
    Column("reversed", "i8", "minor", "commission reversed: true-ups taken back", keeps=False),
    Column("offer", "f8", "points", "effective yield of our offer on new business"),
)
