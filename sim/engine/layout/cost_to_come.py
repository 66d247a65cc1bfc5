"""What the contracts in force are expected to cost, as the scenario states it: nothing of it is drawn.

Notation: t month (index t + warm_up in a series), a age of a cohort in months, tau the term, s segment.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout.costs import costs_of
from sim.engine.layout.lines import Kind, Line
from sim.partners.population import Population

HALF_MONTHS_PER_YEAR = 2 * MONTHS_PER_YEAR


def cost_of_step(line: Line, first: int, index: Reals) -> Reals:
    """Expected cost of a step of earning in each month from the ordinal `first` on: float64[t], longer than the run.

    A step is a unit of premium, or half a month of a contract where cost goes by the time in force. `index` is that of
    claims in the market, of the same months.
    """
    prices = np.pad(
        line.price_minor, (0, index.size - line.price_minor.size), "edge"
    )  # what is sold later is not asked
    costs = costs_of(line.product, prices, first)
    if costs.each_minor is None:
        return costs.frequency * costs.per_premium * index if costs.cost_ratio is None else costs.cost_ratio
    claims = 1.0 if costs.cost_ratio is not None else costs.frequency * index
    return np.asarray(claims * costs.each_minor / HALF_MONTHS_PER_YEAR)


def cost_to_come(line: Line, of_step: Reals) -> Reals:
    """Expected cost, after the close of month t, of a cohort of age a for each of its earning steps: float64[t, a].

    A cohort still earns two steps in each month of its term and one in the last (`sim.contracts.earning`), each at the
    cost of its month: `of_step` goes on for a term after the last month.
    """
    term, months = line.term, of_step.size - line.term
    total = np.concatenate(([0.0], np.cumsum(of_step)))  # of the months before
    found = np.zeros((months, line.slots))
    after = np.arange(months) + 1
    for age in range(term):
        last = after + term - age - 1  # the month in which the last step is earned
        found[:, age] = 2.0 * (total[last] - total[after]) + of_step[last]
    return found


def risk(kinds: Sequence[Kind], population: Population) -> Reals:
    """Expected factor on claims by segment, our own channel last: fraud, and relativities by flow: float64[s]."""
    found = np.ones(len(kinds) + 1)
    for kind in kinds:
        rows = slice(kind.first, kind.first_spare)
        weight = population.flow[rows]
        if weight.sum() > 0:
            mean = float((weight * population.relativity[rows]).sum() / weight.sum())
            found[kind.position] = (1.0 + kind.segment.fraud) * mean
    return found
