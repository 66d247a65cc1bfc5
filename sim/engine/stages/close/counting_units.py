"""Finite units at the close: every unit put on sale is free, reserved or sold, and what became of them is noted.

Notation: R replications, q product with stock.
"""

from __future__ import annotations

import numpy as np

from sim.base.columns import Table
from sim.base.errors import LedgerError
from sim.engine.state.books import Books
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.unsold_units import OF_MONTH, UnsoldUnits
from sim.money.flows import Flow


def units_are_proven(now: Now, table: Table, units: UnsoldUnits | None, books: Books) -> None:
    """Post fees for reservations; count units sold as contracts, reserved as they are kept for partners' customers.

    Raises
    ------
    LedgerError
        Where a product's units put on sale are not those free, reserved and sold together.
    """
    if units is None:
        return
    books.post(Flow.RESERVATION_FEE, units.fees)
    units.sold += books.totals.by_product("new")[units.terms.products].T
    for q, name in enumerate(units.terms.names):
        ring = table.reserved[units.ring(q)]
        kept = ring.reshape(len(ring), now.size, now.batch.of_one).sum(axis=2, dtype=np.int64).sum(axis=0)
        free, sold, released = units.free[:, q], units.sold[:, q], units.released[:, q]
        wrong = (free + kept + sold != released) | (kept != units.reserved[:, q]) | (free < 0)
        if wrong.any():
            r = int(wrong.argmax())
            raise LedgerError(
                f"of {released[r]} units of {name} {free[r]} are free, {kept[r]} reserved and {sold[r]} sold"
            )


def units_are_noted(now: Now, table: Table, units: UnsoldUnits | None, books: Books, note: Notebook) -> None:
    """Note what units there are, and what became of them."""
    if units is None:
        return
    terms, noted = units.terms, note.by_stocked
    noted["units_released"] = terms.released[:, now.t]
    noted["units_free"], noted["units_reserved"] = units.free, units.reserved
    for name in OF_MONTH:
        noted[f"units_{name}"] = getattr(units, name)
    noted["units_sold"] = books.totals.by_product("new")[terms.products].T
    waiting = np.array([table.requests[terms.waiting(q)].sum(axis=0) for q in range(len(terms.names))])
    for name, rows in (("units_waiting", waiting), ("units_saved", units.saved)):
        noted[name] = rows.reshape(len(rows), now.size, -1).sum(axis=2).T
    noted["units_planned"] = terms.planned[:, now.t]
