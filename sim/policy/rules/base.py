"""Base commission: a share of premium by product, segment, new and renewal business, and by the age of a contract.

Notation: y contract year, S segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.units import WholeMonths
from sim.policy.facts import Layout, MonthFacts, Prospect
from sim.policy.kernels import by_year
from sim.policy.parts.history import History, highest, rate_table
from sim.policy.rule import Memory, Rule
from sim.policy.statement import Statement
from sim.policy.terms.rates import Rates
from sim.policy.to_come import InForce


@dataclass(frozen=True)
class Terms:
    """What the rule says until its next amendment."""

    new: Reals
    """float64[product, segment]"""
    renewal: Reals
    history: History
    """of the rates on renewals"""


class Base(Rule):
    """The rate of every product and segment that no other main rule covers.

    Commission on premium is accrued as it is written and deferred with it. With `basis: earned` it is paid, and is a
    cost, as the premium is earned, on whatever the partner has sold.
    """

    gives_way: ClassVar[bool] = True
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    by_days: ClassVar[bool] = True
    kind: Literal["base"]
    new: Rates = Field(description="rate on new business")
    renewal: Rates | None = Field(default=None, description="rate on renewals; left out: as on new business")
    from_age: WholeMonths | None = Field(
        default=None,
        description="months since its first sale from which a contract earns commission; left out: the sale",
    )
    to_age: WholeMonths | None = Field(
        default=None, description="months since its first sale from which it earns none; left out: lifetime commission"
    )
    keep_terms: WholeMonths | None = Field(
        default=None,
        description="months since its first sale during which a contract keeps the rate on renewals of the month of "
        "that sale; left out: renewals earn the rate of their own month",
    )
    basis: Literal["written", "earned"] = Field(
        default="written", description="premium that earns: as written, or as earned"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Base:
        first = self.from_age or 0
        if self.to_age is not None and self.to_age <= first:
            raise ValueError(f"to_age must be later than from_age ({first}mo), or no contract ever earns commission")
        stated = [name for name in ("renewal", "from_age", "to_age", "keep_terms") if getattr(self, name) is not None]
        if self.basis == "earned" and stated:
            raise ValueError(f"basis: earned pays one rate on all premium earned: leave out {' and '.join(stated)}")
        return self

    @property
    def pays_new_apart(self) -> bool:
        return self.ages > 0 or self.renewal not in (None, self.new)

    @property
    def pays_on_sales(self) -> bool:
        return self.basis == "written" and not self.from_age

    @property
    def flat(self) -> bool:
        return self.basis == "written" and not self.ages

    def flat_rates(self, terms: Terms) -> tuple[Reals, Reals]:
        return terms.new, terms.renewal

    @property
    def ages(self) -> int:
        return max(self.from_age or 0, self.to_age or 0, self.keep_terms or 0)

    def highest_rate(self, product: str, segment: str) -> float:
        rates = [self.new] if self.renewal is None else [self.new, self.renewal]
        return max(highest(one, product, segment) for one in rates) if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Terms:
        """Rates on new business and on renewals."""
        later, part = self.new if self.renewal is None else self.renewal, self.days_of(ordinal)
        new = rate_table(self.new, layout, ordinal, cells) * (part * (not self.from_age))
        return Terms(new, rate_table(later, layout, ordinal, cells) * part, History.of(later, layout, cells))

    def expect(self, prospect: Prospect, terms: Terms) -> None:
        """The rate on new business; as earned it comes half a term later on average, at a partner's cost of money."""
        if self.basis == "written":
            prospect.add(terms.new)
            return
        wait = np.array(prospect.layout.terms)[:, None] / 2.0
        prospect.add(terms.new * (1.0 - wait * prospect.money))

    def to_come(self, in_force: InForce, terms: Terms) -> Reals | float:
        if self.basis == "written":
            return 0.0
        rates = np.tile(terms.new, in_force.unearned.shape[1] // terms.new.shape[1])
        return np.asarray(rates * in_force.unearned)

    def accrue(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        if self.basis == "earned":
            return
        for p, (new, renewal) in enumerate(zip(terms.new, terms.renewal, strict=True)):
            if self.ages and facts.layout.terms[p]:
                statement.accrue(p, facts, new, np.zeros_like(renewal))
                self._accrue_by_age(p, facts, terms, statement)
            else:
                statement.accrue(p, facts, new, renewal)

    def _accrue_by_age(self, p: int, facts: MonthFacts, terms: Terms, statement: Statement) -> None:
        if not terms.renewal[p].any() and not self.keep_terms:
            return
        renewed, amount = facts.renewed[p], np.zeros(facts.layout.rows, dtype=np.int64)
        by_year.renewal_lines(
            facts.layout.edges, self._by_year(p, facts, terms), renewed, np.zeros((0, amount.size), dtype=np.int32),
            np.zeros(len(renewed), dtype=np.int64), facts.count_renewal[p], facts.premium_renewal[p], amount,
        )  # fmt: skip
        statement.accrue_amount(p, amount, on_new=np.zeros_like(amount))

    def _by_year(self, p: int, facts: MonthFacts, terms: Terms) -> Reals:
        """Rates on renewals by contract year: float64[y, S]."""
        age = np.arange(len(facts.renewed[p])) * facts.layout.terms[p]
        sale = np.maximum(facts.ordinal - age, self.effective_from or 0)
        rates = terms.history.at(np.where(age < (self.keep_terms or 0), sale, facts.ordinal), p)
        return rates * (self._earns(age)[:, None] * self.days_of(facts.ordinal))

    def _earns(self, age: Integers) -> Flags:
        """Whether a contract of each age earns commission."""
        return (age >= (self.from_age or 0)) & (age < (self.to_age or np.inf))

    def apply(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        if self.basis == "written":
            return
        amount = np.zeros(facts.layout.rows, dtype=np.int64)
        for p, rates in enumerate(terms.new):
            by_year.lines(facts.layout.edges, rates, facts.earned[p], amount)
        statement.true_up(amount)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        if self.basis == "earned":
            paid = [
                q
                for q, product in enumerate(facts.layout.products)
                if self.products is None or product in self.products
            ]
            return "earned", float(facts.earned[paid, i].sum())
        if p < 0 or not self.ages or not facts.layout.terms[p]:
            return super().reads(facts, memory, p, i)
        years = facts.renewed[p][:, i]
        covered = self._earns(np.arange(years.size) * facts.layout.terms[p])
        share = float(years[covered].sum()) / max(int(years.sum()), 1)
        new = 0 if self.from_age else facts.premium_new[p, i]
        return "premium", float(new + round(share * float(facts.premium_renewal[p, i])))
