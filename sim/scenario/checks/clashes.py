"""Rules that cannot hold together: for the same partners, products and months."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from sim.policy.measuring.condition import parted
from sim.policy.rule import Phase, Rule
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path, nearest
from sim.scenario.schema import Scenario

Named = tuple[str, Rule]
Cell = tuple[str, str]
RULES: Path = ("policy", "rules")


def check_clashes(scenario: Scenario, findings: Findings) -> None:
    """Two main rules, two advances, two rules that take commission back: one of them must give way."""
    for chosen, collide, what, remedy in _CLASHES:
        rules = [(name, rule) for name, rule in scenario.policy.rules.items() if chosen(rule)]
        for first, second, (product, segment) in _pairs(scenario, rules, collide):
            text = what.format(first=first, second=second)
            clash(findings, first, second, f"{text} {product} at {segment}", remedy)


def stands_at(findings: Findings, path: Path) -> str:
    """Where something is written, for a message about something else: `main.yaml:12`."""
    if findings.tree is None:
        return "above"
    at = nearest(findings.tree, path).place
    return "--set" if at.kind == "set" else f"{at.file}:{at.line}"


def share_months(a: Rule, b: Rule) -> bool:
    """Whether two rules hold together in some month."""
    later = max((one.effective_from for one in (a, b) if one.effective_from is not None), default=None)
    ends = min((one.effective_until for one in (a, b) if one.effective_until is not None), default=None)
    return later is None or ends is None or later < ends


def share_partners(a: Rule, b: Rule) -> bool:
    """Whether some partner of one segment may be covered by both.

    Regions, groups and ids that have nothing in common part them, and conditions that exclude each other.
    """
    lists = [(a.regions, b.regions), (a.groups, b.groups), (a.partners, b.partners)]
    apart = any(one is not None and other is not None and not set(one) & set(other) for one, other in lists)
    return not apart and not (a.depends and b.depends and _exclude(a, b))


def _exclude(a: Rule, b: Rule) -> bool:
    return parted(a.only_if, b.only_if) is not None or parted(b.only_if, a.only_if) is not None


def _pairs(
    scenario: Scenario, rules: list[Named], collide: Callable[[Rule, Rule], bool]
) -> Iterator[tuple[str, str, Cell]]:
    """Pairs of rules that hold together and clash, each with the first cell (product, segment) that both cover.

    A rule that clashes with many is named once.
    """
    seen: set[tuple[str, ...]] = set()
    named: set[str] = set()
    for cell in ((product, segment) for product in scenario.products for segment in scenario.segments):
        there = [(name, rule) for name, rule in rules if rule.covers(*cell)]
        names = tuple(name for name, _ in there)
        if names in seen:
            continue
        seen.add(names)
        for (first, a), (second, b) in combinations(there, 2):
            if second not in named and share_months(a, b) and share_partners(a, b) and collide(a, b):
                named.add(second)
                yield first, second, cell


def clash(findings: Findings, first: str, second: str, what: str, remedy: str) -> None:
    """A fault at the second rule that also says where the first one stands."""
    place = stands_at(findings, (*RULES, first))
    findings.fault(f"{what} ({first}: {place})", remedy, (*RULES, second))


def _is_main(rule: Rule) -> bool:
    return rule.claims_cells


def _same_standing(a: Rule, b: Rule) -> bool:
    """A rule for all partners of a segment stands back from one that chooses among them, that from one by name."""
    return a.narrowness == b.narrowness


def _advances(rule: Rule) -> bool:
    return rule.advances


def _takes_back(rule: Rule) -> bool:
    """An advance takes back of itself only; levels take back from sponsors where they say so."""
    from_sponsors = rule.phase is Phase.LEVELS and getattr(rule, "clawback", "none") not in (False, "none")
    return from_sponsors or (rule.takes_back and not rule.advances)


def _from_the_same(a: Rule, b: Rule) -> bool:
    """From the seller, or both from sponsors."""
    return (a.phase is Phase.LEVELS) == (b.phase is Phase.LEVELS)


def _attributes(rule: Rule) -> bool:
    return rule.attributes


def _always(a: Rule, b: Rule) -> bool:
    return True


_CLASHES: tuple[tuple[Callable[[Rule], bool], Callable[[Rule, Rule], bool], str, str], ...] = (
    (_is_main, _same_standing, "main rules {first} and {second} both cover",
     "narrow their products or segments, or make one a bonus"),
    (_advances, _always, "rules {first} and {second} both advance commission on", "let one of them do it"),
    (_attributes, _always, "rules {first} and {second} both set a referral window for", "let one of them do it"),
    (_takes_back, _from_the_same, "rules {first} and {second} both take back commission on",
     "let one of them do it: what a lapse gives back can be taken once"),
)  # fmt: skip
"""Which rules are looked at, which two of them clash, in what words, and the remedy"""
