"""Partners at work: what is left of leads step by step, who is called and what that brings, who is served, who waits.

Where a scenario says nothing of it, and nobody waits, there is nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout.lines import Kind
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of

if TYPE_CHECKING:
    from sim.judgement.result import Result

HUNDRED = 100.0  # leads that the table of steps begins with
NOTICED = 0.999  # share of the buyers served below which it is told that some wait
Row = dict[str, Any]
Column = tuple[str, Callable[[slice], str]]
"""head, and the cell of some months"""


class PartnersAtWork:
    """What a run says of it in one language; means over the replications."""

    def __init__(self, result: Result, labels: Labels, numbers: Numbers) -> None:
        self.result, self.labels, self.numbers = result, labels, numbers
        self.scenario, self.plan = result.plan.scenario, result.plan

    @property
    def there(self) -> bool:
        """Whether there is anything to say."""
        scenario = self.scenario
        stated = scenario.forgets or scenario.sends_customers or scenario.hands_over or self._waits()
        return stated or any(one.effort is not None or self._by_hand(one) for one in scenario.segments.values())

    def page(self) -> Row | None:
        """The section of the page; None where there is nothing to say."""
        if not self.there:
            return None
        steps = [self._steps(kind) for kind in self.plan.kinds if kind.segment.funnel is not None]
        return {
            "says": [safe_text(one) for one in (*self._contacts(), *self._waiting(), *self._effort())],
            "steps": steps, "about_steps": self.labels("about.lead_steps"), "years": self._years(),
        }  # fmt: skip

    @staticmethod
    def _by_hand(segment: Any) -> bool:
        return segment.funnel is not None and not segment.funnel.steps.is_always(0)

    def _waits(self) -> bool:
        """Whether buyers waited, or gave up."""
        asked = self._sum("asked") if self.scenario.makes_wait else 0.0
        return asked > 0.0 and self._sum("served") < NOTICED * asked

    def _contacts(self) -> Iterator[str]:
        if self.scenario.forgets:
            calls, money = self._sum("contacts"), ("contacts_cost", "contacts_brought")
            amounts = {name: self.numbers.figure(self._sum(name), "money") for name in money}
            first, last = (self.numbers.figure(self._attention(slice(at, at + 1)), "share") for at in (0, self._end))
            yield self.labels("work.attention", first=first, last=last)
            if calls > 0.0:
                yield self.labels("work.calls", calls=self.numbers.count(calls), **amounts)
        if self.scenario.sends_customers:
            income = self.numbers.figure(self._sum("referral_income"), "money")
            yield self.labels("work.sent", customers=self.numbers.count(self._sum("customers_sent")), income=income)

    def _waiting(self) -> Iterator[str]:
        if self.scenario.hands_over:
            leads, served = self._sum("desk_leads"), self._sum("desk_served")
            warmth = float(
                np.average(self._series("desk_warmth"), weights=np.maximum(self._series("desk_leads"), 1e-9))
            )
            yield self.labels(
                "work.desk", leads=self.numbers.count(leads),
                served=self.numbers.figure(served / leads if leads else 1.0, "share"),
                wait=self.numbers.figure(self.result.kpi_rows["desk_wait"]["mean"], "number"),
                left=self.numbers.figure(warmth, "share"),
            )  # fmt: skip
        if self._waits():
            share = self.numbers.figure(self.result.kpi_rows["served_share"]["mean"], "share")
            waiting = self.numbers.count(float(self._series("waiting")[self._end]))
            yield self.labels("work.served", share=share, waiting=waiting)

    def _effort(self) -> Iterator[str]:
        """How hard they try in the last month, and the commission that would leave us the most."""
        for kind in self.plan.kinds:
            if kind.segment.effort is not None:
                tried = self.numbers.figure(float(self._series(f"effort.{kind.name}")[self._end]), "ratio")
                yield self.labels("work.effort", who=self.labels.name(kind.name), effort=tried) + self._best(kind)

    def _best(self, kind: Kind) -> str:
        best = self.result.theory.get(f"best_pay.{kind.name}")
        return "" if best is None else " " + self.labels("work.best", best=self.numbers.figure(best.value, "ratio"))

    def _steps(self, kind: Kind) -> Row:
        """What is left of a hundred leads of a segment at the opening and at the end."""
        months = [0] if self.plan.months == 1 else [0, self._end]
        parts = [self._left(kind, at) for at in months]
        rows = [
            {"label": self.labels(f"lead_step.{name}"), "total": name == "sold",
             "cells": [self.numbers.plain(part[name], 2) for part in parts]}
            for name in parts[0]
        ]  # fmt: skip
        return {"title": self.labels("section.lead_steps", who=self.labels.name(kind.name)), "unit": "", "rows": rows,
                "heads": [self.labels.month(self.result.cube.months[at]) for at in months]}  # fmt: skip

    def _left(self, kind: Kind, at: int) -> dict[str, float]:
        terms, ordinal = kind.segment.funnel, self.scenario.start + at
        assert terms is not None
        passed = HUNDRED * terms.passing(ordinal) / terms.fit if terms.fit else 0.0
        suited = HUNDRED * terms.passing(ordinal)
        found = {"leads": HUNDRED, "actions": passed, "suits": suited}
        kept = self._desk(at) if kind.segment.handover == "desk" else 1.0
        if kind.segment.handover == "desk":
            found["desk"] = suited * kept
        return found | {"sold": suited * kept * terms.conversion.at(ordinal)}

    def _desk(self, at: int) -> float:
        """Part of the sales that the desk leaves in a month."""
        leads = float(self._series("desk_leads")[at])
        served = float(self._series("desk_served")[at]) / leads if leads else 1.0
        return served * float(self._series("desk_warmth")[at])

    def _years(self) -> Row | None:
        columns = [*self._columns_of_contacts(), *self._columns_of_waiting()]
        if not columns:
            return None
        rows = []
        for first in range(0, self.plan.months, MONTHS_PER_YEAR):
            months = slice(first, min(first + MONTHS_PER_YEAR, self.plan.months))
            label = f"{self.result.cube.months[months.start]} … {self.result.cube.months[months.stop - 1]}"
            rows.append({"label": label, "total": False, "cells": [cell(months) for _, cell in columns]})
        unit = self.labels("word.money_in", unit=self.numbers.money_unit(self._scale))
        return {"title": self.labels("section.work_years"), "unit": unit, "rows": rows,
                "heads": [head for head, _ in columns]}  # fmt: skip

    def _columns_of_contacts(self) -> Iterator[Column]:
        figure = self.numbers.figure
        if self.scenario.forgets:
            yield self.labels.kpi("attention_mean"), lambda months: figure(self._attention(months), "share")
            yield self.labels.kpi("contacts"), lambda months: self.numbers.count(self._sum("contacts", months))
            yield self._money("contacts_cost")
            yield self._money("contacts_brought")
        if self.scenario.sends_customers:
            yield self._money("referral_income")

    def _columns_of_waiting(self) -> Iterator[Column]:
        figure = self.numbers.figure
        if self.scenario.makes_wait:
            yield (
                self.labels.kpi("served_share"),
                lambda months: figure(self._ratio("served", "asked", months), "share"),
            )
            yield (
                self.labels.kpi("waiting_end"),
                lambda months: self.numbers.count(float(self._series("waiting")[months.stop - 1])),
            )
        if self.scenario.hands_over:
            yield self.labels.kpi("desk_wait"), lambda months: figure(self._wait(months), "number")

    def _money(self, name: str) -> Column:
        return self.labels.kpi(name), lambda months: self.numbers.scaled(self._sum(name, months), self._scale)

    @property
    def _scale(self) -> int:
        """The power of ten that money of the years is divided by."""
        there = [name for name in ("contacts_cost", "contacts_brought") if self.scenario.forgets]
        there += ["referral_income"] if self.scenario.sends_customers else []
        return scale_of([self._sum(name) for name in there])

    @property
    def _end(self) -> int:
        return self.plan.months - 1

    def _series(self, name: str) -> Reals:
        """Mean over the replications, by month."""
        return np.asarray(self.result.cube.series(name).mean(axis=0))

    def _sum(self, name: str, months: slice = slice(None)) -> float:
        return float(self._series(name)[months].sum())

    def _ratio(self, top: str, bottom: str, months: slice) -> float:
        below = self._sum(bottom, months)
        return self._sum(top, months) / below if below else np.nan

    def _attention(self, months: slice) -> float:
        """Mean of the partners that sell for us."""
        left, number = (self.result.cube.series(name)[:, months] for name in ("attention", "attended"))
        whole = float(number.sum())
        return float(np.nansum(left * number)) / whole if whole else np.nan

    def _wait(self, months: slice) -> float:
        leads = self.result.cube.series("desk_leads")[:, months]
        whole = float(leads.sum())
        return float((self.result.cube.series("desk_wait")[:, months] * leads).sum()) / whole if whole else np.nan
