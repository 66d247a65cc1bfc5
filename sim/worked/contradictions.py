"""Facts of a worked example that contradict each other: more lost than sold, lost twice, premium without contracts.

What lies before the first month of a case is not known, and contradicts nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sim.base.units import MINOR_PER_MAJOR, month_name, to_minor
from sim.policy.rule import Rule
from sim.scenario.language.nodes import Path
from sim.worked.case_facts import ProductFacts
from sim.worked.example import Case, CaseMonth, CasePartner

Fault = Callable[..., None]
"""(what, remedy, *path) of a problem"""
Line = Callable[[Path], int]
"""the line of a path in its file"""


class Said(NamedTuple):
    """What is said of a partner and product in a month."""

    partner: str
    product: str
    ordinal: int
    facts: ProductFacts
    path: Path


class Gone(NamedTuple):
    """What goes of a month's sales: in which month, how many contracts or minor units, and where it is said."""

    ordinal: int
    amount: int
    path: Path


def contradictions(case: Case, fault: Fault, line: Line) -> None:
    """Report every contradiction."""
    there = list(_said(case))
    _contracts_missing(case, there, fault)
    for counted in (_CONTRACTS, _MONEY):
        _more_gone_than_there(case, there, counted, fault, line)


def _said(case: Case) -> Iterator[Said]:
    for t, (first, month) in enumerate(zip(case.starts, case.months, strict=True)):
        for ordinal in range(first, first + month.times):
            yield from _of_month(case, month, ordinal, ("months", t, "facts"))


def _of_month(case: Case, month: CaseMonth, ordinal: int, path: Path) -> Iterator[Said]:
    named = "partners" in case.model_fields_set
    for partner, facts in month.facts.items():
        at = (*path, partner) if named else path
        for product, one in facts.by_product(case.products).items():
            if product in case.products:
                yield Said(partner, product, ordinal, one, (*at, product) if facts.products else at)


# --- premium without contracts ---------------------------------------------------------------------------------------


class Business(NamedTuple):
    """New business or renewals: the fact of its premium, those of its contracts, and who counts them."""

    premium: str
    contracts: tuple[str, ...]
    needs: Callable[[Rule], bool]
    not_of: str
    remedy: str


_BUSINESS = (
    Business(
        "premium_new", ("new", "sales"), lambda rule: rule.needs_contracts, "renewal",
        "state new: beside it, the number of contracts sold (0: none)",
    ),
    Business(
        "premium_renewal", ("renewed",), lambda rule: rule.needs_renewals, "new",
        "state renewed: beside it, the number of contracts, or by the term that they begin (0: none)",
    ),
)  # fmt: skip


def _contracts_missing(case: Case, there: list[Said], fault: Fault) -> None:
    """Report premium without contracts where a rule counts them, each rule once."""
    for name, rule in case.rules.items():
        found = ((of, one) for of in _BUSINESS for one in there if _bare(one, of) and _counts(rule, case, one, of))
        for of, one in found:
            what = f'rule "{name}" counts contracts, and {of.premium} of {month_name(one.ordinal)} states none'
            fault(what, of.remedy, *one.path, of.premium)
            break


def _bare(one: Said, of: Business) -> bool:
    return bool(getattr(one.facts, of.premium)) and not one.facts.model_fields_set & set(of.contracts)


def _counts(rule: Rule, case: Case, one: Said, of: Business) -> bool:
    """Whether the rule, or a condition of it, counts the contracts of this partner and product in this month."""
    counting = [each for each in rule.conditions if each.by == "count" and each.business != of.not_of]
    own = of.needs(rule) and _reads(rule, case, one)
    there = rule.needs_sponsors or _chosen(rule, case.partners[one.partner])
    return rule.in_force(one.ordinal) and (own or (there and any(each.counts(one.product) for each in counting)))


def _chosen(rule: Rule, partner: CasePartner) -> bool:
    """Whether the rule may hold for a partner, whatever the product."""
    conditions = ((rule.segments, partner.segment), (rule.regions, partner.region), (rule.groups, partner.group))
    return all(names is None or any(one in names for one in own.since.values()) for names, own in conditions)


