"""Profit commission: a share of what a contract year leaves, after the deficits of earlier years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Integers, Reals
from sim.base.columns import Column
from sim.base.units import Share
from sim.policy.parts import carried
from sim.policy.parts.carried import Carry
from sim.policy.parts.experience import Experience, Judged, lines
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement
from sim.policy.to_come import InForce


class ProfitCommission(Experience):
    """A share of the profit that a contract year leaves, after the deficits of earlier years.

    Formula: min(share x max(0, (1 - expense_allowance - commission_allowance) x P - L - D + K), most x P), with P and L
    the year's premium and losses, D deficits and K credits of earlier years.

    Deficits are carried in money, before the share, the oldest set off first, until they expire. With `carry_credit` so
    is profit beyond premium x most / share, for which there is no commission: it is set off against later losses, and
    adds to later profit as far as `most` leaves room. Partners expect nothing of it.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    columns: ClassVar[tuple[Column, ...]] = (
        *Experience.columns,
        Column("deficits", "i8", "minor", "deficits not yet set off, the youngest first", ("carried",)),
        Column("credits", "i8", "minor", "profit beyond the most, not yet set off, the youngest first", ("credited",)),
    )
    batched: ClassVar[bool] = True
    judged_when_paid: ClassVar[bool] = True
    owes_later: ClassVar[bool] = True
    kind: Literal["profit_commission"]
    share: Share = Field(description="the partner's share of the profit")
    expense_allowance: Share = Field(default=0.0, description="our expenses, as a share of premium")
    commission_allowance: Share = Field(default=0.0, description="other commission on the premium, as a share of it")
    most: Share | None = Field(
        default=None, description="highest commission of a year, share of premium; left out: any"
    )
    carry: Carry = Field(
        default=0, description="whole years in which a deficit lowers later profit (`3y`), or forever; 0y: it does not"
    )
    carry_credit: Carry = Field(
        default=0, description="whole years in which profit beyond the most adds to later profit, or forever; 0y: it "
        "does not",
    )  # fmt: skip

    @model_validator(mode="after")
    def _sensible(self) -> ProfitCommission:
        if self.expense_allowance + self.commission_allowance >= 1.0:
            raise ValueError("the allowances take the whole premium: there is never a profit; lower them")
        carried.check("carry", self.carry)
        carried.check("carry_credit", self.carry_credit)
        if self.carry_credit and (self.most is None or self.share == 0.0):
            raise ValueError("carry_credit carries profit beyond the most that is paid: state most, and a share")
        return self

    @property
    def pays_on_sales(self) -> bool:
        return False

    def axis_lengths(self) -> dict[str, int]:
        return super().axis_lengths() | {
            "carried": carried.years(self.carry),
            "credited": carried.years(self.carry_credit),
        }

    def highest_rate(self, product: str, segment: str) -> float:
        """The share of a year without losses, or the most."""
        return float(self.at(0.0)) if self.covers(product, segment) else 0.0

    def at(self, loss_ratio: Any) -> Any:
        """Commission as a share of premium at loss ratios, nothing carried."""
        profit = np.maximum(1.0 - loss_ratio - self.allowance, 0.0)
        return np.minimum(self.share * profit, 1.0 if self.most is None else self.most)

    def shows(self, memory: Memory, i: int) -> Mapping[str, float]:
        return carried.shown(memory, i)

    @property
    def allowance(self) -> float:
        """Share of premium that is no profit even without losses."""
        return self.expense_allowance + self.commission_allowance

    @property
    def accrues_later(self) -> bool:
        return self.basis == "earned"

    def to_come(self, in_force: InForce, terms: Any) -> Reals | float:
        if not self.accrues_later:
            return 0.0
        return np.asarray(self.at(self.expected_ratio(in_force)) * in_force.unearned)

    def judge(self, found: Judged, scale: Any, memory: Memory, statement: Statement) -> None:
        held = [memory[name][:, found.rows] for name in ("deficits", "credits")]
        profit = self._account(found, *held)
        memory["deficits"][:, found.rows], memory["credits"][:, found.rows] = held
        commission = np.minimum(lines(self.share, profit), self._most(found, 1.0))
        statement.true_up(found.spread(commission))
        statement.rate_finally(found.total(found.premium), found.total(commission))

    def _account(self, found: Judged, deficits: Integers, credits: Integers) -> Integers:
        """Profit that is shared, int64[m], after what is carried[years, m], which is brought up to date."""
        balance = found.premium - found.losses - lines(self.allowance, found.premium)
        loss, profit = np.maximum(-balance, 0), np.maximum(balance, 0)
        most = self._most(found, self.share or 1.0)
        loss -= carried.set_off(loss, credits)
        profit -= carried.set_off(profit, deficits)
        profit += carried.set_off(most - profit, credits)
        carried.take_in(loss, deficits, self.carry)
        carried.take_in(np.maximum(profit - most, 0), credits, self.carry_credit)
        return profit

    def _most(self, found: Judged, share: float) -> Integers:
        """The highest commission over a share of profit, int64[m]: 1 is the commission, ours the profit it takes."""
        if self.most is None:
            return np.full(found.premium.size, np.iinfo(np.int64).max)
        return lines(self.most / share, found.premium)
