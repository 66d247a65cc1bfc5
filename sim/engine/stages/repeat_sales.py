"""Part of the month in which customers that partners brought buy again.

Notation: p product, a age of a customer (months since its last referral), R months for which customers come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Counts, Integers
from sim.base.samplers import binomial, poisson
from sim.contracts import repeat_purchases
from sim.contracts.surprise import surprise
from sim.engine.layout.lines import Line

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

# the model's buffers of one float a row, and what they hold here
DRAW, MEAN, CHANCE = range(3)


def customers_come_back(model: PartnerNetwork) -> bool:
    """Repeat purchases are added to the month's new contracts: the partner's own where they are credited, else ours.

    Whether any product has customers that come back.
    """
    first = 0
    for line in model.plan.lines:
        months = line.product.repeat_months
        if months:
            _buy_again(model, line, model.table.customers[first : first + months])
        first += months
    return first > 0


def _buy_again(model: PartnerNetwork, line: Line, ring: Counts) -> None:
    months, new = len(ring), model.table.new[line.position]
    referred, own = new.copy(), 0
    for age in range(1, months + 1):
        customers = ring[(model.month - age) % months]
        if not model.stopped and customers.any():
            own += _attribute(model, line, age, customers, referred)
    ring[model.month % months] = referred
    ring[:, -1] = 0  # our own customers are nobody's referral
    new[-1] += own


def _attribute(model: PartnerNetwork, line: Line, age: int, customers: Counts, referred: Integers) -> int:
    """Draw the purchases of customers of one age, and which of them are credited; return the others."""
    p, name, window = line.position, f"{line.name}.{age}", model.plan.book.attribution(model.ordinal)
    mean, chance = model.buffers[MEAN], model.buffers[CHANCE]
    repeat_purchases.means(line.product.repeat, customers, mean)
    bought = poisson(mean, model.draw(f"repeat.{name}", DRAW), model.counts)
    beyond = surprise(bought, model.ones, mean, model.plan.layout.edges)
    model.notebook["surprise.sales"] += beyond * float(line.price_minor[model.t])
    repeat_purchases.chances(float(age), window.months[p], model.table.present, chance)
    credited = binomial(bought, chance, model.draw(f"repeat.credited.{name}", DRAW), np.zeros_like(bought))
    return int(
        repeat_purchases.attribute(bought, credited, window.resetting[p], customers, referred, model.table.new[p])
    )
