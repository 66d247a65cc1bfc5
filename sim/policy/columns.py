"""Columns of the room policy, besides those that rules remember."""

from sim.base.columns import Column

COLUMNS = (
    Column("accrued", "i8", "minor", "commission accrued on premium of the month", ("product",), keeps=False),
    Column("passed", "i8", "minor", "part of it that goes to sponsors", ("passing",), keeps=False),
    Column(
        "on_new", "i8", "minor", "part of it on new business, where a rule takes it back", ("taking_back",), keeps=False
    ),
    Column(
        "fees_on_new",
        "i8",
        "minor",
        "part of what is expensed for sales of the month, where a rule takes it back",
        ("taking_back",),
        keeps=False,
    ),
    Column("received", "i8", "minor", "commission on the premium of others", keeps=False),
    Column("expensed", "i8", "minor", "commission expensed: true-ups, fixed sums", keeps=False),
    Column("reversed", "i8", "minor", "commission reversed: true-ups taken back, penalties", keeps=False),
    Column("loss_share", "i8", "minor", "losses that the partner bears", keeps=False),
    Column("taken_back", "i8", "minor", "deferred commission of cancelled contracts taken back", keeps=False),
    Column("advanced", "i8", "minor", "commission advanced", keeps=False),
    Column("written_down", "i8", "minor", "advances that have become cost", keeps=False),
    Column("advance_back", "i8", "minor", "advances and draws that the partner owes back", keeps=False),
    Column("drawn", "i8", "minor", "owed ahead of commission, to be owed back", ("drawing",), keeps=False),
    Column("onload", "i8", "minor", "onload on what is expensed less what is reversed", ("onloaded",), keeps=False),
    Column("onload_advanced", "i8", "minor", "onload on advances of the month", ("onloaded_ahead",), keeps=False),
    Column("fund_accrued", "i8", "minor", "marketing money accrued for partners", ("funding",), keeps=False),
    Column("fund_paid", "i8", "minor", "of it claimed and paid", ("funding",), keeps=False),
    Column("fund_expired", "i8", "minor", "of it not claimed in time", ("funding",), keeps=False),
    Column("offer", "f8", "points", "effective yield of our offer on new business"),
)
