"""Part of the month in which finite units are put on sale, reserved, bought and sold, and come back.

Notation: R replications, q product with stock, s segment of partners, i row, a months since a reservation was made.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals
from sim.base.columns import Table
from sim.contracts.largest_remainder import cut
from sim.contracts.surprise import surprise
from sim.engine.layout.lines import Line
from sim.engine.stages.business import approving
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.unsold_units import UnsoldUnits
from sim.engine.state.work_space import WorkSpace
from sim.partners.columns import ACTIVE

DRAW = 0  # the model's buffer of one float a row that holds a draw
_DUST = 1e-9  # of a unit: 0.3 x 10 is not quite 3


def units_are_granted(
    now: Now, market: Market, table: Table, units: UnsoldUnits | None, work: WorkSpace, note: Notebook
) -> None:
    """The month's requests become sales and reservations, as far as there are units; reserved ones are bought.

    In this order: units are put on sale; those of partners that have gone come back; reservations are bought or end;
    requests are granted; of those granted some reserve.
    """
    if units is None:
        return
    units.begin(now.t)
    if note["left"].any():
        take_back(now, table, units, ~table.present)
    for q, p in enumerate(units.terms.products.tolist()):
        line = now.plan.lines[p]
        bought = _buy(now, market, table, units, work, note, q, line)
        refused = approving.requests_are_answered(now, market, table, units, work, note, q, line)
        sold = _grant(now, units, q, table.new[p], refused)
        _reserve(now, table, units, work, note, q, line, sold)
        units.by_partners[:, q] += _of_partners(now, sold + bought)
        np.add(sold, bought, out=table.new[p])
        if len(table.first):
            np.copyto(table.first[p], table.new[p])


def prices_are_held(table: Table, units: UnsoldUnits | None) -> None:
    """What customers with a reservation save of today's price is no premium."""
    if units is None:
        return
    for q in np.flatnonzero(units.terms.held).tolist():
        table.premium_new[units.terms.products[q]] -= units.saved[q]


def units_come_back(now: Now, note: Notebook, table: Table, units: UnsoldUnits | None) -> None:
    """Partners that defaulted, or that we have ended, keep no unit for their customers."""
    if units is not None and (note["defaulted"].any() or note["ended"].any()):
        take_back(now, table, units, table.status != ACTIVE)


def take_back(now: Now, table: Table, units: UnsoldUnits, gone: Flags) -> None:
    """All reservations of the rows that are gone, bool[n], come back."""
    for q in np.flatnonzero(units.reserved.any(axis=0)).tolist():
        for made in table.reserved[units.ring(q)]:
            units.give_back(q, by_replication(now, made * gone))
            made[gone] = 0
    table.requests[:, gone] = 0


def by_replication(now: Now, rows: Integers | Counts) -> Integers:
    """What rows[n] come to by replication: int64[R]."""
    return np.asarray(rows.reshape(now.size, -1).sum(axis=1, dtype=np.int64))


def _buy(
    now: Now, market: Market, table: Table, units: UnsoldUnits, work: WorkSpace, note: Notebook, q: int, line: Line
) -> Integers:
    """What customers with reservations buy, int64[n]; the units of those whose time is over come back."""
    bought, terms, ring = np.zeros(table.rows, dtype=np.int64), units.terms, table.reserved[units.ring(q)]
    if not units.reserved[:, q].any():
        return bought
    chance = _chance(now, market, units)
    for age in range(1, min(terms.longest, now.t) + 1):
        length, made = terms.length[now.t - age], ring[(now.month - age) % terms.longest]
        if age <= length:
            bought += _buy_of(now, units, work, note, q, line, age, chance, made)
        if age == length:
            units.give_back(q, by_replication(now, made))
            made[:] = 0
    return bought


