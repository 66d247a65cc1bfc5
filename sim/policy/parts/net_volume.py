"""The volume of a window net of refunds, and what it demands beyond the commission that it has: what tiers share.

Notation: p product, i partner row; n rows, P products, S segments.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.policy.facts import MonthFacts
from sim.policy.kernels import true_ups
from sim.policy.rule import Memory
from sim.policy.statement import Statement, TrueUp


class Refunded(NamedTuple):
    """What this month takes out of each row's window."""

    lines: Integers
    """int64[4, n], as `kernels.true_ups` names them"""
    slices: Reals
    """float64[n] rate x contracts"""

    @property
    def premium(self) -> Integers:
        """Premium, int64[n]."""
        return np.asarray(self.lines[true_ups.EARLIER] + self.lines[true_ups.NOW])

    @property
    def contracts(self) -> Integers:
        """int64[n]."""
        return np.asarray(self.lines[true_ups.CONTRACTS])


class Reading(NamedTuple):
    """How the scale of a window reads before and after this month's refunds: rates, or payouts of slices, f8[n]."""

    then: Reals
    now: Reals
    marginal: bool
    by_premium: bool


def refunded(facts: MonthFacts, cells: Flags, months: Integers, standing: Reals) -> Refunded:
    """What is refunded of contracts sold in the last months[n], or months[1] for all rows.

    `standing`, float64[m or 0, n], holds the rates of the months of the window by month, where slices have each theirs.
    """
    found = Refunded(np.zeros((4, facts.layout.rows), dtype=np.int64), np.zeros(facts.layout.rows))
    entries = facts.refunds.within(facts.layout, cells, months)
    if entries.size:
        true_ups.gather(entries, facts.ordinal % max(len(standing), 1), standing, *found)
    return found


def forget_trailing(facts: MonthFacts, cells: Flags, by_premium: bool, memory: Memory) -> None:
    """Take this month's refunds out of the trailing windows and of the months of their sales."""
    months, within = memory["months"], np.array([MONTHS_PER_YEAR])
    row, _, age, premium, contracts = facts.refunds.within(facts.layout, cells, within)
    lost = premium if by_premium else contracts
    np.subtract.at(months, ((facts.ordinal - age) % len(months), row), lost)
    np.subtract.at(memory["measure"], row, lost)


def settle(
    facts: MonthFacts, cells: Flags, months: Integers, reading: Reading, lost: Refunded, net: bool, measured: Integers,
    measure: Integers, memory: Memory, statement: Statement,
) -> None:  # fmt: skip
    """True the windows up, their volume `measure` and premium already net of what is `lost`.

    `months`: of the window so far, this one included, int64[n], or int64[1] for all rows.
    """
    rows = facts.layout.rows
    change, kept = np.zeros((2, 2, rows), dtype=np.int64)
    true_ups.settle(
        facts.layout.edges, cells, reading.marginal, reading.by_premium, net and not statement.returns,
        reading.then, reading.now, *lost, facts.released, statement.taken_back, measured, measure, memory["premium"],
        memory["fresh"], memory["booked"], memory["standing"], change, kept,
    )  # fmt: skip
    for part in change:
        statement.true_up(part)
    statement.spread(TrueUp(cells, change, kept, months, net))
    if len(statement.on_new):
        true_ups.on_new(facts.layout.edges, cells, change[1], kept[1], facts.premium_new, statement.on_new)

