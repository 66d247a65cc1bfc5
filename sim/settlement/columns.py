"""Columns of the room settlement: what a partner and we owe each other, and when it is due."""

from sim.base.columns import Column

COLUMNS = (
    Column("due_premium", "i8", "minor", "premium to remit, by month due", ("batches",)),
    Column("due_commission", "i8", "minor", "commission kept from that remittance", ("batches",)),
    Column("arrears_premium", "i8", "minor", "premium due and not yet remitted"),
    Column("arrears_commission", "i8", "minor", "commission to be kept from it"),
    Column("arrears_before", "i8", "minor", "arrears at the last closes, for the 90-day rule", ("aged",)),
    Column("due_pay", "i8", "minor", "commission to pay, by month due; negative: owed to us", ("pay_months",)),
    Column("due_holdback", "i8", "minor", "commission held back, by month of its release", ("quiet_months",)),
    Column("holdback", "i8", "minor", "commission held back", ("holding",)),
    Column("advance", "i8", "minor", "commission advanced and not yet earned", ("advancing",)),
    Column("account", "i8", "minor", "commission due and not paid; negative: debit balance"),
    Column("receivable", "i8", "minor", "premium written and not remitted, netted or written off"),
    Column("payable", "i8", "minor", "commission owed to the partner; negative: it owes us"),
    Column("defaulted", "b1", "", "defaulted this month", keeps=False),
    Column("rest", "i8", "minor", "commission of the statement that is not on premium", keeps=False),
    Column("withheld", "i8", "minor", "commission held back this month", keeps=False),
    Column("freed", "i8", "minor", "commission held back before and released", keeps=False),
    Column("held_set_off", "i8", "minor", "commission held back and set off at default", keeps=False),
    Column("held_lost", "i8", "minor", "commission held back and forfeited", keeps=False),
    Column("advance_lost", "i8", "minor", "advances written off this month", keeps=False),
    Column("written", "i8", "minor", "premium written through partners this month", keeps=False),
    Column("remitted", "i8", "minor", "premium remitted this month", keeps=False),
    Column("netted", "i8", "minor", "commission kept from remittances or set off", keeps=False),
    Column("paid", "i8", "minor", "commission paid this month", keeps=False),
    Column("lost", "i8", "minor", "receivable written off this month", keeps=False),
    Column("debit_lost", "i8", "minor", "debit balances written off this month", keeps=False),
)
