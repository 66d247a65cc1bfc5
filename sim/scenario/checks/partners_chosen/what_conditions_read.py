"""Conditions of rules against the rest of the scenario: what nobody can ever tell, and what can never hold."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from sim.market.downturn import Downturn
from sim.market.shocks.appointment import Appointment
from sim.partners.segments import Segment
from sim.policy.measuring.condition import Bounded, parted, placed
from sim.policy.rule import Rule
from sim.scenario.checks.clashes import RULES, stands_at
from sim.scenario.checks.needs_of_rules import has_sponsors
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario


class Asked(NamedTuple):
    """A condition of a rule, and where it stands."""

    name: str
    rule: Rule
    one: Bounded
    at: Path
    scenario: Scenario
    roster: RosterTable | None
    findings: Findings

    @property
    def covered(self) -> dict[str, Segment]:
        """Segments that the rule covers."""
        there = self.scenario.segments.items()
        return {name: one for name, one in there if any(self.rule.covers(p, name) for p in self.scenario.products)}

    def refuse(self, why: str, remedy: str, place: Path) -> None:
        """Report that the condition can tell nothing, and where that is so."""
        at = f" ({'.'.join(map(str, place))}: {stands_at(self.findings, place)})"
        self.findings.fault(f"the rule {self.name} asks for {self.one.by}, and {why}{at}", remedy, self.at)


def check_conditions(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Report conditions on what nobody can tell, and conditions that exclude one another."""
    for name, rule in scenario.policy.rules.items():
        at: Path = (*RULES, name, "only_if")
        for place, one in placed(rule.only_if):
            asked = Asked(name, rule, one, (*at, *place), scenario, roster, findings)
            _CHECKS.get(one.by, _nothing)(asked)
        refuse_parted(rule, at, findings)


def refuse_parted(rule: Rule, at: Path, findings: Findings) -> None:
    """Report two conditions of a rule that never hold together."""
    places = parted(rule.only_if, rule.only_if)
    if places is not None:
        first, second = sorted(places, key=str)
        what = f"this condition and another of the rule exclude each other ({stands_at(findings, (*at, *first))})"
        findings.fault(what, "take one of them out, or move their bounds", (*at, *second))


def certificates(scenario: Scenario, roster: RosterTable | None) -> set[str]:
    """Names of all certificates that some partner may hold."""
    found = {name for segment in scenario.segments.values() for name in segment.certified}
    found |= set() if roster is None else {name for row in roster.certified for name, _ in row}
    events = [one for one in scenario.market.events.values() if isinstance(one, Appointment)]
    return found | {name for one in events for name in one.certified or ()}


def _nothing(asked: Asked) -> None:
    """Premium, contracts, customers and tenure are always told."""


def _losses(asked: Asked) -> None:
    without = [name for name, item in asked.scenario.products.items() if item.claims is None and asked.one.counts(name)]
    sold = [name for name in without if any(one.mix.get(name, 0.0) > 0 for one in asked.covered.values())]
    if sold:
        place: Path = ("products", sold[0], "cost_ratio")
        asked.refuse(f"{sold[0]} has no claims but a cost_ratio", "name in count_products those with claims", place)


def _sponsors(asked: Asked) -> None:
    if not has_sponsors(asked.scenario, asked.roster):
        asked.refuse("no partner has a sponsor", "give a segment `sponsors`, or the roster its column", ("segments",))


def _arrears(asked: Asked) -> None:
    crisis = any(isinstance(one, Downturn) for one in asked.scenario.market.events.values())
    if not crisis and not any(_may_be_late(one) for one in asked.covered.values()):
        remedy = "state discipline below 100 %, wilful or a network for one of them, or take the condition out"
        segment = next(iter(asked.covered), "")
        asked.refuse("the partners that it covers always remit in time", remedy, ("segments", segment, "remittance"))


def _may_be_late(segment: Segment) -> bool:
    late = segment.remittance.wilful is not None or not segment.remittance.discipline.is_always(1.0)
    return late or segment.network is not None


def _outstanding(asked: Asked) -> None:
    if all(one.remittance.lag == 0 and not _may_be_late(one) for one in asked.covered.values()):
        segment = next(iter(asked.covered), "")
        remedy = "state a lag for one of them, or take the condition out"
        asked.refuse("the partners that it covers remit at once", remedy, ("segments", segment, "remittance"))


def _rating(asked: Asked) -> None:
    policies = asked.scenario.policies
    if not any(one.control is not None and one.control.rating is not None for one in policies):
        asked.refuse("no partner is rated", "state policy.control.rating", ("policy",))


def _survey(asked: Asked) -> None:
    asked_of = [one for one in asked.covered.values() if one.quality is not None and one.quality.promoters is not None]
    if not asked.scenario.surveys or not asked_of:
        remedy = "state policy.survey, and quality.promoters for a segment that it covers"
        asked.refuse("nobody asks customers of the partners that it covers", remedy, ("policy",))


def _incidents(asked: Asked) -> None:
    quality = asked.scenario.quality
    if quality is None or not quality.incidents:
        asked.refuse("there are none", "state quality.incidents", ("products",) if quality is None else ("quality",))


def _certified(asked: Asked) -> None:
    there = certificates(asked.scenario, asked.roster)
    if not there:
        remedy = "give a segment `certified`, the roster a column certified, or state an event of the kind appointment"
        asked.refuse("no partner ever has a certificate", remedy, ("segments",))
        return
    _known(asked, "certificate", there)
    _reachable(asked, len(there if asked.one.which is None else set(asked.one.which)), "certificates that count")


def _rank(asked: Asked) -> None:
    there = {name: one for name, one in asked.scenario.policy.rules.items() if one.gives_ranks}
    if not there:
        asked.refuse("no rule gives ranks", "state a rule of the kind stair_step", RULES)
        return
    if asked.rule.gives_ranks:
        asked.refuse("a rule that gives ranks cannot wait for one", "state the condition of another rule", RULES)
        return
    _known(asked, "rule that gives ranks", there)
    counted = [one for name, one in there.items() if asked.one.which is None or name in asked.one.which]
    _reachable(asked, max((one.highest_number for one in counted), default=0), "ranks there are")


def _known(asked: Asked, kind: str, there: Collection[str]) -> None:
    for ordinal, name in enumerate(asked.one.which or ()):
        if name not in there:
            asked.findings.fault(f'no {kind} "{name}"', did_you_mean(name, there), (*asked.at, "which", ordinal))


def _reachable(asked: Asked, most: int, what: str) -> None:
    least = asked.one.least
    if least is not None and min(least.since.values()) > most:
        text = f"{asked.one.by} of at least {min(least.since.values()):g} is never reached: {what} are {most}"
        asked.findings.fault(text, "lower it", (*asked.at, "least"))


_CHECKS: dict[str, Callable[[Asked], None]] = {
    "loss_ratio": _losses,
    "team": _sponsors,
    "team_premium": _sponsors,
    "arrears": _arrears,
    "outstanding": _outstanding,
    "rating": _rating,
    "survey": _survey,
    "incidents": _incidents,
    "certified": _certified,
    "rank": _rank,
}
"""By measure, what it needs of the scenario"""
