"""Columns of the room partners."""

from sim.base.columns import Column

ABSENT, ACTIVE, LEFT, DEFAULTED = range(4)

COLUMNS = (
    Column("status", "i1", "", "0 not there yet, 1 active, 2 left, 3 defaulted"),
    Column("entered", "i2", "month", "month of entry"),
    Column("principal", "i1", "", "present principal of a single-homing partner; 0 is us"),
    Column("share", "f8", "share", "share of the flow by principal", ("principal",)),
    Column("share_then", "f4", "share", "our share of the flow by month of sale, 0 of who is not there", ("slot",)),
    Column("reliability", "f8", "utility", "our reliability as the partner has learned it"),
    Column("sold_months", "u4", "", "bit a: sold for us a months ago"),
    Column(
        "sponsor",
        "i4",
        "row",
        "row of the sponsor, -1 without one; only where partners have sponsors",
        ("tree",),
        start=-1,
    ),
    Column("effort", "f8", "ratio", "how hard it tries for our product, against usual", ("striving",), start=1),
    Column(
        "attention",
        "f8",
        "share",
        "part of its sales that it makes for us: what it has not forgotten",
        ("attended",),
        start=1,
    ),
    Column(
        "neglected", "f8", "share", "the same if it had never been called nor sent a customer", ("attended",), start=1
    ),
    Column("unattended", "i2", "months", "months since a manager last called", ("attended",)),
    Column("with_us", "i2", "months", "months on end in which it has sold for us", ("controlled",)),
    Column("earned_by_month", "i8", "minor", "premium earned, by month of the window of control", ("window",)),
    Column("result_by_month", "i8", "minor", "premium earned - claims - handling - commission", ("window",)),
    Column("claims_by_month", "i8", "minor", "claims and their handling, where partners are rated", ("rated_window",)),
    Column(
        "earned_in_window", "i8", "minor", "premium earned in the whole window, where partners are rated", ("rated",)
    ),
    Column("claims_in_window", "i8", "minor", "claims and their handling in the whole window, likewise", ("rated",)),
    Column("late_months", "u4", "", "bit a: in arrears a months ago, where partners are rated", ("rated",)),
    Column("rating", "f8", "share", "rating of the last close", ("rated",)),
    Column("answers_by_month", "i4", "answers", "of customers by month of a year, where they are asked", ("survey",)),
    Column("score_by_month", "i4", "answers", "of these those for us less those against us", ("survey",)),
    Column(
        "survey_answers", "i4", "answers", "of customers in the last twelve months, where they are asked", ("surveyed",)
    ),
    Column("survey_score", "i4", "answers", "of these those for us less those against us", ("surveyed",)),
    Column("unsound", "u1", "", "1 where the partner is unsound, where partners differ in quality", ("in_doubt",)),
    Column("trained", "u1", "", "1 where it has been trained, where that moves sales", ("trained",)),
    Column(
        "suspended", "i2", "months", "still without sales after an incident, where one has that effect", ("suspended",)
    ),
    Column("incidents", "i8", "incidents", "of the month, where a rule counts them", ("counted",)),
    Column(
        "default_month", "i2", "month", "month of default, where partners may return under another name", ("returning",)
    ),
    Column(
        "complaints",
        "f8",
        "share",
        "share of its claims late or denied beyond the market's mean, by month of a year, where customers tell others",
        ("told",),
    ),
    Column(
        "comes_back",
        "i2",
        "month",
        "month in which a partner of a banned type is back as one of this",
        ("banned",),
        start=-(2**15),
    ),
    Column("present", "b1", "", "active this month", keeps=False),
    Column("utility", "f8", "utility", "of us, inertia apart", keeps=False),
)
