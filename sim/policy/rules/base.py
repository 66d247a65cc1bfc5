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


class Base(Rule):
    """The rate of every product and segment that no other main rule covers."""

    gives_way: ClassVar[bool] = True
    kind: Literal["base"]
    new: Rates = Field(description="rate on new business")
    renewal: Rates | None = Field(default=None, description="rate on renewals; left out: as on new business")

    def expect(self, prospect: Prospect, cells: Cells) -> None:
        layout = prospect.layout
        rates = _table(self.new, layout, prospect.ordinal, cells)
        for s in range(len(layout.segments)):
            prospect.rate[:, layout.bounds[s] : layout.bounds[s + 1]] += rates[:, s, None]

    def apply(self, facts: MonthFacts, memory: Memory, statement: Statement, cells: Cells) -> None:
        new = _table(self.new, facts.layout, facts.ordinal, cells)
        renewal = _table(self.renewal or self.new, facts.layout, facts.ordinal, cells)
        for p in range(len(facts.layout.products)):
            statement.accrue(p, facts, new[p], renewal[p])


def _table(rates: Rates, layout: Layout, ordinal: int, cells: Cells) -> NDArray[np.float64]:
    table = [[rates.at(product, segment, ordinal) for segment in layout.segments] for product in layout.products]
    return np.where(cells, np.array(table), 0.0)
