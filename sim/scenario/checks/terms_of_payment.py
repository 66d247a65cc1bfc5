"""Rules that change the terms of payment: they hold for whole segments, and one rule sets each term.

With them what must fit: instalments of customers, rates by how soon money comes in, discounts, marketing money.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import floor

import numpy as np

from sim.base.arrays import Flags
from sim.base.units import dated_below
from sim.policy.rule import Rule
from sim.policy.rules.collected import Collected
from sim.policy.rules.collection_rate import CollectionRate
from sim.policy.rules.early_payment_discount import EarlyPaymentDiscount
from sim.policy.rules.marketing_fund import MarketingFund
from sim.policy.terms.payment import PaymentTerms
from sim.scenario.checks.clashes import RULES, clash, share_months, stands_at
from sim.scenario.language.findings import Findings
from sim.scenario.schema import Scenario

CHOOSING = ("products", "regions", "groups", "pilot")
NOBODY_CLAIMS, PAID_AT_ONCE = "nobody_claims", "paid_at_once"


@dataclass(frozen=True)
class _Term:
    """A rule of payment terms, and where it ever holds back, waits for the premium or pays later: bool[segments]."""

    name: str
    rule: Rule
    covered: Flags
    held: Flags
    collected: Flags
    later: Flags


def check_payment(scenario: Scenario, findings: Findings) -> None:
    """Report conditions that terms of payment cannot have, and rules that set them twice."""
    terms = [_term(name, rule, scenario) for name, rule in scenario.policy.rules.items() if rule.by_segment]
    for one in terms:
        for key in CHOOSING:
            if getattr(one.rule, key) is not None:
                what = f"terms of payment hold for whole segments: they cannot differ by {key}"
                remedy = f"leave out {key}, or give such partners a segment of their own"
                findings.fault(what, remedy, (*RULES, one.name, key))
        _kept_all_the_same(scenario, one, findings)
    segments, said = list(scenario.segments), set[str]()
    for a, b in combinations(terms, 2):
        if b.name in said or not share_months(a.rule, b.rule):
            continue
        for what, remedy, there in _conflicts(a, b):
            if there.any():
                said.add(b.name)
                text = what.format(first=a.name, second=b.name, segment=segments[int(there.argmax())])
                clash(findings, a.name, b.name, text, remedy)
                break


def _kept_all_the_same(scenario: Scenario, one: _Term, findings: Findings) -> None:
    """Warn where net partners keep commission on premium from the remittance, whatever the rule says."""
    waits = one.held | one.collected | one.later
    net = [name for s, (name, segment) in enumerate(scenario.segments.items()) if waits[s] and segment.remittance.net]
    if net:
        who = ", ".join(net)
        text = (
            f"partners of {who} remit net of their commission whatever it says: it changes only what they get besides"
        )
        findings.note("kept_from_remittance", text, (*RULES, one.name))


def _conflicts(a: _Term, b: _Term) -> Iterator[tuple[str, str, Flags]]:
    """What may be wrong with two rules that hold together, without names, the remedy, and at which segments it is."""
    kinds = [getattr(one.rule, "kind", "") for one in (a, b)]
    if kinds[0] == kinds[1]:
        what = f"rules {{first}} and {{second}} both set {kinds[0]} at {{segment}}"
        yield what, "narrow the segments of one of them", a.covered & b.covered
    held = (a.held & b.collected) | (b.held & a.collected)
    what = "rules {first} and {second} hold commission back and pay it as collected at {segment}"
    yield what, "choose one: what a partner keeps from its remittance cannot be held back", held
    late = (a.later & b.collected) | (b.later & a.collected)
    what = "rules {first} and {second} pay commission later and pay it as collected at {segment}"
    yield what, "choose one: commission that is due with its premium does not wait for the statement", late


def _term(name: str, rule: Rule, scenario: Scenario) -> _Term:
    segments, end = [*scenario.segments, "direct"], scenario.start + scenario.months
    cells = np.array([[rule.covers(p, s) for s in scenario.segments] + [False] for p in scenario.products])
    held, collected, later = np.zeros((3, len(segments)), dtype=np.bool_)
    for ordinal in {scenario.start, *rule.dates, *(date for dated in dated_below(rule) for date in dated.changes)}:
        if scenario.start <= ordinal < end and rule.in_force(ordinal):
            terms = PaymentTerms.of(scenario.policy.payment, len(segments))
            rule.arrange(terms, cells, ordinal)
            held |= terms.held > 0
            collected |= terms.collected
            later |= terms.delay > scenario.policy.payment.delay
    return _Term(name, rule, np.asarray(cells.any(axis=0)), held, collected, later)


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
    """A network broker's cash is that of premium paid at once, less all of the commission on it."""
    for name, segment in scenario.segments.items():
        if segment.network is not None and segment.remittance.sets_off:
            what = "network brokers keep all commission on what they remit, as far as their cash goes"
            findings.fault(what, "take sets_off or network out", ("segments", name, "remittance", "sets_off"))
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
