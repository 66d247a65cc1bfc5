"""Tiers: the rate rises with the volume of a window, slice by slice (marginal) or on all of it (retroactive).

Each statement books rate x window volume less what the window has booked; what it books beyond the rate reached on
this month's premium is a true-up. A trailing window only sets the rate of this month's premium.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Block, Positive, Share
from sim.policy.rule import Cells, Memory, Rule

if TYPE_CHECKING:
    from sim.policy.facts import Layout, MonthFacts, Prospect, Statement

WINDOW_MONTHS = {"month": 1, "quarter": 3, "year": MONTHS_PER_YEAR, "trailing": MONTHS_PER_YEAR}


_Steps = tuple[NDArray[np.float64], NDArray[np.float64], bool, bool]


class Bracket(Block):
    """One step of a scale."""

    above: Positive = Field(description="lower bound of the volume: major units of premium, or contracts")
    rate: Share


class Scale(Block):
    """Brackets sorted by their lower bound, the first at 0."""

    kind: Literal["marginal", "retroactive"]
    edge: Literal["left", "right"] = Field(default="left", description="left: the bound belongs to the tier it starts")
    brackets: list[Bracket] = Field(min_length=1)

    @model_validator(mode="after")
    def _sorted(self) -> Scale:
        bounds = [bracket.above for bracket in self.brackets]
        if bounds[0] != 0:
            raise ValueError(f"the first tier must start from 0, it starts above {bounds[0]:g}")
        if any(low >= high for low, high in itertools.pairwise(bounds)):
            raise ValueError("brackets must rise: sort them by above, without repeats")
        return self

    def arrays(self, unit: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower bounds, in units of 1/`unit`, and rates."""
        return (
            np.array([bracket.above * unit for bracket in self.brackets]),
            np.array([bracket.rate for bracket in self.brackets]),
        )


class Tiers(Rule):
    """Volume commission of the named segments and products."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("measure", "i8", "minor or contracts", "volume of the window so far"),
        Column("premium", "i8", "minor", "premium of the window so far"),
        Column("booked", "i8", "minor", "commission that the window has booked"),
        Column("months", "i8", "minor or contracts", "volume by month; one month unless the window trails", ("window",)),
    )
    kind: Literal["tiers"]
    role: Literal["main", "bonus"] = Field(default="main", description="main: instead of base; bonus: on top of it")
    by: Literal["premium", "count"] = "premium"
    window: Literal["month", "quarter", "year", "trailing"] = Field(
        default="year", description="period after which the volume starts anew; trailing: the last 12 months"
    )
    scale: Scale

    def axis_lengths(self) -> dict[str, int]:
        return {"window": MONTHS_PER_YEAR if self.window == "trailing" else 1}

    @property
    def claims_cells(self) -> bool:
        return self.role == "main"

    def terms(self, layout: Layout, ordinal: int, cells: Cells, caps: NDArray[np.float64]) -> tuple[Cells, _Steps]:
        """Cells and scale; a true-up falls on the whole window, so a scale pays nowhere above its products' caps."""
        bounds, rates = self.scale.arrays(MINOR_PER_MAJOR if self.by == "premium" else 1.0)
        covered = caps[cells.any(axis=1)]
        if self.scale.kind == "retroactive" and covered.size:
            rates = np.minimum(rates, covered.min())
        return cells, (bounds, rates, self.scale.kind == "marginal", self.scale.edge == "left")

    def expect(self, prospect: Prospect, terms: tuple[Cells, _Steps]) -> None:
        from sim.policy import scale as scales  # compiled: reading a scenario must not pay for numba

        cells, steps = terms
        masks = _rows(cells, prospect.layout.bounds)
        volume = prospect.premium * MINOR_PER_MAJOR if self.by == "premium" else prospect.count
        window = (volume * masks).sum(axis=0) * WINDOW_MONTHS[self.window]
        rate = np.zeros(window.size)
        scales.average_rates(window, *steps, rate)
        prospect.rate[:] += np.where(masks, rate, 0.0)

    def accrue(self, facts: MonthFacts, terms: tuple[Cells, _Steps], memory: Memory, statement: Statement) -> None:
        from sim.policy import scale as scales

        cells, steps = terms
        slot = facts.ordinal % MONTHS_PER_YEAR
        self._open_window(facts.ordinal, slot, memory)
        for s in np.flatnonzero(cells.any(axis=0)):
            statement.total += scales.book(
                facts.layout.edges[s], facts.layout.edges[s + 1], cells[:, s],
                facts.premium_new, facts.premium_renewal, facts.count_new, facts.count_renewal,
                *steps, self.window == "trailing", self.by == "premium",
                memory["months"][slot % len(memory["months"])], memory["measure"], memory["premium"],
                memory["booked"], statement.accrued, statement.on_new, statement.expensed, statement.reversed,
            )  # fmt: skip

    def _open_window(self, ordinal: int, slot: int, memory: Memory) -> None:
        if self.window == "trailing":
            memory["measure"][:] -= memory["months"][slot]
        elif ordinal % WINDOW_MONTHS[self.window] == 0:
            for name in ("measure", "premium", "booked"):
                memory[name][:] = 0


def _rows(cells: Cells, bounds: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.repeat(cells, np.diff(bounds), axis=1)
