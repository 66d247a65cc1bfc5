"""What every commission rule declares: fields, the columns it remembers, and what it does to a statement."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.base.columns import Column
from sim.base.units import Block

if TYPE_CHECKING:
    from sim.policy.facts import Layout, MonthFacts, Prospect, Statement

Cells = NDArray[np.bool_]
Memory = Mapping[str, NDArray[Any]]


class Phase(IntEnum):
    """Order in which rules act on a statement."""

    RATE = 1
    AMOUNT = 2
    LEVELS = 3
    LIMIT = 4
    TIMING = 5


class Rule(Block):
    """A named part of the commission schedule. `segments` and `products` left out mean all of them."""

    phase: ClassVar[Phase] = Phase.RATE
    columns: ClassVar[tuple[Column, ...]] = ()
    gives_way: ClassVar[bool] = False  # True: holds only where no rule claims the cell
    segments: list[str] | None = Field(default=None, description="segments it covers; left out: all")
    products: list[str] | None = Field(default=None, description="products it covers; left out: all")

    def axis_lengths(self) -> dict[str, int]:
        """Lengths of the axes that the rule's own columns name."""
        return {}

    @property
    def claims_cells(self) -> bool:
        """Whether the rule stands in place of the base rate where it holds."""
        return False

    def covers(self, product: str, segment: str) -> bool:
        """Whether the rule holds for this product and segment."""
        return (self.products is None or product in self.products) and (
            self.segments is None or segment in self.segments
        )

    def cells(self, layout: Layout) -> Cells:
        """Where the rule holds: bool[product, segment], never in the direct channel."""
        partners = layout.segments[:-1]
        held = [[self.covers(product, segment) for segment in partners] + [False] for product in layout.products]
        return np.array(held, dtype=np.bool_)

    def terms(self, layout: Layout, ordinal: int, cells: Cells, caps: NDArray[np.float64]) -> Any:
        """What the rule says from the month `ordinal` until the terms next change, laid out once for `apply`.

        `caps` holds the regulator's highest rate by product, infinite where there is none.
        """
        return cells

    def expect(self, prospect: Prospect, terms: Any) -> None:
        """Add the rate that a partner may expect on new business to `prospect.rate`."""
        raise NotImplementedError

    def apply(self, facts: MonthFacts, terms: Any, memory: Memory, statement: Statement) -> None:
        """Write this month's amounts into the statement; `memory` holds the rule's own columns."""
        raise NotImplementedError
