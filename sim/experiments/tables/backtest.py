"""A scenario against what happened: months inside the band, bias, and which figure to recalibrate first.

Notation: n replication, t month. A series is one figure of one part; drivers are what a scenario states, and so what
can be recalibrated: how many partners, what each sells, claims and commission for what is sold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.experiments.answer import BY_ROW, Amount, Answer, Chart, Lines, Sentence, Series, Table
from sim.experiments.tables.drivers import Driver, drivers
from sim.judgement.result import Result
from sim.results.cube import Cube
from sim.scenario.language.actuals import FIGURES, Actuals, Part
from sim.statistics import fan
from sim.statistics.fan import Band, Bias
from sim.statistics.intervals import CONFIDENCE

if TYPE_CHECKING:
    import pandas

UNITS = {"premium": "money", "claims": "money", "commission": "money", "partners": "count"}
_METRICS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "segment": {
        "premium": ("premium_written",), "claims": ("claims_incurred",), "commission": ("commission",),
        "partners": ("active",),
    },
    "product": {
        "premium": ("premium_new", "premium_renewal"), "claims": ("claims_incurred",),
        "commission": ("commission_accrued",),
    },
}  # fmt: skip


def played(cube: Cube, part: Part, figure: str) -> Reals:
    """What a scenario's replications say of a figure of a part: float64[n, t]."""
    if part.kind == "whole":
        names = cube.named("premium_written")
        parts = [played(cube, Part("segment", name), figure) for name in names]
        return cube.series("active_partners") if figure == "partners" else np.sum(parts, axis=0)
    of: Sequence[str] = _METRICS[part.kind][figure]
    return np.asarray(np.sum([cube.series(f"{name}.{part.name}") for name in of], axis=0))


@dataclass(frozen=True)
class Told:
    """A series in the months of which something is told."""

    part: Part
    figure: str
    months: Integers
    """their places in the horizon, int64[t]"""
    actual: Reals
    """float64[t]"""
    model: Reals
    """float64[n, t]"""
    band: Band


