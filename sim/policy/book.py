"""The dated policy book: which version is in force, the rules in their order, the statement of a month."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.luck import purpose, uniforms
from sim.base.units import Dated, dated_below
from sim.policy.book_page import Page, begin, conclude, expected, side_by_side
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout, Members
from sim.policy.given.prospect import Prospect
from sim.policy.kernels import taken_back
from sim.policy.kernels.brought import Brought
from sim.policy.measuring import condition
from sim.policy.onload import by_row, charged, lines
from sim.policy.parts.noting import note, note_clawback, watched
from sim.policy.rule import FOR_ALL, NAMED, Memory, Phase, Rule, turn
from sim.policy.rule_needs import RuleNeeds
from sim.policy.statement import Statement
from sim.policy.succession import Earlier, rules_of, same
from sim.policy.terms.payment import PaymentTerms
from sim.policy.terms.referral import Attribution
from sim.policy.terms.schedule import Policy
from sim.policy.to_come import InForce

_ALL = slice(None)  # rows
BESIDE_RULES = ("payment", "control", "credit_control")


@dataclass(frozen=True)
class Book:
    """A policy laid over the products and segments of a scenario."""

    policy: Policy
    layout: Layout
    caps: Mapping[int, Dated[float]]
    """the regulator's cap by position of the product"""
    members: Members | None = None
    """needed by rules that choose among the partners of a segment; by row of the layout"""
    earlier: Earlier | None = None
    """the policy before this one"""
    versions: dict[int, list[Page]] = field(default_factory=dict, repr=False)
    """pages by version, laid out when first asked for"""
    closing: dict[int, list[Page]] = field(default_factory=dict, repr=False)
    """pages of rules that wind up, by version"""
    opening: dict[int, list[Page]] = field(default_factory=dict, repr=False)
    """pages of rules that look on before they hold, by version"""
    payments: dict[int, PaymentTerms] = field(default_factory=dict, repr=False)
    """terms of payment by version"""
    onload: Reals | None = None
    """tax and social charges on commission by product, float64[P], where there are any"""
    attributions: dict[int, Attribution] = field(default_factory=dict, repr=False)
    """windows of referral by version"""
    each: Sequence[Book] = ()
    """that of each replication, where they may differ (`may_stand_beside`)"""

    @cached_property
    def rules(self) -> list[tuple[str, Rule]]:
        """Name and rule in the order in which they act; a name may stand twice."""
        return sorted(rules_of(self.policy, self.earlier), key=turn)

    @cached_property
    def needs(self) -> RuleNeeds:
        """What the rules need of the month and of the table."""
        return RuleNeeds(self.rules)

    @cached_property
    def referred(self) -> frozenset[str]:
        """Names of rules whose commission other rules are about."""
        return frozenset(name for _, rule in self.rules for name in rule.named)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the rules, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.rules))

    def in_force(self, ordinal: int) -> Policy:
        """The policy of the month `ordinal`, for what are no rules."""
        return self.policy if self.earlier is None or ordinal >= self.earlier.until else self.earlier.policy

    def repeated(self, replications: int, each: Sequence[Book] = ()) -> Book:
        """The same policy over so many replications, one after another, or that of each."""
        members = None if self.members is None else self.members.repeated(replications)
        layout = self.layout.repeated(replications)
        return Book(self.policy, layout, self.caps, members, self.earlier, onload=self.onload, each=each)

    def may_stand_beside(self, other: Book) -> bool:
        """Whether replications under this policy and another, which differ in rules alone, may stand in one table."""
        if self is other:
            return True
        if self.dates != other.dates or len(self.rules) != len(other.rules):
            return False
        pairs = zip(self.rules, other.rules, strict=True)
        return all(name == named and rule.may_stand_beside(one) for (name, rule), (named, one) in pairs)

    def flat_rates(self, ordinal: int) -> tuple[Reals, Reals]:
        """Rates of all flat rules on new business and on renewals in a month: float64[P, R or 1 for all, S] each."""
        pages = [page for page in self.pages(ordinal) if page.rule.flat and page.coverage is None]
        products, segments = len(self.layout.products), len(self.layout.segments)
        found = np.zeros((2, products, max(len(self.each), 1), segments))
        for page in pages:
            for total, rates in zip(found, page.rule.flat_rates(page.terms), strict=True):
                total += rates.reshape(products, -1, segments)
        return found[0], found[1]

    @cached_property
    def dates(self) -> list[int]:
        """Ordinals of the months in which the terms change, or what partners are to us where rules go by that."""
        found = {date for _, rule in self.rules for dated in dated_below(rule) for date in dated.changes}
        found |= {date for _, rule in self.rules for date in rule.dates}
        if self.earlier is not None and not all(same(*blocks) for blocks in self._blocks(self.earlier.policy)):
            found.add(self.earlier.until)
        if self.members is not None and any(rule.reads_standing for _, rule in self.rules):
            found |= set(self.members.standing.dates)
        return sorted(found | {date for cap in self.caps.values() for date in cap.changes})

    def _blocks(self, earlier: Policy) -> list[tuple[Any, Any]]:
        """What two policies say besides rules, deposits apart."""
        return [(getattr(earlier, name), getattr(self.policy, name)) for name in BESIDE_RULES]

    def pages(self, ordinal: int) -> list[Page]:
        """The rules in force in the month `ordinal`, in their order."""
        version = bisect_right(self.dates, ordinal)
        if version not in self.versions:
            pages = self._lay_out(ordinal)
            self.versions[version] = self._of_each(pages, ordinal, range(len(self.each)))
        return self.versions[version]

    def _of_each(self, pages: list[Page], ordinal: int, replications: Iterable[int]) -> list[Page]:
        """Pages with the terms of each of some replications, by their places."""
        return side_by_side(pages, [self.each[r].pages(ordinal) for r in replications]) if self.each else pages

    def payment(self, ordinal: int) -> PaymentTerms:
        """Terms of payment in force in the month `ordinal`."""
        version = bisect_right(self.dates, ordinal)
        if version not in self.payments:
            terms = PaymentTerms.of(self.in_force(ordinal).payment, len(self.layout.segments))
            for page in self.pages(ordinal):
                page.rule.arrange(terms, page.cells, ordinal)
            self.payments[version] = terms
        return self.payments[version]

    def attribution(self, ordinal: int) -> Attribution:
        """How long repeat purchases are credited to partners in the month `ordinal`, by product and row."""
        version = bisect_right(self.dates, ordinal)
        if version not in self.attributions:
            found, by_row = Attribution.none(len(self.layout.products), self.layout.rows), self.layout.by_row
            for page in self.pages(ordinal):
                if isinstance(page.terms, Attribution):
                    covered = by_row(page.cells) if page.coverage is None else page.coverage
                    found.widen(by_row(page.terms.months), by_row(page.terms.resetting), covered)
            self.attributions[version] = found
        return self.attributions[version]

    def longest(self, first: int) -> tuple[int, int]:
        """The longest delay of a payment and of a holdback, months, from the month `first` on."""
        terms = [self.payment(date) for date in {first, *(date for date in self.dates if date > first)}]
        delay = max(int(max(one.delay.max(), one.after.max())) for one in terms)
        return delay, max(int(one.quiet.max()) for one in terms)

    def ever(self, first: int, name: str) -> bool:
        """Whether terms of payment of this name are anything anywhere from the month `first` on."""
        dates = {first, *(date for date in self.dates if date > first)}
        return any(bool(getattr(self.payment(date), name).any()) for date in dates)

    def expect(self, prospect: Prospect, rows: slice | Integers = _ALL, replications: Iterable[int] = (0,)) -> None:
        """Fill `prospect.rate` with the rate each partner of some rows may expect on new business, caps applied.

        `replications` are those of the rows, by their places.
        """
        if standing := self._standing(prospect.ordinal, rows):
            prospect = replace(prospect, **standing)
        pages = self._of_each(self._of_rows(self.pages(prospect.ordinal), rows), prospect.ordinal, replications)
        for page in expected(pages, prospect):
            before = prospect.rate.copy() if page.stated_as in self.referred or prospect.on_sale is not None else None
            _expect(page, prospect)
            if before is None:
                continue
            added = prospect.rate - before
            if page.stated_as in self.referred:
                prospect.by_rule[page.stated_as] = prospect.by_rule.get(page.stated_as, 0.0) + added
            if prospect.on_sale is not None:
                alone = page.rule.on_sale_alone(page.terms, added, prospect.layout)
                prospect.on_sale[:] += alone if page.coverage is None else alone * page.coverage
        for p, cap in self.caps.items():
            np.minimum(prospect.rate[p], cap.at(prospect.ordinal), out=prospect.rate[p])

    def _standing_told(self, facts: MonthFacts) -> MonthFacts:
        """The facts with what partners are to us, as far as some rule reads it."""
        found = self._standing(facts.ordinal)
        return facts.but(**found) if found else facts

    def _standing(self, ordinal: int, rows: slice | Integers = _ALL) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.members is None:
            return found
        standing = self.members.standing
        told = {
            "certified": standing.certified, "groups": self._in_groups, "partners": self._by_name,
        }  # fmt: skip
        for name in told.keys() & self.needs.wants:
            found[name] = {one: holds[rows] for one, holds in told[name](ordinal).items()}
        if standing.appoints and any(rule.gives_ranks for _, rule in self.rules):
            found["rank_floor"] = standing.ranks(ordinal)[rows]
        return found

    def _in_groups(self, ordinal: int) -> dict[str, Flags]:
        """By group that a condition names, who is in it: bool[n]."""
        groups = self.members.standing.groups(ordinal) if self.members is not None else np.zeros(0)
        return {name: np.asarray(groups == name) for name in self._named_by("group")}

    def _by_name(self, ordinal: int) -> dict[str, Flags]:
        """By partner that a condition names, its row: bool[n]."""
        ids = np.array([] if self.members is None else self.members.ids, dtype=object)
        return {name: np.asarray(ids == name) for name in self._named_by("partner")}

    def _named_by(self, by: str) -> set[str]:
        return {name for _, rule in self.rules for one in rule.conditions if one.by == by for name in one.which or ()}

    def _of_rows(self, pages: list[Page], rows: slice | Integers) -> list[Page]:
        """Pages whose coverage is of some rows alone."""
        return [one if one.coverage is None else replace(one, coverage=one.coverage[:, rows]) for one in pages]

    def to_come(self, ordinal: int, in_force: InForce) -> Reals:
        """Commission that the rules of the month `ordinal` will accrue on what is in force, at expected losses.

        A rule that chooses among the partners of a segment is taken to hold for as large a part of its premium.

        Returns
        -------
        float64[product, slice]
        """
        found = np.zeros_like(in_force.unearned)
        for page in self.pages(ordinal):
            if not page.rule.accrues_later:
                continue
            part = 1.0 if page.coverage is None else self.part_covered(page.coverage)
            found += page.rule.to_come(in_force.covered(page.cells), page.terms) * part
        return found

    def owed(self, facts: MonthFacts, memory: Mapping[str, Memory]) -> Integers:
        """Commission with onload that rules would pay for years not judged yet, if they ended now: int64[R]."""
        found = np.zeros(facts.layout.replications, dtype=np.int64)
        for page in (*self.pages(facts.ordinal), *self.winding_up(facts.ordinal)):
            if page.rule.owes_later:
                seen = facts if page.coverage is None else facts.only(page.coverage)
                if page.changes and page.rule.of_receivers and page.rule.in_force(facts.ordinal):
                    seen = seen.but(eligible=condition.hold(page.rule.only_if, facts, memory[page.name]))
                due = page.rule.owed(seen, page.terms, memory[page.name])
                if self.onload is not None:
                    due = due + lines(by_row(facts, page.cells, page.coverage, self.onload), due)
                found = found + facts.layout.by_replication(due)
        return found

    def part_covered(self, coverage: Flags) -> Reals:
        """Share of the rows of each slice that are covered: float64[product, slice]."""
        rows = np.diff(self.layout.bounds)
        counted = np.add.reduceat(coverage, np.minimum(self.layout.bounds[:-1], coverage.shape[1] - 1), 1, np.int64)
        return np.asarray(counted * (rows > 0) / np.maximum(rows, 1))

    def accrue(self, facts: MonthFacts, memory: Mapping[str, Memory], statement: Statement) -> None:
        """Commission on premium as it is written: every rule in its order, then the regulator's caps."""
        facts = self._standing_told(facts)
        statement.pages, facts = begin(self.pages(facts.ordinal), facts, memory)
        accruing = [page for page in statement.pages if type(page.rule).accrue is not Rule.accrue]
        rates = {} if statement.watched is not None or self.referred else _plain_rates(accruing, facts)
        for together, pages in groupby(accruing, lambda page: page.name in rates):
            if together:
                statement.accrue_rules(facts, {page.name: rates[page.name] for page in pages})
            else:
                for page in pages:
                    self._let(page, page.rule.accrue, facts, memory, statement)
        statement.lines_stand()
        before = Brought.so_far(statement) if self.referred and self.caps else None
        for p, cap in self.caps.items():
            statement.hold_under(p, facts, np.full(len(facts.layout.segments), cap.at(facts.ordinal)))
        if before is not None:
            _bear(statement, before, of_rest=False)

    def conclude(self, facts: MonthFacts, memory: Mapping[str, Memory], statement: Statement) -> None:
        """The rest of the month's statement, when everything of the month is known."""
        statement.returns = self.in_force(facts.ordinal).payment.clawback == "pro_rata"
        passed_on = statement.returns and _take_back(facts, statement)
        if len(facts.released_passed) and not passed_on:
            facts = facts.but(released_passed=facts.released_passed[:0])  # sponsors give nothing back
        facts = self._standing_told(facts)
        pages = (*self.looking_on(facts.ordinal), *conclude(statement.pages, facts, memory))
        for page in (*pages, *self.winding_up(facts.ordinal)):
            if type(page.rule).apply is not Rule.apply:
                self._let(page, page.rule.apply, facts, memory, statement)

    def winding_up(self, ordinal: int) -> list[Page]:
        """Rules that hold no more in the month `ordinal` and still settle what they covered."""
        version = bisect_right(self.dates, ordinal)
        if version not in self.closing:
            ending = [(name, rule) for name, rule in self.rules if rule.winds_up(ordinal)]
            self.closing[version] = [self._page_beside(name, rule, ordinal, None) for name, rule in ending]
        return self.closing[version]

    def looking_on(self, ordinal: int) -> list[Page]:
        """Rules that do not hold yet in the month `ordinal` and record what they will begin with."""
        version = bisect_right(self.dates, ordinal)
        if version not in self.opening:
            coming = [(name, rule) for name, rule in self.rules if rule.looks_on(ordinal)]
            self.opening[version] = [
                self._page_beside(name, rule, ordinal, self._coverage_of(name, rule, ordinal)) for name, rule in coming
            ]
        return self.opening[version]

    def _coverage_of(self, name: str, rule: Rule, ordinal: int) -> Flags | None:
        return self._coverage(name, rule, rule.cells(self.layout), ordinal) if rule.chooses else None

    def _page_beside(self, name: str, rule: Rule, ordinal: int, coverage: Flags | None) -> Page:
        """A rule that acts in a month in which it does not hold."""
        cells = rule.cells(self.layout)
        return Page(name, rule, cells, rule.terms(self.layout, ordinal, cells, self.caps_at(ordinal)), coverage)

    def _let(self, page: Page, act: Any, facts: MonthFacts, memory: Mapping[str, Memory], statement: Statement) -> None:
        """Let one rule act, and note what it booked."""
        facts = page.seen(facts)
        statement.acting, statement.coverage = page.name, page.coverage
        statement.eligible = page.eligible if page.rule.judged_when_paid else None
        booked, before = statement.total.copy(), watched(statement)
        brought = Brought.so_far(statement) if self.referred else None
        if self.onload is None:
            act(facts, page.terms, memory[page.name], statement)
        else:
            with charged(statement, facts, page.cells, page.coverage, self.onload):
                act(facts, page.terms, memory[page.name], statement)
        statement.booked[page.name] = statement.booked.get(page.name, 0) + statement.total - booked
        if brought is not None:
            self._note_brought(page, brought, statement)
        if statement.watched is not None:
            change = (watched(statement) - before).tolist()
            note(page.name, page.rule, page.terms, act == page.rule.accrue, change, facts, memory[page.name], statement)

    def _note_brought(self, page: Page, before: Brought, statement: Statement) -> None:
        """Keep what a rule that others name has brought, or let those that are kept bear what it has taken of all."""
        if page.stated_as in self.referred:
            more = Brought.so_far(statement).less(before)
            if page.stated_as in statement.brought:
                statement.brought[page.stated_as].add(more)
            else:
                statement.brought[page.stated_as] = more
        elif page.rule.phase in (Phase.LIMIT, Phase.SPLIT) and not page.rule.named:
            _bear(statement, before, of_rest=page.rule.phase is Phase.SPLIT)

    def _lay_out(self, ordinal: int) -> list[Page]:
        there = [(name, rule) for name, rule in self.rules if rule.in_force(ordinal)]
        caps = self.caps_at(ordinal)
        chosen = np.zeros((NAMED + 1, len(self.layout.products), self.layout.rows), dtype=np.bool_)
        claimed = np.zeros((len(self.layout.products), len(self.layout.segments)), dtype=np.bool_)
        for name, rule in there:
            if rule.claims_cells and rule.chooses and not rule.depends:
                chosen[: rule.narrowness] |= self._coverage(name, rule, rule.cells(self.layout), ordinal)
            elif rule.claims_cells and not rule.depends:
                claimed |= rule.cells(self.layout)
        found = []
        for name, rule in there:
            gives_way = rule.gives_way and not rule.claims_cells
            cells = rule.cells(self.layout) & ~claimed if gives_way else rule.cells(self.layout)
            coverage = self._coverage(name, rule, cells, ordinal) if rule.chooses else None
            stands_back = gives_way or (rule.claims_cells and not rule.depends)
            before = chosen[FOR_ALL if gives_way else rule.narrowness]
            if (stands_back or rule.claims_cells) and (before & self.layout.by_row(cells)).any():
                coverage = (self.layout.by_row(cells) if coverage is None else coverage) & ~before
            terms = rule.terms(self.layout, ordinal, cells, caps)
            found.append(Page(name, rule, cells, terms, coverage, stands_back))
        return found

    def caps_at(self, ordinal: int) -> Reals:
        """The regulator's highest rate by product, infinite where there is none."""
        caps = np.full(len(self.layout.products), np.inf)
        for p, cap in self.caps.items():
            caps[p] = cap.at(ordinal)
        return caps

    def _coverage(self, name: str, rule: Rule, cells: Flags, ordinal: int) -> Flags:
        """Rows and products that a rule covers which chooses among partners, by what they are in a month."""
        mask = np.ones(self.layout.rows, dtype=np.bool_)
        members = self.members
        if members is not None:
            if rule.partners is not None:
                mask &= np.isin(np.asarray(members.ids, dtype=object), rule.partners)
            if rule.regions is not None:
                mask &= np.isin(members.standing.regions(ordinal), rule.regions)
            if rule.groups is not None:
                mask &= np.isin(members.standing.groups(ordinal), rule.groups)
            if rule.pilot is not None:
                drawn = np.zeros(self.layout.rows)
                uniforms(members.id_hash, purpose(f"policy.pilot.{rule.stated_as or name}"), drawn)
                mask &= drawn < rule.pilot
        return np.asarray(self.layout.by_row(cells) & mask)


