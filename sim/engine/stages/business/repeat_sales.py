"""Part of the month in which customers that partners brought buy again.

Notation: p product, a age of a customer (months since its last referral), R months for which customers come back.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Integers, Reals
from sim.base.columns import Table
from sim.contracts import repeat_purchases
from sim.contracts.surprise import surprise_of_means
from sim.engine.layout.lines import Line
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace

# the model's buffers of one float a row, and what they hold here
DRAW, MEAN, CHANCE = range(3)


def displaced(now: Now, market: Market, table: Table, journeys: Journeys, line: Line) -> Reals | float:
    """Own sales that the expected repeat purchases of partners' customers displace: float64[R, c]."""
    months = line.product.repeat_months
    if not months:
        return 0.0
    before = sum(one.product.repeat_months for one in now.plan.lines[: line.position])
    customers = table.customers[before : before + months].sum(axis=0)
    again = _rate(now, market, line)[:, None, None] * journeys.by_class(now, customers)
    return journeys.lost_to_repeats(line.position, again)


def _rate(now: Now, market: Market, line: Line) -> Reals:
    """Purchases a month of a customer that has bought before: float64[R]."""
    return np.where(market.closed, 0.0, line.product.repeat * line.price_effect[now.t])


def customers_come_back(
    now: Now, market: Market, table: Table, journeys: Journeys | None, work: WorkSpace, note: Notebook
) -> bool:
    """Repeat purchases are added to the month's new contracts: the partner's own where they are credited, else ours.

    Whether any product has customers that come back.
    """
    first = 0
    for line in now.plan.lines:
        months = line.product.repeat_months
        if months:
            again = _buy_again(now, market, table, work, note, line, table.customers[first : first + months])
            if journeys is not None:
                journeys.note_repeats(line.position, journeys.by_class(now, again), int(line.price_minor[now.t]))
        first += months
    return first > 0


def _buy_again(
    now: Now, market: Market, table: Table, work: WorkSpace, note: Notebook, line: Line, ring: Counts
) -> Integers:
    """How many purchases there are by customers of each row, credited or not: int64[n]."""
    months, new = len(ring), table.new[line.position]
    referred, own, again = new.copy(), np.zeros(now.size, dtype=np.int64), np.zeros_like(new)
    for age in range(1, months + 1):
        customers = ring[(now.month - age) % months]
        if not market.closed.all() and customers.any():
            own += _attribute(now, market, table, work, note, line, age, customers, referred)
            again += work.counts
    ring[now.month % months] = referred
    ring[:, now.batch.own] = 0  # our own customers are nobody's referral
    new[now.batch.direct] += own
    return again


def _cut_short(now: Now, age: int, window: Reals, table: Table, chance: Reals) -> None:
    """Browsers forget where a customer came from."""
    terms, by_row = now.plan.tracked, now.batch.layout.by_row
    if terms.capped.any():
        of_none = np.zeros(now.batch.ours)
        share, after = (by_row(np.append(one, of_none)) for one in (terms.capped, terms.forgotten_after))
        repeat_purchases.cut_short(float(age), window, table.present, share, after, chance)


def _attribute(
    now: Now,
    market: Market,
    table: Table,
    work: WorkSpace,
    note: Notebook,
    line: Line,
    age: int,
    customers: Counts,
    referred: Integers,
) -> Integers:
    """Draw the purchases of customers of one age (`work.counts`), and which of them are credited.

    Return the others, int64[R].
    """
    p, name, edges, ours = line.position, f"{line.name}.{age}", now.edges, work.tallies[0]
    window = now.batch.book.attribution(now.ordinal)
    mean, chance = work.buffers[MEAN], work.buffers[CHANCE]
    bought, credited = work.counts, np.zeros_like(work.counts)
    repeat_purchases.means(edges, now.batch.by_slice(_rate(now, market, line)), customers, mean)
    work.poisson(f"repeat.{name}", mean, bought)
    surprise_of_means(bought, mean, edges, work.drawn, work.expected)
    note["surprise.sales"] += work.surprise() * float(line.price_minor[now.t])
    repeat_purchases.chances(float(age), window.months[p], table.present, chance)
    _cut_short(now, age, window.months[p], table, chance)
    if not now.plan.programme[now.t]:
        chance[:] = 0.0
    work.binomial(f"repeat.credited.{name}", bought, chance, credited)
    repeat_purchases.attribute(
        edges, bought, credited, window.resetting[p], customers, referred, table.new[p], ours
    )  # fmt: skip
    return work.count(ours)
