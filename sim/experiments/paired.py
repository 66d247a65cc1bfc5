"""Policies on common luck: paired differences with their intervals, what drove them, who wins and who loses.

Notation: n replication, m month; a is the policy compared with, b another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiments import by_line, controls, statistics
from sim.experiments.answer import (
    BY_ROW,
    BY_ROW_GAP,
    Amount,
    Answer,
    Chart,
    Foot,
    Lines,
    Sentence,
    Series,
    Table,
    gap_unit,
)
from sim.experiments.kpis import results as monthly_results
from sim.experiments.result import Result
from sim.experiments.sheet import Sheet

if TYPE_CHECKING:
    import pandas

Reals = NDArray[np.float64]
DECIDING = 10  # partners that are named on each side


@dataclass(frozen=True)
class Difference:
    """One key figure under b less under a, replication by replication."""

    kpi: str
    unit: str
    a: float
    b: float
    difference: float
    low: float
    high: float
    better: float
    """share of replications in which b is above a"""
    variance_ratio: float
    """variance of the difference of two independent runs over that on common luck"""
    known: int
    a_low: float = np.nan
    a_high: float = np.nan
    b_low: float = np.nan
    b_high: float = np.nan

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def difference(kpi: str, unit: str, a: Reals, b: Reals) -> Difference:
    """The paired difference of two columns of the same replications; what is not known on both sides is left out.

    Source of the paired interval and of the comparison with independent runs: Law 2015, sections 10.2.1 and 11.2.
    """
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    if not a.size:
        return Difference(kpi, unit, np.nan, np.nan, np.nan, -np.inf, np.inf, np.nan, np.nan, 0)
    gap = b - a
    mean, low, high = statistics.mean_interval(gap)
    if unit == "probability":
        low, high = statistics.paired_shares(a, b)
    apart = float(a.var(ddof=1) + b.var(ddof=1)) if a.size > 1 else np.nan
    together = float(gap.var(ddof=1)) if a.size > 1 else np.nan
    ratio = apart / together if together > 0 else np.inf if apart > 0 else np.nan
    above = float((gap > 0).mean() + 0.5 * (gap == 0).mean())
    sides = (end for one in (a, b) for end in _ends(unit, one))
    return Difference(kpi, unit, float(a.mean()), float(b.mean()), mean, low, high, above, ratio, int(a.size), *sides)


def _ends(unit: str, values: Reals) -> tuple[float, float]:
    """Interval of one side's mean."""
    if unit == "probability":
        return statistics.wilson(float(values.sum()), values.size)
    return statistics.mean_interval(values)[1:]


