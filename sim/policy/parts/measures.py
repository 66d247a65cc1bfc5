"""What tiers may be measured by besides a volume: contracts in force, growth, a loss ratio.

Notation: i partner row; n rows, P products, S segments.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Flags, Integers
from sim.base.units import MONTHS_PER_YEAR
from sim.policy.facts import MonthFacts
from sim.policy.kernels.tally import add
from sim.policy.measuring.windows import Windows
from sim.policy.parts.experience import Covered, LossRecord
from sim.policy.rule import Memory

_FIRST: Integers = np.zeros(1, dtype=np.int64)
_SHARED: Integers = np.zeros(0, dtype=np.int64)


def total(facts: MonthFacts, cells: Flags, *amounts: NDArray) -> Integers:
    """Sum of amounts[P, n] over the covered cells, int64[n]."""
    found, whole = np.zeros((1, facts.layout.rows), dtype=np.int64), np.ones((len(cells), 1))
    for amount in amounts:
        add(facts.layout.edges, cells, _SHARED, _FIRST, _FIRST, whole, amount, found)
    return found[0]


def window_growth(facts: MonthFacts, cells: Flags, windows: Windows, memory: Memory) -> tuple[Integers, Integers]:
    """Premium of the window so far, and that of the same window a year before (0 where that was not seen whole)."""
    months, number = memory["months"], facts.ordinal // windows.length
    rows = windows.beginning(facts)
    if rows is not None:
        whole = memory["seen"][0][rows] >= windows.length
        months[(number - 1) % len(months)][rows] = memory["premium"][rows] * whole
        for column in (memory["premium"], memory["booked"], memory["seen"][0]):
            column[rows] = 0
    memory["seen"][0] += 1
    memory["premium"][:] += total(facts, cells, facts.premium_new, facts.premium_renewal)
    return memory["premium"], months[number % len(months)]


def trailing_growth(facts: MonthFacts, cells: Flags, memory: Memory) -> tuple[Integers, Integers]:
    """Premium of the last 12 months, this one included, and of the 12 before (0 where they were not seen whole)."""
    months, now, earlier = memory["months"], memory["measure"], memory["premium"]
    premium = total(facts, cells, facts.premium_new, facts.premium_renewal)
    slot = facts.ordinal % len(months)
    passing = months[slot - MONTHS_PER_YEAR]
    now += premium - passing
    earlier += passing - months[slot]
    months[slot] = premium
    memory["seen"][0] += 1
    return now, earlier * (memory["seen"][0] >= len(months))


def forget_growth(facts: MonthFacts, cells: Flags, memory: Memory) -> None:
    """Take this month's refunds out of the last 12 months, of the 12 before, and of the months of their sales."""
    months, within = memory["months"], np.array([2 * MONTHS_PER_YEAR])
    row, _, age, premium, _ = facts.refunds.within(facts.layout, cells, within)
    np.subtract.at(months, ((facts.ordinal - age) % len(months), row), premium)
    for name, inside in (("measure", age < MONTHS_PER_YEAR), ("premium", age >= MONTHS_PER_YEAR)):
        np.subtract.at(memory[name], row[inside], premium[inside])


def follow_losses(facts: MonthFacts, covered: Covered, record: LossRecord, trailing: bool, memory: Memory) -> None:
    """Record premium and losses at the statement; keep the loss ratio of what it closes, NaN without premium."""
    premium, losses = memory["ratio_premium"], memory["ratio_losses"]
    record.write(facts, covered, premium, losses)
    if trailing:
        new = int(record.windows.closing(facts.ordinal)[0])
        memory["premium"][:] += premium[new] - premium[new - MONTHS_PER_YEAR]
        memory["measure"][:] += losses[new] - losses[new - MONTHS_PER_YEAR]
        unknown, counted = np.full(facts.layout.rows, np.nan), memory["measure"]
        if record.per_year is not None:
            counted = record.per_year.limit(memory["premium"], counted)
        memory["ratio"][0] = np.divide(counted, memory["premium"], out=unknown, where=memory["premium"] > 0)
        return
    found = record.judged(facts, covered.cells, premium, losses)
    if found is not None:
        memory["ratio"][0][found.rows] = found.ratio
