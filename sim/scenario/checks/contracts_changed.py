"""Contracts changed inside their term, with what they cost, whose they are and how rules pay on single contracts."""

from __future__ import annotations

from collections.abc import Iterator

from sim.contracts.products import Product
from sim.policy.rule import Rule
from sim.policy.rules.base import Base
from sim.scenario.checks.clashes import RULES, stands_at
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.schema import Scenario

OPENING: Path = ("opening", "policy", "rules")
Fault = tuple[str, str]
"""what, and the remedy"""


def check_changes(scenario: Scenario, findings: Findings) -> None:
    """Refuse changes with what cannot be right beside them."""
    for name, product in scenario.products.items():
        if product.changed:
            for what, remedy in (*_costs(scenario, name, product), *_beside(scenario, name, product)):
                findings.fault(what, remedy, ("products", name, "changes"))
            _rules(scenario, name, product, findings)


def _costs(scenario: Scenario, name: str, product: Product) -> Iterator[Fault]:
    """What a contract costs must go by its premium, or changes would bring premium without cost."""
    first, price = scenario.start - scenario.opening.months, product.price
    stated = {price.at(first), *(price.at(month) for month in price.changes if month >= first)}
    reference = price.at(first) if product.reference_price is None else product.reference_price
    if product.claims is not None and product.claims.loss_ratio is None:
        if len(stated) > 1 or product.price_spread > 0.0:
            what = f"claims of {name} are stated in money and its prices vary, so that they do not follow changes"
            yield what, "state loss_ratio in place of the mean of severity"
    elif not product.follows_price and stated != {reference}:
        what = f"what a contract of {name} costs does not follow its price, and so would not follow changes"
        yield what, "write follows_price: true"


def _beside(scenario: Scenario, name: str, product: Product) -> Iterator[Fault]:
    """What of the scenario does not go with changes."""
    if product.enlarged is not None and scenario.credits_sales:
        what = f"who is credited with premium added to contracts of {name} is not known (journeys, anyway, tracking)"
        yield what, "take changes.up out, or what credits sales"
    if scenario.poached:
        what = f"at which premium partners that poach take over contracts of {name} that were changed is not known"
        yield what, "take changes or poaches out"
    if scenario.policy.deposits is not None:
        what = f"a blank covers one premium (policy.deposits), and contracts of {name} are changed inside their term"
        yield what, "take changes or policy.deposits out"


def _rules(scenario: Scenario, name: str, product: Product, findings: Findings) -> None:
    place, before = stands_at(findings, ("products", name, "changes")), scenario.opening.policy
    policies = ((RULES, scenario.policy), *(() if before is None else ((OPENING, before),)))
    for path, policy in policies:
        for rule_name, rule in policy.rules.items():
            if any(rule.covers(name, segment) for segment in scenario.segments):
                for what, remedy in _of_rule(rule_name, rule, f"{name} ({place})", product):
                    findings.fault(what, remedy, (*path, rule_name))


def _of_rule(name: str, rule: Rule, changed: str, product: Product) -> Iterator[Fault]:
    """What a rule does that changes do not go with."""
    narrow = "narrow its products, or take changes.up out"
    if rule.advances:
        what = f"the rule {name} advances commission on what is sold, and contracts of {changed} are changed"
        yield what, "narrow its products, or take changes out"
    if product.enlarged is None:
        return
    if rule.reads_sales:
        yield f"the rule {name} pays by the single contract, and premium is added to contracts of {changed}", narrow
    if rule.ages and not rule.takes_back and not rule.advances:
        yield f"the rule {name} pays by the age of contracts, and premium is added to contracts of {changed}", narrow
    if rule.reads_collected:
        yield f"the rule {name} pays by months to collect, and premium is added to contracts of {changed}", narrow
    if isinstance(rule, Base) and rule.of_margin and rule.rate_moves and rule.changes == "sale":
        what = f"the rule {name} pays on margin at dated rates, and premium is added to contracts of {changed}"
        yield what, "write changes: current, or rates without dates"
