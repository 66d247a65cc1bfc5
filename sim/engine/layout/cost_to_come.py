"""What the contracts in force are expected to cost, as the scenario states it: nothing of it is drawn.

Notation: t month (index t + warm_up in a series), a age of a cohort in months, tau the term, s segment.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout.lines import Kind, Line
from sim.partners.population import Population

HALF_MONTHS_PER_YEAR = 2 * MONTHS_PER_YEAR


def cost_of_step(line: Line, index: Reals) -> Reals:
    """Expected cost of a step of earning in each month: float64[t]; `index` is that of claims in the market.

    A step is a unit of premium, or half a month of a contract where cost goes by the time in force.
    """
    if line.each_minor is None:
        return line.frequency * line.per_premium * index if line.cost_ratio is None else line.cost_ratio
    claims = 1.0 if line.cost_ratio is not None else line.frequency * index
    return np.asarray(claims * line.each_minor / HALF_MONTHS_PER_YEAR)


def cost_to_come(line: Line, of_step: Reals) -> Reals:
    """Expected cost, after the close of month t, of a cohort of age a for each of its earning steps: float64[t, a].

    A cohort still earns two steps in each month of its term and one in the last (`sim.contracts.earning`), each at the
    cost of its month, float64[t] and of the term after the horizon.
    """
    term = line.term
    total = np.concatenate(([0.0], np.cumsum(of_step)))  # of the months before
    after = np.arange(of_step.size - term - 1) + 1
    found = np.zeros((after.size, line.slots))
    for age in range(term):
        last = after + term - age - 1  # the month in which the last step is earned
        found[:, age] = 2.0 * (total[last] - total[after]) + of_step[last]
    return found


def risk(kinds: Sequence[Kind], population: Population) -> Reals:
    """Expected factor on claims by segment, our own channel last: fraud, and relativities by flow: float64[s]."""
    found = np.ones(len(population.segments))
    for kind in kinds:
        rows = slice(kind.first, kind.first_spare)
        weight = population.flow[rows]
        if weight.sum() > 0:
            mean = float((weight * population.relativity[rows]).sum() / weight.sum())
            found[kind.position] = (1.0 + kind.segment.fraud) * mean
    return found
