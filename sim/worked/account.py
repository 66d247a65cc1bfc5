"""The account between us and the partners of a worked example: what falls due, what is paid, tax and discount on it.

The sub-ledger is that of the simulator (`sim.settlement`); what customers have paid is as the case states it.
Notation: p product, i partner row, n rows. Amounts are in minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Integers
from sim.policy.book import Book
from sim.policy.given.facts import MonthFacts
from sim.policy.given.refunds import Refunds
from sim.policy.statement import Statement
from sim.policy.terms.payment import PaymentTerms
from sim.settlement import due_batches, settle
from sim.settlement.commission_tax import taxes
from sim.worked.case_facts import LARGEST

PAID = ("due", "paid", "vat", "tax_withheld", "discount")
NO_LAG = np.zeros(1, dtype=np.int64)
NEVER = np.zeros(1, dtype=np.bool_)


@dataclass
class _Sale:
    """Commission of a month on premium that has to come in before it is due."""

    premium: int
    contracts: int
    commission: int
    in_full: bool
    came: int = 0
    paid_up: int = 0
    released: int = 0

    def collect(self, amount: int, contracts: int) -> int:
        """What becomes due as so much comes in, and so many contracts are paid in full."""
        self.came += amount
        self.paid_up += contracts
        part, whole = (self.paid_up, self.contracts) if self.in_full else (self.came, self.premium)
        earned = round(self.commission * min(part, whole) / whole) if whole else 0
        before, self.released = self.released, self.commission if self.came >= self.premium else earned
        return self.released - before


class Account:
    """What each partner is owed and paid, month by month.

    Parameters
    ----------
    book : the case's rules over its partners
    first, months : the first month, and how many are played
    """

    def __init__(self, book: Book, first: int, months: int) -> None:
        self._book, rows = book, book.layout.rows
        delay, quiet = book.longest(first)
        self._sales: dict[tuple[int, int, int], _Sale] = {}
        self._pay, self._held = (np.zeros((size + 1, rows), dtype=np.int64) for size in (delay, delay + quiet))
        self._later = np.zeros((months + 1 + _longest_wait(book, first), rows), dtype=np.int64)
        self._account, self._payable = np.zeros((2, rows), dtype=np.int64)
        self._holdback = np.zeros((1, rows), dtype=np.int64)

    @property
    def by_row(self) -> tuple[Integers, ...]:
        """What it keeps of each row."""
        return self._pay, self._held, self._later, self._account, self._payable, self._holdback

    def rename(self, of: Callable[[int], int]) -> None:
        """Let rows be those that `of` tells."""
        self._sales = {(p, of(i), month): sale for (p, i, month), sale in self._sales.items()}

    def month(self, facts: MonthFacts, statement: Statement) -> dict[str, Integers]:
        """What happens in a month, by name of `PAID`: int64[n]."""
        terms, by_row = self._book.payment(facts.ordinal), facts.layout.by_row
        waits, rest = by_row(terms.collected), np.zeros(facts.layout.rows, dtype=np.int64)
        settle.rest_of_statement(
            statement.received, statement.expensed, statement.reversed, statement.loss_share, statement.taken_back,
            statement.advance_back, statement.drawn, rest,
        )  # fmt: skip
        fees = statement.fees_on_new * waits  # of this month's sales, which wait as they do
        own = statement.accrued - (statement.passed if len(statement.passed) else 0) + fees
        rest -= fees.sum(axis=0)
        self._wait_for_premium(facts, terms, own * waits)
        self._push(facts, terms, own.sum(axis=0) * ~waits, rest, _held_of(facts, terms, statement))
        came = self._collect(facts, terms)
        found = self._settle(facts, terms, came)
        advanced = statement.advanced
        return self._taxed(facts, terms, {**found, "due": found["due"] + advanced, "paid": found["paid"] + advanced})

    def _wait_for_premium(self, facts: MonthFacts, terms: PaymentTerms, own: Integers) -> None:
        premium, contracts = facts.premium_new + facts.premium_renewal, facts.count_new + facts.count_renewal
        in_full = facts.layout.by_row(terms.in_full)
        for p, i in np.argwhere(own).tolist():
            sale = _Sale(int(premium[p, i]), int(contracts[p, i]), int(own[p, i]), bool(in_full[i]))
            self._sales[p, i, facts.month] = sale
            self._payable[i] += sale.commission

    def _push(self, facts: MonthFacts, terms: PaymentTerms, own: Integers, rest: Integers, held_of: Integers) -> None:
        none, batches = np.zeros_like(own), np.zeros((1, own.size), dtype=np.int64)
        due_batches.push(
            facts.layout.edges, facts.month, NO_LAG, np.zeros(1), NEVER, NEVER, terms.delay, terms.held, terms.quiet,
            held_of,
            none, own, rest, batches, batches.copy(), self._pay, self._held, none.copy(), self._payable,
            self._holdback, none.copy(),
        )  # fmt: skip

    def _collect(self, facts: MonthFacts, terms: PaymentTerms) -> Integers:
        """What becomes due with the premium that comes in, after as many months as the rule says: int64[n]."""
        after = facts.layout.by_row(terms.after)
        slots = self._later[(facts.month + after) % len(self._later), np.arange(after.size)]
        for i, sale, amount, contracts in self._of_sales(facts.collections, facts.month):
            slots[i] += sale.collect(amount, contracts)
        for i, sale, amount, contracts in self._of_sales(facts.refunds, facts.month):
            sale.premium, sale.contracts = max(sale.premium - amount, 0), max(sale.contracts - contracts, 0)
            slots[i] += sale.collect(0, 0)
        self._later[(facts.month + after) % len(self._later), np.arange(after.size)] = slots
        slot = self._later[facts.month % len(self._later)]
        due = slot.copy()
        slot[:] = 0
        return due

    def _of_sales(self, entries: Refunds | None, month: int) -> Iterator[tuple[int, _Sale, int, int]]:
        """Row, sale, premium and contracts of entries that belong to a sale which waits."""
        for i, p, age, premium, contracts, _ in [] if entries is None else entries.entries.T.tolist():
            sale = self._sales.get((p, i, month - age))
            if sale is not None:
                yield i, sale, premium, contracts

    def _settle(self, facts: MonthFacts, terms: PaymentTerms, came: Integers) -> dict[str, Integers]:
        edges, slot = facts.layout.edges, self._pay[facts.month % len(self._pay)]
        freed, lost, paid, written_off = (np.zeros(came.size, dtype=np.int64) for _ in range(4))
        released = self._held[facts.month % len(self._held)]
        settle.release(
            edges, terms.forfeits, facts.present, released, self._account, self._payable, self._holdback, freed, lost
        )
        due = slot + came + freed
        self._account += came
        settle.pay(
            edges, (facts.ordinal + 1) % terms.every == 0, terms.minimum, facts.present, facts.defaulted, slot,
            self._account, self._payable, self._holdback, paid, written_off,
        )  # fmt: skip
        return {"due": due, "paid": paid}

    def _taxed(self, facts: MonthFacts, terms: PaymentTerms, found: dict[str, Integers]) -> dict[str, Integers]:
        by_row = facts.layout.by_row
        vat, withheld = taxes(found["paid"], by_row(terms.vat), by_row(terms.tax_withheld))
        charged = np.where(by_row(terms.reverse), 0, vat)
        paid = found["paid"] + charged - withheld
        discount = _discount(facts, by_row(terms.discount), by_row(terms.discount_within))
        return {**found, "paid": paid, "vat": charged, "tax_withheld": withheld, "discount": discount}


def _held_of(facts: MonthFacts, terms: PaymentTerms, statement: Statement) -> Integers:
    """The most of each statement of which a share is held back, where that is of some rules: int64[n or 0]."""
    if not terms.held_of:
        return np.zeros(0, dtype=np.int64)
    rows = np.full(facts.layout.rows, LARGEST, dtype=np.int64)
    for s, rules in terms.held_of.items():
        there = slice(facts.layout.bounds[s], facts.layout.bounds[s + 1])
        rows[there] = statement.commission(rules)[there]
    return rows


def _longest_wait(book: Book, first: int) -> int:
    """Months from the premium to the commission on it, at most."""
    return max(int(book.payment(date).after.max()) for date in {first, *book.dates})


def _discount(facts: MonthFacts, rate: Flags, within: Integers) -> Integers:
    """What partners keep of premium that comes in early enough: int64[n]."""
    found = np.zeros(facts.layout.rows, dtype=np.int64)
    assert facts.collections is not None
    for i, _, age, premium, *_ in facts.collections.entries.T.tolist():
        if rate[i] > 0.0 and age <= within[i]:
            found[i] += round(float(rate[i]) * premium)
    return found