def _expect(page: Page, prospect: Prospect) -> None:
    """Let a rule add what partners may expect of it, where it covers them."""
    if page.coverage is None:
        page.rule.expect(prospect, page.terms)
        return
    covered = page.coverage
    own = replace(
        prospect, premium=prospect.premium * covered, count=prospect.count * covered, rate=prospect.rate.copy()
    )
    page.rule.expect(own, page.terms)
    np.copyto(prospect.rate, own.rate, where=covered)


def _plain_rates(pages: Sequence[Page], facts: MonthFacts) -> dict[str, tuple[Reals, Reals]]:
    """By rule, rates on new business and on renewals, where all that it accrues are those, and for whole segments."""
    found = {page.name: page.rule.plain_rates(facts, page.terms) for page in pages if page.coverage is None}
    return {name: rates for name, rates in found.items() if rates is not None}


def _bear(statement: Statement, before: Brought, of_rest: bool) -> None:
    now = Brought.so_far(statement)
    for one in statement.brought.values():
        one.lower(before, now, of_rest)


def _take_back(facts: MonthFacts, statement: Statement) -> bool:
    """Take back what partners have of the commission released; say whether sponsors have any of it."""
    i = statement.watched
    before = 0 if i is None else int(statement.taken_back[i])
    passed_on = taken_back.take_back_own(facts.released, facts.released_passed, statement.taken_back)
    own = 0 if i is None else int(statement.taken_back[i]) - before
    if own:
        note_clawback(own, statement)
    return passed_on
