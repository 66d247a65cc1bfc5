"""The dated policy book: which version is in force, the rules in their order, the statement of a month."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from sim.base.columns import Column
from sim.base.units import Dated
from sim.policy.facts import Layout, MonthFacts, Prospect, Statement
from sim.policy.rule import Cells, Memory, Rule
from sim.policy.terms import Policy


@dataclass(frozen=True)
class Book:
    """A policy laid over the products and segments of a scenario."""

    policy: Policy
    layout: Layout
    caps: Mapping[int, Dated[float]]
    """the regulator's cap by position of the product"""
    pages: dict[tuple[str, int], Any] = field(default_factory=dict, repr=False)
    """terms by rule and version, laid out when first asked for"""

    @cached_property
    def rules(self) -> list[tuple[str, Rule, Cells]]:
        """Name, rule and cells in the order in which they act: by phase, then by name."""
        named = sorted(self.policy.rules.items(), key=lambda item: (item[1].phase, item[0]))
        claimed = np.zeros((len(self.layout.products), len(self.layout.segments)), dtype=np.bool_)
        for _, rule in named:
            claimed |= rule.cells(self.layout) if rule.claims_cells else False
        free = {True: ~claimed, False: np.ones_like(claimed)}
        return [(name, rule, rule.cells(self.layout) & free[rule.gives_way]) for name, rule in named]

    def columns(self) -> list[Column]:
        """What the rules remember of every partner, each column and each of its own axes named `rule.name`."""
        return [
            replace(one, name=f"{name}.{one.name}", axes=tuple(f"{name}.{axis}" for axis in one.axes))
            for name, rule, _ in self.rules
            for one in rule.columns
        ]

    def axis_lengths(self) -> dict[str, int]:
        """Lengths of the axes of `columns`."""
        return {f"{name}.{axis}": n for name, rule, _ in self.rules for axis, n in rule.axis_lengths().items()}

    def _terms(self, name: str, ordinal: int) -> Any:
        """A rule's terms in the version of the book that is in force."""
        key = (name, bisect_right(self.dates, ordinal))
        if key not in self.pages:
            rule, cells = next((rule, cells) for one, rule, cells in self.rules if one == name)
            self.pages[key] = rule.terms(self.layout, ordinal, cells, self._caps(ordinal))
        return self.pages[key]

    def _caps(self, ordinal: int) -> NDArray[np.float64]:
        caps = np.full(len(self.layout.products), np.inf)
        for p, cap in self.caps.items():
            caps[p] = cap.at(ordinal)
        return caps

    @cached_property
    def dates(self) -> list[int]:
        """Ordinals of the months in which the terms change."""
        found = {date for rule in self.policy.rules.values() for dated in _dated(rule) for date in dated.changes}
        return sorted(found | {date for cap in self.caps.values() for date in cap.changes})

    def expect(self, prospect: Prospect) -> None:
        """Fill `prospect.rate` with the rate each partner may expect on new business, caps applied."""
        for name, rule, _ in self.rules:
            rule.expect(prospect, self._terms(name, prospect.ordinal))
        for p, cap in self.caps.items():
            np.minimum(prospect.rate[p], cap.at(prospect.ordinal), out=prospect.rate[p])

    def draw_up(self, facts: MonthFacts, memory: Mapping[str, Memory], statement: Statement) -> None:
        """Let every rule write into the month's statement, then hold it under the caps."""
        for name, rule, _ in self.rules:
            before = _watched(statement)
            rule.apply(facts, self._terms(name, facts.ordinal), memory[name], statement)
            if statement.watched is not None:
                _note(name, rule, before, facts, statement)
        for p, cap in self.caps.items():
            statement.limit(p, facts.premium_new[p], facts.premium_renewal[p], cap.at(facts.ordinal))


def _dated(block: Any) -> Iterator[Dated[Any]]:
    if isinstance(block, Dated):
        yield block
    elif isinstance(block, BaseModel):
        for name in type(block).model_fields:
            yield from _dated(getattr(block, name))
    elif isinstance(block, dict):
        for value in block.values():
            yield from _dated(value)
    elif isinstance(block, list):
        for value in block:
            yield from _dated(value)


def _watched(statement: Statement) -> tuple[Any, int]:
    if statement.watched is None:
        return None, 0
    i = statement.watched
    return statement.accrued[:, i].copy(), int(statement.expensed[i] - statement.reversed[i])


def _note(name: str, rule: Rule, before: tuple[Any, int], facts: MonthFacts, statement: Statement) -> None:
    accrued, true_up = _watched(statement)
    i = int(statement.watched or 0)
    for p, product in enumerate(facts.layout.products):
        amount = int(accrued[p] - before[0][p])
        premium = int(facts.premium_new[p, i] + facts.premium_renewal[p, i])
        if amount:
            statement.lines.append((name, getattr(rule, "kind", ""), product, premium, amount))
    if true_up != before[1]:
        statement.lines.append((name, "true-up", "", 0, true_up - before[1]))