def _reads(rule: Rule, case: Case, one: Said) -> bool:
    """Whether what the rule counts of contracts includes those of this partner and product."""
    partner = case.partners[one.partner]
    counted = {
        "covered": _chosen(rule, partner) and any(rule.covers(one.product, name) for name in partner.segments),
        "sponsors": any(other.sponsor == one.partner for other in case.partners.values()),
        "recruits": partner.sponsor is not None and partner.entered is not None,
        "everyone": True,
    }
    return counted[rule.counts_sales_of]


# --- more gone than there was ----------------------------------------------------------------------------------------


class Counted(NamedTuple):
    """What is counted: how many there were, what goes by age, and how it is said."""

    fact: str
    names: tuple[str, ...]
    there: Callable[[Case, Said], int]
    added: Callable[[list[Said], tuple[str, str, int]], int]
    shown: Callable[[int], str]
    gone: str


def _more_gone_than_there(case: Case, there: list[Said], counted: Counted, fault: Fault, line: Line) -> None:
    sold = {(one.partner, one.product, one.ordinal): one for one in there}
    gone: dict[tuple[str, str, int], list[Gone]] = defaultdict(list)
    for one in there:
        for ordinal, entry in _gone(one, counted.names):
            gone[one.partner, one.product, ordinal].append(entry)
    for key, entries in gone.items():
        if key[-1] < min(case.starts):
            continue
        had = (0 if key not in sold else counted.there(case, sold[key])) + counted.added(there, key)
        if sum(entry.amount for entry in entries) > had:
            what, remedy = _contradiction(key[-1], sold.get(key), had, entries, counted, line)
            fault(what, remedy, *entries[-1].path)


def _gone(one: Said, names: tuple[str, ...]) -> Iterator[tuple[int, Gone]]:
    """The month of sale, and what goes of it."""
    for name in names:
        stated: Mapping[int, Any] = getattr(one.facts, name) or {}
        for age, amount in stated.items():
            minor = amount if name in _CONTRACTS.names else to_minor(amount)
            if name == "changed":
                minor = max(-minor, 0)
            if minor:
                yield one.ordinal - age, Gone(one.ordinal, minor, (*one.path, name, str(age)))


def _contradiction(
    sold: int, said: Said | None, had: int, entries: list[Gone], counted: Counted, line: Line
) -> tuple[str, str]:
    """What contradicts what, with the line of the other fact, and what to state."""
    total = sum(entry.amount for entry in entries)
    each = ", ".join(f"{counted.shown(one.amount)} in {month_name(one.ordinal)}" for one in entries)
    place = "" if said is None else f" (line {line(said.path)})"
    words = {"month": month_name(sold), "s": "s" * (total != 1), "are": "are" if total != 1 else "is"}
    what = f"{counted.shown(total)} {counted.gone.format(**words)}: {each}; "
    if said is not None and not had and counted is _CONTRACTS and said.facts.premium_new:
        return f"{what}premium_new of that month states no contracts{place}", f"state new: {total} beside it"
    what += f"{counted.fact} of that month is {counted.shown(had)}{place}"
    return what, f"state {counted.fact}: {counted.shown(total)} or more there, or less here"


def _written(case: Case, one: Said) -> int:
    return sum(to_minor(amount) for amount in case.products[one.product].premium(one.facts))


def _added(there: list[Said], key: tuple[str, str, int]) -> int:
    """Premium added later to what a partner sold of a product in a month."""
    partner, product, ordinal = key
    mine = (one for one in there if (one.partner, one.product) == (partner, product))
    return sum(max(to_minor(one.facts.changed.get(one.ordinal - ordinal, 0.0)), 0) for one in mine)


def _number(count: int) -> str:
    return f"{count:,}"


def _major(minor: int) -> str:
    return f"{minor / MINOR_PER_MAJOR:.2f}"


_CONTRACTS = Counted(
    "new", ("lost", "moved"), lambda case, one: one.facts.sold, lambda there, key: 0, _number,
    "contract{s} sold in {month} {are} lost or moved",
)  # fmt: skip
_MONEY = Counted(
    "premium_new", ("refunded", "changed"), _written, _added, _major,
    "of premium written in {month} is refunded or taken off",
)  # fmt: skip
