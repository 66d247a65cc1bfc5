"""What the contracts in force are expected to cost, as the scenario states it: nothing of it is drawn.

Notation: t month (index t + warm_up in a series), a age of a cohort in months, tau the term, s segment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals

if TYPE_CHECKING:
    from sim.engine.layout.lines import Line
    from sim.engine.layout.plan import Plan


def expected_ratio(plan: Plan, line: Line) -> Reals:
    """Expected cost of a unit of premium earned in each month: float64[t]."""
    if line.cost_ratio is not None:
        return line.cost_ratio
    return line.frequency * line.per_premium * plan.claims_frequency * plan.claims_severity


def cost_to_come(plan: Plan, line: Line) -> Reals:
    """Expected cost, after the close of month t, of a cohort of age a for each of its earning steps: float64[t, a].

    A cohort still earns two steps in each month of its term and one in the last (`sim.contracts.earning`), each at the
    ratio of its month; those beyond the horizon at the last one.
    """
    ratio, term = expected_ratio(plan, line), line.term
    later = np.concatenate((ratio, np.full(term + 1, ratio[-1])))
    total = np.concatenate(([0.0], np.cumsum(later)))  # of the months before
    found = np.zeros((ratio.size, line.slots))
    after = np.arange(ratio.size) + 1
    for age in range(term):
        last = after + term - age - 1  # the month in which the last step is earned
        found[:, age] = 2.0 * (total[last] - total[after]) + later[last]
    return found


def risk(plan: Plan) -> Reals:
    """Expected factor on claims by segment, our own channel last: fraud, and relativities by flow: float64[s]."""
    found = np.ones(len(plan.kinds) + 1)
    flow, relativity = plan.population.flow, plan.population.relativity
    for kind in plan.kinds:
        rows = slice(kind.first, kind.first_spare)
        weight = flow[rows]
        if weight.sum() > 0:
            found[kind.position] = (1.0 + kind.segment.fraud) * (weight @ relativity[rows]) / weight.sum()
    return found
