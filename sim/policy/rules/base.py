"""Base commission: a share of premium by product, segment, new and renewal business."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.policy.rates import Rates
from sim.policy.rule import Cells, Memory, Rule

if TYPE_CHECKING:
    from sim.policy.facts import Layout, MonthFacts, Prospect, Statement

Table = NDArray[np.float64]


class Base(Rule):
    """The rate of every product and segment that no other main rule covers."""

    gives_way: ClassVar[bool] = True
    kind: Literal["base"]
    new: Rates = Field(description="rate on new business")
    renewal: Rates | None = Field(default=None, description="rate on renewals; left out: as on new business")

    def terms(self, layout: Layout, ordinal: int, cells: Cells, caps: Table) -> tuple[Table, Table]:
        """Rates on new business and on renewals: float64[product, segment] each."""
        new = _table(self.new, layout, ordinal, cells)
        return new, new if self.renewal is None else _table(self.renewal, layout, ordinal, cells)

    def expect(self, prospect: Prospect, terms: tuple[Table, Table]) -> None:
        prospect.add(terms[0])

    def accrue(self, facts: MonthFacts, terms: tuple[Table, Table], memory: Memory, statement: Statement) -> None:
        for p, (new, renewal) in enumerate(zip(*terms, strict=True)):
            statement.accrue(p, facts, new, renewal)


def _table(rates: Rates, layout: Layout, ordinal: int, cells: Cells) -> Table:
    table = [[rates.at(product, segment, ordinal) for segment in layout.segments] for product in layout.products]
    return np.where(cells, np.array(table), 0.0)
