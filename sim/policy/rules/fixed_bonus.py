"""Fixed bonus: a sum a month to every partner that sells for us, or that sells enough."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.kernels import kernel
from sim.base.units import MINOR_PER_MAJOR, Dated, Money, Positive, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.given.prospect import Prospect
from sim.policy.parts import shares
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement


class FixedBonus(Rule):
    """A monthly sum, whatever the volume above a bound. Renewals count; none is paid to a partner that is gone.

    Formula: amount if V > 0 and V >= least, else 0; V is the month's premium, or contracts, new and renewed. The sum is
    not parted.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["fixed_bonus"]
    amount: Dated[Money] = Field(description="a month")
    by: Literal["premium", "contracts"] = Field(default="contracts", description="what the least volume is measured in")
    least: Positive | None = Field(default=None, description="volume of the month that earns it; left out: any")

    @property
    def needs_renewals(self) -> bool:
        return self.by == "contracts"

    @property
    def needs_contracts(self) -> bool:
        return self.by == "contracts"

    @property
    def pays_on_sales(self) -> bool:
        return False

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> tuple[Flags, int]:
        """Cells and the bonus in minor units."""
        return cells, to_minor(self.amount.at(ordinal))

    def expect(self, prospect: Prospect, terms: tuple[Flags, int]) -> None:
        """Paid where the mean volume is enough."""
        cells, amount = terms
        mask = prospect.layout.by_row(cells)
        volume = ((prospect.premium if self.by == "premium" else prospect.count) * mask).sum(axis=0)
        reached = (volume > 0) & (volume >= (self.least or 0.0))
        prospect.add_amount(np.where(reached, amount / MINOR_PER_MAJOR, 0.0), mask)

    def apply(self, facts: MonthFacts, terms: tuple[Flags, int], memory: Memory, statement: Statement) -> None:
        cells, amount = terms
        volume = np.zeros(facts.layout.rows, dtype=np.int64)
        money = self.by == "premium"
        new, renewal = (
            (facts.premium_new, facts.premium_renewal) if money else (facts.count_credited, facts.count_renewal)
        )
        _volume(facts.layout.edges, cells, new, renewal, volume)
        least = (self.least or 0.0) * (MINOR_PER_MAJOR if money else 1)
        reached = facts.present & (volume > 0) & (volume >= least)
        statement.true_up(reached * np.int64(amount))

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        return (
            super().reads(facts, memory, p, i)
            if self.by == "premium"
            else ("contracts", shares.contracts(self, facts, i))
        )


@kernel
def _volume(edges: Words, cells: Flags, new: Integers, renewal: Integers, out: Integers) -> None:
    """Add new + renewal, int64[P, n], of the cells bool[P, S] to out[n]."""
    for p in range(cells.shape[0]):
        for s in range(edges.size - 1):
            if cells[p, s % cells.shape[1]]:
                for i in range(edges[s], edges[s + 1]):
                    out[i] += new[p, i] + renewal[p, i]