@dataclass(frozen=True)
class Comparison:
    """Results of several policies on the same luck."""

    names: tuple[str, ...]
    results: Sequence[Result]
    figures: Sequence[str]

    @cached_property
    def differences(self) -> dict[str, list[Difference]]:
        """By policy, the first left out: the figures that both sides have."""
        a = self.results[0].figures
        return {
            name: [
                difference(kpi, a[kpi].unit, a[kpi].values, b.figures[kpi].values)
                for kpi in self.figures if kpi in a and kpi in b.figures
            ]
            for name, b in self._others
        }  # fmt: skip

    @property
    def _others(self) -> list[tuple[str, Result]]:
        return list(zip(self.names[1:], self.results[1:], strict=True))

    def table(self) -> pandas.DataFrame:
        """Rows: policy, key figure. Columns: those of `Difference`, and the difference controlled by surprises."""
        import pandas

        sheets = dict(zip(self.names, (Sheet.of(one.plan, one.replications) for one in self.results), strict=True))
        rows = [
            {"policy": name, **vars(one), "clear": one.clear, **_controlled(sheets[self.names[0]], sheets[name], one.kpi)}
            for name, found in self.differences.items() for one in found
        ]  # fmt: skip
        return pandas.DataFrame(rows)

    def replications(self) -> pandas.DataFrame:
        """Rows: policy, replication, the least usual gap first. Columns: result under both, gap, its share of the spread."""
        import pandas

        a = self.results[0]
        rows = []
        for name, b in self._others:
            gap = b.figures["result"].values - a.figures["result"].values
            spread = (gap - gap.mean()) ** 2
            for n in np.argsort(-np.abs(gap - gap.mean()), kind="stable"):
                rows.append({
                    "policy": name, "replication": a.cube.replications[n], "a": a.figures["result"].values[n],
                    "b": b.figures["result"].values[n], "difference": gap[n],
                    "share_of_spread": spread[n] / spread.sum() if spread.sum() > 0 else np.nan,
                })  # fmt: skip
        return pandas.DataFrame(rows)

    def months(self) -> pandas.DataFrame:
        """Rows: policy, month. Columns: mean gap of the month's result with its interval, and of the results so far."""
        import pandas

        base, rows = monthly_results(self.results[0].cube), []
        for name, b in self._others:
            gap = monthly_results(b.cube) - base
            so_far = np.cumsum(gap, axis=1)
            for m, month in enumerate(self.results[0].cube.months):
                mean, low, high = statistics.mean_interval(gap[:, m])
                total, least, most = statistics.mean_interval(so_far[:, m])
                rows.append({
                    "policy": name, "month": month, "difference": mean, "low": low, "high": high, "so_far": total,
                    "so_far_low": least, "so_far_high": most,
                })  # fmt: skip
        return pandas.DataFrame(rows)

    def drivers(self) -> pandas.DataFrame:
        """From the result of a to that of b, line by line of the income statement; the gaps sum to that of the result."""
        import pandas

        base, rows = by_line.lines(self.results[0].cube), []
        for name, b in self._others:
            other = by_line.lines(b.cube)
            for line in by_line.LINES:
                found = difference(line, "money", base[line], other[line])
                rows.append({"policy": name, "line": line, "a": found.a, "b": found.b, "difference": found.difference,
                             "low": found.low, "high": found.high})  # fmt: skip
        return pandas.DataFrame(rows)

    def partners(self) -> pandas.DataFrame:
        """Partners that gain and lose most commission under b, mean over the replications that were followed."""
        import pandas

        base = _commission(self.results[0])
        found = []
        for name, b in self._others:
            other = _commission(b)
            if base.empty or other.empty:
                continue
            both = base.add_suffix("_a").join(other.add_suffix("_b"), how="outer")
            both = both.assign(segment=both.segment_a.fillna(both.segment_b)).reset_index()
            both = both[["segment", "partner", "commission_a", "commission_b", "premium_a", "premium_b"]].fillna(dict.fromkeys(("commission_a", "commission_b", "premium_a", "premium_b"), 0.0))  # fmt: skip
            both["difference"] = both.commission_b - both.commission_a
            ranked = both.sort_values(["difference", "partner"], ascending=[False, True], kind="stable")
            ends = pandas.concat([ranked.head(DECIDING), ranked.tail(DECIDING)])
            ends = ends[~ends.index.duplicated()]
            ends.insert(0, "policy", name)
            found.append(ends)
        return pandas.concat(found, ignore_index=True) if found else pandas.DataFrame()

    def segments(self) -> pandas.DataFrame:
        """How many partners of each segment gain and lose commission, and how much together."""
        import pandas

        base, rows = _commission(self.results[0]), []
        for name, b in self._others:
            other = _commission(b)
            if base.empty or other.empty:
                continue
            gap = other.commission.sub(base.commission, fill_value=0.0)
            segment = other.segment.combine_first(base.segment)
            for one, part in gap.groupby(segment):
                rows.append({"policy": name, "segment": one, "gain": int((part > 0).sum()), "lose": int((part < 0).sum()),
                             "difference": float(part.sum())})  # fmt: skip
        return pandas.DataFrame(rows)

    def answer(self, title: str) -> Answer:
        """All of it, in the words and tables of a study."""
        first = self.results[0]
        tables = [
            Table("differences", self.table(), _BY_ROW | {"better": "share", "variance_ratio": "number", "controlled_ratio": "number", "known": "count"}, _GAP),
            Table("drivers", self.drivers(), _MONEY, _GAP | _WHAT_IF, self._foot()), Table("months", self.months(), _MONEY),
            Table("replications", self.replications(), _MONEY | {"share_of_spread": "share", "replication": "text"}, _GAP,
                  self._mean()),
            Table("segments", self.segments(), _MONEY | {"gain": "count", "lose": "count"}),
            Table("partners", self.partners(), _MONEY, {"difference": "{commission_b} - {commission_a}"}),
        ]  # fmt: skip
        return Answer(
            "compare", title or " / ".join(self.names), self._says(), [one for one in tables if len(one.frame)], self._charts(),
            currency=first.cube.currency, start=first.cube.months[0], found=self,
            notes=list(dict.fromkeys(note for one in self.results for note in one.notes)), inputs=_INPUTS,
        )  # fmt: skip

    def _foot(self) -> Foot:
        """The result of both sides, which the lines of the drivers must come to."""
        a = float(self.results[0].figures["result"].values.mean())
        others = {name: float(b.figures["result"].values.mean()) for name, b in self._others}
        model = {name: {"a": a, "b": b, "difference": b - a, "what_if": b} for name, b in others.items()}
        return Foot("policy", model)

    def _mean(self) -> Foot:
        """The paired difference of the results with its interval, from the single replications."""
        found = self._results
        model = {name: {"a": one.a, "b": one.b, "difference": one.difference} for name, one in found.items()}
        spans = {name: {"difference": (one.low, one.high)} for name, one in found.items()}
        return Foot("policy", model, "mean", spans)

    @cached_property
    def _results(self) -> dict[str, Difference]:
        a = self.results[0].figures["result"]
        return {name: difference("result", a.unit, a.values, b.figures["result"].values) for name, b in self._others}

    def _says(self) -> list[Sentence]:
        said = []
        for name, found in self.differences.items():
            named = {one.kpi: one for one in found}
            for kpi in ("result", "premium", "bad_debt", "ruined"):
                if kpi in named and named[kpi].known and (named[kpi].a or named[kpi].b or named[kpi].unit == "probability"):
                    said.append(_sentence(self.names[0], name, named[kpi]))
            if "result" in named and np.isfinite(named["result"].variance_ratio):
                ratio = named["result"].variance_ratio
                equal = Amount(float(np.ceil(named["result"].known * ratio)), "count")
                said.append(Sentence("common_luck", {"policy": name, "ratio": Amount(ratio, "number"), "equal": equal}))
        return said

    def _charts(self) -> list[Chart]:
        months, drivers = self.months(), self.drivers()
        by_policy = [(name, months[months.policy == name]) for name in self.names[1:]]
        so_far = [Series(name, *(part[c].to_numpy() for c in ("so_far", "so_far_low", "so_far_high"))) for name, part in by_policy]
        drivers = drivers[drivers.line.isin(drivers.line[drivers.difference != 0.0])]
        lines = list(dict.fromkeys(drivers.line))
        moved = [
            Series(name, *(drivers[drivers.policy == name][c].to_numpy() for c in ("difference", "low", "high")))
            for name in self.names[1:]
        ]
        charts: list[Chart] = [
            Lines("compare_drivers", lines, moved, "line", "money", "bars"),
            Lines("compare_so_far", list(self.results[0].cube.months), so_far, "month", "money"),
        ]
        return charts + [one for one in (self._surviving("brokers"), self._solvent()) if one is not None]

    def _surviving(self, metric: str) -> Chart | None:
        """Network brokers that go on, as a share of those at the start."""
        if not all(metric in one.cube.position for one in self.results):
            return None
        series = []
        for name, one in zip(self.names, self.results, strict=True):
            count = one.cube.series(metric)
            start = count[:, :1] + one.cube.series("broker_defaults")[:, :1]
            series.append(_banded(name, count / np.where(start > 0, start, np.nan)))
        return Lines("broker_survival", list(self.results[0].cube.months), series, "month", "share")

    def _solvent(self) -> Chart | None:
        """Replications that are not ruined yet, by month: the survival curve of collapse dates."""
        series = []
        for name, one in zip(self.names, self.results, strict=True):
            ruined = np.nan_to_num(one.figures["ruin_month"].values, nan=np.inf)
            alive = np.array([(ruined > m + 1).sum() for m in range(len(one.cube.months))])
            bounds = [statistics.wilson(float(count), ruined.size) for count in alive]
            low, high = np.array(bounds).T
            series.append(Series(name, alive / ruined.size, low, high))
        if all((one.y == 1.0).all() for one in series):
            return None
        return Lines("not_ruined", list(self.results[0].cube.months), series, "month", "share")


