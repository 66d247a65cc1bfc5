"""Part of the month in which partners' requests for units are answered, and what waiting and refusals cost us.

Notation: R replications, q product with stock, i row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.base.columns import Table
from sim.engine.layout.lines import Line
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.unsold_units import UnsoldUnits
from sim.engine.state.work_space import WorkSpace

DRAW = 0  # the model's buffer of one float a row that holds a draw


def requests_are_answered(
    now: Now, market: Market, table: Table, units: UnsoldUnits, work: WorkSpace, note: Notebook, q: int, line: Line
) -> Integers:
    """Put those that are answered with yes in the place of partners' requests of the month; how many are not: int64[R].

    Own rows need no answer. Once we have stopped selling nothing that waited is granted.
    """
    terms, new = units.terms.approvals[q], table.new[line.position]
    if terms is None:
        return np.zeros(now.size, dtype=np.int64)
    partners = ~now.batch.is_own
    answered = np.where(partners, new, 0)
    if terms.wait:
        place = units.terms.waiting(q).start + now.month % terms.wait
        waited = table.requests[place].astype(np.int64)
        table.requests[place] = answered
        answered = np.where(np.repeat(market.closed, now.batch.of_one), 0, waited)
    refused = np.zeros_like(answered)
    if terms.refuse > 0.0:
        work.binomial(f"approval.{line.name}", answered, terms.refuse, refused)
    np.copyto(new, answered - refused, where=partners)
    units.answered[q] = answered
    units.open[q] = refused + table.requests[units.terms.waiting(q)].sum(axis=0)
    number, whole = (one.reshape(now.size, -1).sum(axis=1) for one in (refused, answered))
    note["surprise.sales"] -= (number - whole * terms.refuse) * float(line.price_minor[now.t])
    return np.asarray(number)


def trust_lost(now: Now, table: Table, units: UnsoldUnits | None) -> None:
    """Partners trust us less for requests refused or waiting, beyond what they bear."""
    if units is None:
        return
    for q, terms in enumerate(units.terms.approvals):
        if terms is not None and terms.penalty > 0.0:
            waiting = table.requests[units.terms.waiting(q)].sum(axis=0)
            share = units.open[q] / np.maximum(units.answered[q] + waiting, 1)
            table.reliability[:] -= terms.penalty * np.maximum(share - terms.tolerated, 0.0)
