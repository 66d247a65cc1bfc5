"""Unit tiers: a sum for each contract, which rises with the contracts of a window."""

from __future__ import annotations

import itertools
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Integers, Reals
from sim.base.units import MINOR_PER_MAJOR, Block, Coefficient, Dated, Money
from sim.policy.given.facts import MonthFacts
from sim.policy.measuring.meter import Meter
from sim.policy.parts.volume_sums import SumTerms, VolumeSums
from sim.policy.statement import Statement

Steps = tuple[Reals, Reals]


class UnitBracket(Block):
    """One step of the scale."""

    above: Coefficient = Field(description="contracts of the window above which it holds (edge: left: from which on)")
    amount: Money = Field(description="for each contract")


class UnitTiers(VolumeSums):
    """A sum for each contract by the number of contracts of the window.

    Formula: retroactive: a_k V, with k the bracket that V has reached; marginal: the sum over brackets of a_j x the
    contracts that fall into it.
    """

    batched: ClassVar[bool] = True
    owes_later: ClassVar[bool] = True
    kind: Literal["unit_tiers"]
    role: Literal["main", "bonus"] = Field(default="main", description="main: instead of base; bonus: on top of it")
    by: Literal["count"] = Field(default="count", description="contracts")
    scale: Literal["retroactive", "marginal"] = Field(
        default="retroactive", description="the sum reached for all contracts of the window, or each slice at its own"
    )
    edge: Literal["left", "right"] = Field(default="left", description="left: the bound belongs to the step it starts")
    brackets: Dated[list[UnitBracket]] = Field(description="sums for each contract, the first from 0")

    @model_validator(mode="after")
    def _rise(self) -> UnitTiers:
        for brackets in self.brackets.since.values():
            if not brackets or brackets[0].above != 0:
                raise ValueError("the first bracket must start from 0: write above: 0, with amount: 0 for nothing")
            if any(low.above >= high.above for low, high in itertools.pairwise(brackets)):
                raise ValueError("brackets must rise: sort them by above, without repeats")
        return self

    @property
    def claims_cells(self) -> bool:
        return self.role == "main"

    @property
    def pays_new_apart(self) -> bool:
        return self.business == "new"

    def said(self, ordinal: int) -> Steps:
        """Bounds in contracts and sums in minor units: float64[brackets] each."""
        brackets = self.brackets.at(ordinal)
        return (
            np.array([one.above for one in brackets], dtype=np.float64),
            np.array([one.amount for one in brackets]) * MINOR_PER_MAJOR,
        )

    def due(self, said: Steps, reached: Reals) -> Reals:
        bounds, sums = said
        if self.scale == "marginal":
            slices = np.diff(np.minimum(np.append(bounds, np.inf)[:, None], reached), axis=0)
            return np.asarray((slices * sums[:, None]).sum(axis=0))
        right = np.searchsorted(bounds, reached, side="right" if self.edge == "left" else "left")
        return np.asarray(reached * sums[np.maximum(right - 1, 0)])

    def book(self, facts: MonthFacts, terms: SumTerms, meter: Meter, change: Integers, statement: Statement) -> None:
        """Of a gross window what is for this month's sales belongs to them, and goes back with them."""
        if self.volume == "net" or self.business != "new":
            statement.true_up(change)
            return
        sold, volume = facts.count_credited * facts.layout.by_row(terms.cells), meter.read(facts)
        each = np.divide(self.due(terms.said, volume), volume, out=np.zeros(volume.size), where=volume > 0)
        each = np.minimum(each, np.divide(change, sold.sum(axis=0), out=np.zeros(volume.size), where=change > 0))
        statement.true_up(change, on_new=np.floor(each * sold).astype(np.int64))
