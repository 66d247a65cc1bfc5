"""Columns of the room contracts. A ring holds one entry a month of sale, overwritten when the term is over."""

from sim.base.columns import Column

COLUMNS = (
    Column("ring_count", "i4", "contracts", "contracts in force by contract year and month of sale", ("count_slots",)),
    Column("ring_premium", "i8", "minor", "earning step of the premium by month of sale", ("slots",)),
    Column("ring_commission", "i8", "minor", "the same of the commission deferred with it", ("slots",)),
    Column("ring_passed", "i8", "minor", "the same of the part of it passed on to sponsors", ("passed_slots",)),
    Column(
        "ring_plain", "i8", "minor", "the step that premium would have had no contract been changed", ("changed_slots",)
    ),
    Column(
        "ring_unreturned", "i8", "minor", "premium of new business by month of sale less refunds", ("unreturned_slots",)
    ),
    Column("steps_premium", "i8", "minor", "sum of the ring of premium", ("product",)),
    Column("steps_commission", "i8", "minor", "sum of the ring of commission", ("product",)),
    Column("in_force", "i4", "contracts", "contracts in force", ("product",)),
    Column("carry", "f4", "contracts", "fraction of a contract carried on (law fixed)", ("carried",)),
    Column("waiting", "i4", "contracts", "buyers that wait for capacity", ("queued",)),
    Column(
        "customers", "i4", "customers", "customers that may come back, by month of their last referral", ("customers",)
    ),
    Column("reserved", "i4", "units", "units kept for the partner's customers, by month of reservation", ("reserved",)),
    Column(
        "requests", "i4", "units", "the partner's requests for units that wait for an answer, by month", ("requests",)
    ),
    Column("new", "i8", "contracts", "new contracts of the month", ("product",), keeps=False),
    Column("renewed", "i8", "contracts", "contracts renewed this month", ("product",), keeps=False),
    Column("renewing", "i8", "contracts", "contracts renewed this month by contract year", ("years",), keeps=False),
    Column(
        "poached",
        "i8",
        "contracts",
        "part of them that would have renewed with us directly",
        ("poached_years",),
        keeps=False,
    ),
    Column("ended", "i8", "contracts", "contracts whose term ends this month", ("product",), keeps=False),
    Column("premium_new", "i8", "minor", "premium of new contracts", ("product",), keeps=False),
    Column("premium_renewal", "i8", "minor", "premium of renewed contracts", ("product",), keeps=False),
    Column("added_new", "i8", "minor", "part of it added to contracts of earlier sales", ("enlarged",), keeps=False),
    Column("added_renewal", "i8", "minor", "part of it added to contracts renewed earlier", ("enlarged",), keeps=False),
    Column(
        "renewal_plain",
        "i8",
        "minor",
        "what renewals would cost had no contract been changed",
        ("changed",),
        keeps=False,
    ),
    Column("renewal_level", "f8", "ratio", "premium of renewals over that", ("changed",), keeps=False),
    Column("first", "i8", "contracts", "new contracts but for repeat purchases", ("firsts",), keeps=False),
    Column(
        "credited_new",
        "i8",
        "minor",
        "premium of new contracts that the partner is credited with",
        ("credited",),
        keeps=False,
    ),
    Column(
        "credit_milli", "i8", "contracts / 1000", "new contracts that it is credited with", ("credited",), keeps=False
    ),
    Column(
        "credit_count",
        "i8",
        "contracts",
        "whole contracts of these, with the parts of earlier months",
        ("credited",),
        keeps=False,
    ),
    Column(
        "seen", "i8", "contracts", "new contracts but for repeat purchases that were seen", ("credited",), keeps=False
    ),
    Column("unseen", "i8", "contracts", "the same that were not seen", ("credited",), keeps=False),
    Column("sold_so_far", "i8", "contracts", "both since the opening", ("tracked",)),
    Column("paid_so_far", "i8", "contracts / 1000", "of these what the partner is credited with", ("tracked",)),
    Column("credit_carry", "i4", "contracts / 1000", "part of a credited contract carried on", ("credited",)),
    Column("earned", "i8", "minor", "premium earned", ("product",), keeps=False),
    Column("exposure", "f8", "contract-years", "exposure of the month", ("product",), keeps=False),
    Column("incurred", "i8", "minor", "claims incurred, or cost of goods", ("product",), keeps=False),
    Column(
        "claims_within",
        "i8",
        "minor",
        "claims incurred, each with at most a sum that some rule states, stop by stop",
        ("stopped", "product"),
        keeps=False,
    ),
    Column("amortised", "i8", "minor", "commission amortised", keeps=False),
    Column("refund", "i8", "minor", "premium refunded on cancellation", keeps=False),
    Column("released", "i8", "minor", "deferred commission of cancelled contracts", keeps=False),
    Column("released_passed", "i8", "minor", "part of it passed on to sponsors", ("passing",), keeps=False),
    Column(
        "released_onload", "i8", "minor", "onload on what is released and was not passed on", ("onloaded",), keeps=False
    ),
    Column("lapsed", "i4", "contracts", "contracts that lapsed or were cancelled, by age", ("ages",), keeps=False),
    Column("moved", "i4", "contracts", "contracts renewed without their partner, by age", ("ages",), keeps=False),
    Column("posts", "i8", "posts", "posts that it makes", ("posting",), keeps=False),
    Column("views", "i8", "views", "views of what partners show of us", ("funnel",), keeps=False),
    Column("clicks", "i8", "clicks", "clicks on it", ("funnel",), keeps=False),
    Column("leads", "i8", "leads", "leads", ("funnel",), keeps=False),
    Column("bad_leads", "i8", "leads", "leads that were none: wrong, double", ("funnel",), keeps=False),
)
