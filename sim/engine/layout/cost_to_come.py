"""What the contracts in force are expected to cost, as the scenario states it: nothing of it is drawn.

What it states for months after the horizon counts as well: contracts in force at the end run on into them.

Notation: t month (index t + warm_up in a series), a age of a cohort in months, tau the term, s segment.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals
from sim.engine.layout.lines import Kind, Line, lines_of, monthly
from sim.partners.population import Population
from sim.scenario.schema import Scenario


def costs_to_come(scenario: Scenario, first: int, months: int) -> tuple[Reals, ...]:
    """`cost_to_come` of each product, of `months` months from the ordinal `first` on."""
    run_off = max((product.term for product in scenario.products.values()), default=0) + 1
    market, played = scenario.market, (first, months + run_off)
    index = monthly(market.claims_frequency, *played) * monthly(market.claims_severity, *played)
    return tuple(cost_to_come(line, expected_ratio(line, index), months) for line in lines_of(scenario, *played))


def expected_ratio(line: Line, index: Reals) -> Reals:
    """Expected cost of a unit of premium earned in each month: float64[t]; `index` is that of claims in the market."""
    return line.frequency * line.per_premium * index if line.cost_ratio is None else line.cost_ratio


def cost_to_come(line: Line, ratio: Reals, months: int) -> Reals:
    """Expected cost, after the close of month t, of a cohort of age a for each of its earning steps: float64[t, a].

    A cohort still earns two steps in each month of its term and one in the last (`sim.contracts.earning`), each at the
    ratio of its month, float64[months + term or more].
    """
    term = line.term
    total = np.concatenate(([0.0], np.cumsum(ratio)))  # of the months before
    found = np.zeros((months, line.slots))
    after = np.arange(months) + 1
    for age in range(term):
        last = after + term - age - 1  # the month in which the last step is earned
        found[:, age] = 2.0 * (total[last] - total[after]) + ratio[last]
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
