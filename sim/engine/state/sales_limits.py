"""Limits on what partners may sell in a month, and what they were refused.

Notation: R replications, i row, k kind of sale (a product and contract year).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.engine.layout.batch import Batch
from sim.engine.layout.lines import Line
from sim.engine.state.now import Now
from sim.policy.kept import least_kept

FREE = -1  # no limit
NOWHERE = -1  # a refused sale is not noted by age


class Limits:
    """What each partner may still sell this month, and what it was refused; arrays over rows, or by replication [R]."""

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {"outstanding": (), "refused_premium": ()}
    by_row: ClassVar[tuple[str, ...]] = ("exposure", "late", "abusing")

    def __init__(self, batch: Batch) -> None:
        rows, plan = batch.rows, batch.plan
        self.contracts = np.full(rows, FREE, dtype=np.int64)
        self.premium = np.full(rows, FREE, dtype=np.int64)
        """net of the commission that a partner surely keeps, minor units"""
        self.exposure = np.zeros(rows, dtype=np.int64)
        """net premium sold and not remitted, as of the last close"""
        self.late = np.zeros(rows, dtype=np.int64)
        self.abusing = np.zeros(rows, dtype=np.bool_)
        """defaulted partners that have sold void blanks this month"""
        self.outstanding = np.zeros(batch.size, dtype=np.int64)
        """exposure and blanks out of the partners of the deposit scheme, at the close"""
        self.refused_premium = np.zeros(batch.size, dtype=np.int64)
        self._kept: dict[int, Reals] = {}
        self.renewing_line = np.concatenate([np.full(line.years, line.position) for line in plan.lines])
        self.renewing_noted = np.concatenate([_ages(line) for line in plan.lines])

    @classmethod
    def of(cls, batch: Batch) -> Limits | None:
        """Limits where the policy sets any."""
        return cls(batch) if batch.plan.scenario.limits_sales else None

    def kept(self, now: Now) -> Reals:
        """Share of premium that net partners surely keep, our own channel last: float64[product, segment]."""
        version = now.policy_version
        if version not in self._kept:
            self._kept[version] = _kept(now)
        return self._kept[version]


def _ages(line: Line) -> Integers:
    """Row of the contracts lost by age in which a renewal into each contract year counts when it is refused."""
    age = np.arange(line.years) * line.term
    return np.where((age > 0) & (age < line.ages), line.first_age + age, NOWHERE).astype(np.int64)


def _kept(now: Now) -> Reals:
    plan, rules = now.plan, [rule for _, rule in now.plan.book.rules]
    table = [
        [least_kept(rules, line.name, kind.name, now.ordinal, line.product.commission_cap) for kind in plan.kinds]
        for line in plan.lines
    ]
    return np.pad(np.array(table) * plan.by_segment.net, ((0, 0), (0, plan.population.ours)))
