"""What every commission rule declares: fields, the columns it remembers, and what it does to a statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, PrivateAttr, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.days import InMonth, days_held, days_in
from sim.base.units import Begins, Block, Ends, Share, month_name
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import GROWTH_UNKNOWN, Computed
from sim.policy.measuring import condition
from sim.policy.measuring.condition import Bounded, Condition
from sim.policy.measuring.measure import Measure
from sim.policy.measuring.measure import Memory as Memory
from sim.policy.statement import Statement
from sim.policy.terms.payment import PaymentTerms
from sim.policy.to_come import InForce

Part = Literal["whole", "first", "second"]
FOR_ALL, CHOSEN, NAMED = range(3)  # how closely a rule chooses: all of a segment, some by what they are, some by name
Turn = tuple[int, bool, str]


class Phase(IntEnum):
    """Order in which rules act on a statement."""

    RATE = 1
    AMOUNT = 2
    LEVELS = 3
    LIMIT = 4
    SPLIT = 5
    TIMING = 6
    RETURN = 7
    DRAW = 8


class Rule(Block):
    """A named part of the commission schedule. Conditions left out hold for everyone and always.

    A rule overrides what it needs: `accrue` writes commission on premium as the premium is written, `apply` writes at
    the month's statement, when earning, claims and cancellations are known; `arrange` changes terms of payment.

    A batch of replications is one table, in which they stand one after another. A rule is `batched` if it treats each
    row by itself or through `sponsor`, spreads values by segment by `layout.by_row`, ends sums over rows at each
    replication (`layout.by_replication`), and knows that each replication has a direct row. A policy with a rule that
    is not, is played one replication at a time.
    """

    phase: ClassVar[Phase] = Phase.RATE
    columns: ClassVar[tuple[Column, ...]] = ()
    gives_way: ClassVar[bool] = False  # True: holds only where no rule claims the cell
    takes_back: ClassVar[bool] = False  # True: reads how much of the commission was for new business
    advances: ClassVar[bool] = False  # True: pays commission before it is earned
    draws: ClassVar[bool] = False  # True: owes partners money ahead of what they earn, to be owed back
    runs_on: ClassVar[bool] = False  # True: what was sold under it stays under it when it ends
    attributes: ClassVar[bool] = False  # True: says how long repeat purchases are credited to partners
    rated: ClassVar[bool] = False  # True: reports premium whose rate it knows for good (`Statement.rate_finally`)
    counts_refunds: ClassVar[bool] = False  # True: reads the premium refunded by month of sale
    reads_collected: ClassVar[bool] = False  # True: reads the premium that has come in, by month of sale
    funds: ClassVar[bool] = False  # True: keeps marketing money for partners in its column `fund`
    booked_as: ClassVar[str] = ""  # line of the income statement for what it gives, where that is not commission
    charges_losses: ClassVar[bool] = False  # True: has partners bear part of the losses
    owes_back: ClassVar[bool] = True  # False: never takes anything off what a partner is to be paid
    needs_losses: ClassVar[bool] = False  # True: makes sense only for products with claims
    needs_sponsors: ClassVar[bool] = False  # True: makes sense only where partners have sponsors
    needs_posts: ClassVar[bool] = False  # True: pays for what only an event `post` brings
    needs_funnel: ClassVar[bool] = False  # True: makes sense only for segments with a funnel
    counts_sales_of: ClassVar[str] = "covered"  # whose: of those covered, of `sponsors`, `recruits` or `everyone`
    by_segment: ClassVar[bool] = False  # True: holds for whole segments, whatever the product or partner
    rest_is: ClassVar[str] = ""  # what its lines of no product are: `true_up`, or nothing of its own
    batched: ClassVar[bool] = False  # True: plays many replications at once, as below; a class says it for itself
    conditional: ClassVar[bool] = True  # False: conditions make no sense for it
    of_receivers: ClassVar[bool] = False  # True: its conditions are of those who receive, not of those who sell
    judged_when_paid: ClassVar[bool] = False  # True: its conditions count when it pays, whatever was sold before
    gives_ranks: ClassVar[bool] = False  # True: gives partners ranks, which conditions of other rules read
    owes_later: ClassVar[bool] = False  # True: judges a year at its end, and `owed` says what; a class says it itself
    by_days: ClassVar[bool] = (
        False  # True: its terms are the month's `days_of`: it may begin inside one; says it itself
    )
    segments: list[str] | None = Field(default=None, description="segments it covers; left out: all")
    products: list[str] | None = Field(default=None, description="products it covers; left out: all")
    regions: list[str] | None = Field(default=None, description="regions it covers; left out: all")
    groups: list[str] | None = Field(default=None, description="groups of the roster it covers; left out: all")
    partners: list[str] | None = Field(
        default=None, min_length=1, description="ids of the partners it covers; left out: all"
    )
    pilot: Share | None = Field(default=None, description="share of its partners, chosen by their ids; left out: all")
    only_if: list[Condition] = Field(
        default=[],
        max_length=20,
        description="what a partner must have reached, all of it, for the rule to hold for it in a month",
    )
    effective_from: Begins | None = Field(default=None, description="first month, or day, in which it holds")
    effective_until: Ends | None = Field(default=None, description="first month, or day, in which it holds no more")
    reason: str | None = Field(default=None, description="why it is proposed, or was changed")
    _name: str = PrivateAttr(default="")  # under which the policy states it, where it is one of two bodies
    _part: Part = PrivateAttr(default="whole")  # which of two bodies it is that share what they remember

    def __init_subclass__(cls, **options: Any) -> None:
        """None is inherited: a subclass may be written for one replication, or may judge or accrue in its own way."""
        super().__init_subclass__(**options)
        for does, says in (("accrue", "plain_rates"), ("to_come", "accrues_later")):
            first = next(one for one in cls.__mro__ if does in vars(one) or says in vars(one))
            if says not in vars(first):
                setattr(cls, says, vars(Rule)[says])
        cls.batched = vars(cls).get("batched", False)
        cls.owes_later = vars(cls).get("owes_later", False)
        cls.by_days = vars(cls).get("by_days", False)

    @model_validator(mode="after")
    def _holds_some_time(self) -> Rule:
        first, end = self.effective_from, self.effective_until
        if first is not None and end is not None and (first >= end or days_held(int(first), first, end) <= 0):
            raise ValueError("effective_until must be later than effective_from")
        return self

    @model_validator(mode="after")
    def _whole_months(self) -> Rule:
        """What a month's days have no part in begins and ends with a month."""
        for key, back in (("effective_from", 0), ("effective_until", 1)):
            date = getattr(self, key)
            if isinstance(date, InMonth) and (self.claims_cells or not self.by_days):
                month, kind = int(date) - back, getattr(self, "kind", "rule")
                what = f"{key} lies inside a month, and a rule of the kind {kind} counts whole months"
                raise ValueError(f"{what}; write {month_name(month)} or {month_name(month + 1)}")
        return self

    @model_validator(mode="after")
    def _may_depend(self) -> Rule:
        if self.only_if and not self.conditional:
            kind = getattr(self, "kind", "this rule")
            raise ValueError(f"{kind} holds for all that was sold under it; leave out only_if, or choose by groups")
        return self

    def called(self, name: str, part: Part) -> Rule:
        """This rule as one of two bodies under a name; `part` says which where both share what they remember."""
        found = self.model_copy()
        found._name, found._part = name, part
        return found

    @property
    def joined(self) -> bool:
        """Whether it shares what it remembers with another body, before or after it."""
        return self._part != "whole"

    @property
    def stated_as(self) -> str:
        """The name under which the policy states it, where it is one of two bodies; else empty."""
        return self._name

    def goes_on_with(self, earlier: Rule) -> bool:
        """Whether it takes over what another body of it remembers; one that runs on after its end keeps that itself."""
        return type(self) is type(earlier) and not self.runs_on and self.axis_lengths() == earlier.axis_lengths()

    def axis_lengths(self) -> dict[str, int]:
        """Lengths of the axes that the rule's own columns name; `product` is known."""
        return {}

    @property
    def named(self) -> tuple[str, ...]:
        """Names of the rules whose commission it is about; empty: of all."""
        return ()

    @property
    def pays_on_sales(self) -> bool:
        """Whether some of its commission is for new business, which a clawback takes back."""
        return True

    @property
    def claims_cells(self) -> bool:
        """Whether the rule stands in place of the base rate where it holds."""
        return False

    @property
    def trues_up(self) -> bool:
        """Whether what it pays on premium may be raised later, past a cap that held when the premium was written."""
        return False

    def highest_rate(self, product: str, segment: str) -> float:
        """The largest share of premium that the rule can pay there, for the check that rates leave something."""
        return 0.0

    @property
    def pays_new_apart(self) -> bool:
        """Whether it pays otherwise on new business than on renewals."""
        return False

    @property
    def of_margin(self) -> bool:
        """Whether its rates are on premium less what it is expected to cost."""
        return False

    @property
    def flat(self) -> bool:
        """Whether all that it accrues on premium are rates by product and segment, those of `flat_rates`."""
        return False

    def flat_rates(self, terms: Any) -> tuple[Reals, Reals]:
        """Rates on new business and on renewals of a flat rule: float64[P, S] each."""
        raise NotImplementedError

    def plain_rates(self, facts: MonthFacts, terms: Any) -> tuple[Reals, Reals] | None:
        """Rates on new business and on renewals, float64[P, S] each, where all that `accrue` does is to accrue those.

        None: it does something else. The book accrues such rules together.
        """
        return None

    def on_sale_alone(self, terms: Any, added: Reals, layout: Layout) -> Reals:
        """What of the rate that it has added, float64[P, n], is for the sale and not for its renewals."""
        if not self.pays_new_apart:
            return np.zeros_like(added)
        if not self.flat:
            return added
        new, renewal = self.flat_rates(terms)
        return layout.by_row(new - renewal)

    def may_stand_beside(self, other: Rule) -> bool:
        """Whether replications under this rule may stand in one table with some under another in its place."""
        return self == other

    def side_by_side(self, terms: Any, each: Sequence[Any]) -> Any:
        """Its terms over replications that follow each other, of `each` its own terms, different as is said above."""
        return terms

    @property
    def ages(self) -> int:
        """Months since the first sale up to which the rule must tell contracts apart; 0: it need not."""
        return 0

    @property
    def stop_of_claims(self) -> int | None:
        """Minor units with which a claim counts at most in the losses that the rule reads; None: with all of it."""
        return None

    @property
    def stops_of_claims(self) -> set[int]:
        """Every such sum that the rule or a condition of it states."""
        stated = {self.stop_of_claims, *(one.stop_of_claims for one in self.measures)}
        return {stop for stop in stated if stop is not None}

    @property
    def reads_service(self) -> bool:
        """Whether the rule reads what partners cost beyond commission."""
        return False

    @property
    def needs_contracts(self) -> bool:
        """Whether it counts the contracts sold, which premium alone does not say."""
        return False

    @property
    def needs_renewals(self) -> bool:
        """Whether it counts the contracts renewed, or tells them apart by their years."""
        return False

    @property
    def reads_sales(self) -> bool:
        """Whether it reads the premium of single contracts (`MonthFacts.single`)."""
        return False

    def in_force(self, ordinal: int) -> bool:
        """Whether the rule holds in the month `ordinal`."""
        first, end = self.effective_from, self.effective_until
        return (first is None or ordinal >= first) and (end is None or ordinal < end)

    def days_of(self, ordinal: int) -> float:
        """Share of the month's days on which the rule holds, of a month in which it holds: 1 of a whole one."""
        return days_held(ordinal, self.effective_from, self.effective_until) / days_in(ordinal)

    @property
    def run_off(self) -> int:
        """Months after `effective_until` in which the rule still acts at the statement, on what it covered before."""
        return 0

    def winds_up(self, ordinal: int) -> bool:
        """Whether the rule holds no more in the month `ordinal`, but still acts at the statement."""
        return self.effective_until is not None and 0 <= ordinal - self.effective_until < self.run_off

    @property
    def run_up(self) -> int:
        """Months before `effective_from` in which the rule records at the statement what it will begin with."""
        return 0

    def looks_on(self, ordinal: int) -> bool:
        """Whether the rule does not hold yet in the month `ordinal`, but already acts at the statement."""
        return self.effective_from is not None and 0 < self.effective_from - ordinal <= self.run_up

    @property
    def dates(self) -> list[int]:
        """Months in which the rule begins or ends to hold, or to act."""
        first, end = self.effective_from, self.effective_until
        before = None if first is None or not self.run_up else first - self.run_up
        found = [before, first, end, None if end is None else end + self.run_off]
        if isinstance(first, InMonth):
            found.append(first + 1)
        if isinstance(end, InMonth):
            found.append(end - 1)
        return [int(date) for date in found if date is not None]

    @property
    def chooses(self) -> bool:
        """Whether the rule covers some partners of a segment and not others."""
        return self.narrowness > 0

    @property
    def narrowness(self) -> int:
        """How closely it chooses among the partners of a segment; of main rules that meet, the narrowest goes first."""
        if self.partners is not None:
            return NAMED
        chosen = self.regions is not None or self.groups is not None or self.pilot is not None
        return CHOSEN if chosen or self.depends else FOR_ALL

    @property
    def reads_standing(self) -> bool:
        """Whether it goes by what partners are to us, which may change on a date."""
        told = self.wants & {"certified", "groups"}
        return self.regions is not None or self.groups is not None or self.gives_ranks or bool(told)

    @property
    def depends(self) -> bool:
        """Whether whom of them it covers changes with what they have reached."""
        return bool(self.only_if) and not self.of_receivers

    @property
    def conditions(self) -> list[Bounded]:
        """All its conditions, in order."""
        return condition.bounded(self.only_if)

    @property
    def measures(self) -> list[Measure]:
        """What it measures partners by, in its conditions or to pay them."""
        return list(self.conditions)

    def counts_refunds_of(self, product: str, segments: Sequence[str]) -> bool:
        """Whether it, or a measure of it, reads the premium of a product refunded by month of sale."""
        own = self.counts_refunds and any(self.covers(product, segment) for segment in segments)
        return own or any(one.counts_refunds and one.counts(product) for one in self.measures)

    @property
    def wants(self) -> frozenset[str]:
        """Names of the optional facts of a month that its conditions read."""
        return frozenset(name for one in self.conditions for name in one.facts)

    @property
    def reads_losses(self) -> bool:
        """Whether it, or a measure of it, makes sense only for products with claims."""
        return self.needs_losses or any(one.needs_losses for one in self.measures)

    @property
    def reads_cost(self) -> bool:
        """Whether it, or a measure of it, reads what premium is expected to cost."""
        return self.of_margin or any(one.needs_cost for one in self.measures)

    @property
    def reads_lives(self) -> bool:
        """Whether what a partner expects of it follows from how long contracts live."""
        return False

    def covers(self, product: str, segment: str) -> bool:
        """Whether the rule holds for this product and segment."""
        return (self.products is None or product in self.products) and (
            self.segments is None or segment in self.segments
        )

    def cells(self, layout: Layout) -> Flags:
        """Where the rule holds: bool[product, segment], never in a channel of ours."""
        none = [False] * layout.ours
        held = [[self.covers(product, one) for one in layout.of_partners] + none for product in layout.products]
        return np.array(held, dtype=np.bool_)

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Any:
        """What the rule says from the month `ordinal` until the terms next change, laid out once.

        `caps` holds the regulator's highest rate by product, infinite where there is none.
        """
        return cells

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        """Change when and how commission is paid, by segment."""

    def expect(self, prospect: Prospect, terms: Any) -> None:
        """Add the rate that a partner may expect on new business to `prospect.rate`."""

    @property
    def highest_number(self) -> int:
        """Of a rule that ranks: how many ranks there are."""
        return 0

    def climb(self, facts: MonthFacts, terms: Any, memory: Memory) -> None:
        """Of a rule that ranks: take the month's premium into account."""

    def numbers(self, facts: MonthFacts, terms: Any, memory: Memory) -> Integers:
        """Of a rule that ranks: the number of the rank that each partner has reached, int64[n], 1 the lowest."""
        raise NotImplementedError

    @property
    def accrues_later(self) -> bool:
        """Whether it may accrue commission on premium after that is written, which `to_come` tells."""
        return type(self).to_come is not Rule.to_come

    def to_come(self, in_force: InForce, terms: Any) -> Reals | float:
        """Commission that it will accrue on what is in force where it holds, at expected losses.

        float64[product, slice], minor units. What is accrued when premium is written, or not on premium, is none.
        """
        return 0.0

    def owed(self, facts: MonthFacts, terms: Any, memory: Memory) -> Integers:
        """What it will pay on what is over, if nothing more comes: int64[n], minor units; in no account yet."""
        return np.zeros(facts.layout.rows, dtype=np.int64)

    def accrue(self, facts: MonthFacts, terms: Any, memory: Memory, statement: Statement) -> None:
        """Write commission on premium into the statement as the premium is written, before it earns."""

    def apply(self, facts: MonthFacts, terms: Any, memory: Memory, statement: Statement) -> None:
        """Write this month's other amounts into the statement, when everything of the month is known."""

    def shows(self, memory: Memory, i: int) -> Mapping[str, float]:
        """Figures by name that the rule holds of row i and `explain` shows month by month beside what it pays."""
        return {}

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        """What the rule's amount for product p (-1: all) and row i is computed on, for `explain`: name and value.

        Names: `premium`, `earned` (minor units), `loss_ratio`, `views`, `clicks`, `leads`, `contracts`, ...
        """
        if p < 0:
            return "premium", float(facts.premium_new[:, i].sum() + facts.premium_renewal[:, i].sum())
        return "premium", float(facts.premium_new[p, i] + facts.premium_renewal[p, i])

    def computed(self, facts: MonthFacts, terms: Any, memory: Memory, p: int, i: int) -> list[Computed]:
        """What `reads` says with the contract's rate on it; several, where parts of an amount have rates of their own.

        A rule that states no rate shows none: what rounding leaves of an amount is no rate.
        """
        return [Computed(*self.reads(facts, memory, p, i))]

    def remark(self, facts: MonthFacts, terms: Any, memory: Memory, p: int, i: int) -> str:
        """Name of the reason why nothing more is paid for product p (-1: all), for `explain`; mostly none."""
        if (p < 0) != (type(self).accrue is Rule.accrue) or not self.only_if:
            return ""
        everyone, mine = facts.everyone, slice(None) if p < 0 else slice(p, p + 1)
        written = (everyone.premium_new + everyone.premium_renewal)[mine, i].any()
        unknown = written and condition.growth_unknown(self.only_if, everyone, memory, i)
        return GROWTH_UNKNOWN if unknown else ""


def turn(item: tuple[str, Rule]) -> Turn:
    """When a rule of this name acts: by phase, those about named rules before those about all, then by name."""
    name, rule = item
    return rule.phase, not rule.named, name
