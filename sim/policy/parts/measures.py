"""What tiers are measured by that no measure counts: amounts of a month, and loss ratios known some time later.

Notation: i partner row; n rows, P products, S segments.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Flags, Integers, Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.policy.given.facts import MonthFacts
from sim.policy.kernels.tally import add
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


def follow_losses(
    facts: MonthFacts, covered: Covered, record: LossRecord, trailing: bool, memory: Memory
) -> tuple[Integers, Reals]:
    """Record premium and losses at the statement; the rows that it judges and loss ratios[n], NaN without premium."""
    premium, losses = memory["ratio_premium"], memory["ratio_losses"]
    record.write(facts, covered, premium, losses)
    ratio = np.full(facts.layout.rows, np.nan)
    if trailing:
        new = int(record.windows.closing(facts.ordinal)[0])
        memory["premium"][:] += premium[new] - premium[new - MONTHS_PER_YEAR]
        memory["measure"][:] += losses[new] - losses[new - MONTHS_PER_YEAR]
        counted = memory["measure"]
        if record.per_year is not None:
            counted = record.per_year.limit(memory["premium"], counted)
        np.divide(counted, memory["premium"], out=ratio, where=memory["premium"] > 0)
        return np.arange(ratio.size), ratio
    found = record.judged(facts, covered.cells, premium, losses)
    if found is None:
        return np.zeros(0, dtype=np.int64), ratio
    ratio[found.rows] = found.ratio
    return found.rows, ratio
