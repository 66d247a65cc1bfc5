"""Clawback: the commission of a sale goes back when its contract is lost soon after.

Notation: j age of a contract in months, p product.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags
from sim.base.columns import Column
from sim.base.units import WholeMonths
from sim.policy.facts import MonthFacts
from sim.policy.kernels import contract_ages
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement


class Clawback(Rule):
    """Takes back the commission on new business, fees for sales included, of contracts lost inside a window.

    It is what was paid: what limits and carve-outs leave of it, each cut shared in proportion by all commission that it
    falls on. Later true-ups of a rate, up or down, belong to no sale.

    It counts whole months since the sale: a window of 1mo covers contracts cancelled in the month they were sold. What
    `policy.payment.clawback` takes back of the same loss, as unearned, counts towards it. Commission on renewals
    stays with the partner, and so does that of contracts which renew without it. When the rule ends, contracts sold
    before stay under it.
    """

    phase: ClassVar[Phase] = Phase.RETURN
    runs_on: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
    takes_back: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "contracts", "i4", "contracts", "contracts still within the window, by month of sale", ("product", "cohort")
        ),
        Column("kept", "i8", "minor", "commission of their sale, by month of sale", ("product", "cohort")),
    )
    batched: ClassVar[bool] = True
    kind: Literal["clawback"]
    window: WholeMonths = Field(description="months since the sale in which a contract lost costs its commission")
    how: Literal["pro_rata", "full"] = Field(
        default="pro_rata", description="pro_rata: the part of the window that is left; full: all of it"
    )

    @model_validator(mode="after")
    def _some_months(self) -> Clawback:
        if self.window < 1:
            raise ValueError("a clawback needs at least one month: state a window, such as 12mo, or leave the rule out")
        return self

    def axis_lengths(self) -> dict[str, int]:
        return {"cohort": self.window}

    @property
    def ages(self) -> int:
        return self.window

    def in_force(self, ordinal: int) -> bool:
        """Whether sales of this month come under it, or some of earlier months still do."""
        end = self.effective_until
        return super().in_force(ordinal) or (end is not None and end <= ordinal < end + self.window)

    @property
    def dates(self) -> list[int]:
        end = self.effective_until
        return super().dates + ([] if end is None else [end + self.window])

    def apply(self, facts: MonthFacts, terms: Flags, memory: Memory, statement: Statement) -> None:
        taken, unearned = np.zeros((2, facts.layout.rows), dtype=np.int64)
        pro_rata = self.how == "pro_rata"
        for p in np.flatnonzero(terms.any(axis=1)).tolist():
            rows = facts.layout.edges, terms[p], facts.ordinal % self.window
            rings = memory["contracts"][p], memory["kept"][p]
            sold = facts.count_new[p] * super().in_force(facts.ordinal)
            contract_ages.remember(*rows, sold, statement.on_new[p] + statement.fees_on_new[p], *rings)
            contract_ages.claw_back(
                *rows, facts.layout.terms[p], pro_rata, facts.lost[p], facts.moved[p], *rings, taken, unearned
            )
        contract_ages.without_twice(taken, unearned, statement.taken_back)
        statement.true_up(-taken)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        """Contracts lost within the window."""
        mine = [
            lost for lost, product in zip(facts.lost, facts.layout.products, strict=True) if self._covers_some(product)
        ]
        return "contracts", float(sum(int(lost[: self.window, i].sum()) for lost in mine))

    def _covers_some(self, product: str) -> bool:
        return self.products is None or product in self.products
