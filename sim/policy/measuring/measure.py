"""What a partner is measured by, over a window: premium, contracts, growth, a loss ratio; or as it stands, its team.

A measure is a sum of what comes month by month, or of two such sums their ratio; or it is a state of the month. A sum
may be a share of the partner's quota. Sums are remembered by window: sums[W, n] in one entry a window, and those of a
ratio's denominator in `under`[W, n].

Notation: p product, i partner row; n rows, P products, S segments, W windows remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Block, Dated, Money, Positive, to_minor
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.given.refunds import Business
from sim.policy.measuring.loss_stops import YearStop
from sim.policy.measuring.states import STATES
from sim.policy.measuring.windows import LENGTHS, Windows

Memory = Mapping[str, NDArray[Any]]
Window = Literal["month", "quarter", "half_year", "year", "contract_year", "trailing", "lifetime"]
Volume = Annotated[
    Literal["net", "gross"], Field(description="net: what is refunded leaves the window of its sale; gross: it stays")
]
OfQuota = Annotated[
    bool, Field(description="true: as a share of the partner's quota for a window, a column of the roster")
]
Quota = Annotated[
    Dated[Positive] | None,
    Field(description="with of_quota: quota of those whose row of the roster states none, in major units or contracts"),
]

YEARS = ("year", "contract_year", "trailing")
REMEMBERED = {
    "sums": ("minor or contracts", "what counts, by window"),
    "under": ("minor or contracts", "what it is a share of, by window"),
    "seen": ("months", "months of the windows that were seen"),
}


class Kind(NamedTuple):
    """How a measure comes about."""

    parts: tuple[str, ...] = ()
    """names in `AMOUNTS` of what is added up: one, or numerator and denominator; none: a state of the month"""
    grows: bool = False
    """the sum over that of the same window a year before"""
    money: bool = False
    """in minor units; else contracts, partners or a ratio"""

    @property
    def ratio(self) -> bool:
        """Whether it is a sum over another."""
        return self.grows or len(self.parts) > 1


KINDS: dict[str, Kind] = {
    "premium": Kind(("premium",), money=True),
    "count": Kind(("count",)),
    "earned": Kind(("earned",), money=True),
    "team_premium": Kind(("team_premium",), money=True),
    "margin": Kind(("margin",), money=True),
    "growth": Kind(("premium",), grows=True),
    "loss_ratio": Kind(("incurred", "earned")),
    "incidents": Kind(("incidents",)),
    "retention": Kind(("renewed", "due")),
    "customers": Kind(),
    "team": Kind(),
    "tenure": Kind(),
    "certified": Kind(),
    "group": Kind(),
    "partner": Kind(),
    "rank": Kind(),
    "arrears": Kind(money=True),
    "outstanding": Kind(money=True),
    "rating": Kind(),
    "survey": Kind(),
}
By = Literal[
    "premium", "count", "earned", "team_premium", "margin", "growth", "loss_ratio", "retention", "incidents",
    "customers", "team", "tenure", "certified", "group", "partner", "rank",
    "arrears", "outstanding", "rating", "survey",
]  # fmt: skip
ByWhat = Literal[
    "premium", "count", "earned", "team_premium", "margin", "growth", "loss_ratio", "retention", "customers", "team"
]
"""what needs nothing that not every rule is told"""
OF_PARTNERS = ("business", "volume", "count_products")  # keys that say nothing of what is of a partner as a whole
OF_WINDOWS = ("window", "period")
TOLD_BY_A_MONTH = ("premium", "count")  # what a partner's mean month tells
NO_WINDOW_ENDS = ("trailing", "lifetime")


class Measure(Block):
    """What is measured, of which business and products, over which window."""

    by: By = Field(
        description="what a partner is measured by; margin: premium less its cost; retention: contracts renewed over "
        "those due for renewal; team: the partners below it that are in the trade; tenure: months since "
        "it came; certified: how many certificates it holds; group, partner: 1 where it is one of those "
        "that `which` names; rank: number of the rank that a stair_step has it reach, 1 the lowest; "
        "arrears: premium past due at the last close; outstanding: all premium that it then held; rating:"
        " of policy.control; survey: answers for us less those against us as a share of them, of 12 "
        "months"
    )
    which: list[str] | None = Field(
        default=None,
        min_length=1,
        description="certificates, rules that rank, groups or ids of partners that count; left out: all there are",
    )
    business: Business = Field(default="all", description="premium or contracts that count")
    count_products: list[str] | None = Field(default=None, description="products that count; left out: all")
    window: Window = Field(default="month", description="period over which it adds up; trailing: the last 12 months")
    period: Literal["this", "last"] = Field(
        default="this", description="this: the window so far, this month included; last: the window that ended last"
    )
    volume: Volume = "net"
    of_quota: OfQuota = False
    quota: Quota = None
    stop_per_claim: Money | None = Field(
        default=None, description="a claim counts in the loss ratio with at most so much of its cost"
    )
    stop_per_year: YearStop | None = Field(
        default=None, description="a year's losses count with at most so much: a share of its premium, or a sum"
    )

    @model_validator(mode="after")
    def _measurable(self) -> Measure:
        if self.fault:
            raise ValueError(self.fault)
        return self

    @model_validator(mode="after")
    def _says_something(self) -> Measure:
        state = STATES.get(self.by)
        without: tuple[str, ...] = OF_PARTNERS if self.by == "incidents" else ()
        if state is not None:
            without = (*OF_WINDOWS, *(OF_PARTNERS[: -1 if state.of_products else None]))
        if self.which is not None and not (state is not None and state.of_many):
            raise ValueError(f"which names certificates, ranks, groups or partners: leave it out of {self.by}")
        if self.which is None and self.by in ("group", "partner"):
            raise ValueError(f"which {self.by}? name them in which")
        if stated := [name for name in without if name in self.model_fields_set]:
            what = "a state of the month" if state is not None else "of a partner as a whole"
            raise ValueError(f"{self.by} is {what}: leave out {' and '.join(stated)}")
        return self

    @property
    def facts(self) -> tuple[str, ...]:
        """Names of the optional facts of a month that it reads."""
        state = STATES.get(self.by)
        return tuple(part for part in self._kind.parts if part == "incidents") if state is None else state.facts

    @property
    def fault(self) -> str:
        """What makes no sense of what it says, and what to write instead; empty: all of it does."""
        kind = self._kind
        if self.period == "last" and self.window in NO_WINDOW_ENDS:
            return f"a window {self.window} never ends: leave out period, or name a window that does"
        if kind.grows and self.window == "lifetime":
            return "growth compares windows of one year with the next: name one up to a year"
        if not kind.parts and self.period == "last":
            return f"{self.by} is a state of the month, not of a window: leave out period"
        if self.of_quota and kind.ratio:
            return f"{self.by} is a ratio already: leave out of_quota"
        if self.quota is not None and not self.of_quota:
            return "a quota is what a share is taken of: write of_quota: true, or leave out quota"
        if self.business != "all" and not self.amounts:
            return f"{self.by} is of all business: leave out which counts"
        if self.by == "team" and self.count_products is not None:
            return "a team is of partners, whatever they sell: leave out count_products"
        return self._fault_of_stops

    @property
    def _fault_of_stops(self) -> str:
        if not self.needs_losses and (self.stop_per_claim, self.stop_per_year) != (None, None):
            return "stops belong to a loss ratio: leave them out, or write by: loss_ratio"
        if self.stop_per_claim == 0.0:
            return "with stop_per_claim: 0 no claim counts: leave it out, or state a sum"
        if self.stop_per_year is not None and self.window not in YEARS:
            return f"stop_per_year is of a year: name a window of {', '.join(YEARS)}"
        return ""

    @property
    def _kind(self) -> Kind:
        return KINDS[self.by]

    @property
    def unit(self) -> float:
        """Units of what is measured in one that a scenario states."""
        return MINOR_PER_MAJOR if self._kind.money and not self.of_quota else 1.0

    @property
    def counts_refunds(self) -> bool:
        """Whether it reads premium refunded by month of sale."""
        return self.volume == "net" and bool({"premium", "count"} & set(self._kind.parts))

    @property
    def needs_losses(self) -> bool:
        """Whether it makes sense only where claims are drawn."""
        return "incurred" in self._kind.parts

    @property
    def stop_of_claims(self) -> int | None:
        """Minor units with which a claim counts at most; None: with all of it."""
        return None if self.stop_per_claim is None else to_minor(self.stop_per_claim)

    @property
    def needs_sponsors(self) -> bool:
        """Whether it makes sense only where partners have sponsors."""
        return self.by in ("team", "team_premium")

    @property
    def needs_cost(self) -> bool:
        """Whether it reads what premium is expected to cost."""
        return "margin" in self._kind.parts

    @property
    def needs_due(self) -> bool:
        """Whether it reads how many contracts were due for renewal."""
        return "due" in self._kind.parts

    @property
    def grows(self) -> bool:
        """Whether it compares a window with the same of the year before."""
        return self._kind.grows

    @property
    def amounts(self) -> bool:
        """Whether it is an amount known as premium is written, or such an amount over another: it has slices."""
        return self.by in ("premium", "count", "team_premium", "margin", "growth")

    @property
    def windowed(self) -> bool:
        """Whether it adds up over a window; else it is a state of the month."""
        return bool(self._kind.parts)

    @property
    def windows(self) -> Windows:
        """The windows of its sums, with those that it looks back at."""
        if self.window == "trailing":
            return Windows(1, kept=MONTHS_PER_YEAR * (1 + self._kind.grows) - 1)
        length = LENGTHS[self.window]
        back = (MONTHS_PER_YEAR // length if self._kind.grows else 0) + (self.period == "last")
        return Windows(length, personal=self.window == "contract_year", kept=back)

    @property
    def months_expected(self) -> int:
        """Months of its window; a year of one that never ends."""
        return min(LENGTHS[self.window], MONTHS_PER_YEAR)

    def of_mean_month(self, prospect: Prospect) -> Reals:
        """Premium (minor units) or contracts that count of a month like the prospect's: float64[n]."""
        brought = prospect.premium * MINOR_PER_MAJOR if self.by == "premium" else prospect.count
        there = np.array([self.counts(product) for product in prospect.layout.products])[:, None]
        return np.asarray((brought * there).sum(axis=0))

    @staticmethod
    def columns(name: str) -> tuple[Column, ...]:
        """What a measure remembers of every partner, under its name."""
        return tuple(
            Column(f"{name}_{one}", "i8", unit, text, (f"{name}_{one}",)) for one, (unit, text) in REMEMBERED.items()
        )

    def axis_lengths(self, name: str) -> dict[str, int]:
        """Lengths of the axes of `columns`."""
        slots, kind = self.windows.slots, self._kind
        return {
            f"{name}_sums": slots if kind.parts else 0,
            f"{name}_under": slots if len(kind.parts) > 1 else 0,
            f"{name}_seen": slots if kind.grows else 0,
        }

    def counts(self, product: str) -> bool:
        """Whether a product counts."""
        return self.count_products is None or product in self.count_products

    def cells(self, layout: Layout) -> Flags:
        """Where premium counts: bool[P, S]."""
        there = [self.counts(product) for product in layout.products]
        return np.repeat(np.array(there)[:, None], len(layout.segments), axis=1)
