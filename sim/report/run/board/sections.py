"""The sections of the page: of each its sentences, its pictures and its tables, and what stands folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sim.base.text import safe_text
from sim.report.pages.picture import Picture
from sim.report.pages.shown_picture import figure
from sim.report.run import worth, year_tables
from sim.report.run.beside import Beside
from sim.report.run.board.key_rows import KeyRows
from sim.report.run.channels import channel_page
from sim.report.run.channels.work_words import PartnersAtWork
from sim.report.run.doubt_words import DoubtWords
from sim.report.run.page import PRODUCTS_ON_PAGE, SEGMENTS_ON_PAGE, Page

MONEY = ("waterfall", "equity", "cash", "result", "premium", "debt")
MARKET = ("segments", "shares", "loss_ratios", "switching")
QUALITY = ("incidents", "brand_damage", "quality")
CONTRIBUTION, TWO_PROFITS = "contribution", "two_profits"
INCOME = "income_statement"
Row = dict[str, Any]


class Sections:
    """Makes the sections that a result has something to show for."""

    def __init__(self, page: Page, pictures: dict[str, Picture], beside: Beside) -> None:
        self.page, self.pictures, self.beside = page, pictures, beside
        self.result, self.labels, self.numbers = page.result, page.labels, page.numbers
        self.doubt = DoubtWords(self.result, self.labels, self.numbers)

    def all(self) -> list[Row]:
        """Every section with something in it, in the order of the page."""
        found = [
            self.section("money", MONEY), self.contribution(), self.section("market", MARKET), self.whose_sale(),
            self.work(), self.quality(), *self.channels(), self.backtest(), self.key_figures(), self.years(),
            self.risk(), self.theory(),
        ]  # fmt: skip
        parts = ("says", "figures", "tables", "folded", "listed")
        return [one for one in found if any(one[part] for part in parts)]

    def section(
        self, name: str, pictures: Iterable[str] = (), says: Iterable[str] = (), tables: Iterable[Row | None] = (),
        folded: Iterable[tuple[str, list[Row]]] = (), title: str = "",
    ) -> Row:  # fmt: skip
        """A section; pictures that are not there and tables of nothing are left out."""
        shown = [self.pictures[one] for one in pictures if one in self.pictures]
        return {
            "id": name, "title": title or self.labels(f"section.{name}"), "says": [safe_text(one) for one in says],
            "figures": [figure(one, self.numbers) for one in shown],
            "tables": [one for one in tables if one and one["rows"]],
            "folded": [(title, there) for title, all_of in folded if (there := [one for one in all_of if one["rows"]])],
            "listed": [],
        }  # fmt: skip

    def contribution(self) -> Row:
        """Who earns and who costs: products open, what cuts the same business another way folded."""
        first, *others = self.page.who_earns.tables()
        joining = worth.joining_years(self.result, self.labels, self.numbers)
        about = {"about": self.labels("about.contributions")}
        folded = [(one["title"], [one]) for one in others]
        if joining:
            folded.append((joining["title"], [{**joining, "about": self.labels("about.joining_years")}]))
        return self.section("contribution", [CONTRIBUTION], tables=[{**first, **about}], folded=folded)

    def whose_sale(self) -> Row:
        """What a dashboard shows and what partners add."""
        found = self.page.whose_sale.page() or {"says": [], "profits": None, "costs": None, "rules": None}
        folded = [(one["title"], [one]) for one in (found["costs"], found["rules"]) if one]
        return self.section("whose_sale", [TWO_PROFITS], found["says"], [found["profits"]], folded)

    def work(self) -> Row:
        """Partners at work."""
        found = PartnersAtWork(self.result, self.labels, self.numbers).page()
        if found is None:
            return self.section("work")
        steps = [{**one, "about": found["about_steps"]} for one in found["steps"]]
        return self.section("work", (), found["says"], [*steps, found["years"]])

    def quality(self) -> Row:
        """Partners of doubtful quality."""
        found = self.page.quality.page() or {"says": [], "table": None}
        return self.section("quality", QUALITY, found["says"], [found["table"]])

    def channels(self) -> Iterator[Row]:
        """Sections that only some scenarios have."""
        for one in channel_page.sections(self.result, self.labels, self.numbers):
            table = one["table"]
            folded = [(table["title"], [table])] if table else []
            yield self.section(one["name"], one["pictures"], one["says"], folded=folded)

    def backtest(self) -> Row:
        """What stands beside the run, such as its back-test."""
        found = self.section("backtest", (), self.beside.says, title=self.beside.title)
        figures = [figure(one, self.numbers) for one in self.beside.pictures]
        return {**found, "figures": figures, "listed": self.beside.tables}

    def key_figures(self) -> Row:
        """The figures that matter, by group; the rest, and those of parts, folded."""
        first, rest = KeyRows(self.page).tables()
        about = self.page.few_quantiles()
        products = self._named("by_product", self.page.groups(*PRODUCTS_ON_PAGE))
        segments = self._named("by_segment", self.page.groups(*SEGMENTS_ON_PAGE))
        rules = self._named("by_rule", self.page.rules())
        lifetimes = [{**one, "about": ""} for one in worth.lifetimes(self.result, self.page.groups, self.labels)]
        for one in lifetimes[-1:]:
            one["about"] = self.labels("about.lifetimes")
        unknown = [text] if (text := worth.unknown(self.result, self.labels)) else []
        folded = [
            (self.labels("section.kpis_rest", n=len(rest["rows"])), [rest]), (segments["title"], [segments]),
            *((one["title"], [one]) for one in lifetimes), (rules["title"], [rules]),
        ]  # fmt: skip
        return self.section("kpis", (), unknown, [{**first, "about": about}, products], folded)

    def _named(self, name: str, table: Row) -> Row:
        return {**table, "title": self.labels(f"section.{name}")}

    def years(self) -> Row:
        """The income statement open, balance and cash folded."""
        found = year_tables.tables(self.result.cube, self.labels, self.numbers)
        first, *others = found
        folded = [(one["title"], [one]) for one in others]
        return self.section("by_year", tables=[{**first, "about": self.labels("about.by_year")}], folded=folded)

    def risk(self) -> Row:
        """The verdict with doubt, what breaks it, and how bad the tail is."""
        share = self.labels("word.share_of_spread")
        heads = [share, self.labels("word.interval_short")]
        shares = [
            {"title": one["title"], "heads": heads, "unit": "", "rows": [
                {"label": label, "cells": [share, between]} for label, share, between in one["rows"]
            ]}
            for one in self.doubt.shares()
        ]  # fmt: skip
        return self.section("risk", tables=[self._doubt(), *self._breaks(), *shares, self._tail()])

    def _doubt(self) -> Row:
        rows = [{"label": one["word"], "cells": [one["reason"]]} for one in self.doubt.criteria()]
        heads = [self.labels("decision.why")]
        return {"title": self.labels("section.doubt"), "heads": heads, "unit": "", "rows": rows}

    def _tail(self) -> Row:
        rows = [{"label": label, "cells": [text]} for label, text in self.page.risk()]
        about = self.labels("word.loss_means")
        return {"title": self.labels("section.tail"), "heads": [self.labels("word.figure")], "unit": "", "rows": rows,
                "about": about}  # fmt: skip

    def _breaks(self) -> Iterator[Row]:
        keys = {"now": "now", "value": "breaks_at", "interval": "interval_short", "distance": "distance",
                "criterion": "criterion"}  # fmt: skip
        rows = [{"label": row["name"], "cells": [row[key] for key in keys]} for row in self.doubt.rows()]
        heads = [self.labels(f"word.{word}") for word in keys.values()]
        yield {"title": self.labels("section.breaks"), "heads": heads, "unit": "", "rows": rows,
               "about": self.doubt.about()}  # fmt: skip

    def theory(self) -> Row:
        """Closed forms beside the simulation, folded."""
        tables = self.page.theory()
        return self.section("theory", (), [self.labels("about.theory")], folded=[
            (self.labels("section.theory_tables"), tables)
        ])  # fmt: skip
