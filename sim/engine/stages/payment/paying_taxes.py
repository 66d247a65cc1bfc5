"""Stage of the month in which tax follows commission that is paid."""

from __future__ import annotations

from sim.base.columns import Table
from sim.engine.state.books import Books
from sim.engine.state.now import Now
from sim.settlement.commission_tax import given_back, taxes


def commission_is_taxed(now: Now, table: Table, books: Books) -> None:
    """Value-added tax on top of commission paid, kept, set off or advanced; tax withheld from it."""
    if books.tax is None:
        return
    by_row, terms, sums = now.batch.layout.by_row, now.payment, now.batch.layout.by_replication
    paid = table.paid + table.netted + table.held_set_off + table.advanced
    vat, withheld = taxes(paid, by_row(terms.vat), by_row(terms.tax_withheld))
    back, ours = given_back(vat, by_row(terms.recovered)), by_row(terms.reverse)
    table.vat[0], table.tax_withheld[0] = vat * ~ours, withheld
    books.tax.month(
        sums(back * ~ours), sums((vat - back) * ~ours), sums(back * ours), sums((vat - back) * ours), sums(withheld)
    )
