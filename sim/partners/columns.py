"""Columns of the room partners."""

from sim.base.columns import Column

ABSENT, ACTIVE, LEFT, DEFAULTED = range(4)

COLUMNS = (
    Column("status", "i1", "", "0 not there yet, 1 active, 2 left, 3 defaulted"),
    Column("entered", "i2", "month", "month of entry"),
    Column("principal", "i1", "", "present principal of a single-homing partner; 0 is us"),
    Column("share", "f8", "share", "share of the flow by principal", ("principal",)),
    Column("share_then", "f4", "share", "our share of the flow by month of sale", ("slot",)),
    Column("reliability", "f8", "utility", "our reliability as the partner has learned it"),
    Column("sold_months", "u4", "", "bit a: sold for us a months ago"),
    Column("sponsor", "i4", "row", "row of the sponsor, -1 without one; only where partners have sponsors", ("tree",), start=-1),
    Column("present", "b1", "", "active this month", keeps=False),
    Column("utility", "f8", "utility", "of us, inertia apart", keeps=False),
)
