"""Levels: what a partner sells pays its sponsor, the sponsor's sponsor and so on, each a rate by its level.

Sellers are those that the rule covers; who receives need not be covered. What nobody receives is kept by us. A level's
commission is accrued and deferred with the seller's premium. A partner does not count on what others may sell, so
levels add nothing to the yield that it expects.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Counts, Flags, Reals
from sim.base.units import Dated, Share
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.inputs import Computed
from sim.policy.kernels import taken_back, tree
from sim.policy.parts.upline import Upline
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement

_Rates = tuple[Flags, Reals, float]


class Levels(Upline):
    """Overrides by depth on the sponsor tree.

    Formula: the sponsor d levels above a seller gets r_d x P, with r_d the d-th of `rates`, then `deeper`, and P the
    seller's premium of `business`; `of: commission`: r_d x the seller's commission. Each seller, product and level is a
    line.
    """

    phase: ClassVar[Phase] = Phase.LEVELS
    batched: ClassVar[bool] = True
    kind: Literal["levels"]
    rates: list[Dated[Share]] = Field(min_length=1, description="rate of each level, the sponsor's first")
    deeper: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="rate of every level beyond those of rates, up to the top"
    )
    of: Literal["premium", "commission"] = Field(
        default="premium",
        description="what the rates are a share of: premium, or the seller's commission of the rules before; "
        "commission that is not on premium, which products do not share, counts where the rule covers all products",
    )
    business: Literal["all", "new", "renewal"] = Field(default="all", description="premium that counts")
    compression: Literal["forfeit", "dynamic", "pass_up"] = Field(
        default="forfeit",
        description="an inactive sponsor's level: forfeit: we keep it; dynamic: the next active sponsor stands in its "
        "place; pass_up: the next active sponsor gets it besides its own",
    )

    @model_validator(mode="after")
    def _business_of_premium(self) -> Levels:
        if self.of == "commission" and self.business != "all":
            raise ValueError("business divides premium: leave it out, or state the rates on premium")
        return self

    @property
    def pays_on_sales(self) -> bool:
        return False

    @property
    def pays_new_apart(self) -> bool:
        return self.business != "all"

    def highest_rate(self, product: str, segment: str) -> float:
        """The rates together and one level more, where they are a share of premium: no bound for longer chains."""
        if self.of == "commission" or not self.covers(product, segment):
            return 0.0
        return sum(max(rate.since.values()) for rate in (*self.rates, self.deeper))

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> _Rates:
        """Cells, float64[levels] and the rate beyond."""
        return cells, np.array([rate.at(ordinal) for rate in self.rates]), self.deeper.at(ordinal)

    def accrue(self, facts: MonthFacts, terms: _Rates, memory: Memory, statement: Statement) -> None:
        new, renewal = facts.premium_new, facts.premium_renewal
        if self.of == "commission":
            own = statement.accrued - statement.passed
            new = np.where((new != 0) | (renewal != 0), own, 0)  # nothing was sold where conditions leave partners out
        with_new, with_renewal = self.business != "renewal", self.business != "new" and self.of == "premium"
        books, sums = (statement.accrued, statement.passed, statement.received), facts.layout.sums()
        self._pass_on(facts, terms[0], terms, new, renewal, with_new, with_renewal, *books, sums)
        statement.total += facts.layout.total(sums)

    def apply(self, facts: MonthFacts, terms: _Rates, memory: Memory, statement: Statement) -> None:
        if self.clawback and len(facts.released_passed):
            self._take_back(facts, terms, statement)
        if self.of == "commission" and self.products is None:
            amount = np.where(facts.present, statement.expensed - statement.reversed, 0)[None]
            work = np.zeros((3, *amount.shape), dtype=np.int64)
            covered = np.asarray(terms[0].any(axis=0))[None]
            books, sums = (work[0], work[1], work[2, 0]), facts.layout.sums()
            self._pass_on(facts, covered, terms, amount, amount, True, False, *books, sums)
            statement.true_up(work[2, 0])

    def _pass_on(self, facts: MonthFacts, cells: Flags, terms: _Rates, *amounts: Any) -> None:
        new, renewal, with_new, with_renewal, *books = amounts
        ways = self._ways_up(facts)
        tree.pass_on(facts.layout.edges, cells, new, renewal, with_new, with_renewal, *ways, *terms[1:], *books)

    def _take_back(self, facts: MonthFacts, terms: _Rates, statement: Statement) -> None:
        cells, rates, deeper = terms
        taken_back.take_back(
            facts.layout.edges, cells, facts.released_passed, *self._ways_up(facts), rates, deeper, np.zeros(0),
            statement.taken_back,
        )  # fmt: skip

    def _ways_up(self, facts: MonthFacts) -> tuple[Counts, Counts]:
        """The row of the next level, and who receives that of a row: int32[n] each."""
        following, to = np.empty((2, facts.sponsor.size), dtype=np.int32)
        tree.ways_up(facts.sponsor, self.receives(facts), tree.MODES[self.compression], following, to)
        return following, to

    def computed(self, facts: MonthFacts, terms: _Rates, memory: Memory, p: int, i: int) -> list[Computed]:
        """A rate where all that comes is of those next below; of several levels each line has its own."""
        if p >= 0 or len(terms[1]) > 1 or terms[2] or self.of != "premium" or self.compression != "forfeit":
            return super().computed(facts, terms, memory, p, i)
        mine = facts.layout.by_row(terms[0]) & (facts.sponsor == i)
        new, renewal = ((amount * mine).sum() for amount in (facts.premium_new, facts.premium_renewal))
        counted = {"all": new + renewal, "new": new, "renewal": renewal}[self.business]
        return [Computed("downline_premium", float(counted), float(terms[1][0]))]
