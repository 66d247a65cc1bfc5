"""Rules that change the terms of payment: they hold for whole segments, and one rule sets each term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sim.base.arrays import Flags
from sim.base.units import dated_below
from sim.policy.rule import Rule
from sim.policy.terms.payment import PaymentTerms
from sim.scenario.checks.clashes import RULES, clash, share_months
from sim.scenario.language.findings import Findings
from sim.scenario.schema import Scenario

CHOOSING = ("products", "regions", "groups", "pilot")


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
                clash(findings, a.name, b.name, f"{what} at {segments[int(there.argmax())]}", remedy)
                break


def _kept_all_the_same(scenario: Scenario, one: _Term, findings: Findings) -> None:
    """Warn where net partners keep commission on premium from the remittance, whatever the rule says."""
    waits = one.held | one.collected | one.later
    net = [name for s, (name, segment) in enumerate(scenario.segments.items()) if waits[s] and segment.remittance.net]
    if net:
        text = f"{', '.join(net)} remit net and keep commission on premium all the same: it changes other amounts only"
        findings.note("kept_from_remittance", text, (*RULES, one.name))


def _conflicts(a: _Term, b: _Term) -> Iterator[tuple[str, str, Flags]]:
    """What may be wrong with two rules that hold together, the remedy, and at which segments it is."""
    kinds = [getattr(one.rule, "kind", "") for one in (a, b)]
    if kinds[0] == kinds[1]:
        what = f"rules {a.name} and {b.name} both set {kinds[0]}"
        yield what, "narrow the segments of one of them", a.covered & b.covered
    held = (a.held & b.collected) | (b.held & a.collected)
    what = f"rules {a.name} and {b.name} hold commission back and pay it as collected"
    yield what, "choose one: what a partner keeps from its remittance cannot be held back", held
    late = (a.later & b.collected) | (b.later & a.collected)
    what = f"rules {a.name} and {b.name} pay commission later and pay it as collected"
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
