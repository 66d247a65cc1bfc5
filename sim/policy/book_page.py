"""A rule in one version of the policy book, and whom it covers in a month where rules have conditions.

A rule with conditions holds, of the partners that it covers, for those who have reached them this month. A main rule
with conditions goes before one without; where it does not hold, the others do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.base.arrays import Flags
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.measuring import condition, states
from sim.policy.measuring.measure import TOLD_BY_A_MONTH
from sim.policy.rule import Memory, Rule


@dataclass(frozen=True)
class Page:
    """A rule in one version of the book."""

    name: str
    rule: Rule
    cells: Flags
    terms: Any
    coverage: Flags | None
    """bool[P, n] where the rule covers some partners of a segment and not others; else None"""
    stands_back: bool = False
    """it gives way where a main rule holds that depends on what partners have reached"""
    eligible: Flags | None = None
    """bool[n] who may receive, where its conditions are of those; else None"""

    @property
    def stated_as(self) -> str:
        """The name under which a policy states its rule."""
        return self.rule.stated_as or self.name

    @property
    def changes(self) -> bool:
        """Whether whom it covers changes from month to month."""
        return bool(self.rule.only_if)

    @property
    def claims(self) -> bool:
        """Whether it goes before other main rules where its conditions hold."""
        return self.rule.claims_cells and self.rule.depends

    @property
    def concludes_only(self) -> bool:
        """Whether it acts at the statement alone, and its conditions are looked at then."""
        return type(self.rule).accrue is Rule.accrue and not self.claims

    def seen(self, facts: MonthFacts) -> MonthFacts:
        """The facts as its rule sees them."""
        found = facts if self.coverage is None else facts.only(self.coverage)
        if self.eligible is None or not self.rule.of_receivers:
            return found
        return found.but(eligible=self.eligible)

    def covered(self, layout: Layout) -> Flags:
        """Where it may hold: bool[P, n]."""
        return layout.by_row(self.cells) if self.coverage is None else self.coverage


def side_by_side(pages: Sequence[Page], each: Sequence[Sequence[Page]]) -> list[Page]:
    """The pages for replications that follow each other, `each` of which has its own terms of the same rules."""
    terms = zip(*([page.terms for page in one] for one in each), strict=True)
    return [
        replace(page, terms=page.rule.side_by_side(page.terms, own)) for page, own in zip(pages, terms, strict=True)
    ]


def begin(pages: Sequence[Page], facts: MonthFacts, memory: Mapping[str, Memory]) -> tuple[list[Page], MonthFacts]:
    """The pages as they hold this month, as premium is written, and the facts with what their conditions need to know.

    Ranks that conditions read are those that count this month's premium.
    """
    held: dict[str, Flags] = {}
    told = _wanted(pages)
    for page in sorted(pages, key=lambda one: not one.rule.gives_ranks):
        if page.changes:
            condition.begin(page.rule.only_if, facts, memory[page.name])
            held[page.name] = condition.hold(page.rule.only_if, facts, memory[page.name])
        if page.rule.gives_ranks and "ranks" in told:
            seen = (page if page.name not in held else _with(page, held[page.name], facts.layout)).seen(facts)
            page.rule.climb(seen, page.terms, memory[page.name])
            facts = _ranked(page, seen, facts, memory)
    return (_holding(pages, held, facts.layout) if held else list(pages)), facts


def conclude(pages: Sequence[Page], facts: MonthFacts, memory: Mapping[str, Memory]) -> list[Page]:
    """The pages as they hold at the statement: what acts only there is looked at anew, with all that is known."""
    if "ranks" in _wanted(pages):
        for page in pages:
            facts = _ranked(page, page.seen(facts), facts, memory) if page.rule.gives_ranks else facts
    found = []
    for page in pages:
        if page.changes:
            condition.conclude(page.rule.only_if, facts, memory[page.name])
        if page.changes and page.concludes_only:
            page = _with(page, condition.hold(page.rule.only_if, facts, memory[page.name]), facts.layout)
        found.append(page)
    return found


def _wanted(pages: Sequence[Page]) -> frozenset[str]:
    """Optional facts that conditions of the pages read."""
    return frozenset().union(*(page.rule.wants for page in pages if page.changes))


def _ranked(page: Page, seen: MonthFacts, facts: MonthFacts, memory: Mapping[str, Memory]) -> MonthFacts:
    """The facts with the ranks that a page gives."""
    name = page.rule.stated_as or page.name
    return facts.but(ranks={**(facts.ranks or {}), name: page.rule.numbers(seen, page.terms, memory[page.name])})


def expected(pages: Sequence[Page], prospect: Prospect) -> list[Page]:
    """The pages as they would hold for partners that bring what a prospect says, its rows alone.

    Of conditions a partner expects those on premium and contracts to be as in its mean month, others to be met.
    """
    held = {page.name: _expects(page.rule, prospect) for page in pages if page.rule.depends}
    return _holding(pages, held, prospect.layout) if held else list(pages)


def _holding(pages: Sequence[Page], held: Mapping[str, Flags], layout: Layout) -> list[Page]:
    claimed = np.zeros((len(layout.products), layout.rows), dtype=np.bool_)
    first = {}
    for page in sorted(pages, key=lambda one: -one.rule.narrowness):
        if page.claims and page.name in held:
            mine = page.covered(layout) & held[page.name] & ~claimed
            first[page.name] = replace(page, coverage=mine)
            claimed |= mine
    return [first.get(page.name) or _after(page, held, claimed, layout) for page in pages]


def _after(page: Page, held: Mapping[str, Flags], claimed: Flags, layout: Layout) -> Page:
    if page.stands_back and claimed.any():
        page = replace(page, coverage=page.covered(layout) & ~claimed)
    return _with(page, held[page.name], layout) if page.name in held else page


def _with(page: Page, holds: Flags, layout: Layout) -> Page:
    """The page for those for whom its conditions hold."""
    if page.rule.of_receivers or page.rule.judged_when_paid:
        return replace(page, eligible=holds)
    return replace(page, coverage=page.covered(layout) & holds)


def _expects(rule: Rule, prospect: Prospect) -> Flags:
    found = np.ones(prospect.premium.shape[1], dtype=np.bool_)
    for item in rule.only_if:
        parts = item.any_of if isinstance(item, condition.Either) else [item]
        found &= np.logical_or.reduce([_would_hold(one, prospect) for one in parts])
    return found


def _would_hold(one: condition.Bounded, prospect: Prospect) -> Flags:
    state = states.STATES.get(one.by)
    if state is not None and state.by_name:
        held = getattr(prospect, state.by_name)
        return one.within(states.number(held, one.which, prospect.premium.shape[1]), prospect.ordinal)
    if one.by not in TOLD_BY_A_MONTH or one.business == "renewal":
        return np.ones(prospect.premium.shape[1], dtype=np.bool_)
    return one.within(one.of_mean_month(prospect) * one.months_expected, prospect.ordinal)
