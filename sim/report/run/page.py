"""What the report's page says, as plain texts ready for the template (which escapes them)."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.report.files.manifest import REPEATS
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.run import sentences
from sim.report.run.channels.quality_words import QualityWords
from sim.report.run.channels.whose_sale_words import WhoseSale
from sim.report.run.who_earns import WhoEarns
from sim.scenario.lever_signs import as_options
from sim.statistics import ratios
from sim.statistics.evaluation import Estimate
from sim.statistics.intervals import LEAST_OF_TWENTIETHS, mean_interval

if TYPE_CHECKING:
    from sim.judgement.result import Result
    from sim.statistics.intervals import Tail

TILES = (
    "result", "underwriting_result", "investment_result", "npv", "combined_ratio", "ruined", "market_share_end",
    "premium_year_1",
)  # fmt: skip
"""figures that stand on top of front sheets"""
PRODUCT_FIGURES = ("loss_ratio", "commission_ratio", "contribution")  # on the screen
SEGMENT_FIGURES = ("premium_year_1", "premium", "loss_ratio_of", "contribution_of")
PRODUCTS_ON_PAGE = ("loss_ratio", "commission_ratio", "expense_ratio", "contribution")
SEGMENTS_ON_PAGE = (
    "premium_year_1", "premium", "loss_ratio_of", "commission_ratio_of", "expense_ratio_of", "contribution_of"
)  # fmt: skip
Row = dict[str, Any]


class Page:
    """Puts a result into words and figures of one language."""

    def __init__(self, result: Result, options: Mapping[str, Any], labels: Labels) -> None:
        self.result, self.options, self.labels = result, options, labels
        self.numbers = Numbers(labels, result.cube.currency, result.cube.months[0])
        self.whose_sale = WhoseSale(result, labels, self.numbers)
        self.quality = QualityWords(result, labels, self.numbers)

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Key figures by name, with the theory beside them: the verdict, which needs none, is shown before."""
        return self.result.kpi_rows

    @cached_property
    def who_earns(self) -> WhoEarns:
        """Contribution margins in words."""
        return WhoEarns(self.result.contributions, self.labels, self.numbers)

    def facts(self) -> list[tuple[str, str]]:
        """Horizon, partners, replications, seed and currency, each with its word."""
        cube, plan = self.result.cube, self.result.plan
        partners = int((~plan.population.spare[: plan.population.partners]).sum())
        months = self.labels("word.months", n=len(cube.months))
        first, last = (self.labels.month(cube.months[at]) for at in (0, -1))
        return [
            (self.labels("word.horizon"), f"{self.labels('word.from_to', first=first, last=last)} ({months})"),
            (self.labels("word.partners"), self.numbers.count(partners)),
            (self.labels("word.replications"), self.numbers.count(len(cube.replications))),
            (self.labels("word.seed"), str(self.result.specification.seed)),
            (self.labels("word.currency"), safe_text(cube.currency)),
        ]

    def tile(self, name: str) -> Row:
        """A key figure by its label, with its interval."""
        row = self.rows[name]
        (low, high), unit = self.numbers.bare([row["low"], row["high"]], row["unit"])
        between = f"{low} … {high} {unit}".strip() if isfinite(row["low"]) and isfinite(row["high"]) else ""
        return {
            "label": self.labels.kpi(name),
            "value": self.numbers.figure(row["mean"], row["unit"]),
            "between": between,
        }

    def kpis(self) -> list[Row]:
        """The key figures of the whole, each a row of texts; those of features that are off are left out."""
        return [self.kpi(name) for name in self.rows if "." not in name and self.told(name)]

    def few_quantiles(self) -> str:
        """That p5 and p95 are left out, where replications are too few for them; else nothing."""
        if len(self.result.replications) >= LEAST_OF_TWENTIETHS or not self.result.drawn:
            return ""
        return self.labels("about.few_quantiles", needed=self.numbers.count(LEAST_OF_TWENTIETHS))

    def told(self, name: str) -> bool:
        """Whether a key figure is there and shown to people."""
        return name in self.rows and bool(self.rows[name]["known"]) and self.result.figures[name].shown

    def _tail(self, one: Tail) -> str:
        """A tail measure in words: a loss or a profit, its interval, or how many replications it needs."""
        if not self.result.drawn:
            return self.labels("word.unknown")
        if not one.known:
            return self.labels("risk.few", needed=self.numbers.count(one.needed))
        figure, low, high = (self._lost(value) for value in (one.figure, one.low, one.high))
        return self.labels(
            "risk.between", figure=figure, interval=self.labels("word.interval_short"), low=low, high=high
        )

    def _lost(self, loss: float) -> str:
        """A loss or a profit by its word, without a sign."""
        if not isfinite(loss):
            return self.labels("word.unlimited")
        return self.labels("risk.loss" if loss > 0 else "risk.profit", amount=self.numbers.figure(abs(loss), "money"))

    def kpi(self, name: str) -> Row:
        """A key figure as a row of texts."""
        row = self.rows[name]
        shown = ("mean", "low", "high", "p5", "p50", "p95")
        cells, unit = self.numbers.bare([row[cell] for cell in shown], row["unit"])
        named = dict(zip(shown, cells, strict=True))
        if not (isfinite(row["low"]) and isfinite(row["high"])):
            named["low"] = named["high"] = ""
        if row["unit"] == "month":
            named["mean"], unit = self.numbers.month(row["mean"]), ""  # it says itself what it is
        return {
            "label": safe_text(self.labels.kpi(name)),
            "unit": unit,
            "theory": self._beside(name),
            **named,
        }

    def groups(self, *heads: str) -> Row:
        """A table with a row for each product or segment and a column for each key figure."""
        names = [name.partition(".")[2] for name in self.rows if name.startswith(f"{heads[-1]}.")]
        rows = [
            {"label": safe_text(self.labels.name(name)), "cells": [self._mean(f"{head}.{name}") for head in heads]}
            for name in names
        ]
        return {"heads": [self.labels(f"kpi_of.{head}") for head in heads], "rows": rows}

    def rules(self) -> Row:
        """A table with a row for each rule: commission, its share of partners' premium, the rate finally paid."""
        figures = self.result.figures
        names = [name.partition(".")[2] for name in figures if name.startswith("commission_of.")]
        rated = any(name.startswith("rate_of.") for name in figures)
        premium = figures["premium_partners"].values
        rows = []
        elsewhere = {name: rule.booked_as for name, rule in self.result.plan.book.rules if rule.booked_as}
        for name in names:
            commission, label = figures[f"commission_of.{name}"].values, safe_text(self.labels.name(name))
            cells = [self._expected(f"commission_of.{name}"), self._share(commission, premium)]
            if name in elsewhere:  # what it costs is no commission: not 0
                label = self.labels("word.stands_under", name=label, line=self.labels(f"line.{elsewhere[name]}"))
                cells = [self._expected(""), self._expected("")]
            rows.append({
                "label": label, "cells": cells + ([self._expected(f"rate_of.{name}")] if rated else []),
            })  # fmt: skip
        heads = [self.labels("kpi_of.commission_of"), self.labels("word.of_premium")]
        return {"heads": heads + ([self.labels("kpi_of.rate_of")] if rated else []), "rows": rows}

    def _expected(self, name: str) -> Row:
        """A figure with the closed form of the same name; empty where there is no such figure."""
        if name not in self.rows:
            return {"value": "", "between": "", "theory": ""}
        form = self.result.theory.get(name)
        known = form is not None and isfinite(form.value)
        return self._mean(name) | {"theory": self.numbers.figure(form.value, form.unit) if form and known else ""}

    def _share(self, top: Reals, bottom: Reals) -> Row:
        """A share that is no key figure, that of the sums, with its interval."""
        found = Estimate(*mean_interval(ratios.linearised([(top, bottom)])))
        between = self._between(found.figure, found.low, found.high, "share")
        return {"value": self.numbers.figure(found.figure, "share"), "between": between, "theory": ""}

    def _between(self, figure: float, low: float, high: float, unit: str) -> str:
        """An interval in the unit of its figure; empty where it is not known."""
        (_, least, most), _ = self.numbers.bare([figure, low, high], unit)
        return f"{least} … {most}" if isfinite(low) and isfinite(high) else ""

    def _beside(self, name: str) -> str:
        return sentences.theory_beside(self.result, name, self.labels, self.numbers)

    def _mean(self, name: str) -> Row:
        row = self.rows[name]
        between = self._between(row["mean"], row["low"], row["high"], row["unit"])
        return {
            "value": self.numbers.figure(row["mean"], row["unit"]),
            "between": between,
            "theory": self._beside(name),
        }

    def risk(self) -> list[tuple[str, str]]:
        """Each measure of the tail of the result, in words."""
        return [(self.labels(f"risk.{name}"), self._tail(one)) for name, one in self.result.risk.items()]

    def theory(self) -> list[Row]:
        """Closed forms: a table for those of the same parts, and one of those of the whole."""
        names = [one.name.partition(".")[::2] for one in self.result.theory.values()]
        groups: dict[tuple[str, ...], list[str]] = {}
        for head in dict.fromkeys(head for head, rest in names if rest):
            groups.setdefault(tuple(rest for other, rest in names if other == head and rest), []).append(head)
        single = [self.result.theory[head] for head, rest in names if not rest]
        rows = [
            {"label": safe_text(self.labels.theory(one.name)), "cells": [self.numbers.figure(one.value, one.unit)]}
            for one in single
        ]
        whole = {"title": "", "heads": [self.labels("word.figure")], "unit": "", "rows": rows}
        return [*(self._theory_table(rests, heads) for rests, heads in groups.items()), whole]

    def _theory_table(self, rests: tuple[str, ...], heads: list[str]) -> Row:
        rows = []
        for rest in rests:
            found = [self.result.theory[f"{head}.{rest}"] for head in heads]
            cells = [self.numbers.figure(one.value, one.unit) for one in found]
            rows.append({"label": safe_text(self.labels.name(rest)), "cells": cells})
        return {"title": "", "heads": [self.labels(f"theory.{head}") for head in heads], "unit": "", "rows": rows}

    def run(self) -> list[tuple[str, str]]:
        """How the run was made, and how to make it again."""
        sets = shlex.join(as_options(self.options.get("sets", ())))
        return [
            (self.labels("word.file"), safe_text(f"{self.options.get('scenario_file', '')} {sets}".strip())),
            (self.labels("word.seed"), str(self.result.specification.seed)),
            (self.labels("word.replications"), self.numbers.count(len(self.result.cube.replications))),
            (self.labels("word.reproduce"), REPEATS),
        ]
