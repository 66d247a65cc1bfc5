"""The verdict with doubt and the breaking points in words and tables of one language."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.text import safe_text
from sim.judgement.with_doubt import ALWAYS
from sim.report.language.labels import Labels
from sim.report.language.numbers import NO_BREAK, Numbers, decimals
from sim.report.language.path_words import PathWords
from sim.report.run import sentences
from sim.statistics.intervals import LEAST_OF_TWENTIETHS

if TYPE_CHECKING:
    from sim.judgement.breaking.found_points import Break
    from sim.judgement.result import Result
    from sim.scenario.unknown import Knob
    from sim.statistics.evaluation import Estimate
    from sim.statistics.sensitivity.variance_shares import Shares

NEAREST = 3  # breaking points that stand with the verdict
NINE_OF_TEN = (0.05, 0.95)


class DoubtWords:
    """What a result says of doubt, in words."""

    def __init__(self, result: Result, labels: Labels, numbers: Numbers) -> None:
        self.result, self.labels, self.numbers, self.paths = result, labels, numbers, PathWords(labels)

    def verdict(self) -> list[str]:
        """The verdict with doubt, where the result lies then, and what its spread consists of."""
        doubt = self.result.doubt
        if doubt is None:
            return []
        count = len(self.result.plan.scenario.uncertainties)
        said = self.labels(
            "says.doubt", verdict=self.labels(f"verdict.{doubt.verdict}"), n=self.numbers.count(count),
            replications=self.numbers.count(doubt.replications),
        )  # fmt: skip
        first = [f"{said} {self._range()}"] if self.result.drawn else [said]
        told = {kpi: shares for kpi, shares in doubt.shares.items() if shares is not None and not shares.noisy}
        untold = [self.labels.kpi(kpi) for kpi in doubt.shares if kpi not in told]
        last = [self.labels("says.spread_unknown", kpi=", ".join(untold))] if untold else []
        return first + [self._spread(kpi, shares) for kpi, shares in told.items()] + last

    def criteria(self) -> list[dict[str, str]]:
        """Each criterion with doubt: name, verdict, reason."""
        doubt = self.result.doubt
        if doubt is None:
            return []
        reasons = sentences.reasons(self.result, self.labels, self.numbers, doubt.criteria)
        return [
            {"name": safe_text(one.name), "verdict": one.verdict, "word": self.labels(f"verdict.{one.verdict}"),
             "reason": safe_text(reasons[one.name])}
            for one in doubt.criteria
        ]  # fmt: skip

    def nearest(self) -> list[str]:
        """The nearest breaking points, each a sentence; what else is to be known of them."""
        found = self.result.breaking
        if found is None:
            return []
        near = [one for one in found.points if one.value is not None][:NEAREST]
        lines = [self.point(one) for one in near]
        return lines + list(self._beside(bool(near)))

    def point(self, one: Break) -> str:
        """A breaking point as a sentence."""
        return self.labels("breaks.point", **self._point(one))

    def closing(self) -> str:
        """The closing line of the verdict; empty where doubt was not played."""
        doubt = self.result.doubt
        if doubt is None:
            return ""
        words = {key: self.labels(f"verdict.{word}") for key, word in
                 (("stated", self.result.verdict), ("doubt", doubt.verdict))}  # fmt: skip
        return self.labels("says.closing", **words)

    def rows(self) -> list[dict[str, str]]:
        """All breaking points as rows of texts."""
        found = self.result.breaking
        return [] if found is None else [self._row(one) for one in found.points]

    def about(self) -> str:
        """How breaking points were found."""
        found = self.result.breaking
        if found is None or not found.points:
            return ""
        ends, more = map(self.numbers.count, found.replications)
        return self.labels(f"about.breaks_{found.claims}", ends=ends, more=more)

    def shares(self) -> list[dict[str, Any]]:
        """What the spread of each figure consists of: a table a figure that the replications can tell."""
        doubt = self.result.doubt
        found = {} if doubt is None else doubt.shares
        return [
            {"title": safe_text(self.labels.kpi(kpi)), "rows": list(self._parts(one))}
            for kpi, one in found.items() if one is not None and not one.noisy
        ]  # fmt: skip

    def _parts(self, shares: Shares) -> Iterator[tuple[str, str, str]]:
        yield self.labels("word.luck"), *self._share(shares.luck)
        for name, one in sorted(shares.inputs.items(), key=lambda item: -item[1].figure):
            yield safe_text(self.labels.name(name)), *self._share(one)
        yield self.labels("word.together"), self.numbers.figure(shares.together, "share"), ""

    def _share(self, one: Estimate) -> tuple[str, str]:
        low, high = (self.numbers.figure(end, "share") for end in (one.low, one.high))
        return self.numbers.figure(one.figure, "share"), f"{low} … {high}"

    def _range(self) -> str:
        assert self.result.doubt is not None
        few = min(one[ALWAYS].values.size for one in (self.result.doubt.figures, self.result.figures))
        if few < LEAST_OF_TWENTIETHS:
            return self.labels("says.doubt_range_few", needed=self.numbers.count(LEAST_OF_TWENTIETHS))
        ends: dict[str, str] = {}
        for key, figures in (("doubt", self.result.doubt.figures), ("stated", self.result.figures)):
            values = figures[ALWAYS].values
            low, high = np.quantile(values, NINE_OF_TEN, method="inverted_cdf").tolist()
            ends |= {f"{key}_low": self.numbers.figure(low, "money"), f"{key}_high": self.numbers.figure(high, "money")}
        return self.labels("says.doubt_range", **ends)

    def _spread(self, kpi: str, shares: Shares) -> str:
        named = {"kpi": self.labels.kpi(kpi)}
        luck = self._said(shares.luck)
        if shares.first is None:
            return self.labels("says.spread_no_input", luck=luck, **named)
        first = self._said(shares.inputs[shares.first])
        return self.labels("says.spread", luck=luck, input=self.labels.name(shares.first), share=first, **named)

    def _said(self, one: Estimate) -> str:
        figure, between = self._share(one)
        return f"{figure} ({between})"

    def _beside(self, near: bool) -> Iterator[str]:
        found = self.result.breaking
        assert found is not None
        if found.broken:
            key = "breaks.broken" if found.judged else "breaks.all_broken"
            yield self.labels(key, criteria=", ".join(map(self._criterion, found.broken)))
        if found.judged and not near:
            yield self.labels("breaks.none")
        if found.together is not None and found.together.value is not None:
            key = "breaks.only_together" if found.only_together else "breaks.together"
            yield self.labels(key, spreads=self._number(found.together.value), interval=self._interval(found.together),
                              criterion=self._criterion(found.together.criterion))  # fmt: skip
        idle = [one.name for one in found.points if one.idle]
        for key, names in (("breaks.idle", idle), ("breaks.left_out", found.left_out)):
            if names:
                yield self.labels(key, names=", ".join(map(self.named, names)))

    def _point(self, one: Break) -> dict[str, str]:
        assert one.knob is not None
        return {
            "name": self.named(one.name), "now": self.value(one.knob, one.present),
            "criterion": self._criterion(one.criterion), "value": self.value(one.knob, one.value),
            "interval": self._interval(one), "distance": self._distance(one),
        }  # fmt: skip

    def _row(self, one: Break) -> dict[str, str]:
        assert one.knob is not None
        words = {key: safe_text(text) for key, text in self._point(one).items()}
        if words["name"] != one.name and "." in one.name:
            words["name"] += f" ({safe_text(one.name)})"
        if one.value is None:
            low, high = self.value(one.knob, one.low), self.value(one.knob, one.high)
            words["value"] = self.labels("breaks.not_within", low=low, high=high)
            words["interval"] = words["distance"] = ""
        return words | {"interval": words["interval"].strip(" ()")}

    def _interval(self, one: Break) -> str:
        """` (a to b)`; empty where it is not known or a point."""
        if one.interval is None or one.interval[0] == one.interval[1]:
            return ""
        low, high = (self._end(one, end) for end in one.interval)
        return f" ({self.labels('word.from_to_end', low=low, high=high)})"

    def _end(self, one: Break, end: float) -> str:
        if not isfinite(end):
            return self.labels("word.beyond")
        return self._number(end) if one.knob is None else self.value(one.knob, end)

    def _distance(self, one: Break) -> str:
        if one.value is None:
            return ""
        sign = "+" if one.distance > 0 else ""
        if one.measure == "share":
            return self.labels("breaks.percent", n=f"{sign}{self.numbers.percent(one.distance)}{NO_BREAK}%")
        return self.labels("breaks.spreads", n=f"{sign}{self._number(one.distance)}")

    def named(self, name: str) -> str:
        """An uncertainty by its name in words, a path as far as there are words for it."""
        return self.paths.known(name)

    def _criterion(self, name: str) -> str:
        stated = self.result.plan.scenario.criteria
        return self.labels.criterion(name, {key: one.kpi for key, one in stated.items()})

    def _number(self, value: float) -> str:
        return self.numbers.plain(value, 1)

    def value(self, knob: Knob, value: float | None) -> str:
        """A value of what is turned, with its unit."""
        if value is None:
            return ""
        if knob.percent or knob.unit == "%":
            return self.numbers.figure(value if knob.percent and knob.unit != "%" else value / 100.0, "share")
        shown = self.numbers.plain(value, 0 if knob.whole or value == round(value) else decimals(abs(value)))
        return f"{shown}{NO_BREAK}{self.labels(f'unit.{knob.unit}')}" if knob.unit else shown
