"""Profit commission: a share of what a contract year leaves, after the deficits of earlier years."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Integers, Reals
from sim.base.columns import Column
from sim.base.units import MONTHS_PER_YEAR, Share, WholeMonths
from sim.policy.parts.experience import Experience, Judged, lines
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement
from sim.policy.to_come import InForce

LONGEST_CARRY = 20 * MONTHS_PER_YEAR


class ProfitCommission(Experience):
    """share x max(0, (1 - loss ratio - allowances) x premium - deficits).

    Deficits are carried in money, before the share, the oldest set off first, until they expire. Partners expect
    nothing of it.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    columns: ClassVar[tuple[Column, ...]] = (
        *Experience.columns,
        Column("deficits", "i8", "minor", "deficits not yet set off, the youngest first", ("carried",)),
    )
    batched: ClassVar[bool] = True
    judged_when_paid: ClassVar[bool] = True
    owes_later: ClassVar[bool] = True
    kind: Literal["profit_commission"]
    share: Share = Field(description="the partner's share of the profit")
    expense_allowance: Share = Field(default=0.0, description="our expenses, as a share of premium")
    commission_allowance: Share = Field(default=0.0, description="other commission on the premium, as a share of it")
    carry: WholeMonths | Literal["forever"] = Field(
        default=0, description="whole years in which a deficit lowers later profit (`3y`), or forever; 0y: it does not"
    )

    @model_validator(mode="after")
    def _sensible(self) -> ProfitCommission:
        if self.expense_allowance + self.commission_allowance >= 1.0:
            raise ValueError("the allowances take the whole premium: there is never a profit; lower them")
        if self.carry != "forever" and (self.carry % MONTHS_PER_YEAR or self.carry > LONGEST_CARRY):
            raise ValueError("carry is in whole years up to 20, such as 3y, or forever")
        return self

    def axis_lengths(self) -> dict[str, int]:
        return super().axis_lengths() | {"carried": 1 if self.carry == "forever" else self.carry // MONTHS_PER_YEAR}

    def highest_rate(self, product: str, segment: str) -> float:
        """The share of a year without losses."""
        return self.share * (1.0 - self.allowance) if self.covers(product, segment) else 0.0

    @property
    def allowance(self) -> float:
        """Share of premium that is no profit even without losses."""
        return self.expense_allowance + self.commission_allowance

    def to_come(self, in_force: InForce, terms: Any) -> Reals | float:
        if self.basis == "written":
            return 0.0
        profit = np.maximum(1.0 - in_force.loss_ratio - self.allowance, 0.0)
        return np.asarray(self.share * profit * in_force.unearned)

    def judge(self, found: Judged, scale: Any, memory: Memory, statement: Statement) -> None:
        balance = found.premium - found.losses - lines(self.allowance, found.premium)
        held = memory["deficits"][:, found.rows]
        profit = self._set_off(balance, held)
        memory["deficits"][:, found.rows] = held
        commission = lines(self.share, profit)
        statement.true_up(found.spread(commission))
        statement.rate_finally(found.total(found.premium), found.total(commission))

    def _set_off(self, balance: Integers, held: Integers) -> Integers:
        """What is left of a profit after deficits held[years, m]; used up, a year older, with the new ones in."""
        left = np.maximum(balance, 0)
        for deficit in held[::-1]:
            used = np.minimum(left, deficit)
            deficit -= used
            left -= used
        if self.carry == "forever":
            held[0] += np.maximum(-balance, 0)
        elif len(held):
            held[1:] = held[:-1].copy()
            held[0] = np.maximum(-balance, 0)
        return left
