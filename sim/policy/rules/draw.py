"""Draw: a partner is owed at least a sum a month, ahead of what it earns, and owes the difference back.

What was drawn and not owed back yet is an asset on the partner, like an advance.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, Dated, Money, Share, WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.prospect import Prospect
from sim.policy.kernels.draws import move
from sim.policy.measuring.windows import LENGTHS, Windows
from sim.policy.parts import shares
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement

_ANY = 2**62


class Terms(NamedTuple):
    """Where a draw is paid, the sum by segment, and the most that may be open, minor units."""

    cells: Flags
    sums: Reals
    limit: int


class Draw(Rule):
    """A sum a month on account of commission, after everything else of the statement, clawback included.

    Formula: max(d - c, 0) on top of a statement of c, as far as `limit` leaves room; of each later month goes back
    min(open, repayment x max(c - d, 0)). d is per_month, open what was drawn and not owed back.

    A month whose statement owes c is brought up to the draw d by max(d - c, 0), as far as the limit leaves room, which
    the partner owes back: out of each later month goes min(open, repayment x max(c - d, 0)). So a partner gets what it
    has earned, sooner. A draw that is not recoverable is never owed back. One that is given for some months after
    entry, or has ended, is still owed back, with d = 0 then.

    At the end of a quarter or year (`settled`) what is open is forgiven, so it is commission, or due: it is taken off
    the account of the partner and set off against what we owe it later. So it is when a partner leaves. What a
    defaulted partner has drawn is lost.
    """

    phase: ClassVar[Phase] = Phase.DRAW
    columns: ClassVar[tuple[Column, ...]] = (
        Column("open", "i8", "minor", "drawn and not owed back yet", ("recovered",)),
    )
    batched: ClassVar[bool] = True
    kind: Literal["draw"]
    per_month: Dated[Money] = Field(description="least sum that a month's statement owes each partner")
    recoverable: bool = Field(default=True, description="false: what is drawn stays with the partner")
    months: WholeMonths | None = Field(default=None, description="for so many months after its entry; left out: always")
    repayment: Share = Field(default=1.0, description="of what a month brings over the draw, towards what is open")
    limit: Dated[Money] | None = Field(default=None, description="most that a partner may owe; left out: no limit")
    settled: Literal["quarter", "half_year", "year", "contract_year"] | None = Field(
        default=None, description="window at whose end what is open is settled; left out: it stays open"
    )
    open_then: Literal["forgiven", "due"] = Field(
        default="forgiven", description="what becomes of it: the partner keeps it, or it is taken off its account"
    )
    on_leaving: Literal["forgiven", "due"] = Field(
        default="due", description="what becomes of what a partner that leaves has drawn"
    )

    @model_validator(mode="after")
    def _of_partners(self) -> Draw:
        shares.require_all_products(self, "a draw")
        of_recovery = {"repayment", "limit", "settled", "open_then", "on_leaving"} & self.model_fields_set
        if not self.recoverable and of_recovery:
            raise ValueError(
                f"a draw that is not recoverable is never owed back: leave out {' and '.join(sorted(of_recovery))}"
            )
        if self.settled is None and "open_then" in self.model_fields_set:
            raise ValueError("open_then says what is done when a window ends: state settled, such as quarter")
        return self

    @property
    def draws(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.recoverable

    @property
    def owes_back(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.recoverable

    @property
    def pays_on_sales(self) -> bool:
        return False

    def axis_lengths(self) -> dict[str, int]:
        return {"recovered": int(self.recoverable)}

    def in_force(self, ordinal: int) -> bool:
        """Whether it is paid in this month, or owed back still where no other body of it takes that over."""
        ended = self.effective_until is not None and ordinal >= self.effective_until
        return super().in_force(ordinal) or (ended and self.recoverable and self._part != "first")

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> Terms:
        paid = shares.minor(self.per_month, ordinal) if super().in_force(ordinal) else 0.0
        limit = _ANY if self.limit is None else round(shares.minor(self.limit, ordinal))
        return Terms(cells, shares.by_segment(cells, np.rint(paid)), limit)

    def expect(self, prospect: Prospect, terms: Terms) -> None:
        """What the mean month lacks of a draw that is kept; one that is owed back is no income."""
        if self.recoverable or self.months is not None:
            return
        mask = prospect.layout.by_row(terms.cells)
        earned = (prospect.rate * prospect.premium * mask).sum(axis=0)
        lacking = prospect.layout.by_row(terms.sums) / MINOR_PER_MAJOR - earned
        prospect.add_amount(np.maximum(lacking, 0.0), mask)

    def apply(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        ours = facts.present & (facts.share > 0)
        if self.months is not None:
            ours &= facts.month - facts.entered.astype(np.int64) < self.months
        least = facts.layout.by_row(terms.sums).astype(np.int64) * ours
        due = statement.balance()
        if self.recoverable:
            self._recover(facts, terms, least, due, memory["open"][0], statement)
        else:
            statement.true_up(np.where(least > 0, np.maximum(least - due, 0), 0))

    def _recover(
        self, facts: MonthFacts, terms: Terms, least: Integers, due: Integers, held: Integers, statement: Statement
    ) -> None:
        """Draw and owe back; settle what is open where a window ends or a partner has left."""
        held[facts.defaulted] = 0  # lost with the rest of what it owed
        present = facts.everyone.present  # who has not reached the conditions of a draw still owes it back
        left, rest = ~present, np.zeros_like(held)
        forgiven, ended = np.zeros((2, held.size), dtype=np.bool_)
        move(least, due, terms.limit, self.repayment, present, held, statement.drawn[0], statement.advance_back)
        if self.settled is not None:
            windows = Windows(LENGTHS[self.settled], personal=self.settled == "contract_year")
            ended |= windows.ending(facts)
            forgiven |= ended & (self.open_then == "forgiven")
        forgiven = np.where(left, self.on_leaving == "forgiven", forgiven)
        rest[:] = np.where(ended | left, held, 0)
        held -= rest
        statement.advance_back += rest
        statement.true_up(rest * forgiven)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        """What is open."""
        return "drawn", float(memory["open"][:, i].sum())
