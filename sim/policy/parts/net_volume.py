"""The volume of a window net of refunds, and what it demands beyond the commission that it has.

Notation: p product, i partner row; n rows, P products, S segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.policy.facts import MonthFacts
from sim.policy.kernels import scale as scales
from sim.policy.kernels import true_ups
from sim.policy.parts.windows import Windows
from sim.policy.rule import Memory
from sim.policy.statement import Statement, TrueUp

Steps = tuple[Reals, Reals, bool, bool]
"""lower bounds and rates; slice by slice; a bound belongs to the tier it starts"""


class Refunded(NamedTuple):
    """What this month takes out of each row's window."""

    lines: Integers
    """int64[4, n], as `kernels.true_ups` names them"""
    slices: Reals
    """float64[n] rate x contracts"""

    @property
    def premium(self) -> Integers:
        """Minor units, int64[n]."""
        return np.asarray(self.lines[true_ups.EARLIER] + self.lines[true_ups.NOW])

    @property
    def contracts(self) -> Integers:
        """int64[n]."""
        return np.asarray(self.lines[true_ups.CONTRACTS])


def forget_trailing(facts: MonthFacts, cells: Flags, by_premium: bool, memory: Memory) -> None:
    """Take this month's refunds out of the trailing windows and of the months of their sales."""
    months = memory["months"]
    row, _, age, premium, contracts = facts.refunds.within(facts.layout, cells, np.array([len(months)]))
    lost = premium if by_premium else contracts
    np.subtract.at(months, ((facts.ordinal - age) % len(months), row), lost)
    np.subtract.at(memory["measure"], row, lost)


@dataclass(frozen=True)
class WindowScale:
    """A scale of premium, contracts (`count`) or growth over windows that end, where it holds.

    The rule remembers `premium`, `booked`, `fresh`, `standing`, `months`, and `measure` unless by growth (see `tiers`).
    """

    by: str
    windows: Windows
    net: bool
    cells: Flags
    steps: Steps

    def settle(self, facts: MonthFacts, memory: Memory, statement: Statement) -> None:
        """True the windows up at the statement, net of refunds, and have it deferred with the premium."""
        months, measure = self.windows.months(facts), memory["premium" if self.by == "growth" else "measure"]
        then = now = self._read(facts, measure, memory)
        lost = self._refunded(facts, months, memory["standing"])
        if lost.lines.any():
            memory["premium"][:] -= lost.premium
            if self.by != "growth":
                measure -= lost.premium if self.by == "premium" else lost.contracts
            now = self._read(facts, measure, memory)
        measured = measure if self.by == "growth" else memory["months"][0]
        change, kept = np.zeros((2, 2, facts.layout.rows), dtype=np.int64)
        true_ups.settle(
            facts.layout.edges, self.cells, self.steps[2], self.by != "count", self.net and not statement.returns,
            then, now, *lost, facts.released, statement.taken_back, measured, measure, memory["premium"],
            memory["fresh"], memory["booked"], memory["standing"], change, kept,
        )  # fmt: skip
        for part in change:
            statement.true_up(part)
        statement.spread(TrueUp(self.cells, change, kept, months, self.net))
        if len(statement.on_new):
            true_ups.on_new(facts.layout.edges, self.cells, change[1], kept[1], facts.premium_new, statement.on_new)

    def _refunded(self, facts: MonthFacts, months: Integers, standing: Reals) -> Refunded:
        found = Refunded(np.zeros((4, facts.layout.rows), dtype=np.int64), np.zeros(facts.layout.rows))
        entries = facts.refunds.within(facts.layout, self.cells, months * self.net)
        if entries.size:
            true_ups.gather(entries, facts.ordinal % max(len(standing), 1), standing, *found)
        return found

    def _read(self, facts: MonthFacts, measure: Integers, memory: Memory) -> Reals:
        """The rate, or the payout of slices, that the window's volume has reached: float64[n]."""
        found = np.empty(facts.layout.rows)
        bounds, rates, marginal, left = self.steps
        if self.by == "growth":
            before = memory["months"][facts.ordinal // self.windows.length % len(memory["months"])]
            scales.reach_growth(measure, before, bounds, rates, left, found)
        else:
            true_ups.read(facts.layout.edges, self.cells, bounds, rates, marginal, left, measure, found)
        return found
