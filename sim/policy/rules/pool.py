"""Pool: an amount that partners share by points when a window ends.

Whoever is in the trade when the pool is shared has its points; what a partner that left would have had goes to the
others, unless `leavers` says that it is paid. Where nobody has points, nothing is paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Dated, Money, Positive, Share, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.kernels import pools
from sim.policy.measuring.windows import LENGTHS, Windows
from sim.policy.parts.point_scale import MILLI, PointLevels, Points, points_of_levels, whole_thousandths
from sim.policy.parts.volume import Volume
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement


@dataclass(frozen=True)
class Terms:
    """What the rule says until its next amendment."""

    cells: Flags
    """bool[P, S], of those who share"""
    funding: Flags
    """bool[P, S], whose premium funds the pool"""
    share: float
    """of that premium"""
    amount: float
    """minor units a month"""
    weights: Integers
    """int64[P], thousandths of a point for each unit"""
    most: int
    """minor units; `pools.NO_LIMIT`: any"""
    heads: float
    """partners who may share, of one replication"""


class Pool(Volume):
    """A pool of money that partners share by points when a window has ended.

    Formula: x_i / (x_1 + ... + x_n) x F, at most `most`, with F = share x premium + amount, rounded once for all, and
    shared to the last minor unit by largest remainder. x is the sum over products of weight x units, or with `levels`
    the points of the highest level that the units reach; 0 below `least`.

    The pool is share x premium + amount, over the months of the window in which the rule holds. Points are weight x
    units by product, units being major units of premium or contracts, or those of the level that the window's units
    reach. A partner expects its part of a pool in which all are alike: share x its own premium, and the amount by
    heads.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    batched: ClassVar[bool] = True
    of_receivers: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    owes_later: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column("units", "i8", "milli", "weighted units of the open window, thousandths"),
        Column("fund", "f8", "minor", "what lies in the pool, in the direct channel's row"),
        Column("points", "f8", "points", "points with which the last pool was shared"),
    )
    kind: Literal["pool"]
    share: Dated[Share] = Field(default=Dated[Share].always(0.0), description="of premium, into the pool")
    amount: Dated[Money] = Field(
        default=Dated[Money].always(0.0), description="into the pool for each whole window, major units"
    )
    fund: Literal["all", "covered"] = Field(
        default="all",
        description="premium that funds the pool: all: of every partner, in the products covered; covered: of those "
        "who share",
    )
    window: Literal["month", "quarter", "half_year", "year"] = Field(
        default="year", description="after whose end the pool is shared"
    )
    year_starts: int = Field(
        default=1, ge=1, le=MONTHS_PER_YEAR, description="month (1 is January) from which windows are counted"
    )
    product_points: dict[str, Points] = Field(
        default={}, description="points for a unit by product, at most three decimals; products left out: 1"
    )
    levels: PointLevels | None = Field(
        default=None, description="points by the units of the window instead: those of the highest level reached"
    )
    least: Positive | None = Field(default=None, description="units of the window below which none has points")
    most: Dated[Money] | None = Field(default=None, description="for one partner from one pool; left out: any")
    rest: Literal["ours", "others", "carried"] = Field(
        default="ours",
        description="what `most` cuts: we keep it, the others share it, or it goes into the next pool, and so does a "
        "pool in which nobody has points",
    )
    leavers: Literal["lose", "keep"] = Field(
        default="lose", description="points of partners gone before the pool is shared"
    )

    @property
    def pays_on_sales(self) -> bool:
        return False

    @model_validator(mode="after")
    def _something_to_share(self) -> Pool:
        if self.share.is_always(0.0) and self.amount.is_always(0.0):
            raise ValueError("a pool of nothing; state share, amount or both")
        if unknown := sorted(set(self.product_points) - set(self.products or self.product_points)):
            raise ValueError(
                f"product_points name {unknown[0]}, which the rule does not cover; name one of its products"
            )
        if self.most is None and self.rest == "others":
            raise ValueError("rest: others says who has what most cuts; state most, or leave rest out")
        if self.product_points and not any(self.product_points.values()):
            raise ValueError("no product has points; give one of product_points more than 0")
        return self

    @property
    def windows(self) -> Windows:
        """When pools are shared."""
        return Windows(LENGTHS[self.window], 0, self.year_starts - 1)

    @property
    def run_off(self) -> int:
        return self.windows.run_off

    def goes_on_with(self, earlier: Rule) -> bool:
        """Never: what two policies put into pools is shared by the points of each one's own months."""
        return False

    def highest_rate(self, product: str, segment: str) -> float:
        """What the pool takes of the premium."""
        return max(self.share.since.values()) if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Terms:
        partners = np.arange(len(layout.segments)) < len(layout.of_partners)
        funding = cells if self.fund == "covered" else np.asarray(cells.any(axis=1))[:, None] & partners
        weights = [whole_thousandths(self.product_points.get(product, 1.0)) for product in layout.products]
        rows = int(layout.by_row(np.asarray(cells.any(axis=0))).sum()) / layout.replications
        return Terms(
            cells, funding, self.share.at(ordinal), self.amount.at(ordinal) * MINOR_PER_MAJOR / self.windows.length,
            np.array(weights, dtype=np.int64), pools.NO_LIMIT if self.most is None else to_minor(self.most.at(ordinal)),
            rows,
        )  # fmt: skip

    def expect(self, prospect: Prospect, terms: Terms) -> None:
        length, unit = self.windows.length, MINOR_PER_MAJOR
        covered = prospect.layout.by_row(terms.cells)
        premium = (prospect.premium * covered).sum(axis=0)
        units = ((prospect.premium if self.by == "premium" else prospect.count) * covered).sum(axis=0) * length
        mean = terms.share * premium + terms.amount / unit / max(terms.heads, 1.0)
        most = np.inf if terms.most < 0 else terms.most / unit / length
        reached = (units > 0) & (units >= (self.least or 0.0)) if self.business != "renewal" else np.False_
        prospect.add_amount(np.where(reached, np.minimum(mean, most), 0.0), covered)

    def apply(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        if self.in_force(facts.ordinal):
            self._count(facts, terms, memory)
        if (self.windows.closing(facts.ordinal) < 0).all():
            return
        memory["points"][:] = self._points(facts, memory["units"]) / MILLI
        shared, pool = self._shared(facts, terms, memory), _of_replications(memory["fund"], facts)
        statement.true_up(shared)
        memory["units"][:] = 0
        pool -= facts.layout.by_replication(shared) if self.rest == "carried" else pool

    def owed(self, facts: MonthFacts, terms: Terms, memory: Memory) -> Integers:
        """What the pool as it stands would bring, if the window ended now."""
        return self._shared(facts, terms, memory)

    def _count(self, facts: MonthFacts, terms: Terms, memory: Memory) -> None:
        """Add the month to the points, and to the pool in the direct row of each replication."""
        months, pool = self.windows.months(facts), _of_replications(memory["fund"], facts)
        whole = facts if self.fund == "covered" else facts.everyone
        ones = np.ones(len(terms.cells), dtype=np.int64)
        memory["units"][:] += self.counted(facts, terms.cells, self.by, terms.weights, months)
        funding = self.counted(whole, terms.funding, "premium", ones, months)
        pool += terms.share * facts.layout.by_replication(funding) + terms.amount

    def _shared(self, facts: MonthFacts, terms: Terms, memory: Memory) -> Integers:
        pool = np.rint(_of_replications(memory["fund"], facts)).astype(np.int64)
        found = np.empty(facts.layout.rows, dtype=np.int64)
        points = self._points(facts, memory["units"])
        pools.share_out(pool, points, terms.most, self.rest == "others", found)
        return found

    def _points(self, facts: MonthFacts, units: Integers) -> Integers:
        """Points of those who share, thousandths of one for each minor unit, or contract: int64[n]."""
        unit = MILLI * (MINOR_PER_MAJOR if self.by == "premium" else 1)
        there = units >= (self.least or 0.0) * unit
        if self.leavers == "lose":
            there &= facts.everyone.present
        if facts.eligible is not None:
            there &= facts.eligible
        points = units if self.levels is None else points_of_levels(self.levels, units / unit)
        return np.where(there, np.maximum(points, 0), 0)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        unit = MINOR_PER_MAJOR if self.by == "premium" and self.levels is None else 1
        return "points", float(memory["points"][i]) / unit


def _of_replications(column: Reals, facts: MonthFacts) -> Reals:
    """The direct row of each replication, its last: a view, float64[R]."""
    return column.reshape(facts.layout.replications, -1)[:, -1]
