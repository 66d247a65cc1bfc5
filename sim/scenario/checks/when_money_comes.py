"""Instalments of customers, rates by how soon money comes in, discounts, marketing money: what fits together."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from sim.policy.rules.collected import Collected
from sim.policy.rules.collection_rate import CollectionRate
from sim.policy.rules.early_payment_discount import EarlyPaymentDiscount
from sim.policy.rules.marketing_fund import MarketingFund
from sim.scenario.checks.clashes import RULES, stands_at
from sim.scenario.language.findings import Findings
from sim.scenario.schema import Scenario

NOBODY_CLAIMS, PAID_AT_ONCE = "nobody_claims", "paid_at_once"


def check_coming_in(scenario: Scenario, findings: Findings) -> None:
    """Add the faults, and notes of what changes nothing."""
    _brokers(scenario, findings)
    for name, rule in scenario.policy.rules.items():
        if isinstance(rule, CollectionRate):
            _comes_too_late(scenario, name, rule, findings)
        if isinstance(rule, EarlyPaymentDiscount):
            _brokers_with_discount(scenario, name, rule, findings)
        if isinstance(rule, MarketingFund) and rule.claimed.is_always(0.0):
            text = "nobody claims anything of the fund, so that all of it expires; state claimed, a share a month"
            findings.note(NOBODY_CLAIMS, text, (*RULES, name))
        if isinstance(rule, Collected) and rule.when == "in_full" and not any(_in_parts(scenario)):
            text = "no product is paid in instalments, so that in_full is in_proportion"
            findings.note(PAID_AT_ONCE, text, (*RULES, name, "when"))


def _in_parts(scenario: Scenario) -> Iterator[str]:
    """Products whose customers pay in instalments."""
    return (name for name, one in scenario.products.items() if len(one.instalments) > 1)


def _brokers(scenario: Scenario, findings: Findings) -> None:
    """A network broker's cash is that of premium paid at once."""
    for product in _in_parts(scenario):
        for name, segment in scenario.segments.items():
            if segment.network is not None and segment.mix.get(product, 0.0) > 0.0:
                what = f"customers of {product} pay in instalments, and {name}, network brokers, are paid at once"
                remedy = f"take instalments of {product} out, or network of {name}"
                place = stands_at(findings, ("segments", name, "network"))
                findings.fault(f"{what} (network: {place})", remedy, ("products", product, "instalments"))


def _brokers_with_discount(scenario: Scenario, name: str, rule: EarlyPaymentDiscount, findings: Findings) -> None:
    for segment, one in scenario.segments.items():
        if one.network is not None and any(rule.covers(product, segment) for product in scenario.products):
            what = f"{segment} are network brokers, who remit what their cash allows and not for a discount"
            place = stands_at(findings, ("segments", segment, "network"))
            findings.fault(f"{what} (network: {place})", "name other segments in `segments`", (*RULES, name))


def _comes_too_late(scenario: Scenario, name: str, rule: CollectionRate, findings: Findings) -> None:
    """A rule that never pays: all premium comes in later than any of its rates says."""
    longest = max(one.within for rates in rule.rates.since.values() for one in rates)
    if not rule.later.is_always(0.0):
        return
    covered = {
        segment: floor(one.remittance.lag)
        for segment, one in scenario.segments.items()
        if any(rule.covers(product, segment) and one.mix.get(product, 0.0) > 0.0 for product in scenario.products)
    }
    if covered and min(covered.values()) > longest:
        segment = min(covered, key=lambda one: covered[one])
        what = f"premium comes in after {covered[segment]} months at the soonest, and the last rate is for {longest}mo"
        place = stands_at(findings, ("segments", segment, "remittance"))
        remedy = "state rates for later months, or a shorter remittance.lag"
        findings.fault(f"{what}: it can never pay (lag of {segment}: {place})", remedy, (*RULES, name, "rates"))
