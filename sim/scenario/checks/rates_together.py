"""Rates of several rules together: what they leave of the premium, and of a regulated tariff.

Notation: a cell is a product at a segment.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.policy.rule import Phase, Rule
from sim.scenario.checks.clashes import RULES, stands_at
from sim.scenario.language.findings import Findings
from sim.scenario.schema import Scenario

DUST = 1e-9  # 0.1 + 0.2 is not quite 0.3
Rates = list[tuple[float, str]]
Rated = tuple[float, str, Rule]


def check_rates(scenario: Scenario, findings: Findings) -> None:
    """Note rules that may pay more than the premium together; refuse overrides that alone pass a product's cap."""
    rules = [
        (name, rule) for name, rule in scenario.policy.rules.items() if type(rule).highest_rate is not Rule.highest_rate
    ]
    worst: Rates = []
    capped: set[str] = set()
    seen: set[tuple[object, ...]] = set()  # cells are many and mostly alike
    for product, segment in _selling(scenario):
        found = [
            (rule.highest_rate(product, segment), name, rule) for name, rule in rules if rule.covers(product, segment)
        ]
        cap = scenario.products[product].commission_cap
        alike = ("" if cap is None else product, *((rate, name) for rate, name, _ in found))
        if alike in seen:
            continue
        seen.add(alike)
        for ordinal in _dates(scenario, product, found):
            in_force = [one for one in found if one[2].in_force(ordinal)]
            there = [(rate * rule.days_of(ordinal), name, rule) for rate, name, rule in in_force]
            worst = max(worst, _together(there), key=_total)
            levels = _together([one for one in there if one[2].phase is Phase.LEVELS])
            if cap is not None and product not in capped and _total(levels) > cap.at(ordinal) + DUST:
                capped.add(product)
                _refuse(levels, product, segment, cap.at(ordinal), findings)
    if _total(worst) > 1.0 + DUST:
        _note(worst, findings)


def _selling(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for segment, item in scenario.segments.items():
        yield from ((product, segment) for product in scenario.products if item.mix.get(product, 0.0) > 0)


def _dates(scenario: Scenario, product: str, found: list[Rated]) -> list[int]:
    """Months of the horizon from which rules or the cap are others."""
    cap = scenario.products[product].commission_cap
    changes = {date for _, _, rule in found for date in rule.dates} | set(() if cap is None else cap.changes)
    return [
        scenario.start,
        *sorted(date for date in changes if scenario.start < date < scenario.start + scenario.months),
    ]


def _together(found: list[Rated]) -> Rates:
    """Highest rates of rules that may pay together, the largest first: of main rules and base only one does."""
    main = [(rate, name) for rate, name, rule in found if rule.claims_cells or rule.gives_way]
    rest = [(rate, name) for rate, name, rule in found if not (rule.claims_cells or rule.gives_way)]
    return sorted(rest + ([max(main)] if main else []), reverse=True)


def _total(rates: Rates) -> float:
    return sum(rate for rate, _ in rates)


def _refuse(levels: Rates, product: str, segment: str, cap: float, findings: Findings) -> None:
    """Sponsors keep theirs under a cap that holds the whole commission: their rates alone must not pass it."""
    place = stands_at(findings, ("products", product, "commission_cap"))
    names = " and ".join(name for _, name in levels)
    findings.fault(
        f"sponsors may get {_total(levels):.4g} of the premium of {product} at {segment} by {names}, over its "
        f"commission_cap of {cap:.4g} ({product}: {place})",
        "lower the rates of the levels, or leave the product out", (*RULES, levels[0][1]),
    )  # fmt: skip


def _note(rates: Rates, findings: Findings) -> None:
    named = [f"{name} {rate:.0%} ({stands_at(findings, (*RULES, name))})" for rate, name in rates[:2]]
    more = f" and {len(rates) - 2} more" if len(rates) > 2 else ""
    text = f"rules may take {_total(rates):.0%} of the price together: {', '.join(named)}{more}"
    findings.note("commission_over_100", text, (*RULES, rates[0][1]))
