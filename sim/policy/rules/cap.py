"""Cap: the most commission that we pay, as a share of premium, or as a sum in a window for each partner."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.columns import Column
from sim.base.kernels import kernel
from sim.base.units import MINOR_PER_MAJOR, Dated, Money, Share
from sim.policy.given.facts import MonthFacts
from sim.policy.given.prospect import Prospect
from sim.policy.kernels import brought
from sim.policy.kernels.brought import Brought
from sim.policy.measuring.windows import LENGTHS, Windows
from sim.policy.parts import shares
from sim.policy.parts.about_rules import AboutRules
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement, TrueUp

UNLIMITED = 2**62
_THIS_MONTH: Integers = np.ones(1, dtype=np.int64)
WINDOWS = ("quarter", "half_year", "year", "contract_year", "lifetime")  # that take more than a month
_KEYS = {"month": "per_month", **{name: f"per_{name}" for name in WINDOWS[:-1]}, "lifetime": "lifetime"}


class Limits(NamedTuple):
    """The limits in force, infinite where there is none."""

    cells: Flags
    share: Reals
    """of premium, float64[P, S]"""
    sums: dict[str, float]
    """minor units, by window"""


class Cap(AboutRules):
    """Limits of a partner's commission.

    Formula: min(c, share_of_premium x P) of each product, c what is accrued on its premium P of the month; then of the
    month's commission c min(c, L - paid), least over the limits stated, with L the sum of a window and `paid` what it
    has paid before, never below 0.

    A share of premium limits what is accrued on each product's premium of the month; sponsors keep their part. A sum
    limits the whole commission of a window before clawback: a month that brings c pays min(c, L - paid) with L the most
    of each window and what it has paid, and the statement reverses the rest. What is over is lost, or carried: it
    counts as commission of the next month, and so of each month until there is room for it or the partner leaves.

    A cut falls in proportion on all it is a limit of: on new business and renewals, on each sale and on fees. So a rule
    `clawback` takes back of a lost sale what was paid for it, and so does `policy.payment.clawback` of premium refunded
    in later months. What is carried is paid for no sale. With `rules` all this is about the commission of those rules.
    """

    phase: ClassVar[Phase] = Phase.LIMIT
    columns: ClassVar[tuple[Column, ...]] = (
        *(Column(one, "i8", "minor", f"commission of the {one}, where it is limited", (f"{one}s",)) for one in WINDOWS),
        Column("carried", "i8", "minor", "commission over the limits that later months may pay", ("carrying",)),
    )
    batched: ClassVar[bool] = True
    kind: Literal["cap"]
    share_of_premium: Dated[Share] | None = Field(default=None, description="of the month's premium of each product")
    per_month: Dated[Money] | None = Field(default=None, description="for each partner, all its commission")
    per_quarter: Dated[Money] | None = Field(default=None, description="for each partner, of a calendar quarter")
    per_half_year: Dated[Money] | None = Field(default=None, description="for each partner, of half a calendar year")
    per_year: Dated[Money] | None = Field(default=None, description="for each partner, all its commission")
    per_contract_year: Dated[Money] | None = Field(
        default=None, description="for each partner, of a year from the month of its entry; January for the first ones"
    )
    lifetime: Dated[Money] | None = Field(default=None, description="for each partner, of all months together")
    excess: Literal["lost", "carried"] = Field(
        default="lost", description="what is over the sums: never paid, or paid when later months leave room"
    )

    @model_validator(mode="after")
    def _limits(self) -> Cap:
        if self.share_of_premium is None and not self.sums:
            raise ValueError("a cap on nothing; state share_of_premium, per_month or per_year")
        if self.sums:
            shares.require_all_products(self, "a limit of a month or year")
        if self.excess == "carried" and not set(self.sums) - {"lifetime"}:
            raise ValueError(
                "only what is over the sum of a window can be carried to the next: state one, such as per_year, or "
                "leave excess out"
            )
        return self

    @property
    def sums(self) -> dict[str, Dated[float]]:
        """The sums stated, by window."""
        stated = {window: getattr(self, key) for window, key in _KEYS.items()}
        return {window: amount for window, amount in stated.items() if amount is not None}

    @property
    def owes_later(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.excess == "carried"

    def axis_lengths(self) -> dict[str, int]:
        held = {f"{one}s": int(one in self.sums) for one in WINDOWS}
        return held | {"carrying": int(self.excess == "carried")}

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> Limits:
        """The limits of the month `ordinal`."""
        share = np.inf if self.share_of_premium is None else self.share_of_premium.at(ordinal)
        sums = {window: shares.minor(amount, ordinal) for window, amount in self.sums.items()}
        return Limits(cells, np.where(cells, share, np.inf), sums)

    def expect(self, prospect: Prospect, terms: Limits) -> None:
        """Rates under the cap; where a month's part of a window's sum is over it, in proportion.

        A limit of a lifetime is no part of it: what it leaves depends on what was paid.
        """
        share = prospect.layout.by_row(terms.share)
        rate = prospect.rate_of(self.named)
        if self.named:
            kept = np.divide(share, rate, out=np.ones(rate.shape), where=rate > share)
            prospect.lower(self.named, kept, rate > share)
        else:
            np.minimum(rate, share, out=rate)
        mask = prospect.layout.by_row(terms.cells)
        limits = [amount / LENGTHS[window] for window, amount in terms.sums.items() if window != "lifetime"]
        limit = min(limits, default=np.inf) / MINOR_PER_MAJOR
        earned = (prospect.rate_of(self.named) * prospect.premium * mask).sum(axis=0)
        kept = np.divide(limit, earned, out=np.ones(earned.size), where=earned > limit)
        prospect.lower(self.named, kept, mask)

    def accrue(self, facts: MonthFacts, terms: Limits, memory: Memory, statement: Statement) -> None:
        if self.share_of_premium is None:
            return
        for p, share in enumerate(terms.share):
            if self.named:
                premium = facts.premium_new[p] + facts.premium_renewal[p]
                there = facts.layout.by_row(share)
                most = brought.lines(np.where(np.isfinite(there), there, 0.0), premium)
                brought.cut_on_premium(
                    statement, self.named, p, np.where(np.isfinite(there) & (premium != 0), most, UNLIMITED)
                )
            else:
                statement.hold_under(p, facts, share)

    def apply(self, facts: MonthFacts, terms: Limits, memory: Memory, statement: Statement) -> None:
        if not self.sums:
            return
        earned = statement.commission(self.named)
        covered = facts.present if self.chooses else np.ones(facts.layout.rows, dtype=np.bool_)
        paid = self._paid(facts, terms, covered, earned, memory)
        for window in terms.sums:
            if window in WINDOWS:
                memory[window][0] += paid
        over = np.maximum(earned - paid, 0)
        if over.any():
            self._defer_less(facts, over / np.maximum(earned, 1), statement)
        statement.cut(over, earned, self.named)
        if self.excess == "carried":
            statement.true_up(np.maximum(paid - earned, 0))

    def _paid(self, facts: MonthFacts, terms: Limits, covered: Flags, earned: Integers, memory: Memory) -> Integers:
        """What the limits leave of the month's commission and of what is carried: int64[n]."""
        room = np.full(facts.layout.rows, UNLIMITED)
        for window, limit in terms.sums.items():
            _room(facts.layout.edges, self._whole(terms.cells, limit), self._so_far(window, facts, memory), room)
        room[~covered] = UNLIMITED
        if self.excess == "lost":
            return np.minimum(earned, room)
        carried = memory["carried"][0]
        carried[~facts.everyone.present] = 0
        paid = np.minimum(earned + carried, room)
        carried += earned - paid
        return paid

    def _so_far(self, window: str, facts: MonthFacts, memory: Memory) -> Integers:
        """Commission of a window before this month: int64[1 or 0, n]."""
        if window == "month":
            return _NOTHING
        if window != "lifetime":
            beginning = Windows(LENGTHS[window], personal=window == "contract_year").beginning(facts)
            if beginning is not None:
                memory[window][0][beginning] = 0
        return np.asarray(memory[window])

    def owed(self, facts: MonthFacts, terms: Limits, memory: Memory) -> Integers:
        """What is carried."""
        return np.asarray(memory["carried"][0] * facts.everyone.present)

    def _defer_less(self, facts: MonthFacts, share: Reals, statement: Statement) -> None:
        """Take the cut off what is deferred: of the sellers' own on the month's premium, and of its true-ups."""
        parts = brought.named(statement, self.named) if self.named else [Brought.so_far(statement)]
        for one in [true_up for part in parts for true_up in part.true_ups]:
            statement.true_ups.append(one._replace(change=-brought.lines(share, one.change)))
        written = facts.premium_new + facts.premium_renewal
        for p, premium in enumerate(written):
            own = np.asarray(sum((part.own[p] for part in parts), np.zeros_like(premium)))
            cells = np.zeros((len(written), len(facts.layout.segments)), dtype=np.bool_)
            cells[p] = True
            change, kept = (np.stack((np.zeros_like(own), one)) for one in (-brought.lines(share, own), premium))
            statement.spread(TrueUp(cells, change, kept, _THIS_MONTH))

    def _whole(self, cells: Flags, limit: float) -> Integers:
        """A limit by segment in whole minor units."""
        there = cells.any(axis=0) & np.isfinite(limit)
        return np.where(there, round(min(limit, UNLIMITED)), UNLIMITED)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        """Commission of the longest window that it limits."""
        held = [window for window in WINDOWS if window in self.sums]
        return ("commission", float(memory[held[-1]][0, i])) if p < 0 and held else super().reads(facts, memory, p, i)


_NOTHING: Integers = np.zeros((0, 0), dtype=np.int64)


@kernel
def _room(
    edges: Words,
    most: Integers,
    so_far: Integers,
    room: Integers,
) -> None:
    """Leave at most so much room[n] as a window has that may bring most[S] and has brought so_far[1 or 0, n]."""
    for s in range(edges.size - 1):
        here = most[s % most.size]
        for i in range(edges[s], edges[s + 1]):
            before = so_far[0, i] if so_far.shape[0] > 0 else 0
            room[i] = min(room[i], max(here - before, 0))
