"""The outline: a scenario laid out but for its partners. It tells what a run needs before their arrays take memory.

Notation: p product, s segment, k principal (0 is us).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from sim.base import laws
from sim.base.arrays import Integers, Reals
from sim.base.columns import Column, Table, bytes_per_row
from sim.base.laws import Law
from sim.base.units import Dated
from sim.engine.layout.collection_schedule import schedule
from sim.engine.layout.lines import Line, lines_of
from sim.engine.layout.sizes import columns, sizes
from sim.engine.layout.transfers import joining
from sim.partners.listed import Listed
from sim.partners.segments import RESERVED
from sim.policy.book import Book
from sim.policy.given.layout import Layout, Members
from sim.scenario.reads_claims import DRAWN, Claims, refuse_readers
from sim.scenario.room import Room, rooms
from sim.scenario.schema import Scenario

AT_ONCE = (1.0,)  # cost of goods is known and paid at once
SAFETY_DEVIATIONS = 6.5  # room for entrants: the mean and this many standard deviations


@dataclass(frozen=True)
class Outline:
    """A scenario and its roster; all else follows from them when first asked for.

    Raises
    ------
    SimError
        Where claims are to be expected values and something in the scenario needs them drawn.
    """

    scenario: Scenario
    roster: Sequence[Listed] = ()
    claims: Claims = DRAWN

    def __post_init__(self) -> None:
        if self.claims == "expected":
            refuse_readers(self.scenario)

    @property
    def first(self) -> int:
        """Ordinal of the first month of the warm-up."""
        return self.scenario.start - self.scenario.opening.months

    @property
    def months(self) -> int:
        """Months of the warm-up and the horizon."""
        return self.scenario.opening.months + self.scenario.months

    @cached_property
    def rooms(self) -> dict[str, Room]:
        """Partners of each segment that there must be room for."""
        here = Counter(one.segment for one in self.roster) if self.roster else None
        return rooms(self.scenario, here, SAFETY_DEVIATIONS)

    @property
    def partners(self) -> int:
        """Partners at the opening."""
        return sum(one.here for one in self.rooms.values())

    @property
    def rows(self) -> int:
        """Rows of a replication: partners, those kept for entrants, recruits and other names, our own."""
        return ceil(sum(one.rows for one in self.rooms.values())) + sum(map(len, self.joining.values())) + self._ours

    @cached_property
    def joining(self) -> dict[str, list[str]]:
        """By segment, partners of others that are appointed to it: it has a row for each."""
        return joining(self.scenario, self.roster)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Products laid out, in the scenario's order."""
        return lines_of(self.scenario, self.first, self.months)

    @cached_property
    def principals(self) -> tuple[str, ...]:
        """Us, the rivals in the scenario's order, and `none` where an outside option is stated."""
        outside = ("none",) if self.scenario.market.outside_option is not None else ()
        return ("us", *self.scenario.rivals, *outside)

    @cached_property
    def columns(self) -> dict[str, tuple[Column, ...]]:
        """The partners' columns by the room that owns them."""
        return columns(self._book, self.scenario.own_stages)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Length of each axis in front of the partners."""
        lengths = sizes(self.scenario, self.lines, self.principals, self._book)
        return lengths | {"tree": int(self._may_have_tree)}

    @cached_property
    def bytes_per_row(self) -> float:
        """Bytes of a partner's columns, those of the work space included."""
        return bytes_per_row(self.columns, self.sizes)

    @property
    def batched(self) -> bool:
        """Whether many replications may be played in one table: no class from outside knows one at a time only."""
        return self._book.needs.batched and all(one.batched for one in self.scenario.own_stages)

    def table(self, rows: int) -> Table:
        """A fresh table of so many rows."""
        return Table(self.columns, self.sizes, rows)

    def book(self, bounds: Integers, members: Members | None = None) -> Book:
        """The policy laid over rows; `bounds` is the first row of each segment and the number of rows at the end."""
        products = self.scenario.products.values()
        claims = [one.claims for one in products]
        layout = Layout(
            products=tuple(self.scenario.products),
            segments=(*self.scenario.segments, *self.scenario.own, RESERVED),
            ours=self._ours,
            bounds=bounds,
            terms=tuple(one.term for one in products),
            payment_patterns=tuple(AT_ONCE if one is None else tuple(one.payment_pattern) for one in claims),
            report_patterns=tuple(AT_ONCE if one is None else tuple(one.report_pattern) for one in claims),
            sizes=_sizes([one.sizes for one in products]),
            lives=tuple(one.life(self.months) for one in products),
            cost_shares=self._cost_shares,
            needs_staff=tuple(one.needs_staff for one in self.scenario.segments.values()),
            collection=schedule(self.scenario) if self.scenario.reads_collected else None,
        )
        onload = np.array([one.expenses.onload for one in products])
        return Book(
            self.scenario.policy, layout, _caps(self.scenario), members, self.scenario.earlier,
            onload=onload if onload.any() else None,
        )  # fmt: skip

    @property
    def _cost_shares(self) -> tuple[float, ...]:
        """What premium of each product is expected to cost at the opening, where a rule reads it."""
        if not any(rule.reads_cost for _, rule in self.scenario.rules):
            return ()
        opening = self.scenario.start - self.first
        return tuple(line.cost_share(opening, 1.0) for line in self.lines)

    @cached_property
    def _book(self) -> Book:
        """The policy over one row of each segment: what it remembers and how long it waits is the same for all."""
        return self.book(np.arange(len(self.scenario.segments) + self._ours + 1, dtype=np.int64))

    @property
    def _ours(self) -> int:
        """Rows of our own channels."""
        return len(self.scenario.own) + 1

    @property
    def _may_have_tree(self) -> bool:
        if any(one.recruits for one in self.rooms.values()):
            return True
        if self.roster:
            return any(one.sponsor is not None for one in self.roster)
        return any(one.sponsors is not None for one in self.scenario.segments.values())


def _sizes(laws_of: Sequence[Law | None]) -> tuple[Reals, ...]:
    """Equally likely sizes of each product's contracts over their mean; nothing where all contracts are alike."""
    if not any(laws_of):
        return ()
    return tuple(np.ones(1) if law is None else laws.points(law) for law in laws_of)


def _caps(scenario: Scenario) -> Mapping[int, Dated[float]]:
    named = enumerate(scenario.products.values())
    return {p: product.commission_cap for p, product in named if product.commission_cap is not None}
