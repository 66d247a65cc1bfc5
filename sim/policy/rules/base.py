"""Base commission: a share of premium by product, segment, new and renewal business, and by the age of a contract.

Notation: y contract year, S segments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.functions import round_line
from sim.base.units import WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed, by_business, only
from sim.policy.kernels import by_year
from sim.policy.parts.history import History, highest, rate_table
from sim.policy.parts.paid_on import PaidOn
from sim.policy.parts.rounded import Rounded
from sim.policy.rule import Memory, Rule
from sim.policy.statement import Statement
from sim.policy.terms.rates import Rates
from sim.policy.to_come import InForce


@dataclass(frozen=True)
class Terms:
    """What the rule says until its next amendment."""

    new: Reals
    """float64[product, segment], or by slice where replications differ"""
    renewal: Reals
    history: History
    """of the rates on renewals"""


class Base(PaidOn, Rounded):
    """The rate of every product and segment that no other main rule covers.

    Formula: r x P on new business + r' x P' on renewals, with r and r' the rates of the product, segment and month;
    left out, r' is r. A contract of age a earns while from_age <= a < to_age. `basis: earned`: r x earned premium. `of:
    margin`: P is premium less its expected cost. In a month that the rule holds in part, times the share of its days.

    One that chooses among the partners of a segment stands, as main rules do, in place of one for all of them; two that
    pay on contracts of other ages add up.

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
    keep_terms: WholeMonths | None = Field(
        default=None,
        description="months since its first sale during which a contract keeps the rate on renewals of the month of "
        "that sale; left out: renewals earn the rate of their own month",
    )
    basis: Literal["written", "earned"] = Field(
        default="written", description="premium that earns: as written, or as earned"
    )

    changes: Literal["sale", "current"] = Field(
        default="sale",
        description="premium added to a contract or taken off it inside its term: at the rate of the month in which "
        "the term began, or of its own month",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Base:
        stated = [name for name in ("renewal", "from_age", "to_age", "keep_terms") if getattr(self, name) is not None]
        stated += ["of"] if self.of_margin else []
        if self.rounding == "sale" and (self.basis == "earned" or self.ages):
            raise ValueError(
                "rounding: sale is for premium as written, contracts of all ages alike: leave it out, or leave out "
                "basis, from_age, to_age and keep_terms"
            )
        if self.basis == "earned" and stated:
            raise ValueError(f"basis: earned pays one rate on all premium earned: leave out {' and '.join(stated)}")
        return self

    @property
    def claims_cells(self) -> bool:
        return self.chooses and self.from_age is None and self.to_age is None

    @property
    def pays_new_apart(self) -> bool:
        return self.ages > 0 or self.renewal not in (None, self.new)

    @property
    def needs_renewals(self) -> bool:
        return self.ages > 0

    @property
    def pays_on_sales(self) -> bool:
        return self.basis == "written" and not self.from_age

    @property
    def flat(self) -> bool:
        return self.basis == "written" and not self.ages and not self.of_margin and self.rounding == "statement"

    def flat_rates(self, terms: Terms) -> tuple[Reals, Reals]:
        return terms.new, terms.renewal

    def may_stand_beside(self, other: Rule) -> bool:
        """Flat rates may differ: nothing else follows from them."""
        if not self.flat or not isinstance(other, Base):
            return super().may_stand_beside(other)
        alike = other.model_copy(update={"new": self.new, "renewal": self.renewal})
        return alike == self and other.pays_new_apart == self.pays_new_apart

    def side_by_side(self, terms: Terms, each: Sequence[Terms]) -> Terms:
        """The rates of flat ones by slice."""
        if not self.flat:
            return terms
        new, renewal = (np.concatenate(rates, axis=1) for rates in zip(*map(self.flat_rates, each), strict=True))
        return Terms(new, renewal, terms.history)

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
            prospect.add(terms.new * self.expected_share(prospect.layout))
            return
        wait = np.array(prospect.layout.terms)[:, None] / 2.0
        prospect.add(terms.new * (1.0 - wait * prospect.money))

    @property
    def accrues_later(self) -> bool:
        return self.basis == "earned"

    def to_come(self, in_force: InForce, terms: Terms) -> Reals | float:
        if not self.accrues_later:
            return 0.0
        rates = np.tile(terms.new, in_force.unearned.shape[1] // terms.new.shape[1])
        return np.asarray(rates * in_force.unearned)

    def accrue(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        if self.basis == "earned":
            return
        self._accrue_changes(facts, terms, statement)
        facts, renewal = self.on_margin(facts), terms.renewal
        aged = [p for p, term in enumerate(facts.layout.terms) if term] if self.ages else []
        if aged:
            renewal = renewal.copy()
            renewal[aged] = 0.0
        self.accrue_lines(facts, terms.new, renewal, statement)
        for p in aged:
            self._accrue_by_age(p, facts, terms, statement)

    def plain_rates(self, facts: MonthFacts, terms: Terms) -> tuple[Reals, Reals] | None:
        return (terms.new, terms.renewal) if self.flat and not self._corrects(facts) else None

    def _corrects(self, facts: MonthFacts) -> bool:
        """Whether there are changes inside a term, and terms may have begun at another rate."""
        return facts.changes is not None and facts.changes.entries.size > 0 and self.rate_moves

    def _accrue_changes(self, facts: MonthFacts, terms: Terms, statement: Statement) -> None:
        """What the rate at which a term began makes of changes inside it beyond the rate of this month."""
        if facts.changes is None or not self._corrects(facts):
            return
        amount, on_new = np.zeros((2, len(terms.new), facts.layout.rows), dtype=np.int64)
        for row, p, age, premium, *_ in facts.changes.entries.T.tolist():
            now = self._now(p, row, age, facts, terms)
            line = round_line(self._at_term(p, row, age, facts, now) - now, premium)
            statement.corrected[p, row, age] = line
            amount[p, row] += line
            on_new[p, row] += line * (age < facts.layout.terms[p] or not facts.layout.terms[p])
        for p in np.flatnonzero(amount.any(axis=1)).tolist():
            statement.accrue_amount(p, amount[p], on_new=on_new[p])

    @property
    def rate_moves(self) -> bool:
        """Whether a rate is another one from some date on."""
        return any(dated.changes for rates in (self.new, self.renewal) if rates is not None for dated in rates.dated())

    def _now(self, p: int, row: int, age: int, facts: MonthFacts, terms: Terms) -> float:
        """This month's rate for a contract of an age."""
        term = facts.layout.terms[p]
        table = terms.new if age < term or not term else terms.renewal
        return float(table[p, facts.layout.segment_of(row)])

    def _at_term(self, p: int, row: int, age: int, facts: MonthFacts, now: float) -> float:
        """The rate at which a change of a contract of an age is paid: when its term began, or now."""
        layout, term = facts.layout, facts.layout.terms[p]
        if self.changes == "current" or not now:
            return now
        table = self.new if age < term or not term or self.renewal is None else self.renewal
        begun = facts.ordinal - (age % term if term else age)
        rate = table.at(layout.products[p], layout.segments[layout.segment_of(row)], begun)
        return rate * self.days_of(facts.ordinal)

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
        return rates * (self.earns(age)[:, None] * self.days_of(facts.ordinal))

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
        return super().reads(facts, memory, p, i)

    def computed(self, facts: MonthFacts, terms: Terms, memory: Memory, p: int, i: int) -> list[Computed]:
        s, facts = facts.layout.segment_of(i), self.on_margin(facts)
        if self.basis == "earned":
            return [Computed(*self.reads(facts, memory, p, i), only({float(rate) for rate in terms.new[:, s] if rate}))]
        new, renewal = int(facts.premium_new[p, i]), int(facts.premium_renewal[p, i])
        if p < 0 or not self.ages or not facts.layout.terms[p]:
            changed = self._changed(p, i, facts, terms)
            new -= round(sum(one.value for one in changed if one.reads == "changed"))
            plain = by_business(new, renewal, float(terms.new[p, s]), float(terms.renewal[p, s]))
            return [*(one for one in plain if one.value or not changed), *changed]
        renewed, rates = facts.renewed[p][:, i], self._by_year(p, facts, terms)[:, s]
        paid = (renewed > 0) & (rates != 0)
        rate = only(set(rates[paid].tolist()))
        covered = round(float(renewed[paid].sum()) / max(int(renewed.sum()), 1) * renewal)
        if rate is None and paid.any():
            return super().computed(facts, terms, memory, p, i)
        return by_business(new, covered, float(terms.new[p, s]), rate or 0.0)

    def _changed(self, p: int, i: int, facts: MonthFacts, terms: Terms) -> list[Computed]:
        """Changes of contracts in their first term, each at its own rate."""
        there = [] if facts.changes is None else facts.changes.entries.T.tolist()
        mine = [(age, x) for row, q, age, x, *_ in there if (row, q) == (i, p)]
        first = [(age, x) for age, x in mine if age < facts.layout.terms[p] or not facts.layout.terms[p]]
        rates = (self._at_term(p, i, age, facts, self._now(p, i, age, facts, terms)) for age, _ in first)
        return [Computed("changed", float(x), rate) for (_, x), rate in zip(first, rates, strict=True)]
