"""Part of the month in which finite units are put on sale, reserved, bought and sold, and come back.

Notation: R replications, q product with stock, s segment of partners, i row, a months since a reservation was made.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.luck import purpose
from sim.contracts import reservations
from sim.contracts.largest_remainder import cut
from sim.engine.layout.lines import Line
from sim.engine.stages.business import approving
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.unsold_units import UnsoldUnits
from sim.engine.state.work_space import WorkSpace
from sim.partners.columns import ACTIVE

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
    take_back(now, table, units, work, ~table.present)
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


def units_come_back(now: Now, table: Table, units: UnsoldUnits | None, work: WorkSpace) -> None:
    """Partners that defaulted, or that we have ended, keep no unit for their customers."""
    if units is not None:
        take_back(now, table, units, work, table.status != ACTIVE)


def take_back(now: Now, table: Table, units: UnsoldUnits, work: WorkSpace, gone: Flags) -> None:
    """All reservations of the rows that are gone, bool[n], come back."""
    for q in np.flatnonzero(units.reserved.any(axis=0)).tolist():
        _come_back(now, units, work, q, gone, table.reserved[units.ring(q)])
    table.requests[:, gone] = 0


def _come_back(now: Now, units: UnsoldUnits, work: WorkSpace, q: int, gone: Flags, reserved: Counts) -> None:
    back = work.tallies[0]
    back[:] = 0
    for made in reserved:
        reservations.come_back(now.edges, gone, made, back)
    units.give_back(q, work.count(back))


def _buy(
    now: Now, market: Market, table: Table, units: UnsoldUnits, work: WorkSpace, note: Notebook, q: int, line: Line
) -> Integers:
    """What customers with reservations buy, int64[n]; the units of those whose time is over come back."""
    bought, terms, ring = np.zeros(table.rows, dtype=np.int64), units.terms, table.reserved[units.ring(q)]
    chance = _chance(now, market, units)
    for age in range(1, min(terms.longest, now.t) + 1):
        length = terms.length[now.t - age]
        made = ring[(now.month - age) % terms.longest]
        if age <= length and units.reserved[:, q].any():
            _buy_of(now, units, work, note, q, line, age, chance, made, bought)
        if age == length:
            _come_back(now, units, work, q, work.everyone, made[None])
    return bought


def _chance(now: Now, market: Market, units: UnsoldUnits) -> Reals:
    """Chance that a customer has sold its own, and buys what it reserved, this month: float64[slices]."""
    months = units.terms.own_flat[:, now.t] * now.factor("own_flat")[:, None]
    buys = np.where(market.closed[:, None], 0.0, 1.0 / np.maximum(months, 1.0))
    return now.batch.with_own(buys, 0.0)


def _buy_of(
    now: Now, units: UnsoldUnits, work: WorkSpace, note: Notebook, q: int, line: Line, age: int, chance: Reals,
    made: Counts, bought: Integers,
) -> None:  # fmt: skip
    due, sold = work.tallies
    word, price = purpose(f"reservation.buy.{line.name}.{age}"), int(line.price_minor[now.t])
    dearer = price - int(line.price_minor[now.t - age]) if units.terms.held[q] else 0
    reservations.buy(now.edges, chance, work.keys, word, dearer, made, bought, units.saved[q], due, sold)
    number = work.count(sold)
    units.due[:, q] += work.count(due)
    units.bought[:, q] += number
    units.reserved[:, q] -= number
    note["surprise.sales"] += (number - work.total(due * chance)) * float(price)


def _grant(now: Now, units: UnsoldUnits, q: int, new: Integers, refused: Integers) -> Integers:
    """Requests new[n] that there are units for: int64[n]. A cut is shared over all rows by largest remainder.

    Of the units that only partners may sell, partners are granted first. `refused` are those that got no as an answer,
    int64[R].
    """
    asked, free = new.reshape(now.size, -1), units.free[:, q]
    kept = units.only_for_partners(q, now.t)
    whole, own = asked.sum(axis=1), asked[:, now.plan.population.partners :].sum(axis=1)
    granted = asked.copy()
    for r in np.flatnonzero((whole > free) | (own > free - kept)).tolist():
        granted[r] = _cut(now, asked[r], int(free[r]), int(kept[r]))
    units.asked[:, q] = whole + refused
    units.refused[:, q] = units.asked[:, q] - granted.sum(axis=1)
    return granted.ravel()


def _cut(now: Now, asked: Integers, free: int, kept: int) -> Integers:
    """What each row of a replication is granted of its requests: int64[rows]."""
    of_partners = asked.copy()
    of_partners[now.plan.population.partners :] = 0
    first = cut(of_partners, kept)
    return first + cut(asked - first, free - kept)


def _reserve(
    now: Now, table: Table, units: UnsoldUnits, work: WorkSpace, note: Notebook, q: int, line: Line, granted: Integers
) -> None:
    """Take out of granted[n] those who reserve; they keep a unit, as far as we let so many be reserved."""
    made = np.zeros_like(granted)
    shares = np.broadcast_to(units.terms.share[:, now.t], (now.size, len(units.terms.share)))
    if shares.any():
        share, (asked, drawn) = now.batch.with_own(shares, 0.0), work.tallies
        word, price = purpose(f"reservation.make.{line.name}"), float(line.price_minor[now.t])
        reservations.make(now.edges, share, work.keys, word, granted, made, asked, drawn)
        note["surprise.sales"] -= (work.count(drawn) - work.total(asked * share)) * price
        granted -= made
    units.free[:, q] -= granted.reshape(now.size, -1).sum(axis=1)
    if units.terms.longest or shares.any():
        _keep(now, table, units, q, made)


def _keep(now: Now, table: Table, units: UnsoldUnits, q: int, made: Integers) -> None:
    """Keep units for the customers made[n] who reserve; who is over the limit is refused."""
    terms, t = units.terms, now.t
    unsold = units.free[:, q] + units.reserved[:, q]
    room = np.maximum(np.floor(terms.most[t] * unsold + _DUST).astype(np.int64) - units.reserved[:, q], 0)
    room = np.where(terms.length[t] > 0, room, 0)
    by_replication = made.reshape(now.size, -1)
    wanted = by_replication.sum(axis=1)
    for r in np.flatnonzero(wanted > room).tolist():
        by_replication[r] = cut(by_replication[r], int(room[r]))
    kept = by_replication.sum(axis=1)
    units.refused[:, q] += wanted - kept
    units.made[:, q] = kept
    units.free[:, q] -= kept
    units.reserved[:, q] += kept
    units.fees += kept * terms.fee[t]
    if terms.longest:
        table.reserved[units.ring(q)][now.month % terms.longest] = made


def _of_partners(now: Now, units: Integers) -> Integers:
    return np.asarray(units.reshape(now.size, -1)[:, : now.plan.population.partners].sum(axis=1))
