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

_OF_MONTH = "state rates that do not change, changes: current, or of: premium"


def check_changes(scenario: Scenario, findings: Findings) -> None:
    """Refuse changes with what cannot be right beside them."""
    for name, product in scenario.products.items():
        if product.changed:
            path: Path = ("products", name, "changes")
            _costs(scenario, name, product, findings)
            for what, remedy in _beside(scenario, name, product):
                findings.fault(what, remedy, path)
            _rules(scenario, name, product, findings)


def _costs(scenario: Scenario, name: str, product: Product, findings: Findings) -> None:
    """What a contract costs must go by its premium, or changes would bring premium without cost."""
    first, price = scenario.start - scenario.opening.months, product.price
    stated = {price.at(first), *(price.at(month) for month in price.changes if month >= first)}
    if product.claims is not None and product.claims.loss_ratio is None:
        if len(stated) > 1 or product.price_spread > 0.0:
            what = f"claims of {name} are stated in money whatever the premium, and contracts changed pay another premium"
            findings.fault(what, "state loss_ratio in place of the mean of severity", ("products", name, "changes"))
        return
    reference = price.at(first) if product.reference_price is None else product.reference_price
    if not product.follows_price and stated != {reference}:
        what = f"what a contract of {name} costs does not follow its premium, and contracts changed pay another premium"
        findings.fault(what, "write follows_price: true", ("products", name, "changes"))


def _beside(scenario: Scenario, name: str, product: Product) -> Iterator[tuple[str, str]]:
    """What of the scenario does not go with changes, and its remedy."""
    if product.enlarged is not None and scenario.credits_sales:
        yield (
            f"premium is added to contracts of {name}, and whom it would be credited to is not known where sales are "
            "credited (journeys, anyway, tracking)",
            "take changes.up out, or what credits sales",
        )
    if scenario.poached:
        yield (
            f"contracts of {name} are changed, and at which premium partners take over renewals (poaches) is not known",
            "take changes or poaches out",
        )
    if scenario.policy.deposits is not None:
        yield (
            f"contracts of {name} are changed, and a blank is worth one premium (policy.deposits)",
            "take changes or policy.deposits out",
        )


def _rules(scenario: Scenario, name: str, product: Product, findings: Findings) -> None:
    for rule_name, rule in scenario.policy.rules.items():
        if any(rule.covers(name, segment) for segment in scenario.segments):
            for what, remedy in _of_rule(rule, product):
                place = stands_at(findings, ("products", name, "changes"))
                text = f"the rule {rule_name} {what}, and contracts of {name} are changed inside their term"
                findings.fault(f"{text} ({place})", remedy, (*RULES, rule_name))


def _of_rule(rule: Rule, product: Product) -> Iterator[tuple[str, str]]:
    """What a rule does that changes do not go with."""
    narrow = "narrow its products, or take changes.up out"
    if rule.advances:
        yield "advances commission on what a contract is sold for", "narrow its products, or take changes out"
    if product.enlarged is None:
        return
    if rule.reads_sales:
        yield "pays by the single contract (by_sale, or rounding: sale)", narrow
    if rule.ages and not rule.takes_back and not rule.advances:
        yield "pays by the age of the contracts renewed (from_age, to_age, keep_terms)", narrow
    if rule.reads_collected:
        yield "pays by the months until a sale is collected", narrow
    if isinstance(rule, Base) and rule.of_margin and rule.rate_moves and rule.changes == "sale":
        yield "pays on margin at the rate of the sale, which changes", _OF_MONTH
