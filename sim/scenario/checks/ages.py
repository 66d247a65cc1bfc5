"""Rules that count the months since a sale, against the terms and renewals of the products they cover."""

from __future__ import annotations

from sim.contracts.products import Product
from sim.policy.rule import Rule
from sim.scenario.checks.clashes import RULES, stands_at, takes_back
from sim.scenario.language.findings import Findings
from sim.scenario.schema import Scenario


def check_ages(scenario: Scenario, findings: Findings) -> None:
    """Report advances on products without renewals to advance, and windows in which nothing can happen."""
    for name, rule in scenario.policy.rules.items():
        covered = [p for p in scenario.products if any(rule.covers(p, segment) for segment in scenario.segments)]
        if rule.advances:
            for product in covered:
                _advanced(name, rule, product, scenario, findings)
        if rule.attributes and not any(scenario.products[p].repeat > 0 for p in covered):
            text = "no product that it covers states `repeat`: nobody comes back, and the window changes nothing"
            findings.note("window_without_repeat", text, (*RULES, name))
        if takes_back(rule) and covered and not any(_lost_within(scenario.products[p], rule.ages) for p in covered):
            text = "no contract that it covers can end within its window: nothing is ever taken back"
            findings.note("nothing_to_take_back", text, (*RULES, name))


def _lost_within(product: Product, months: int) -> bool:
    """Whether a contract of a product can be lost within so many months of its sale."""
    if product.term == 0:
        return False
    shrinks = product.cancellation > 0.0 or product.reduced is not None
    return shrinks or (product.term < months and any(rate < 1.0 for rate in product.renewal))


def _advanced(name: str, rule: Rule, product: str, scenario: Scenario, findings: Findings) -> None:
    item, months, path = scenario.products[product], getattr(rule, "months", rule.ages), (*RULES, name)
    place = f"{product}: {stands_at(findings, ('products', product))}"
    if item.term == 0:
        what = f"the rule {name} advances commission on renewals, and {product} is sold once ({place})"
        findings.fault(what, "name in `products` of the rule those that renew", path)
    elif months % item.term:
        what = f"an advance of {months}mo is no whole number of terms of {product} ({place})"
        findings.fault(what, f"state months in steps of {item.term}mo, or narrow the rule's products", path)
    elif not any(item.renewal):
        text = f"{product} never renews ({place}): every advance on it is charged back"
        findings.note("advance_without_renewal", text, path)
