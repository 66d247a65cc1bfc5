"""Whose a sale is: what a dashboard shows against what partners add, and what each channel costs; in words and tables.

Where neither own channels are stated nor anything that tells whose a sale is, there is nothing of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.text import safe_text
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of
from sim.report.pages.colours import BAD, BLUE, GOOD
from sim.report.pages.picture import Along, Bars, Picture
from sim.report.run import sentences
from sim.report.run.channels import credit_by_rule
from sim.report.run.channels.channel_costs import ChannelCosts
from sim.report.run.doubt_words import DoubtWords
from sim.statistics.evaluation import Estimate

if TYPE_CHECKING:
    from sim.judgement.result import Result

CHART = "two_profits"
ATTRIBUTED, INCREMENTAL, TWIN, TWICE = "attributed_profit", "incremental_profit", "twin", "paid_twice"
BESIDE = (TWICE, "cannibalised", "incremental_share", "untracked", "pay_ratio_lowest", "cooperation_end")
ASSUMED = ".anyway"  # the end of a path to a share that would have come anyway
Row = dict[str, Any]


class WhoseSale:
    """What a run says of whose its sales are, in one language."""

    def __init__(self, result: Result, labels: Labels, numbers: Numbers) -> None:
        self.result, self.labels, self.numbers = result, labels, numbers
        self.credited = result.plan.scenario.credits_sales

    @property
    def there(self) -> bool:
        """Whether there is anything to say."""
        return self.credited or bool(self.result.plan.scenario.own)

    def page(self) -> Row | None:
        """The section of the page; None where there is nothing to say."""
        if not self.there:
            return None
        return {
            "says": [safe_text(one) for one in self._says()],
            "profits": self._figures() if self.credited else None,
            "costs": ChannelCosts(self.result, self.labels, self.numbers).table(),
            "rules": credit_by_rule.table(self.result, self.labels, self.numbers),
        }

    def screen(self) -> list[str]:
        """Lines below the verdict: both profits, the twin where it was played, what is paid twice."""
        return [self._profits(), *self._twins(), *self._paid_twice()] if self.credited else []

    def profits(self) -> dict[str, Estimate]:
        """The dashboard's profit, the estimate of what partners add, and the twin's where it was played."""
        found = {name: self._estimate(name) for name in (ATTRIBUTED, INCREMENTAL)}
        if self.result.twin is not None:
            gap = self.result.twin.incremental_profit
            found[TWIN] = Estimate(gap.difference, gap.low, gap.high)
        return found

    def pictures(self) -> dict[str, Picture]:
        """The picture by its name, where there is one."""
        return {CHART: self.picture()} if self.credited else {}

    def picture(self) -> Picture:
        """The profits beside one another, with their intervals."""
        found, divisor = list(self.profits().values()), 10.0**self.scale
        low, figure, high = (
            np.array([getattr(one, end) for one in found]) / divisor for end in ("low", "figure", "high")
        )
        texts = [self.numbers.scaled(one.figure, self.scale) for one in found]
        bars = Bars("", figure, list(self.colours().values()), texts=texts, low=low, high=high)
        shown, added = (self._money(name) for name in (ATTRIBUTED, INCREMENTAL))
        title = self.labels("finding.two_profits", shown=shown, added=added)
        unit, along = self.numbers.money_unit(self.scale), Along.of(list(map(self.short, self.profits())))
        shows, about = self.labels(f"chart.{CHART}"), self.labels(f"about.{CHART}")
        return Picture(CHART, title, shows, unit, along, [bars], about, lying=True)

    def _money(self, name: str) -> str:
        return self.numbers.figure(self.profits()[name].figure, "money")

    @property
    def scale(self) -> int:
        """The power of ten that money of the picture is divided by."""
        return scale_of([one.figure for one in self.profits().values()])

    def short(self, name: str) -> str:
        """One of the profits in a few words."""
        return self.labels(f"profit.{name}")

    def colours(self) -> dict[str, str]:
        """A colour for each profit: what is shown, what is added, what is lost."""
        found = {name: GOOD if one.figure >= 0 else BAD for name, one in self.profits().items()}
        return found | {ATTRIBUTED: BLUE}

    def _says(self) -> Iterator[str]:
        if not self.credited:
            return
        yield " ".join([self.labels("whose.assumed"), *self._breaks()])
        yield self._profits()
        yield from self._twins()
        yield from self._paid_twice()

    def _breaks(self) -> Iterator[str]:
        """Where an assumed share breaks the first criterion, the nearest, as far as that was looked for."""
        found, words = self.result.breaking, DoubtWords(self.result, self.labels, self.numbers)
        for one in found.points if found else ():
            assumed = one.knob is not None and all(path.endswith(ASSUMED) for path in one.knob.paths)
            if assumed and one.value is not None:
                yield words.point(one)
                return

    def _profits(self) -> str:
        found = self.profits()
        shown, added = found[ATTRIBUTED].figure, found[INCREMENTAL].figure
        said = self.labels("whose.profits", **{name: self._with_interval(name) for name in (ATTRIBUTED, INCREMENTAL)})
        if shown <= 0:
            return said
        key = "taken" if added < 0 else "more" if added > shown else "part"
        return f"{said} {self.labels(f'whose.{key}', share=self.numbers.figure(added / shown, 'share'))}"

    def _twins(self) -> Iterator[str]:
        """What the twin shows, of the horizon and with what the contracts in force will still earn."""
        if self.result.twin is None:
            return
        value = self.result.twin.incremental_value
        shown = self._between(Estimate(value.difference, value.low, value.high), "money")
        yield f"{self._twin()} {self.labels('whose.twin_value', gap=shown)}"

    def _twin(self) -> str:
        gap = self.profits()[TWIN]
        near, far = sorted((gap.low, gap.high), key=abs) if isfinite(gap.low) else (gap.low, gap.high)
        key = "twin_above" if gap.above_zero else "twin_below" if gap.below_zero else "twin_unknown"
        values = (gap.figure, gap.low, gap.high) if key == "twin_unknown" else (abs(gap.figure), abs(near), abs(far))
        return self.labels(f"whose.{key}", gap=self._between(Estimate(*values), "money"))

    def _paid_twice(self) -> list[str]:
        amount = self._estimate(TWICE)
        return [self.labels("whose.twice", amount=self._between(amount, "money"))] if amount.figure > 0 else []

    def _figures(self) -> Row:
        """The profits and what stands beside them, each in a unit of its own."""
        rows = [self._row(self.short(name), one, "money") for name, one in self.profits().items()]
        rows += [self._row(self.labels.kpi(name), self._estimate(name), self._unit(name)) for name in self._beside()]
        return {"title": self.labels("section.two_profits"), "unit": "", "rows": rows,
                "heads": [self.labels("word.mean"), self.labels("word.interval")]}  # fmt: skip

    def _beside(self) -> list[str]:
        """Figures that this scenario has, but for those of nothing."""
        figures = self.result.figures
        there = [name for name in BESIDE if name in figures and figures[name].shown]
        return [name for name in there if figures[name].known.size and self._has(name)]

    def _has(self, name: str) -> bool:
        tracked = self.result.plan.scenario.tracks_sales
        return (
            tracked if name in ("untracked", "pay_ratio_lowest") else name != TWICE or self._estimate(name).figure > 0
        )

    def _row(self, label: str, one: Estimate, unit: str) -> Row:
        (_, low, high), shown = self.numbers.bare([one.figure, one.low, one.high], unit)
        between = f"{low} … {high} {shown}".strip() if isfinite(one.low) and isfinite(one.high) else ""
        return {"label": safe_text(label), "total": False, "cells": [self.numbers.figure(one.figure, unit), between]}

    def _with_interval(self, name: str) -> str:
        return self._between(self._estimate(name), self._unit(name))

    def _between(self, one: Estimate, unit: str) -> str:
        return sentences.between(one, unit, self.labels, self.numbers)

    def _estimate(self, name: str) -> Estimate:
        row = self.result.kpi_rows[name]
        return Estimate(row["mean"], row["low"], row["high"])

    def _unit(self, name: str) -> str:
        return self.result.figures[name].unit
