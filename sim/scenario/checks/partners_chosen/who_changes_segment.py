"""Partners that are appointed to another segment: it must exist, be another, and be one that they can go on in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sim.base.units import month_name
from sim.partners.segments import Segment
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.rule import Rule
from sim.scenario.checks.clashes import RULES, stands_at
from sim.scenario.checks.partners_chosen.who_departs import segments_by_id
from sim.scenario.checks.partners_chosen.who_is_named import EVENTS, appointments
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario

REMEDY = "state a group, and rules for that group"


class _Step(NamedTuple):
    """A partner is of a segment from a month on; where that is stated."""

    since: int
    partner: str
    segment: str
    at: Path


def check_changes_of_segment(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Report appointments to a segment that is unknown, is the partner's already, or keeps what cannot go along."""
    steps = sorted([*_listed(roster), *_appointed(scenario)], key=lambda one: one.since)
    now = dict(segments_by_id(scenario, roster)) if steps else {}
    for one in steps:
        if one.segment not in scenario.segments:
            findings.fault(f'unknown segment "{one.segment}"', did_you_mean(one.segment, scenario.segments), one.at)
        elif one.partner in now:
            _step(scenario, one, now[one.partner], findings)
            now[one.partner] = one.segment


def _listed(roster: RosterTable | None) -> Iterator[_Step]:
    for partner, said in () if roster is None else zip(roster.ids, roster.appointed, strict=False):
        for since, what, value in said:
            if what == "segment":
                yield _Step(since, partner, str(value), ("roster",))


def _appointed(scenario: Scenario) -> Iterator[_Step]:
    for name, event in appointments(scenario).items():
        for partner in event.partners if event.segment is not None else ():
            yield _Step(event.start, partner, str(event.segment), (*EVENTS, name, "segment"))


def _step(scenario: Scenario, one: _Step, before: str, findings: Findings) -> None:
    if one.segment == before:
        what = f"{one.partner} is a partner of {before} already in {month_name(one.since)}"
        findings.fault(what, "name another segment, or leave it out", one.at)
        return
    for name in (before, one.segment):
        if (kept := _kept(scenario, name)) is not None:
            what = f"{one.partner} cannot change between {before} and {one.segment}: what {kept} says stays behind"
            findings.fault(what, REMEDY, one.at)
            return
    for name, rule in scenario.policy.rules.items():
        if _holds_on(rule) and _parts(scenario, rule, before, one.segment):
            place = stands_at(findings, (*RULES, name))
            what = (
                f"{one.partner} changes from {before} to {one.segment}, and the rule {name} goes on holding for all "
                f"that was sold under it ({name}: {place})"
            )
            findings.fault(what, "let it cover both segments, or neither", one.at)


def _kept(scenario: Scenario, name: str) -> str | None:
    """Key of what a segment has that belongs to its rows and cannot go along."""
    segment: Segment = scenario.segments[name]
    there = {
        f"segments.{name}.network": segment.network is not None,
        f"segments.{name}.branches": segment.branches is not None,
        f"segments.{name}.quality": segment.quality is not None,
        f"segments.{name}.turnover.phoenix": segment.turnover.names > 1,
        "market.events (ban)": any(name in (one.segment, one.under) for one in scenario.bans.values()),
    }
    return next((what for what, holds in there.items() if holds), None)


def _holds_on(rule: Rule) -> bool:
    """Whether a rule remembers what was sold under it; terms of payment are those of the month."""
    return not rule.conditional and not isinstance(rule, PaymentRule)


def _parts(scenario: Scenario, rule: Rule, one: str, other: str) -> bool:
    """Whether a rule covers a product in one of two segments only."""
    return any(rule.covers(product, one) != rule.covers(product, other) for product in scenario.products)