_MONEY = dict.fromkeys(
    ("a", "b", "difference", "low", "high", "so_far", "so_far_low", "so_far_high", "commission_a", "commission_b", "premium_a",
     "premium_b"), "money",
)  # fmt: skip
_BY_ROW = dict.fromkeys(("a", "b", "a_low", "a_high", "b_low", "b_high"), BY_ROW) | dict.fromkeys(
    ("difference", "low", "high", "controlled", "controlled_low", "controlled_high"), BY_ROW_GAP
)
_GAP = {"difference": "{b} - {a}"}
_WHAT_IF = {"what_if": "{b} * (1 + {change.<line>})"}
_INPUTS = {"confidence": Amount(statistics.CONFIDENCE, "share")} | {f"change.{line}": Amount(0.0, "share") for line in by_line.LINES}


def _controlled(a: Sheet, b: Sheet, kpi: str) -> dict[str, float]:
    found = controls.of_difference(a, b, kpi)
    return {"controlled": found.mean, "controlled_low": found.low, "controlled_high": found.high, "controlled_ratio": found.ratio}


def _sentence(a: str, b: str, one: Difference) -> Sentence:
    gap = Amount(one.difference, gap_unit(one.unit), one.low, one.high, signed=True)
    key = "difference_clear" if one.clear else "difference_unclear"
    ends = ((one.a_low, one.a_high), (one.b_low, one.b_high)) if one.unit == "probability" else ((None, None), (None, None))
    before, after = (Amount(mean, one.unit, *end) for mean, end in zip((one.a, one.b), ends, strict=True))
    return Sentence(key, {"policy": b, "base": a, "kpi": f"kpi.{one.kpi}", "gap": gap, "a": before, "b": after})


def _banded(name: str, values: Reals) -> Series:
    found = np.array([statistics.mean_interval(column) for column in values.T]).T
    return Series(name, *found)


def _commission(result: Result) -> pandas.DataFrame:
    """Commission and premium of each followed partner over the horizon, mean over replications; by partner."""
    import pandas

    frame = result.partners
    if "partner" not in frame:
        return pandas.DataFrame(columns=["segment", "commission", "premium"])
    frame = frame[frame.level == "partner"]
    count = max(frame.replication.nunique(), 1)
    found = frame[frame.segment != "direct"].groupby("partner").agg({"segment": "first", "commission": "sum", "premium": "sum"})
    return found.assign(commission=found.commission / count, premium=found.premium / count)
