"""A worked example of commission played month by month through the policy's own rules.

Notation: p product, i partner row, n rows. Amounts are in minor units.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from sim.base.units import month_name, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.statement import Statement, StatementLine
from sim.policy.trial import Trial
from sim.worked.account import PAID, Account
from sim.worked.case_facts import PartnerFacts, ProductFacts
from sim.worked.changed_rows import exchange, renamed
from sim.worked.collected import Collected
from sim.worked.example import Case, CaseMonth
from sim.worked.refunded import Cell, History
from sim.worked.standing_stated import States, people

TOTAL = "total"
OF_PAYEE = ("received", "expensed", "reversed", "loss_share", "advanced", "written_down", "advance_back", "taken_back")
FUNDS = ("fund_accrued", "fund_paid", "fund_expired")
AT_STATEMENT = (
    "in_force", "earned", "incurred", "lost", "moved", "released", "released_passed", "refunds", "stopped", "service",
    "collections",
)  # fmt: skip
CAP = "commission_cap"  # the line that the regulator's cap writes, not a rule
Amounts = dict[tuple[str, str], int]


@dataclass
class Played:
    """What came out: amounts by month, then by partner and name; the lines of the statements by partner."""

    months: dict[str, Amounts] = field(default_factory=dict)
    lines: dict[str, list[tuple[str, StatementLine]]] = field(default_factory=dict)
    kept: list[tuple[str, str]] = field(default_factory=list)
    """months and partners whose lost contracts take nothing back, where unearned commission goes back"""

    def of(self, month: str) -> Amounts:
        """Amounts of a month, or the sums over all months of `total`."""
        if month != TOTAL:
            return self.months.get(month, {})
        sums: Amounts = defaultdict(int)
        for amounts in self.months.values():
            for key, amount in amounts.items():
                sums[key] += amount
        return sums


def play(case: Case) -> Played:
    """Play a case once for each partner, so that each has the lines of its statements."""
    played = Played()
    for name in case.partners:
        stage = _Stage(case)
        for ordinal, month in case.calendar:
            stage.play(ordinal, month, name, played)
    return played


class _Stage:
    """A trial of the case's rules, and what its partners carry from month to month."""

    def __init__(self, case: Case) -> None:
        self.case = case
        terms = {name: product.term for name, product in case.products.items()}
        caps = {name: product.cap for name, product in case.products.items() if product.cap is not None}
        paid = {name: one.payment_pattern for name, one in case.products.items() if one.payment_pattern}
        known = {name: one.report_pattern for name, one in case.products.items() if one.report_pattern}
        self.trial = Trial(case.policy, terms, people(case.partners, case.starts[0]), caps, paid, known)
        self.first, self.history = case.starts[0], History()
        self.collected = Collected.of(case)
        self.account = Account(self.trial.book, self.first, len(case.calendar))
        self.states = States(self.trial.layout.rows)
        start = self.before = self.trial.facts(self.first)
        self.present, self.defaulted, self.share = start.present, start.defaulted, start.share
        self.in_force, self.sold, self.entered = start.in_force.copy(), start.sold_months, start.entered
        self.quota = np.full(start.sold_months.size, np.nan)
        for name, partner in case.partners.items():
            i = self.trial.row[name]
            self.quota[i] = np.nan if partner.quota is None else partner.quota
            self.present[i] = partner.active
            self.sold[i] = SOLD_ALWAYS if partner.sold_before else 0
            if partner.entered is not None:
                self.entered[i] = partner.entered - self.first
        self.present[[i for i, one in enumerate(self.trial.people) if not one.there]] = False

    def play(self, ordinal: int, month: CaseMonth, watched: str, played: Played) -> None:
        """Play one month and note what the watched partner gets."""
        self._change_segments(ordinal)
        facts = self._facts(ordinal, month)
        release = partial(self.history.release, facts, *self._released(facts, month))
        statement = self.trial.month(facts, watched, self._at_writing(facts), release)
        self.history.true_up(facts, statement)
        self.before = facts
        name = month_name(ordinal)
        amounts = played.months.setdefault(name, {})
        amounts |= self._amounts(statement, watched) | self._paid(facts, statement, watched)
        if self._keeps_all(facts, statement, month, watched):
            played.kept.append((name, watched))
        lines = [*statement.lines, *self._capped(statement, watched)]
        played.lines.setdefault(watched, []).extend((name, line) for line in lines)
        for line in lines:
            key = (watched, f"rule {line.rule}")
            amounts[key] = amounts.get(key, 0) + line.amount

    def _released(self, facts: MonthFacts, month: CaseMonth) -> tuple[set[int], set[Cell]]:
        """Rows whose commission released is stated, and cells of which the part that sponsors had is."""
        rows, cells, products = set[int](), set[Cell](), self.case.products
        for name, stated in month.facts.items():
            i = self.trial.row[name]
            rows |= set() if stated.released is None else {i}
            for product, one in stated.by_product(products).items():
                cells |= set() if one.released_passed is None else {(facts.layout.products.index(product), i)}
        return rows, cells

    def _keeps_all(self, facts: MonthFacts, statement: Statement, month: CaseMonth, name: str) -> bool:
        """Whether contracts are lost, unearned commission goes back, and yet nothing of this partner's does."""
        i, (rows, _, _, _, contracts, *_) = self.trial.row[name], facts.refunds.entries
        if not statement.returns or name not in month.facts or month.facts[name].released is not None:
            return False
        back = [facts.released, *(getattr(statement, what) for what in ("taken_back", "reversed", "advance_back"))]
        return bool(contracts[rows == i].any()) and not any(one[i] for one in back)

    def _change_segments(self, ordinal: int) -> None:
        """Let partners go on in the segment of the month: with all that is known of them they change their row."""
        row, people = self.trial.row, self.trial.people
        for name, partner in self.case.partners.items():
            old, segment = row[name], partner.segment.at(ordinal)
            if people[old].segment != segment:
                row[name] = next(i for i, one in enumerate(people) if (one.id, one.segment) == (name, segment))
                self._change_places(old, row[name])

    def _change_places(self, old: int, new: int) -> None:
        """What has rows and outlives a month, or is told of it in the next."""
        told = {name: getattr(self.before, name) for name in AT_STATEMENT}
        columns = [self.trial.table.array(name) for name in self.trial.table.columns]
        own = (self.present, self.defaulted, self.share, self.in_force, self.sold, self.entered)
        exchange((columns, own, told, vars(self.states), self.account.by_row), old, new)
        for kept in (self.history, self.collected, self.account):
            kept.rename(partial(renamed, old, new))

    def _paid(self, facts: MonthFacts, statement: Statement, name: str) -> Amounts:
        """What falls due and is paid, and the partner's marketing money."""
        i, moved = self.trial.row[name], self.account.month(facts, statement)
        funds = {what: int(getattr(statement, what).sum(axis=0)[i]) for what in FUNDS}
        return {(name, what): amount for what, amount in ({what: int(moved[what][i]) for what in PAID} | funds).items()}

    def _at_writing(self, facts: MonthFacts) -> MonthFacts:
        """As premium is written, what only the statement knows is still that of the month before."""
        return replace(facts, **{name: getattr(self.before, name) for name in AT_STATEMENT})

    def _facts(self, ordinal: int, month: CaseMonth) -> MonthFacts:
        facts = self.trial.facts(ordinal, ordinal - self.first)
        none = (np.zeros_like(facts.earned) for _ in range(3))
        facts = replace(facts, cost_new=next(none), cost_renewal=next(none), due=next(none), quota=self.quota)
        for name, stated in month.facts.items():
            self._state(self.trial.row[name], stated)
            _of_partner(facts, self.trial.row[name], stated)
            for product, one in stated.by_product(self.case.products).items():
                p = facts.layout.products.index(product)
                self._of_product(facts, p, self.trial.row[name], one)
        for column in ("present", "defaulted", "share", "in_force", "entered"):
            getattr(facts, column)[:] = getattr(self, column)
        facts = self.states.told(facts, self.trial.row, month.facts)
        facts.sold_months[:] = self.sold
        self.sold = (self.sold << np.uint32(1)) | (facts.count_new.sum(axis=0) > 0)
        return facts

    def _state(self, i: int, stated: PartnerFacts) -> None:
        """What stays as stated until something else is."""
        for column, value in (("present", stated.active), ("defaulted", stated.defaulted), ("share", stated.share)):
            if value is not None:
                getattr(self, column)[i] = value

    def _of_product(self, facts: MonthFacts, p: int, i: int, one: ProductFacts) -> None:
        new, renewal = self.case.products[facts.layout.products[p]].premium(one)
        facts.count_new[p, i], facts.count_renewal[p, i] = one.sold, sum(one.renewed.values())
        facts.premium_new[p, i], facts.premium_renewal[p, i] = to_minor(new), to_minor(renewal)
        self._change(facts, p, i, one)
        for column in ("earned", "released_passed", "cost_new", "cost_renewal"):
            getattr(facts, column)[p, i] = to_minor(getattr(one, column) or 0.0)
        claims = one.all_claims
        facts.incurred[p, i] = sum(claims)
        if facts.stopped is not None:
            for k, stop in enumerate(facts.stopped.stops):
                facts.stopped.amounts[k, p, i] = sum(min(claim, stop) for claim in claims)
        if one.sales and facts.sales is not None:
            sizes = np.array([to_minor(premium) for premium in one.sales], dtype=np.int64)
            facts.sales.add(p, np.full(sizes.size, i, dtype=np.int64), sizes)
        for year, count in one.renewed.items():
            facts.renewed[p][min(year, len(facts.renewed[p])) - 1, i] += count
        for ages, stated in ((facts.lost[p], one.lost), (facts.moved[p], one.moved)):
            for age, count in stated.items():
                if age < len(ages):
                    ages[age, i] = count
        gone = sum(one.lost.values()) + sum(one.moved.values())
        following = max(int(self.in_force[p, i]) + one.sold - gone, 0)
        self.in_force[p, i] = following if one.in_force is None else one.in_force
        term = facts.layout.terms[p]
        assert facts.due is not None
        facts.due[p, i] = _due(one, term)
        refunds, partly = self.history.of((p, i), facts.month, term, one, to_minor(new), to_minor(renewal))
        facts.refunds.add(p, refunds)
        assert facts.partly is not None
        facts.partly.add(p, partly)
        assert facts.collections is not None
        written = to_minor(new) + to_minor(renewal)
        facts.collections.add(p, self.collected.month((p, i), facts.month, written, one, refunds))

    def _change(self, facts: MonthFacts, p: int, i: int, one: ProductFacts) -> None:
        """Premium added to contracts inside their term, or taken off them, is premium of the month."""
        term = facts.layout.terms[p]
        for age, amount in one.changed.items():
            written = facts.premium_new if age < term or not term else facts.premium_renewal
            written[p, i] += to_minor(amount)
        rows = [(i, age, to_minor(amount), 0, age // (term or age + 1)) for age, amount in sorted(one.changed.items())]
        if facts.changes is not None:
            facts.changes.add(p, np.array(rows, dtype=np.int64).reshape(-1, 5).T)

    def _amounts(self, statement: Statement, name: str) -> Amounts:
        i, products = self.trial.row[name], range(len(self.case.products))
        own = sum(statement.own(p, i) for p in products)
        found = {
            "commission": statement.owed(i), "accrued": own, "passed": int(statement.accrued[:, i].sum()) - own,
            "drawn": int(statement.drawn[:, i].sum()), "withheld": self._withheld(statement, i),
            **{column: int(getattr(statement, column)[i]) for column in OF_PAYEE},
        }  # fmt: skip
        of_all = {
            ("", "fees"): int(statement.fees.sum() + statement.fees_now.sum()),
            ("", "programme"): int(statement.programme.sum()),
        }
        return {(name, what): amount for what, amount in found.items()} | of_all

    def _withheld(self, statement: Statement, i: int) -> int:
        """What a holdback keeps of what the statement has us pay, where nothing is kept from remittances."""
        terms, s = self.trial.book.payment(self.before.ordinal), self.trial.segment(i)
        whole = max(statement.owed(i), 0)
        if s in terms.held_of:
            whole = min(whole, max(int(statement.commission(terms.held_of[s])[i]), 0))
        return round(float(terms.held[s]) * whole)

    def _capped(self, statement: Statement, name: str) -> list[StatementLine]:
        """What the regulator's cap has cut, which no rule's line shows."""
        rest = statement.owed(self.trial.row[name]) - sum(line.amount for line in statement.lines)
        return [StatementLine(CAP, "cap", "limit", "", "", 0.0, rest)] if rest else []


SOLD_ALWAYS = np.uint32(2**32 - 1)


def _due(one: ProductFacts, term: int) -> int:
    """Contracts whose term ended."""
    if one.due is not None:
        return one.due
    ended = sum(count for age, count in one.lost.items() if term and age and age % term == 0)
    return sum(one.renewed.values()) + sum(one.moved.values()) + ended


def _of_partner(facts: MonthFacts, i: int, stated: PartnerFacts) -> None:
    for column in ("views", "clicks", "leads", "bad_leads", "posts"):
        getattr(facts, column)[i] = getattr(stated, column)
    facts.released[i] = to_minor(stated.released or 0.0)
    assert facts.marketing_claims is not None
    facts.marketing_claims[i] = to_minor(stated.claimed)
    if facts.service is not None:
        facts.service[i] = to_minor(stated.service)
