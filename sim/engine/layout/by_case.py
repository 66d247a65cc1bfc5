"""Figures in which replications of one table may differ, where they are of several cases.

Cases that stand in one table have the same partners: their scenarios differ in demand, renewal, loss ratios, what
partners weigh, our flat commission rates and the rivals' commission, and in nothing else.

Notation: R replications, p product, s segment, t month (index t + warm_up in a series).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.base.arrays import Places, Reals
from sim.engine.layout import dated_figures
from sim.engine.layout.costs import monthly
from sim.engine.layout.lines import Line, kinds_of
from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import Plan, laid_out


def case_of(first: Plan, outlined: Outline, outline: Outline) -> Plan:
    """The plan of a scenario that differs from the first one's as is said above; `outlined` is that of the first."""
    if outline.rooms != outlined.rooms or [shape(one) for one in outline.lines] != [shape(one) for one in first.lines]:
        return laid_out(outline)
    if first.book.needs.reads_lives or first.book.needs.reads_cost or first.by_segment.counted.any():
        return laid_out(outline)
    scenario, population, book = outline.scenario, first.population, first.book
    if (scenario.policy, scenario.earlier) != (first.scenario.policy, first.scenario.earlier):
        book = outline.book(population.bounds, book.members)
        if not first.book.may_stand_beside(book):
            return laid_out(outline)
    return replace(
        first,
        scenario=scenario,
        lines=outline.lines,
        kinds=kinds_of(scenario, population),
        book=book,
        weights=dated_figures.weights(scenario, outline.first, outline.months),
        demand=monthly(scenario.market.demand, outline.first, outline.months),
    )


def shape(line: Line) -> tuple[int, bool]:
    """What the renewal of a product makes of the table: contract years told apart, and whether there are any."""
    return line.years, line.renews


def may_stand_together(first: Plan, other: Plan, claims_are_acted_on: bool) -> bool:
    """Whether replications of two plans may stand in one table, their scenarios differing as is said above."""
    if first.population is not other.population:
        return False
    if [shape(one) for one in first.lines] != [shape(one) for one in other.lines]:
        return False
    lines = list(zip(first.lines, other.lines, strict=True))
    if not first.book.may_stand_beside(other.book):
        return False
    if first.book is not other.book:
        if any(one.product.changed for one in first.lines):
            return False  # premium changed inside a term looks up the rate at which that began
        if first.scenario.limits_sales:
            return False  # limits are reckoned from one rate that net partners surely keep
    if first.scenario.policy.deposits is not None and any(one.renewal != another.renewal for one, another in lines):
        return False  # what blanks a partner needs is reckoned from one chance of renewal
    if not np.array_equal(first.by_segment.counted, other.by_segment.counted):
        return False
    if first.book.needs.reads_lives and first.layout.lives != other.layout.lives:
        return False
    if claims_are_acted_on and any(not np.array_equal(one.mean_claim, another.mean_claim) for one, another in lines):
        return False
    return first.utilities_move == other.utilities_move


@dataclass(frozen=True)
class ByCase:
    """Figures by replication: those of its case, or of the one case of all, seen from each replication."""

    cases: tuple[Plan, ...]
    case: Places
    """of each replication, by its place among the cases: intp[R]"""

    @classmethod
    def of(cls, plans: Sequence[Plan]) -> ByCase:
        """Those of replications of these plans, one each."""
        places: dict[int, int] = {}
        case = [places.setdefault(id(plan), len(places)) for plan in plans]
        found = {id(plan): plan for plan in plans}
        return cls(tuple(found.values()), np.array(case, dtype=np.intp))

    @cached_property
    def first(self) -> Places:
        """The first replication of the case of each: intp[R]."""
        _, first = np.unique(self.case, return_index=True)
        return np.asarray(first[self.case])

    @cached_property
    def demand(self) -> Reals:
        """Factor on all buyers: float64[R, t]."""
        return self._by_replication([plan.demand for plan in self.cases])

    @cached_property
    def renewal(self) -> tuple[Reals, ...]:
        """Chance of a renewal by contract year, by product: float64[R, years] each."""
        return self._by_product(lambda line: np.array(line.renewal))

    @cached_property
    def mean_claim(self) -> tuple[Reals, ...]:
        """`Line.mean_claim` by product: float64[R, t] each."""
        return self._by_product(lambda line: line.mean_claim)

    @cached_property
    def weights(self) -> dict[str, Reals]:
        """What partners weigh, by name: float64[R, s, t]."""
        names = self.cases[0].weights
        return {name: self._by_replication([plan.weights[name] for plan in self.cases]) for name in names}

    def _by_product(self, of: Callable[[Line], Reals]) -> tuple[Reals, ...]:
        by_case = [[of(line) for line in plan.lines] for plan in self.cases]
        return tuple(self._by_replication(figures) for figures in zip(*by_case, strict=True))

    def _by_replication(self, figures: Sequence[Reals]) -> Reals:
        """A figure of each case, float64[...], by replication: float64[R, ...]; a view where there is one case."""
        first, *others = figures
        if not others:
            return np.broadcast_to(first, (self.case.size, *first.shape))
        return np.asarray(np.stack(figures)[self.case])
