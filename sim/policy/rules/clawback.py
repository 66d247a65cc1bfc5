"""Clawback: the commission of a sale goes back when its contract is lost soon after.

Notation: j age of a contract in months, p product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.functions import round_line
from sim.base.units import Block, Share, WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.refunds import Refunds
from sim.policy.kernels import contract_ages
from sim.policy.parts.about_rules import AboutRules
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement


class TakenBack(Block):
    """A part of the window, from the end of the step before."""

    until: WholeMonths = Field(description="months since the sale in which it ends")
    share: Share = Field(description="of the commission that is taken back")


class Clawback(AboutRules):
    """Takes back the commission on new business, fees for sales included, of contracts lost inside a window.

    Formula: - k x c for a contract lost at age j < m of a window of m months, with c what was paid for its sale and
    k = (m - j) / m (pro_rata), 1 (full) or the share of the first step with j < until (steps); 0 from age m on. For a
    contract that stays and has y of its premium Y refunded at age j: - k x c x y / Y.

    It is what was paid: what limits and carve-outs leave of it, each cut shared in proportion by all commission that it
    falls on. Later true-ups of a rate, up or down, belong to no sale.

    Premium added to a sale inside its term counts with it.

    It counts whole months since the sale: a window of 1mo covers contracts cancelled in the month they were sold. What
    `policy.payment.clawback` takes back of the same loss, as unearned, counts towards it. Commission on renewals stays
    with the partner, and so does that of contracts which renew without it. When the rule ends, contracts sold before
    stay under it. A statement shows what the rule takes as `reversed`, what `policy.payment.clawback` takes as
    `taken_back`.

    Several stand side by side: each takes back what the rules named in `rules` paid, one that names none what is left.
    So no commission is taken back twice.
    """

    phase: ClassVar[Phase] = Phase.RETURN
    runs_on: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
    takes_back: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "contracts", "i4", "contracts", "contracts still within the window, by month of sale", ("product", "cohort")
        ),
        Column("kept", "i8", "minor", "commission of their sale, by month of sale", ("product", "cohort")),
    )
    batched: ClassVar[bool] = True
    kind: Literal["clawback"]
    window: WholeMonths | None = Field(
        default=None,
        description="months since the sale in which a contract lost costs its commission; with `steps`: the last of "
        "them",
    )
    how: Literal["pro_rata", "full"] = Field(
        default="pro_rata", description="pro_rata: the part of the window that is left; full: all of it"
    )
    steps: list[TakenBack] | None = Field(
        default=None, min_length=1, description="instead of window and how: shares that fall with the months since"
    )

    @model_validator(mode="after")
    def _some_months(self) -> Clawback:
        if (self.window is None) == (self.steps is None):
            raise ValueError("a clawback needs a window, such as 12mo, or steps: state one of the two")
        if self.months < 1:
            raise ValueError("a clawback needs at least one month: state a window, such as 12mo, or leave the rule out")
        ends = [one.until for one in self.steps or ()]
        if any(later <= earlier for earlier, later in pairwise([0, *ends])):
            raise ValueError("steps follow each other: the until of each is later than that of the step before")
        return self

    @property
    def months(self) -> int:
        """Of the window, or until the last step ends."""
        return self.steps[-1].until if self.steps else self.window or 0

    @property
    def shares(self) -> Reals:
        """What is taken back at each age, in parts of the window pro rata, else of one: float64[months]."""
        ages = np.arange(self.months)
        if self.steps is not None:
            step = np.searchsorted([one.until for one in self.steps], ages, side="right")
            return np.array([one.share for one in self.steps])[step]
        return self.months - ages.astype(np.float64) if self.how == "pro_rata" else np.ones(self.months)

    def axis_lengths(self) -> dict[str, int]:
        return {"cohort": self.months}

    @property
    def ages(self) -> int:
        return self.months

    def in_force(self, ordinal: int) -> bool:
        """Whether sales of this month come under it, or some of earlier months still do."""
        end = self.effective_until
        return super().in_force(ordinal) or (end is not None and end <= ordinal < end + self.months)

    @property
    def dates(self) -> list[int]:
        end = self.effective_until
        return super().dates + ([] if end is None else [end + self.months])

    def apply(self, facts: MonthFacts, terms: Flags, memory: Memory, statement: Statement) -> None:
        taken, unearned = np.zeros((2, facts.layout.rows), dtype=np.int64)
        parts = self.months if self.steps is None and self.how == "pro_rata" else 1
        for p in np.flatnonzero(terms.any(axis=1)).tolist():
            rows = facts.layout.edges, terms[p], facts.ordinal % self.months
            rings = memory["contracts"][p], memory["kept"][p]
            covers = super().in_force(facts.ordinal)
            sold = facts.count_new[p] * covers
            followed = ((sold > 0) | (facts.premium_new[p] != 0)) & facts.layout.by_row(terms[p]) & covers
            commission = statement.of_sales(p, self.named, followed)
            self._add_changes(p, facts, terms, statement.corrected, commission, memory["kept"][p])
            contract_ages.remember(*rows, sold, commission, *rings)
            self._take_parts(p, facts, terms, parts, memory["kept"][p], taken, unearned)
            contract_ages.claw_back(
                *rows, facts.layout.terms[p], self.shares, parts, facts.lost[p], facts.moved[p], *rings, taken, unearned
            )
        whole = taken.copy()
        contract_ages.without_twice(taken, unearned, statement.taken_back - statement.counted)
        if statement.brought:
            statement.counted = statement.counted + whole - taken
        statement.true_up(-taken)

    def _add_changes(
        self, p: int, facts: MonthFacts, terms: Flags, corrected: Mapping[tuple[int, int, int], int],
        commission: Integers, kept: Integers,
    ) -> None:  # fmt: skip
        """Let commission[n] on premium added to earlier sales, or taken off them, count with those sales."""
        changes = list(_of_product(facts.changes, p, facts, terms, self.months))
        own = {(row, age): corrected.get((p, row, age), 0) for row, age, *_ in changes}
        at_rate = commission.copy()
        for (row, _), more in own.items():
            at_rate[row] -= more
        for row, age, premium, _ in changes:
            whole = int(facts.premium_new[p, row]) or premium or 1
            part = round_line(premium / whole, int(at_rate[row])) + own[row, age]
            commission[row] -= part
            held = (facts.ordinal - age) % self.months
            kept[held, row] = max(kept[held, row] + part, 0)

    def _take_parts(
        self, p: int, facts: MonthFacts, terms: Flags, parts: int, kept: Integers, taken: Integers, unearned: Integers
    ) -> None:
        """Take back the commission on premium refunded of contracts that stay."""
        for row, age, premium, left in _of_product(facts.partly, p, facts, terms, self.months):
            held = (facts.ordinal - age) % self.months
            part = round_line(premium / max(left, premium), int(kept[held, row]))
            mine = round_line(self.shares[age] / parts, part)
            kept[held, row] -= part
            taken[row] += mine
            unearned[row] += mine

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        """Contracts lost within the window, or premium refunded of contracts that stay."""
        mine = [
            lost for lost, product in zip(facts.lost, facts.layout.products, strict=True) if self._covers_some(product)
        ]
        lost = sum(int(lost[: self.months, i].sum()) for lost in mine)
        parts = np.zeros((5, 0), dtype=np.int64) if facts.partly is None else facts.partly.entries
        if not lost and (parts[0] == i).any():
            return "refunded", float(parts[3][parts[0] == i].sum())
        return "contracts", float(lost)

    def _covers_some(self, product: str) -> bool:
        return self.products is None or product in self.products


def _of_product(
    entries: Refunds | None, p: int, facts: MonthFacts, cells: Flags, window: int
) -> Iterator[tuple[int, int, int, int]]:
    """Row, age, premium and the last figure of the covered entries of new business inside the window."""
    if entries is None or not entries.entries.size:
        return
    for row, product, age, premium, last in entries.within(facts.layout, cells, np.array([window]), "new").T.tolist():
        if product == p:
            yield row, age, premium, last
