"""By sale: a rate by the size of the single sale, and the least and the most for each.

Of a sale of premium x it pays min(max(f(x), least), most), rounded for each sale; f is a rate, or a scale read at x
itself, slice by slice (marginal) or on all of it at the rate reached (retroactive).
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.units import MINOR_PER_MAJOR, Dated, Money, Share, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed
from sim.policy.kernels import sale_lines
from sim.policy.parts.history import highest, rate_table
from sim.policy.parts.net_volume import Steps
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement
from sim.policy.terms.brackets import Scale
from sim.policy.terms.rates import Rates

ALIKE: Reals = np.ones(1)
MOST = 2**50  # minor units: none is stated


class Terms(NamedTuple):
    """Where the rule holds, what it pays for a sale, within which sums, and the rates on renewals."""

    cells: Flags
    steps: Steps
    least: int
    most: int
    renewal: Reals
    """float64[product, segment]"""


class BySale(Rule):
    """Commission of each new contract by its own size, summed over the contracts.

    Formula: sum over new contracts of min(max(f(s), least), most), with s the premium of the contract and f(s) = rate x
    s; retroactive scale: r_k x s, with k the bracket that s has reached; marginal scale: the sum over brackets of r_j x
    the part of s in it. Each contract is rounded by itself. Beside it `renewal` x renewal premium.

    Contracts of a product without `sizes` are alike. A sale that goes back as negative premium takes back what a sale
    of its size is paid. What a partner is credited with less than it sold earns in proportion.
    """

    phase: ClassVar[Phase] = Phase.RATE
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["by_sale"]
    role: Literal["main", "bonus"] = Field(default="main", description="main: instead of base; bonus: on top of it")
    rate: Dated[Share] | None = Field(default=None, description="share of the sale, whatever its size; or state scale")
    scale: Scale | None = Field(default=None, description="rates by the size of the single sale, major units")
    least: Dated[Money] | None = Field(default=None, description="least commission for a sale; left out: none")
    most: Dated[Money] | None = Field(default=None, description="most commission for a sale; left out: any")
    renewal: Rates | None = Field(default=None, description="rate on renewals; left out: none")

    @model_validator(mode="after")
    def _pays(self) -> BySale:
        if (self.rate is None) == (self.scale is None):
            raise ValueError("state either rate, the same for every sale, or scale, by its size")
        if self.scale is not None and self.scale.kind in ("prospective", "linear"):
            raise ValueError(f"a single sale has no scale {self.scale.kind}: write marginal or retroactive")
        if not self.highest and not self._sums(self.least):
            raise ValueError("a rule that never pays: state a rate above 0, or least")
        if self.most is not None and min(self._sums(self.most)) < max(self._sums(self.least), default=0.0):
            raise ValueError("least is more than most: no sale could earn both")
        return self

    @staticmethod
    def _sums(dated: Dated[Money] | None) -> list[float]:
        return [] if dated is None else [amount for amount in dated.since.values() if amount]

    @property
    def highest(self) -> float:
        """The best rate on a sale at any time, sums apart."""
        if self.scale is not None:
            return self.scale.highest
        return max(self.rate.since.values()) if self.rate is not None else 0.0

    @property
    def needs_contracts(self) -> bool:
        return True

    @property
    def reads_sales(self) -> bool:
        return True

    @property
    def claims_cells(self) -> bool:
        return self.role == "main"

    @property
    def pays_new_apart(self) -> bool:
        return True

    def highest_rate(self, product: str, segment: str) -> float:
        renewal = 0.0 if self.renewal is None else highest(self.renewal, product, segment)
        return max(self.highest, renewal) if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Terms:
        least, most = (None if one is None else to_minor(one.at(ordinal)) for one in (self.least, self.most))
        nothing = np.zeros(cells.shape)
        renewal = nothing if self.renewal is None else rate_table(self.renewal, layout, ordinal, cells)
        return Terms(cells, self._steps(ordinal), least or 0, MOST if most is None else most, renewal)

    def _steps(self, ordinal: int) -> Steps:
        if self.scale is not None:
            return (*self.scale.arrays(MINOR_PER_MAJOR, ordinal), self.scale.kind == "marginal", self._left)
        rate = 0.0 if self.rate is None else self.rate.at(ordinal)
        return np.zeros(1), np.array([rate]), False, True

    @property
    def _left(self) -> bool:
        return self.scale is None or self.scale.edge == "left"

    def expect(self, prospect: Prospect, terms: Terms) -> None:
        """The mean over the law of sizes, at the mean size of what each partner would sell."""
        covered = prospect.layout.by_row(terms.cells)
        for p, there in enumerate(covered):
            found, mean, sold = np.empty(there.size), np.zeros(there.size), prospect.count[p]
            np.divide(prospect.premium[p], sold, where=sold > 0, out=mean)
            points = prospect.layout.sizes[p] if prospect.layout.sizes else ALIKE
            sale_lines.expected(
                *terms.steps, float(terms.least), float(terms.most), mean * MINOR_PER_MAJOR, points, found
            )
            prospect.rate[p] += np.where(there, found, 0.0)

    def accrue(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        nothing = np.zeros(len(facts.layout.segments))
        covered = facts.layout.by_row(terms.cells)
        for p, there in enumerate(covered):
            if terms.cells[p].any():
                self._accrue(p, there, facts, terms, statement)
            if terms.renewal[p].any():
                statement.accrue(p, facts, nothing, terms.renewal[p])

    def _accrue(self, p: int, there: Flags, facts: MonthFacts, terms: Terms, statement: Statement) -> None:
        premium = facts.premium_new[p] * there
        sales = facts.single(p, premium)
        lines = np.empty(sales.row.size, dtype=np.int64)
        sale_lines.by_size(*terms.steps, terms.least, terms.most, sales.size, sales.alike, lines)
        amount = sales.by_row(lines, premium)
        statement.accrue_amount(p, amount, on_new=amount)

    def computed(self, facts: MonthFacts, terms: Terms, memory: Memory, p: int, i: int) -> list[Computed]:
        """A rate where there is one; of brackets and sums each sale has its own."""
        name, value = self.reads(facts, memory, p, i)
        plain = self.rate is not None and not terms.least and terms.most == MOST and not terms.renewal.any()
        return [Computed(name, value, float(terms.steps[1][0]) if plain else None)]
