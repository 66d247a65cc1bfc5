"""Figures in which replications of one table may differ, where they are of several cases.

Cases that stand in one table have the same partners and the same policy: their scenarios differ in demand, renewal,
loss ratios, what partners weigh and the rivals' commission, and in nothing else.

Notation: R replications, p product, s segment, t month (index t + warm_up in a series).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Places, Reals
from sim.engine.layout.plan import Plan


def may_stand_together(first: Plan, other: Plan, claims_are_acted_on: bool) -> bool:
    """Whether replications of two plans may stand in one table, their scenarios differing as is said above."""
    lines = tuple(zip(first.lines, other.lines, strict=True))
    renewals = [(one.renewal, another.renewal) for one, another in lines]
    if any(len(one) != len(another) or any(one) != any(another) for one, another in renewals):
        return False
    if first.scenario.policy.deposits is not None and any(one != another for one, another in renewals):
        return False  # what blanks a partner needs is reckoned from one chance of renewal
    if first.utilities_move != other.utilities_move or first.population is not other.population:
        return False
    losses_read = claims_are_acted_on or first.paths is not None or first.book.reads_cost
    return not losses_read or all(np.array_equal(one.mean_claim, another.mean_claim) for one, another in lines)


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

    def figure(self, of: Callable[[Plan], Reals]) -> Reals:
        """A figure of a plan, float64[...], by replication: float64[R, ...]; a view where there is one case."""
        first, *others = [np.asarray(of(plan)) for plan in self.cases]
        if not others:
            return np.broadcast_to(first, (self.case.size, *first.shape))
        found: NDArray[np.float64] = np.stack([first, *others])[self.case]
        return found

    @cached_property
    def demand(self) -> Reals:
        """Factor on all buyers: float64[R, t]."""
        return self.figure(lambda plan: plan.demand)

    @cached_property
    def renewal(self) -> tuple[Reals, ...]:
        """Chance of a renewal by contract year, by product: float64[R, years] each."""
        return tuple(
            self.figure(lambda plan, p=line.position: np.array(plan.lines[p].renewal)) for line in self.cases[0].lines
        )

    @cached_property
    def mean_claim(self) -> tuple[Reals, ...]:
        """`Line.mean_claim` by product: float64[R, t] each."""
        return tuple(self.figure(lambda plan, p=line.position: plan.lines[p].mean_claim) for line in self.cases[0].lines)

    @cached_property
    def weights(self) -> dict[str, Reals]:
        """What partners weigh, by name: float64[R, s, t]."""
        return {name: self.figure(lambda plan, name=name: plan.weights[name]) for name in self.cases[0].weights}
