"""Policies on common luck: paired differences with their intervals, what drove them, who wins and who loses.

Notation: n replication, m month; a is the policy compared with, b another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.base.notes import Note
from sim.experiments.answer import BY_ROW, BY_ROW_GAP, Amount, Answer, Sentence, Table, gap_unit
from sim.experiments.headlines import comparing
from sim.experiments.tables import decisive, footing, winners
from sim.experiments.tables.comparison_charts import charts
from sim.figures.key import NOT_MEANS
from sim.judgement import control_variates
from sim.judgement.beside.years_not_judged import NOT_JUDGED
from sim.judgement.result import Result
from sim.results import by_line
from sim.runs.sheet import Sheet
from sim.statistics.paired_difference import Difference

if TYPE_CHECKING:
    import pandas

TOLD = ("result", "premium", "bad_debt", "ruined")


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
                b.figures[kpi].less(a[kpi])
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
            {
                "policy": name,
                **vars(one),
                "clear": one.clear,
                **_controlled(sheets[self.names[0]], sheets[name], one.kpi),
            }
            for name, found in self.differences.items()
            for one in found
        ]
        frame = pandas.DataFrame(rows)
        return frame if self._drawn else frame.assign(better=np.nan, equal=np.nan)

    def replications(self) -> pandas.DataFrame:
        """What each replication says, the least usual first: `deciding.replications`."""
        results = [(name, b.figures["result"].values) for name, b in self._others]
        return decisive.replications(
            self.results[0].cube.replications, self.results[0].figures["result"].values, results
        )

    def months(self) -> pandas.DataFrame:
        """The difference month by month: `deciding.months`."""
        return decisive.months(self.results[0], self._others)

    def drivers(self) -> pandas.DataFrame:
        """The difference line by line of the income statement: `deciding.drivers`."""
        return decisive.drivers(
            by_line.lines(self.results[0].cube), [(name, by_line.lines(b.cube)) for name, b in self._others]
        )

    def partners(self) -> pandas.DataFrame:
        """Partners that gain and lose most: `winners.partners`."""
        return winners.partners(self.results[0], self._others)

    def segments(self) -> pandas.DataFrame:
        """Winners and losers by segment: `winners.segments`."""
        return winners.segments(self.results[0], self._others)

    def answer(self, title: str) -> Answer:
        """All of it, in the words and tables of a study."""
        first, months, drivers = self.results[0], self.months(), self.drivers()
        pictures = charts(dict(zip(self.names, self.results, strict=True)), months, drivers)
        tables = [
            Table(
                "differences",
                self.table(),
                _BY_ROW
                | dict.fromkeys(("better", "equal"), "share")
                | {"variance_ratio": "number", "controlled_ratio": "number", "known": "count"},
                footing.GAP,
            ),
            footing.drivers(drivers, "policy", self._results),
            Table("months", months, _MONEY),
            *([footing.replications(self.replications(), "policy", self._results)] if self._drawn else []),
            Table("segments", self.segments(), _MONEY | {"gain": "count", "lose": "count"}),
            Table("partners", self.partners(), _MONEY, {"difference": "{commission_b} - {commission_a}"}),
        ]
        return Answer(
            "compare",
            title or " / ".join(self.names),
            self._says(),
            [one for one in tables if len(one.frame)],
            pictures,
            currency=first.cube.currency,
            start=first.cube.months[0],
            found=self,
            notes=list(dict.fromkeys(self._notes())),
            inputs=footing.INPUTS,
            named=dict(zip("ab", self.names, strict=False)) if len(self.names) == 2 else {"a": self.names[0]},
        )

    def _notes(self) -> Iterator[Note]:
        """Those of all policies; what differs from one to another names its policy."""
        for name, one in zip(self.names, self.results, strict=True):
            yield from (replace(note, path=name) if note.code == NOT_JUDGED else note for note in one.notes)

    @property
    def _drawn(self) -> bool:
        return all(one.drawn for one in self.results)

    @cached_property
    def _results(self) -> dict[str, Difference]:
        a = self.results[0].figures["result"]
        return {name: b.figures["result"].less(a) for name, b in self._others}

    def head(self) -> Sentence:
        """The answer in one sentence."""
        others = dict(self._others)

        def between(first: str, second: str) -> Difference:
            return others[second].figures["result"].less(others[first].figures["result"])

        return comparing.of_policies(self.names[0], self._asked, between)

    @cached_property
    def _asked(self) -> dict[str, dict[str, Difference]]:
        """By policy, the differences that the answer speaks of."""
        asked = [kpi for kpi in comparing.ASKED if self._drawn or kpi not in NOT_MEANS]
        a = self.results[0].figures
        return {
            name: {kpi: b.figures[kpi].less(a[kpi]) for kpi in asked if kpi in a and kpi in b.figures}
            for name, b in self._others
        }

    def _says(self) -> list[Sentence]:
        said = [self.head()] if self._drawn else [self.head(), Sentence("claims_expected")]
        if len(self._others) > 1:
            asked = self._asked
            return said + [comparing.of_policies(self.names[0], {name: found}) for name, found in asked.items()]
        return said + [one for name, found in self.differences.items() for one in self._details(name, found)]

    def _details(self, name: str, found: Sequence[Difference]) -> list[Sentence]:
        """The main differences of a policy with both sides, and what common luck is worth."""
        named = {one.kpi: one for one in found if one.known and (one.a or one.b)}
        said = [_sentence(self.names[0], name, named[kpi]) for kpi in TOLD if kpi in named]
        if "result" in named and np.isfinite(named["result"].variance_ratio):
            ratio = named["result"].variance_ratio
            equal = Amount(float(np.ceil(named["result"].known * ratio)), "count")
            said.append(Sentence("common_luck", {"policy": name, "ratio": Amount(ratio, "number"), "equal": equal}))
        return said


_MONEY = dict.fromkeys(
    (
        "difference",
        "low",
        "high",
        "so_far",
        "so_far_low",
        "so_far_high",
        "commission_a",
        "commission_b",
        "premium_a",
        "premium_b",
    ),
    "money",
)
_BY_ROW = dict.fromkeys(("a", "b", "a_low", "a_high", "b_low", "b_high"), BY_ROW) | dict.fromkeys(
    ("difference", "low", "high", "controlled", "controlled_low", "controlled_high"), BY_ROW_GAP
)


def _controlled(a: Sheet, b: Sheet, kpi: str) -> dict[str, float]:
    found = control_variates.of_difference(a, b, kpi)
    return {
        "controlled": found.mean,
        "controlled_low": found.low,
        "controlled_high": found.high,
        "controlled_ratio": found.ratio,
    }


def _sentence(a: str, b: str, one: Difference) -> Sentence:
    gap = Amount(one.difference, gap_unit(one.unit), one.low, one.high, signed=True)
    key = "difference_clear" if one.clear else "difference_unclear"
    ends = (
        ((one.a_low, one.a_high), (one.b_low, one.b_high))
        if one.unit == "probability"
        else ((None, None), (None, None))
    )
    before, after = (Amount(mean, one.unit, *end) for mean, end in zip((one.a, one.b), ends, strict=True))
    return Sentence(key, {"policy": b, "base": a, "kpi": f"kpi.{one.kpi}", "gap": gap, "a": before, "b": after})
