"""Sliding scale: a provisional rate at writing, trued up to the rate of the year's loss ratio."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.columns import Column
from sim.base.units import Block, Ratio, Share
from sim.policy.given.facts import MonthFacts
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import TRUE_UP, Computed
from sim.policy.parts import carried
from sim.policy.parts.carried import Carry
from sim.policy.parts.experience import Covered, Experience, Judged, lines
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement
from sim.policy.to_come import InForce

Slide = tuple[Reals, Reals, float]


class Point(Block):
    """A point of the scale."""

    loss_ratio: Ratio = Field(description="of the year")
    rate: Share = Field(description="rate at it")


class SlidingScale(Experience):
    """A rate that follows the loss ratio of each contract year.

    Formula: provisional x P as premium is written; when the year is judged (f(q) - provisional) x P_year, paid or taken
    back, with q = (losses + deficits - credits) / P_year and f linear between points, flat outside them; `steps: true`:
    f(q) is the rate of the last point with loss_ratio <= q, of the first one below it.

    When a year is judged, the difference to the provisional rate on its premium is paid or taken back. Written premium
    is what was written in the year, refunds not taken off. A partner may expect the provisional rate.

    The year's rate is that of (losses + deficits - credits) / premium. A deficit is what losses exceed worst x premium
    by, `worst` being the loss ratio from which the last rate holds; a credit is what they fall short of best x premium
    by, `best` being that up to which the first rate holds. Both are money, carried for the years stated, and used, the
    oldest first, as far as they move the rate.
    """

    rest_is: ClassVar[str] = TRUE_UP
    phase: ClassVar[Phase] = Phase.RATE
    batched: ClassVar[bool] = True
    owes_later: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        *Experience.columns,
        Column("deficits", "i8", "minor", "losses beyond the worst rate, unused, the youngest first", ("carried",)),
        Column("credits", "i8", "minor", "losses that the best rate left over, likewise", ("credited",)),
    )
    kind: Literal["sliding_scale"]
    role: Literal["main", "bonus"] = Field(default="main", description="main: instead of base; bonus: on top of it")
    provisional: Share = Field(description="rate on new and renewal premium until the year is judged")
    points: list[Point] = Field(
        min_length=1, description="rates by loss ratio; a loss ratio given twice is a jump whose later rate holds at it"
    )
    steps: bool = Field(default=False, description="true: each rate holds from its loss ratio up to the next")
    carry: Carry = Field(
        default=0, description="whole years (`3y`, or forever) in which losses beyond where the last rate is reached "
        "count as losses of later years; 0y: they do not",
    )  # fmt: skip
    carry_credit: Carry = Field(
        default=0, description="whole years (`3y`, or forever) in which what losses fall short of where the first rate "
        "is reached lowers the losses of later years; 0y: it does not",
    )  # fmt: skip

    @model_validator(mode="after")
    def _in_order(self) -> SlidingScale:
        ratios = [point.loss_ratio for point in self.points]
        if any(low > high for low, high in itertools.pairwise(ratios)):
            raise ValueError("points must rise: sort them by loss_ratio")
        most = 1 if self.steps else 2
        if any(ratios.count(ratio) > most for ratio in ratios):
            raise ValueError(
                "steps need a point a loss ratio: leave out the repeated one" if self.steps
                else "a loss ratio may stand twice, for a jump, and not more often"
            )  # fmt: skip
        return self

    @model_validator(mode="after")
    def _carries(self) -> SlidingScale:
        carried.check("carry", self.carry)
        carried.check("carry_credit", self.carry_credit)
        if (self.carry or self.carry_credit) and len({point.rate for point in self.points}) == 1:
            raise ValueError("a scale of one rate has nothing to carry: leave out carry, or state other rates")
        return self

    def axis_lengths(self) -> dict[str, int]:
        return super().axis_lengths() | {
            "carried": carried.years(self.carry),
            "credited": carried.years(self.carry_credit),
        }

    def shows(self, memory: Memory, i: int) -> Mapping[str, float]:
        return carried.shown(memory, i)

    @property
    def claims_cells(self) -> bool:
        return self.role == "main"

    @property
    def slide(self) -> tuple[list[float], list[float]]:
        """Loss ratios and rates of the points; a step is a jump after a flat piece."""
        ratios, rates = [point.loss_ratio for point in self.points], [point.rate for point in self.points]
        if not self.steps:
            return ratios, rates
        return [ratios[0], *np.repeat(ratios[1:], 2)], [*np.repeat(rates[:-1], 2), rates[-1]]

    def highest_rate(self, product: str, segment: str) -> float:
        """The best rate of the scale, or the provisional one."""
        return max(self.provisional, *(point.rate for point in self.points)) if self.covers(product, segment) else 0.0

    def scale(self, cells: Flags, caps: Reals) -> Slide:
        """Loss ratios, rates, provisional rate; a true-up falls on the whole year: nowhere above its products' caps."""
        cap = float(caps[cells.any(axis=1)].min(initial=np.inf))
        ratios, rates = self.slide
        return np.array(ratios), np.minimum(rates, cap), min(self.provisional, cap)

    def expect(self, prospect: Prospect, terms: tuple[Covered, Slide]) -> None:
        prospect.add(np.where(terms[0].cells, terms[1][2], 0.0))

    def accrue(self, facts: MonthFacts, terms: tuple[Covered, Slide], memory: Memory, statement: Statement) -> None:
        statement.accrue_all(facts, *self.plain_rates(facts, terms))

    def plain_rates(self, facts: MonthFacts, terms: tuple[Covered, Slide]) -> tuple[Reals, Reals]:
        rates = np.where(terms[0].cells, terms[1][2], 0.0)
        return rates, rates

    @property
    def accrues_later(self) -> bool:
        return self.basis == "earned"

    def to_come(self, in_force: InForce, terms: tuple[Covered, Slide]) -> Reals | float:
        if not self.accrues_later:
            return 0.0
        ratios, rates, provisional = terms[1]
        reached = at_loss_ratio(self.expected_ratio(in_force), ratios, rates)
        return np.asarray((reached - provisional) * in_force.unearned)

    def judge(self, found: Judged, scale: Slide, memory: Memory, statement: Statement) -> None:
        ratios, rates, provisional = scale
        if (self.carry or self.carry_credit) and rates.min() < rates.max():  # a regulator's cap may level them
            found = self._with_carried(found, ratios, rates, memory)
        reached = at_loss_ratio(found.ratio, ratios, rates)  # without premium any rate comes to nothing
        change = lines(reached - provisional, found.premium)
        statement.true_up(found.spread(change))
        statement.rate_finally(found.total(found.premium), found.total(lines(reached, found.premium)))

    def computed(
        self, facts: MonthFacts, terms: tuple[Covered, Slide], memory: Memory, p: int, i: int
    ) -> list[Computed]:
        return [Computed(*self.reads(facts, memory, p, i), None if p < 0 else terms[1][2])]

    def _with_carried(self, found: Judged, ratios: Reals, rates: Reals, memory: Memory) -> Judged:
        """The years with what is carried into them; what they leave over is carried on."""
        best, worst = (lines(end, found.premium) for end in ends(ratios, rates))
        deficits, credits = (memory[name][:, found.rows] for name in ("deficits", "credits"))
        counted = found._replace(losses=found.losses + deficits.sum(axis=0) - credits.sum(axis=0))
        losses = found.losses - carried.set_off(found.losses - best, credits)
        losses += carried.set_off(worst - losses, deficits)
        carried.take_in(np.maximum(losses - worst, 0), deficits, self.carry)
        carried.take_in(np.maximum(best - losses, 0), credits, self.carry_credit)
        memory["deficits"][:, found.rows], memory["credits"][:, found.rows] = deficits, credits
        memory["ratio"][found.rows] = np.nan_to_num(counted.ratio)
        return counted


def ends(ratios: Reals, rates: Reals) -> tuple[float, float]:
    """Loss ratio up to which the first rate holds, and that from which the last does; the rates are not all alike."""
    first = int(np.argmax(rates != rates[0])) - 1
    last = rates.size - int(np.argmax(rates[::-1] != rates[-1]))
    return float(ratios[first]), float(ratios[last])


def at_loss_ratio(loss_ratio: Reals, points: Reals, rates: Reals) -> Reals:
    """Rates at loss ratios, float64[m]: linear between points, flat outside, the later rate at a repeated point."""
    right = np.searchsorted(points, loss_ratio, side="right")
    low, high = np.maximum(right - 1, 0), np.minimum(right, points.size - 1)
    width = points[high] - points[low]
    weight = np.divide(loss_ratio - points[low], width, out=np.zeros(loss_ratio.size), where=width > 0)
    return np.asarray(rates[low] + np.clip(weight, 0.0, 1.0) * (rates[high] - rates[low]))
