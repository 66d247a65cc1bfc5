"""Part of the month in which customers that partners brought buy again.

Notation: p product, a age of a customer (months since its last referral), R months for which customers come back.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Integers, Reals
from sim.base.columns import Table
from sim.base.samplers import binomial, poisson
from sim.contracts import repeat_purchases
from sim.contracts.surprise import surprise
from sim.engine.layout.lines import Line
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace

# the model's buffers of one float a row, and what they hold here
DRAW, MEAN, CHANCE = range(3)


def customers_come_back(now: Now, market: Market, table: Table, work: WorkSpace, note: Notebook) -> bool:
    """Repeat purchases are added to the month's new contracts: the partner's own where they are credited, else ours.

    Whether any product has customers that come back.
    """
    first = 0
    for line in now.plan.lines:
        months = line.product.repeat_months
        if months:
            _buy_again(now, market, table, work, note, line, table.customers[first : first + months])
        first += months
    return first > 0


def _buy_again(
    now: Now, market: Market, table: Table, work: WorkSpace, note: Notebook, line: Line, ring: Counts
) -> None:
    months, new = len(ring), table.new[line.position]
    referred, own = new.copy(), np.zeros(now.size, dtype=np.int64)
    for age in range(1, months + 1):
        customers = ring[(now.month - age) % months]
        if not market.closed.all() and customers.any():
            own += _attribute(now, market, table, work, note, line, age, customers, referred)
    ring[now.month % months] = referred
    ring[:, now.batch.own] = 0  # our own customers are nobody's referral
    new[now.batch.direct] += own


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
    """Draw the purchases of customers of one age, and which of them are credited; return the others, int64[R]."""
    p, name, edges, ours = line.position, f"{line.name}.{age}", now.edges, work.tallies[0]
    window = now.batch.book.attribution(now.ordinal)
    mean, chance = work.buffers[MEAN], work.buffers[CHANCE]
    bought, credited = work.counts, np.zeros_like(work.counts)
    rate = np.where(market.closed, 0.0, line.product.repeat * line.price_effect[now.t])
    repeat_purchases.means(edges, now.batch.by_slice(rate), customers, mean)
    poisson(mean, work.draw(f"repeat.{name}", DRAW), bought)
    surprise(bought, work.ones, mean, edges, work.drawn, work.expected)
    note["surprise.sales"] += work.surprise() * float(line.price_minor[now.t])
    repeat_purchases.chances(float(age), window.months[p], table.present, chance)
    _cut_short(now, age, window.months[p], table, chance)
    if not now.plan.programme[now.t]:
        chance[:] = 0.0
    binomial(bought, chance, work.draw(f"repeat.credited.{name}", DRAW), credited)
    repeat_purchases.attribute(
        edges, bought, credited, window.resetting[p], customers, referred, table.new[p], ours
    )  # fmt: skip
    return work.count(ours)
