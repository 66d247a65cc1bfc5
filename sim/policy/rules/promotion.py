"""Promotion: a share of new premium, a sum for every sale, or both, between two months."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.units import MINOR_PER_MAJOR, Money, Share
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed
from sim.policy.kernels import amounts
from sim.policy.parts import shares
from sim.policy.parts.rounded import Rounded
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement


class Promotion(Rounded):
    """An addition on new business for a time: effective_from and effective_until must be stated.

    Formula: share x P + per_sale x n, with P new premium (a line of each product) and n new contracts. In a month that
    the rule holds in part, times the share of its days.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    by_days: ClassVar[bool] = True
    kind: Literal["promotion"]
    share: Share = Field(default=0.0, description="of new premium")
    per_sale: Money = Field(default=0.0, description="for every new contract")

    @model_validator(mode="after")
    def _for_a_time(self) -> Promotion:
        if self.effective_from is None or self.effective_until is None:
            raise ValueError("a promotion begins and ends; state effective_from and effective_until")
        if self.share == 0 and self.per_sale == 0:
            raise ValueError("a promotion of nothing; state share, per_sale or both")
        return self

    @property
    def pays_new_apart(self) -> bool:
        return True

    @property
    def needs_contracts(self) -> bool:
        return self.per_sale > 0

    def highest_rate(self, product: str, segment: str) -> float:
        return self.share if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> tuple[Reals, Reals]:
        """Share of premium, and sum for a sale in minor units: float64[product, segment] each."""
        part = self.days_of(ordinal)
        return np.where(cells, self.share * part, 0.0), np.where(cells, self.per_sale * MINOR_PER_MAJOR * part, 0.0)

    def expect(self, prospect: Prospect, terms: tuple[Reals, Reals]) -> None:
        share, price = terms
        prospect.add(share)
        sums = prospect.layout.by_row(price) / MINOR_PER_MAJOR * prospect.count
        prospect.rate[:] += np.divide(sums, prospect.premium, out=np.zeros(sums.shape), where=prospect.premium > 0)

    def accrue(self, facts: MonthFacts, terms: tuple[Reals, Reals], memory: Memory, statement: Statement) -> None:
        self.accrue_lines(facts, terms[0], np.zeros_like(terms[0]), statement)

    def plain_rates(self, facts: MonthFacts, terms: tuple[Reals, Reals]) -> tuple[Reals, Reals] | None:
        return (terms[0], np.zeros_like(terms[0])) if self.rounding == "statement" else None

    def apply(self, facts: MonthFacts, terms: tuple[Reals, Reals], memory: Memory, statement: Statement) -> None:
        if self.per_sale:
            due = np.zeros((len(terms[1]), facts.layout.rows), dtype=np.int64)
            count, parts = facts.credited
            amounts.per_contract(facts.layout.edges, terms[1] / parts, count, due)
            statement.true_up(due.sum(axis=0), on_new=due)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        return (
            ("contracts", shares.contracts(self, facts, i, renewal=False))
            if p < 0
            else ("premium", float(facts.premium_new[p, i]))
        )

    def computed(self, facts: MonthFacts, terms: tuple[Reals, Reals], memory: Memory, p: int, i: int) -> list[Computed]:
        rate = float(terms[1].max() if p < 0 else terms[0][p, facts.layout.segment_of(i)])
        return [Computed(*self.reads(facts, memory, p, i), rate)]