def _chance(now: Now, market: Market, units: UnsoldUnits) -> Reals:
    """Chance that a customer has sold its own, and buys what it reserved, this month: float64[n]."""
    months = units.terms.own_flat[:, now.t] * now.factor("own_flat")[:, None]
    buys = np.where(market.closed[:, None], 0.0, 1.0 / np.maximum(months, 1.0))
    return now.batch.layout.by_row(now.batch.with_own(buys, 0.0))


def _buy_of(
    now: Now, units: UnsoldUnits, work: WorkSpace, note: Notebook, q: int, line: Line, age: int, chance: Reals,
    made: Counts,
) -> Integers:  # fmt: skip
    """What customers buy who reserved so many months ago, int64[n]; it is taken off made[n]."""
    price, bought = int(line.price_minor[now.t]), np.empty(made.size, dtype=np.int64)
    work.binomial(f"reservation.buy.{line.name}.{age}", made, chance, bought)
    surprise(bought, made, chance, now.edges, work.drawn, work.expected)
    note["surprise.sales"] += work.surprise() * float(price)
    units.due[:, q] += by_replication(now, made)
    np.subtract(made, bought, out=made, casting="same_kind")
    number = by_replication(now, bought)
    units.bought[:, q] += number
    units.reserved[:, q] -= number
    if units.terms.held[q]:
        units.saved[q] += bought * (price - int(line.price_minor[now.t - age]))
    return bought


def _grant(now: Now, units: UnsoldUnits, q: int, new: Integers, refused: Integers) -> Integers:
    """Requests new[n] that there are units for: int64[n]. A cut is shared over all rows by largest remainder.

    Of the units that only partners may sell, partners are granted first. `refused` are those that got no as an answer,
    int64[R].
    """
    asked, free = new.reshape(now.size, -1), units.free[:, q]
    kept, of_partners = units.only_for_partners(q, now.t), asked.copy()
    of_partners[:, now.plan.population.partners :] = 0
    first = cut(of_partners, kept) if kept.any() else np.zeros_like(asked)
    granted = first + cut(asked - first, free - kept)
    units.asked[:, q] = asked.sum(axis=1) + refused
    units.refused[:, q] = units.asked[:, q] - granted.sum(axis=1)
    return granted.ravel()


def _reserve(
    now: Now, table: Table, units: UnsoldUnits, work: WorkSpace, note: Notebook, q: int, line: Line, granted: Integers
) -> None:
    """Take out of granted[n] those who reserve; they keep a unit, as far as we let so many be reserved."""
    made, shares = np.zeros_like(granted), units.terms.share[:, now.t]
    if shares.any():
        share = now.batch.by_partner(shares)
        work.binomial(f"reservation.make.{line.name}", granted, share, made)
        surprise(made, granted.astype(np.float64), share, now.edges, work.drawn, work.expected)
        note["surprise.sales"] -= work.surprise() * float(line.price_minor[now.t])
        np.subtract(granted, made, out=granted)
    units.free[:, q] -= by_replication(now, granted)
    if units.terms.longest or shares.any():
        _keep(now, table, units, q, made)


def _keep(now: Now, table: Table, units: UnsoldUnits, q: int, made: Integers) -> None:
    """Keep units for the customers made[n] who reserve; who is over the limit is refused."""
    terms, t = units.terms, now.t
    unsold = units.free[:, q] + units.reserved[:, q]
    room = np.maximum(np.floor(terms.most[t] * unsold + _DUST).astype(np.int64) - units.reserved[:, q], 0)
    room = np.where(terms.length[t] > 0, room, 0)
    new = cut(made.reshape(now.size, -1), room)
    kept = new.sum(axis=1)
    units.refused[:, q] += by_replication(now, made) - kept
    units.made[:, q] = kept
    units.free[:, q] -= kept
    units.reserved[:, q] += kept
    units.fees += kept * terms.fee[t]
    if terms.longest:
        table.reserved[units.ring(q)][now.month % terms.longest] = new.ravel()


def _of_partners(now: Now, units: Integers) -> Integers:
    return np.asarray(units.reshape(now.size, -1)[:, : now.plan.population.partners].sum(axis=1))
