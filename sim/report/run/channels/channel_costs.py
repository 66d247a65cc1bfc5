"""What each type of partner and each channel of ours sells, costs and earns: one table that adds up.

Notation: R replications.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.report.language.labels import Labels
from sim.report.language.numbers import LARGE_COUNT, NO_BREAK, Numbers, scale_of
from sim.results import by_part
from sim.statistics.evaluation import estimate

if TYPE_CHECKING:
    from sim.judgement.result import Result

Row = dict[str, Any]


@dataclass(frozen=True)
class Sold:
    """What one of them, or all together, come to over the horizon: float64[R], money in major units."""

    contracts: Reals
    credited: Reals
    """premium of new sales; zeros where nobody is credited"""
    cost: Reals
    margin: Reals
    """contribution margin; that of our own channel less its cost"""

    def __add__(self, other: Sold) -> Sold:
        return Sold(
            self.contracts + other.contracts, self.credited + other.credited, self.cost + other.cost,
            self.margin + other.margin,
        )  # fmt: skip

    @property
    def each(self) -> float:
        """Cost for each customer; NaN where there are none."""
        contracts = float(self.contracts.sum())
        return float(self.cost.sum()) / contracts if contracts else np.nan


class ChannelCosts:
    """The table of a run in one language."""

    def __init__(self, result: Result, labels: Labels, numbers: Numbers) -> None:
        self.result, self.labels, self.numbers = result, labels, numbers
        scenario = result.plan.scenario
        self.credited = scenario.credits_sales
        self.parts = {name: self._sold(name, name in scenario.own) for name in (*scenario.segments, *scenario.own)}
        first, *others = self.parts.values()
        self.whole: Sold = sum(others, first)
        self.scale = scale_of([float(values.mean()) for values in self._money(self.whole)])
        self.scale_of_each = scale_of([one.each for one in self.parts.values()])

    def table(self) -> Row:
        """A row for each, the last all together; money in one unit, so that it can be added up."""
        rows = [self._row(safe_text(self.labels.name(name)), one) for name, one in self.parts.items()]
        credited = [self.labels("kpi_of.credit")] if self.credited else []
        each = f"{self.labels('kpi_of.cost_per_customer')}, {self.numbers.money_unit(self.scale_of_each)}"
        unit = self.numbers.money_unit(self.scale).replace(" ", NO_BREAK)
        return {
            "title": self.labels("section.channel_costs"), "unit": self.labels("word.money_in", unit=unit),
            "heads": [self.labels("metric.new_contracts"), *credited, self.labels("word.channel_cost"), each,
                      self.labels("word.channel_margin"), self.labels("word.interval")],
            "rows": [*rows, self._row(self.labels("word.all_channels"), self.whole) | {"total": True}],
            "about": self.labels("about.channel_costs"),
        }  # fmt: skip

    def _sold(self, name: str, ours: bool) -> Sold:
        cube, figures = self.result.cube, self.result.figures
        contracts, margin = by_part.total(cube, "new_contracts", name), figures[f"contribution_of.{name}"].values
        credited = figures[f"credit.{name}"].values if self.credited else np.zeros_like(contracts)
        if ours:
            cost = by_part.total(cube, "own_cost", name)
            return Sold(contracts, credited, cost, margin - cost)
        cost = by_part.total(cube, "commission", name) + by_part.total(cube, "service_cost", name)
        return Sold(contracts, credited, cost, margin)

    def _money(self, one: Sold) -> list[Reals]:
        return [*([one.credited] if self.credited else []), one.cost]

    def _row(self, label: str, one: Sold) -> Row:
        digits = 0 if self.whole.contracts.mean() >= LARGE_COUNT else 1
        contracts = self.numbers.plain(float(one.contracts.mean()), digits)
        money = [self._scaled(float(values.mean())) for values in self._money(one)]
        each = self.numbers.scaled(one.each, self.scale_of_each) if np.isfinite(one.each) else ""
        margin = estimate(one.margin)
        between = f"{self._scaled(margin.low)} … {self._scaled(margin.high)}" if np.isfinite(margin.low) else ""
        return {"label": label, "total": False,
                "cells": [contracts, *money, each, self._scaled(margin.figure), between]}  # fmt: skip

    def _scaled(self, amount: float) -> str:
        return self.numbers.scaled(amount, self.scale)
