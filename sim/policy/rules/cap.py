"""Cap: the most commission that we pay, as a share of premium, or as a sum a month or a year for each partner."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.columns import Column
from sim.base.kernels import kernel
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Dated, Money, Share
from sim.policy.facts import MonthFacts, Prospect
from sim.policy.parts import shares
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement, TrueUp

UNLIMITED = 2**62
_THIS_MONTH: Integers = np.ones(1, dtype=np.int64)


class Limits(NamedTuple):
    """The limits in force, infinite where there is none."""

    cells: Flags
    share: Reals
    """of premium, float64[P, S]"""
    per_month: float
    """minor units"""
    per_year: float


class Cap(Rule):
    """Limits of a partner's commission.

    A share of premium limits what is accrued on each product's premium of the month; sponsors keep their part. A sum
    limits the whole commission of a month or of a calendar year before clawback; the statement reverses what is over.

    A cut falls in proportion on all it is a limit of: on new business and renewals, on each sale and on fees. So a rule
    `clawback` takes back of a lost sale what was paid for it, and so does `policy.payment.clawback` of premium refunded
    in later months.
    """

    phase: ClassVar[Phase] = Phase.LIMIT
    columns: ClassVar[tuple[Column, ...]] = (
        Column("year", "i8", "minor", "commission of the calendar year, where the year is limited", ("years",)),
    )
    batched: ClassVar[bool] = True
    kind: Literal["cap"]
    share_of_premium: Dated[Share] | None = Field(default=None, description="of the month's premium of each product")
    per_month: Dated[Money] | None = Field(default=None, description="for each partner, all its commission")
    per_year: Dated[Money] | None = Field(default=None, description="for each partner, all its commission")

    @model_validator(mode="after")
    def _limits(self) -> Cap:
        if self.share_of_premium is None and self.per_month is None and self.per_year is None:
            raise ValueError("a cap on nothing; state share_of_premium, per_month or per_year")
        if self.per_month is not None or self.per_year is not None:
            shares.require_all_products(self, "a limit of a month or year")
        return self

    def axis_lengths(self) -> dict[str, int]:
        return {"years": 0 if self.per_year is None else 1}

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> Limits:
        """The limits of the month `ordinal`."""
        share = np.inf if self.share_of_premium is None else self.share_of_premium.at(ordinal)
        per_month, per_year = (
            np.inf if one is None else shares.minor(one, ordinal) for one in (self.per_month, self.per_year)
        )
        return Limits(cells, np.where(cells, share, np.inf), per_month, per_year)

    def expect(self, prospect: Prospect, terms: Limits) -> None:
        """Rates under the cap; where a month's (or a twelfth of a year's) sum is over it, in proportion."""
        rate = prospect.rate
        np.minimum(rate, prospect.layout.by_row(terms.share), out=rate)
        mask = prospect.layout.by_row(terms.cells)
        limit = min(terms.per_month, terms.per_year / MONTHS_PER_YEAR) / MINOR_PER_MAJOR
        earned = (rate * prospect.premium * mask).sum(axis=0)
        kept = np.divide(limit, earned, out=np.ones(earned.size), where=earned > limit)
        np.copyto(rate, rate * kept, where=mask)

    def accrue(self, facts: MonthFacts, terms: Limits, memory: Memory, statement: Statement) -> None:
        if self.share_of_premium is not None:
            for p, share in enumerate(terms.share):
                statement.hold_under(p, facts, share)

    def apply(self, facts: MonthFacts, terms: Limits, memory: Memory, statement: Statement) -> None:
        if self.per_month is None and self.per_year is None:
            return
        if facts.ordinal % MONTHS_PER_YEAR == 0:
            memory["year"][:] = 0
        earned = statement.commission()
        over = np.zeros_like(earned)
        month, year = (self._whole(terms.cells, limit) for limit in (terms.per_month, terms.per_year))
        covered = facts.present if self.chooses else np.ones(facts.layout.rows, dtype=np.bool_)
        _excess(facts.layout.edges, month, year, covered, earned, memory["year"], over)
        statement.cut(over, earned)
        if over.any():
            self._defer_less(facts, over / np.maximum(earned, 1), statement)

    def _defer_less(self, facts: MonthFacts, share: Reals, statement: Statement) -> None:
        """Take the cut off what is deferred: of the sellers' own on the month's premium, and of its true-ups."""
        for one in tuple(statement.true_ups):
            statement.true_ups.append(one._replace(change=-_lines(share, one.change)))
        written = facts.premium_new + facts.premium_renewal
        for p, premium in enumerate(written):
            own = statement.accrued[p] - statement.passed[p : p + 1].sum(axis=0)
            cells = np.zeros((len(written), len(facts.layout.segments)), dtype=np.bool_)
            cells[p] = True
            change, kept = (np.stack((np.zeros_like(own), one)) for one in (-_lines(share, own), premium))
            statement.spread(TrueUp(cells, change, kept, _THIS_MONTH))

    def _whole(self, cells: Flags, limit: float) -> Integers:
        """A limit by segment in whole minor units."""
        there = cells.any(axis=0) & np.isfinite(limit)
        return np.where(there, round(min(limit, UNLIMITED)), UNLIMITED)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        if p < 0 and self.per_year is not None:
            return "commission", float(memory["year"][0, i])  # of the year
        return super().reads(facts, memory, p, i)


def _lines(share: Reals, amounts: Integers) -> Integers:
    """Share x amounts, each rounded half to even."""
    return np.rint(share * amounts).astype(np.int64)


@kernel
def _excess(
    edges: Words,
    per_month: Integers,
    per_year: Integers,
    where: Flags,
    earned: Integers,
    year: Integers,
    out: Integers,
) -> None:
    """Write what commission earned[n] exceeds its limits by into out[n].

    Parameters
    ----------
    per_month, per_year : int64[S]
        `UNLIMITED` where there is none.
    where : bool[n]
    earned : int64[n]
    year : int64[1 or 0, n]
        Commission of the year before this month; with this month's on return.
    """
    for s in range(edges.size - 1):
        of_month, of_year = per_month[s % per_month.size], per_year[s % per_year.size]
        for i in range(edges[s], edges[s + 1]):
            room = of_month
            for y in range(year.shape[0]):
                room = min(room, max(of_year - year[y, i], 0))
            over = max(earned[i] - room, 0) if where[i] else 0
            out[i] = over
            for y in range(year.shape[0]):
                year[y, i] += earned[i] - over
