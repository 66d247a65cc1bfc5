"""Rules about the commission of other rules: those that they name must be there, and have something for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sim.policy.rule import Phase, Rule
from sim.scenario.checks.clashes import share_months, share_partners, stands_at
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path

Cells = Collection[tuple[str, str]]


def check_named_rules(rules: Mapping[str, Rule], cells: Cells, findings: Findings, path: Path) -> None:
    """Report names that a rule cannot be about, with where both stand.

    Parameters
    ----------
    cells : pairs of product and segment that are sold
    path : where the rules stand
    """
    for name, rule in rules.items():
        for position, other in enumerate(rule.named):
            for what, remedy in _faults(name, rule, other, position, rules, cells):
                there = "" if other == name else f" ({other}: {stands_at(findings, (*path, other))})"
                findings.fault(what + there, remedy, (*path, name, "rules", position))
                break


def _faults(
    name: str, rule: Rule, other: str, position: int, rules: Mapping[str, Rule], cells: Cells
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


def _meet(a: Rule, b: Rule, cells: Cells) -> bool:
    return share_months(a, b) and share_partners(a, b) and any(a.covers(*one) and b.covers(*one) for one in cells)