@dataclass(frozen=True)
class Backtest:
    """A scenario that was played, and what happened."""

    result: Result
    actuals: Actuals
    share: float

    @cached_property
    def series(self) -> list[Told]:
        """Every series of the actuals."""
        return [
            self._told(part, figure) for part, found in self.actuals.items() for figure in FIGURES if figure in found
        ]

    def _told(self, part: Part, figure: str) -> Told:
        values = self.actuals[part][figure]
        months = np.flatnonzero(~np.isnan(values))
        return self._laid(part, figure, months, values[months], played(self.result.cube, part, figure)[:, months])

    def _laid(self, part: Part, figure: str, months: Integers, actual: Reals, model: Reals) -> Told:
        return Told(part, figure, months, actual, model, fan.band(actual, model, self.share))

    @cached_property
    def totals(self) -> list[Told]:
        """Each figure, its parts together in the months that all of them tell, under the name of what they sum.

        Of the first kind of part that tells it: another kind tells the same money again.
        """
        return [self._total(figure, some) for figure, some in self._by_figure().items()]

    def _total(self, figure: str, some: Sequence[Told]) -> Told:
        months = np.array(sorted(set.intersection(*(set(one.months.tolist()) for one in some))), dtype=np.int64)
        at = [np.searchsorted(one.months, months) for one in some]
        actual = np.sum([one.actual[t] for one, t in zip(some, at, strict=True)], axis=0)
        model = np.sum([one.model[:, t] for one, t in zip(some, at, strict=True)], axis=0)
        return self._laid(self._together([one.part for one in some], figure), figure, months, actual, model)

    def _together(self, parts: Sequence[Part], figure: str) -> Part:
        """What parts of one kind sum: a part alone, the whole where it has nothing besides, else these by name."""
        first = parts[0]
        if first.kind == "whole" or self._is_whole(parts, figure):
            return Part("whole")
        if len(parts) == 1:
            return first
        kind: Literal["segments", "products"] = "segments" if first.kind == "segment" else "products"
        return Part(kind, ", ".join(one.name for one in parts))

    def _is_whole(self, parts: Sequence[Part], figure: str) -> bool:
        cube = self.result.cube
        sums = np.sum([played(cube, one, figure) for one in parts], axis=0)
        return bool(np.allclose(sums, played(cube, Part("whole"), figure)))

    @property
    def stated(self) -> float:
        """The share of months that the band holds if the scenario is right."""
        n = len(self.result.replications)
        return 1.0 - 2.0 * fan.left_out(n, self.share) / (n + 1)

    @cached_property
    def inside(self) -> Flags:
        """Who of the pool is inside the bands of all series: bool[1 + n, months of all]."""
        return np.concatenate([one.band.inside for one in self.series], axis=1)

    @cached_property
    def _compared(self) -> dict[tuple[Part, str], Told]:
        """The totals and the series, one of each part and figure."""
        return {(one.part, one.figure): one for one in (*self.totals, *self.series)}

    @property
    def _confidence(self) -> float:
        """Bonferroni: all intervals hold together at the usual confidence; there is a driver for each comparison."""
        return 1.0 - (1.0 - CONFIDENCE) / len(self._compared)

    def bias(self, one: Told) -> Bias:
        """That of a series, over the months told."""
        model = one.model.sum(axis=1)
        return fan.bias(float(one.actual.sum()), float(model.mean()), model, self._confidence)

    @cached_property
    def drivers(self) -> list[Driver]:
        """What may be recalibrated, what is surely off first and among it what moves most money."""
        return drivers(self._compared, self.result.plan.scenario, self._confidence)

    def summary(self) -> pandas.DataFrame:
        """A row for each series."""
        import pandas

        rows = []
        for one in self._compared.values():
            held, bias = one.band.inside[0], self.bias(one)
            rows.append({
                "kind_of_part": one.part.kind, "part": one.part.name, "measure": one.figure, "unit": UNITS[one.figure],
                "months": held.size, "inside": held.mean(), "stated": self.stated,
                "chance": fan.chance(one.band.inside),
                "actual": bias.actual, "expected": bias.expected, "bias": bias.bias, "bias_low": bias.low,
                "bias_high": bias.high, "clear": bias.clear,
            })  # fmt: skip
        return pandas.DataFrame(rows)

    def recalibrate(self) -> pandas.DataFrame:
        """A row for each driver, in the order in which to take them."""
        import pandas

        return pandas.DataFrame([
            {"driver": one.name, "kind_of_part": one.part.kind, "part": one.part.name, "bias": one.bias.bias,
             "bias_low": one.bias.low, "bias_high": one.bias.high, "clear": one.bias.clear, "effect": one.effect,
             "paths": one.paths}
            for one in self.drivers
        ])  # fmt: skip

    def months(self) -> pandas.DataFrame:
        """A row for each series and month: what happened, what was expected, the band."""
        import pandas

        names = self.result.cube.months
        return pandas.DataFrame([
            {"kind_of_part": one.part.kind, "part": one.part.name, "measure": one.figure, "unit": UNITS[one.figure],
             "month": names[month], "actual": one.actual[t], "expected": one.band.expected[t], "low": one.band.low[t],
             "high": one.band.high[t], "held": bool(one.band.inside[0, t])}
            for one in self.series for t, month in enumerate(one.months)
        ])  # fmt: skip

    def answer(self, title: str) -> Answer:
        """All of it, in the words, tables and pictures of a study."""
        money = dict.fromkeys(("actual", "expected", "low", "high"), BY_ROW)
        shares = dict.fromkeys(("inside", "stated", "chance"), "share") | dict.fromkeys(_BIASES, "ratio")
        cube = self.result.cube
        return Answer(
            "backtest", title or self.result.plan.scenario.name, self._says(),
            [
                Table("backtest", self.summary(), money | shares | {"months": "count"}, _FORMULA),
                Table("recalibrate", self.recalibrate(), dict.fromkeys(_BIASES, "ratio") | {"effect": "money"}),
                Table("backtest_months", self.months(), money),
            ],
            self._charts(), currency=cube.currency, start=cube.months[0], notes=self.result.notes, found=self,
        )  # fmt: skip

    def _says(self) -> list[Sentence]:
        held = {
            "inside": Amount(float(self.inside[0].mean()), "share"), "stated": Amount(self.stated, "share"),
            "chance": Amount(fan.chance(self.inside), "share"), "months": Amount(self.inside.shape[1], "count"),
        }  # fmt: skip
        return [Sentence("backtest_inside", held), *self._of_totals(), *self._first()]

    def _of_totals(self) -> Iterator[Sentence]:
        """The bias of each figure, all its parts together."""
        for one in self.totals:
            figure, found = one.figure, self.bias(one)
            values: dict[str, Amount | str] = {
                "figure": f"measure.{figure}", "actual": Amount(found.actual, UNITS[figure]),
                "expected": Amount(found.expected, UNITS[figure]),
                "bias": Amount(found.bias, "ratio", found.low, found.high, signed=True),
            }  # fmt: skip
            yield Sentence("backtest_bias" if found.clear else "backtest_luck", values)

    def _by_figure(self) -> Mapping[str, Sequence[Told]]:
        """Series of each figure, of the first kind of part that tells it."""
        found: dict[str, list[Told]] = {}
        for one in self.series:
            there = found.setdefault(one.figure, [])
            if not there or there[0].part.kind == one.part.kind:
                there.append(one)
        return found

    def _first(self) -> Iterator[Sentence]:
        clear = list({one.name: one for one in reversed(self.drivers) if one.bias.clear}.values())[::-1]
        likely = [one for one in self.drivers[:1] if one.bias.likely and not clear]
        if not clear and not likely:
            yield Sentence("backtest_none")
        keys = ("backtest_first", "backtest_then") if clear else ("backtest_perhaps",)
        for key, one in zip(keys, clear or likely, strict=False):
            bias = Amount(one.bias.bias, "ratio", one.bias.low, one.bias.high, signed=True)
            where = f"kind_of_part.{one.part.kind}" if not one.part.name else one.part.name
            values: dict[str, Amount | str] = {
                "driver": f"driver.{one.name}",
                "part": where,
                "paths": one.paths,
                "bias": bias,
            }
            yield Sentence(key, values)

    def _charts(self) -> list[Chart]:
        return [self._chart(one) for one in self.totals]

    def _chart(self, one: Told) -> Lines:
        """What happened over the band, all parts together."""
        names = [self.result.cube.months[month] for month in one.months]
        band = Series("backtest.expected", one.band.expected, one.band.low, one.band.high)
        series = [band, Series("backtest.actual", one.actual)]
        return Lines(f"backtest_{one.figure}", names, series, "month", UNITS[one.figure])


_BIASES = ("bias", "bias_low", "bias_high")
_FORMULA = {"bias": "{actual} / {expected} - 1"}
