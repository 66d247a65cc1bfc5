"""Rules that cannot hold together, for the same partners, products and months, and rules that name others in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from sim.policy.measuring.condition import parted
from sim.policy.rule import Phase, Rule
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path, dotted, nearest

Named = tuple[str, Rule]
Cell = tuple[str, str]
RULES: Path = ("policy", "rules")


def check_clashes(rules: Mapping[str, Rule], cells: Sequence[Cell], findings: Findings, path: Path = RULES) -> None:
    """Two main rules, two advances, two rules that take commission back: one of them must give way.

    Parameters
    ----------
    cells : pairs of product and segment that are sold
    path : where the rules stand
    """
    for chosen, collide, what, remedy in _CLASHES:
        there = [(name, rule) for name, rule in rules.items() if chosen(rule)]
        for first, second, (product, segment) in _pairs(cells, there, collide):
            text = what.format(first=first, second=second, product=product, segment=segment)
            clash(findings, first, second, text, remedy, path)


def stands_at(findings: Findings, path: Path) -> str:
    """Where something is written, for a message about something else: `main.yaml:12`."""
    if findings.tree is None:
        return "above"
    at = nearest(findings.tree, path).place
    if at.kind == "set":
        return "--set"
    return f"{at.file}:{at.line}" if at.line else dotted(path)  # a mapping has no lines


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
    cells: Sequence[Cell], rules: list[Named], collide: Callable[[Rule, Rule], bool]
) -> Iterator[tuple[str, str, Cell]]:
    """Pairs of rules that hold together and clash, each with the first cell (product, segment) that both cover.

    A rule that clashes with many is named once.
    """
    seen: set[tuple[str, ...]] = set()
    named: set[str] = set()
    for cell in cells:
        there = [(name, rule) for name, rule in rules if rule.covers(*cell)]
        names = tuple(name for name, _ in there)
        if names in seen:
            continue
        seen.add(names)
        for (first, a), (second, b) in combinations(there, 2):
            if second not in named and share_months(a, b) and share_partners(a, b) and collide(a, b):
                named.add(second)
                yield first, second, cell


def clash(findings: Findings, first: str, second: str, what: str, remedy: str, path: Path = RULES) -> None:
    """A fault at the second rule that also says where the first one stands."""
    place = stands_at(findings, (*path, first))
    findings.fault(f"{what} ({first}: {place})", remedy, (*path, second))


def _is_main(rule: Rule) -> bool:
    return rule.claims_cells


def _same_standing(a: Rule, b: Rule) -> bool:
    """A rule for all partners of a segment stands back from one that chooses among them, that from one by name.

    Of those that depend on what partners have reached the first by name goes before, unless both ask for the same.
    """
    if a.depends and b.depends:
        return a.only_if == b.only_if
    return a.narrowness == b.narrowness


def _advances(rule: Rule) -> bool:
    return rule.advances


def takes_back(rule: Rule) -> bool:
    """Whether it takes back from the seller what other rules gave; an advance takes back of itself only."""
    return rule.phase is not Phase.LEVELS and rule.takes_back and not rule.advances


def _from_sponsors(rule: Rule) -> bool:
    """Whether it takes back from sponsors."""
    return rule.phase is Phase.LEVELS and getattr(rule, "clawback", "none") not in (False, "none")


def _of_the_same(a: Rule, b: Rule) -> bool:
    """Of all commission, or of a rule that both name; one that names no rules takes what is left by one that does."""
    scopes = set(a.named), set(b.named)
    return bool(scopes[0] & scopes[1]) or scopes == (set(), set())


def _draws(rule: Rule) -> bool:
    return rule.phase is Phase.DRAW


def _attributes(rule: Rule) -> bool:
    return rule.attributes


def _always(a: Rule, b: Rule) -> bool:
    return True


_CLASHES: tuple[tuple[Callable[[Rule], bool], Callable[[Rule, Rule], bool], str, str], ...] = (
    (_is_main, _same_standing, "main rules {first} and {second} both cover {product} at {segment}",
     "narrow their products or segments, or make one a bonus"),
    (_advances, _always, "rules {first} and {second} both advance commission on {product} at {segment}",
     "let one of them do it"),
    (_draws, _always, "rules {first} and {second} are both draws of partners with {product} at {segment}",
     "let one of them do it"),
    (_attributes, _always, "rules {first} and {second} both set a referral window for {product} at {segment}",
     "let one of them do it"),
    (_from_sponsors, _always, "rules {first} and {second} both take back what sponsors got on {product} at {segment}",
     "let one of them do it, by `clawback: false` in the other: a lapse gives it back once"),
    (takes_back, _of_the_same, "rules {first} and {second} both take back commission on {product} at {segment}",
     "let one of them do it, or name under `rules` what each takes back: a lapse gives it back once"),
)  # fmt: skip
"""Which rules are looked at, which two of them clash, in what words, and the remedy"""


# --- rules about the commission of other rules ------------------------------------------------------------------------


def check_named_rules(rules: Mapping[str, Rule], cells: Sequence[Cell], findings: Findings, path: Path) -> None:
    """Report names that a rule cannot be about, with where both stand.

    Parameters
    ----------
    cells : pairs of product and segment that are sold
    path : where the rules stand
    """
    for name, rule in rules.items():
        for position, other in enumerate(rule.named):
            for what, remedy in _misnamed(name, rule, other, position, rules, cells):
                there = "" if other == name else f" ({other}: {stands_at(findings, (*path, other))})"
                findings.fault(what + there, remedy, (*path, name, "rules", position))
                break


def _misnamed(
    name: str, rule: Rule, other: str, position: int, rules: Mapping[str, Rule], cells: Sequence[Cell]
) -> Iterator[tuple[str, str]]:
    """What is wrong with one name, and the remedy, the plainest first."""
    remedy = f"take {other} out of `rules` of {name}"
    if other == name:
        yield f"the rule {name} names itself", "name rules that pay commission, or leave `rules` out for all"
    elif other in rule.named[:position]:
        yield f"{other} is named twice", remedy
    elif (paying := rules.get(other)) is not None:
        if paying.phase > Phase.LEVELS or paying.charges_losses:
            kind = getattr(paying, "kind", "")
            yield f"{other} ({kind}) pays partners no commission of its own: there is nothing for {name}", remedy
        if rule.takes_back and not paying.pays_on_sales:
            yield f"{other} pays nothing on new business, so {name} can take nothing of it back", remedy
        if not _meet(rule, paying, cells):
            yield (
                f"{name} and {other} never hold for the same partners, products and months",
                (f"widen one of the two, or {remedy}"),
            )


def _meet(a: Rule, b: Rule, cells: Sequence[Cell]) -> bool:
    return share_months(a, b) and share_partners(a, b) and any(a.covers(*one) and b.covers(*one) for one in cells)
