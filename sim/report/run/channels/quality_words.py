"""Partners' quality on the page: what incidents cost, our brand over time, who is unsound, what customers say.

Where a scenario says nothing of partners' quality there is nothing of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.run import sentences
from sim.statistics.evaluation import Estimate
from sim.statistics.intervals import mean_interval

if TYPE_CHECKING:
    from sim.judgement.result import Result

Row = dict[str, Any]


class QualityWords:
    """What a run says of its partners' quality, in one language."""

    def __init__(self, result: Result, labels: Labels, numbers: Numbers) -> None:
        self.result, self.labels, self.numbers = result, labels, numbers
        terms = result.plan.in_doubt
        self.there = terms is not None
        self.kinds = () if terms is None else terms.incidents
        self.damaged = terms is not None and bool(terms.brand.any())
        self.doubted = result.cube.named("doubted")
        self.surveyed = self.there and bool(result.cube.series("survey_answers").any())

    def page(self) -> Row | None:
        """The section of the page; None where there is nothing to say."""
        if not self.there:
            return None
        table = self._table() if self.kinds else None
        return {"says": [safe_text(one) for one in self._says()], "table": table}

    def _says(self) -> Iterator[str]:
        if self.kinds:
            cost = Estimate(*mean_interval(self._cost()))
            yield self.labels("quality.incidents", number=self._told("incidents"), cost=self._between(cost, "money"))
        if self.damaged:
            yield self.labels("quality.brand", damage=self._told("brand_damage_end"))
        if self.doubted:
            share = self.unsound_shares()
            first, last = (self.numbers.figure(float(share[t]), "share") for t in (0, -1))
            yield self.labels("quality.unsound", first=first, last=last)
        if self.surveyed:
            answers = float(self.result.cube.series("survey_answers").sum(axis=1).mean())
            yield self.labels("quality.nps", answers=self.numbers.count(answers), nps=self._told("nps"))

    def _told(self, name: str) -> str:
        row = self.result.kpi_rows[name]
        return self._between(Estimate(row["mean"], row["low"], row["high"]), row["unit"])

    def _between(self, one: Estimate, unit: str) -> str:
        return sentences.between(one, unit, self.labels, self.numbers)

    def _cost(self) -> Reals:
        return np.asarray(sum(self.result.cube.series(f"incident_cost.{one}").sum(axis=1) for one in self.kinds))

    def unsound_shares(self) -> Reals:
        """Unsound partners of those in doubt, all replications together, NaN where there are none: float64[month]."""
        unsound, there = (
            sum(self.result.cube.series(f"{name}.{one}").sum(axis=0) for one in self.doubted)
            for name in ("unsound", "doubted")
        )
        return np.divide(unsound, there, out=np.full(np.shape(there), np.nan), where=np.asarray(there) > 0)

    def _table(self) -> Row:
        """A row for each kind of incident: how many, what they cost."""
        rows = [self._row(one, f"incidents.{one}", f"incident_cost.{one}") for one in self.kinds]
        heads = [self.labels(f"quality.{name}") for name in ("number", "cost")]
        return {"title": self.labels("section.incidents"), "unit": "", "heads": heads, "rows": rows}

    def _row(self, kind: str, number: str, cost: str) -> Row:
        found = [Estimate(*mean_interval(self.result.cube.series(name).sum(axis=1))) for name in (number, cost)]
        cells = [self._between(one, unit) for one, unit in zip(found, ("count", "money"), strict=True)]
        return {"label": safe_text(self.labels.name(kind)), "total": False, "cells": cells}
