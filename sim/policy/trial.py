"""A policy tried on facts given by hand, without a market: worked examples and tests of single rules.

Notation: p product, i partner row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from sim.base.arrays import Counts, Integers
from sim.base.columns import Table
from sim.base.luck import partner_key_id
from sim.base.units import Dated
from sim.policy import columns as policy_columns
from sim.policy.book import Book
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout, Members
from sim.policy.given.refunds import Refunds
from sim.policy.given.stopped_claims import StoppedClaims
from sim.policy.kernels.single_sales import SingleSales
from sim.policy.statement import Statement
from sim.policy.terms.schedule import Policy
from sim.policy.terms.standing import Change, Standing

DIRECT = "direct"
LEGS = ("", "left", "right")


@dataclass(frozen=True)
class Person:
    """A partner of a trial."""

    id: str
    segment: str = "partners"
    sponsor: str | None = None
    region: str = ""
    group: str = ""
    leg: str = ""
    changes: tuple[Change, ...] = ()
    """of what it is to us; their rows are left to the trial"""
    there: bool = True
    """false: a row for a partner of another segment that comes to this one later"""


class Trial:
    """A book of rules with its memory, over partners and products that are given by hand.

    Parameters
    ----------
    policy : Policy
    products : mapping name -> term in months
    people : partners, those of a segment together; the direct channel is added
    caps : regulator's cap by product
    payment_patterns, report_patterns : shares of claims paid and known by month, by product; left out: at once
    replications : how many of these partners lie in one table, one replication after another
    """

    def __init__(
        self, policy: Policy, products: Mapping[str, int], people: Sequence[Person],
        caps: Mapping[str, Dated[float]] | None = None, payment_patterns: Mapping[str, Sequence[float]] | None = None,
        report_patterns: Mapping[str, Sequence[float]] | None = None, replications: int = 1,
    ) -> None:  # fmt: skip
        self.people = (*people, Person(f"@{DIRECT}", DIRECT))
        segments = list(dict.fromkeys(person.segment for person in self.people))
        sizes = [sum(person.segment == segment for person in self.people) for segment in segments]
        if [person.segment for person in self.people] != [
            s for s, n in zip(segments, sizes, strict=True) for _ in range(n)
        ]:
            raise ValueError("partners of one segment must stand together")
        bounds = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        patterns = [
            tuple(tuple((given or {}).get(name, (1.0,))) for name in products)
            for given in (payment_patterns, report_patterns)
        ]
        self.layout = Layout(
            tuple(products), tuple(segments), bounds, tuple(products.values()), patterns[0], patterns[1],
            tuple(map(float, products.values())),
        ).repeated(replications)  # fmt: skip
        ids = [person.id for person in self.people]
        self.row = {person.id: i for i, person in enumerate(self.people) if person.there}
        standing = Standing.of(
            tuple(person.region for person in self.people), tuple(person.group for person in self.people),
            [replace(one, rows=np.array([i])) for i, person in enumerate(self.people) for one in person.changes],
        )  # fmt: skip
        hashes = np.array([partner_key_id(name) for name in ids], dtype=np.uint64)
        members = Members(tuple(ids), hashes, standing).repeated(replications)
        positions = {name: p for p, name in enumerate(products)}
        self.book = Book(policy, self.layout, {positions[name]: cap for name, cap in (caps or {}).items()}, members)
        self.ages = max([rule.ages for _, rule in self.book.rules], default=0)
        columns = {"policy": (*policy_columns.COLUMNS, *self.book.needs.columns())}
        lengths = {"product": len(products), "passing": len(products), "taking_back": len(products)}
        lengths |= {"onloaded": 0, "onloaded_ahead": 0, "drawing": int(self.book.needs.draws)}
        lengths["funding"] = int(bool(self.book.needs.funds))
        self.table = Table(columns, lengths | self.book.needs.axis_lengths(), self.layout.rows)
        self.statement = Statement.of(self.table, replications=replications)
        self.memory: dict[str, dict[str, Integers]] = {name: {} for name, _ in self.book.rules}
        for column in self.book.needs.columns():
            rule, _, name = column.name.rpartition(".")
            self.memory[rule][name] = self.table.array(column.name)

    def segment(self, row: int) -> int:
        """Position of the segment of a row."""
        return int(np.searchsorted(self.layout.bounds, row, side="right") - 1) % len(self.layout.segments)

    def facts(self, ordinal: int, month: int = 0) -> MonthFacts:
        """Facts of a month in which nothing has happened, to be filled in."""
        n, products = self.layout.rows, len(self.layout.products)
        years = [max(1, ceil(self.ages / term) + 1 if term else 1) for term in self.layout.terms]

        def sums(*shape: int) -> Integers:
            return np.zeros((*shape, n), dtype=np.int64)

        def aged() -> tuple[Counts, ...]:
            return tuple(np.zeros((self.ages, n), dtype=np.int32) for _ in range(products))

        stops = self.book.needs.stops_of_claims
        above = [-1 if person.sponsor is None else self.row[person.sponsor] for person in self.people]
        sponsors = [i + first if i >= 0 else i for first in range(0, n, len(self.people)) for i in above]
        collections = Refunds()
        collections.month = month
        legs = np.array([LEGS.index(person.leg) - 1 for person in self.people], dtype=np.int8)
        return MonthFacts(
            ordinal=ordinal, month=month, layout=self.layout,
            premium_new=sums(products), premium_renewal=sums(products), count_new=sums(products),
            count_renewal=sums(products), renewed=tuple(sums(count) for count in years),
            in_force=np.zeros((products, n), dtype=np.int32), earned=sums(products), incurred=sums(products),
            lost=aged(), moved=aged(), released=sums(), released_passed=sums(products), views=sums(), clicks=sums(),
            leads=sums(), bad_leads=sums(), posts=sums(), present=np.ones(n, dtype=np.bool_),
            defaulted=np.zeros(n, dtype=np.bool_), share=np.ones(n), sold_months=np.zeros(n, dtype=np.uint32),
            entered=np.full(n, -(2**14), dtype=np.int16), sponsor=np.array(sponsors, dtype=np.int32),
            collections=collections, marketing_claims=sums(),
            sales=SingleSales(), partly=Refunds(), changes=Refunds(),
            stopped=StoppedClaims(stops, sums(len(stops), products)) if stops else None,
            service=sums() if self.book.needs.reads_service else None,
            leg=np.tile(legs, n // len(legs)) if (legs >= 0).any() else None,
        )  # fmt: skip

    def month(
        self, facts: MonthFacts, watched: str | None = None, at_writing: MonthFacts | None = None,
        accrued: Callable[[Statement], None] | None = None,
    ) -> Statement:  # fmt: skip
        """The statement of one month; memory goes on from month to month. It is overwritten by the next call.

        `at_writing` are the facts as premium is written, where they differ from those at the statement. `accrued` is
        called before the rest of the statement, and may complete the facts by what has accrued.
        """
        statement = self.statement
        statement.watched = None if watched is None else self.row[watched]
        statement.clear()
        self.book.accrue(at_writing or facts, self.memory, statement)
        if accrued is not None:
            accrued(statement)
        self.book.conclude(facts, self.memory, statement)
        return statement
