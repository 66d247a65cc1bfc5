"""The last stage of the month: the notebook is completed.

Notation: p product, s segment (the last is the direct channel), r rule.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.kernels import kernel
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.stages import brokers
from sim.engine.state.books import Books
from sim.engine.state.channels import Channels
from sim.engine.state.commission import Commission
from sim.engine.state.echo import Echo
from sim.engine.state.market import Market
from sim.engine.state.moves import Moves
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.totals import Totals
from sim.figures.monthly import BY_RULE, CONCENTRATION, NETWORK
from sim.partners import activity

# figures that are sums of a column of the month
_COUNTED = {"new_contracts": "new", "renewed_contracts": "renewed", "ended_contracts": "ended"}
_OF_PRODUCTS = {
    "premium_new": "premium_new",
    "premium_renewal": "premium_renewal",
    "premium_earned": "earned",
    "claims_incurred": "incurred",
    "commission_accrued": "accrued",
}
_OF_SEGMENTS = {
    "premium_earned": "earned",
    "claims_incurred": "incurred",
    "premium_refunded": "refund",
    "remitted": "remitted",
    "new_contracts": "new",
}


def month_is_recorded(
    now: Now,
    market: Market,
    channels: Channels,
    table: Table,
    commission: Commission,
    books: Books,
    note: Notebook,
    echoes: Sequence[Echo],
    moves: Moves,
) -> None:
    """Complete the month's figures."""
    sums = books.totals
    for name, column in _COUNTED.items():
        note[name] = sums.of(column)
    for name, column in _OF_PRODUCTS.items():
        note.by_product[name] = sums.by_product(column)
    _note_segments(now, table, books, note)
    _note_rules(now, commission, note)
    note.by_principal["market_share"] = _market_shares(market, books)
    add_premium(table.premium_new, table.premium_renewal, table.premium_year)
    for name, value in zip(CONCENTRATION, _concentration(now, table), strict=True):
        note[name] = value
    if channels.networks:
        for name, value in zip(NETWORK, brokers.figures(now, channels, table), strict=True):
            note[name] = value
    for echo in echoes:
        echo.record(now, books, note)
    moves.see(now, table)


def _note_rules(now: Now, commission: Commission, note: Notebook) -> None:
    statement = commission.statement
    for r, (rule, _) in enumerate(now.plan.book.rules):
        booked = (statement.booked.get(rule, 0), *statement.rated.get(rule, (0, 0)))
        for name, amount in zip(BY_RULE, booked, strict=True):
            note.by_rule[name][r] = amount


def _note_segments(now: Now, table: Table, books: Books, note: Notebook) -> None:
    parts, sums = note.by_segment, books.totals
    for name, column in _OF_SEGMENTS.items():
        parts[name] = sums.by_segment(column)
    parts["premium_written"] = _summed(sums, "premium_new", "premium_renewal")
    taken_back = _summed(sums, "reversed", "taken_back", "held_lost")
    parts["commission"] = _summed(sums, "accrued", "expensed", "written_down") - taken_back
    parts["bad_debt"] = _summed(sums, "lost", "debit_lost", "advance_lost") + books.set_aside
    parts["active"] = activity.active(table.sold_months, now.plan.layout.edges)


def _summed(sums: Totals, *columns: str) -> Integers:
    """Columns together, by segment: int64[s]."""
    return np.asarray(np.add.reduce([sums.by_segment(name) for name in columns]))


def _market_shares(market: Market, books: Books) -> Reals:
    """Shares of partners' new premium: ours as sold, the rivals' expected."""
    volumes = market.volumes.sum(axis=0)
    volumes[0] = books.totals.by_segment("premium_new")[:-1].sum()
    total = volumes.sum()
    return np.asarray(volumes / total if total > 0 else market.shares)


@kernel
def add_premium(
    new: Integers,  # [P, n]
    renewal: Integers,  # [P, n]
    year: Integers,
) -> None:
    """Add the month's premium of all products to the year's."""
    for p in range(new.shape[0]):
        for i in range(year.size):
            year[i] += new[p, i] + renewal[p, i]


def _concentration(now: Now, table: Table) -> tuple[float, float]:
    """Herfindahl index and share of the ten largest of the year's premium, at the year's end; else NaN."""
    if (now.month + 1) % MONTHS_PER_YEAR:
        return float("nan"), float("nan")
    year = table.premium_year[: now.plan.population.direct].astype(np.float64)
    year = year[year > 0]  # rows kept for entrants would change the order of summation
    table.premium_year[:] = 0
    total = year.sum()
    if total <= 0:
        return float("nan"), float("nan")
    top = np.partition(year, max(year.size - 10, 0))[-10:]
    return float(((year / total) ** 2).sum()), float(top.sum() / total)
