"""Attribution rules and separations of a policy: one in force at a time, on journeys and channels that exist."""

from __future__ import annotations

from sim.base.units import month_name
from sim.contracts.journeys import ALONE
from sim.policy.attribution.removal_effect import RemovalEffect
from sim.policy.attribution_rule import AttributionRule
from sim.scenario.checks.clashes import stands_at
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario

RULES: Path = ("policy", "attribution")
SEPARATIONS: Path = ("policy", "separation")
CHANGES_NOTHING = "no_journeys"


def check_attribution(scenario: Scenario, findings: Findings) -> None:
    """Add the faults and notes of whose sale it is, and of who may serve it."""
    _one_at_a_time(scenario.policy.attribution, findings)
    for name, rule in scenario.policy.attribution.items():
        _lost(scenario, rule, (*RULES, name), findings)
        _lost(scenario, getattr(rule, "then", None), (*RULES, name, "then"), findings)
    for name, separation in scenario.policy.separation.items():
        for ordinal, channel in enumerate(separation.channels):
            if channel not in scenario.own:
                remedy = did_you_mean(channel, scenario.own) or "state it under own"
                findings.fault(f'unknown own channel "{channel}"', remedy, (*SEPARATIONS, name, "channels", ordinal))
    cooperating = any(getattr(one, "cooperation", None) for one in scenario.own.values())
    for path, stated in (
        (RULES, scenario.policy.attribution if not cooperating else {}),  # staff heed who would be credited
        (SEPARATIONS, scenario.policy.separation),
    ):
        if stated and not scenario.journeys:
            findings.note(CHANGES_NOTHING, "no journeys are stated: it changes nothing", path)


def _one_at_a_time(rules: dict[str, AttributionRule], findings: Findings) -> None:
    begun: dict[int | None, str] = {}
    for name, rule in rules.items():
        first = begun.setdefault(rule.effective_from, name)
        if first != name:
            month = None if rule.effective_from is None else month_name(rule.effective_from)
            when = "hold from the beginning" if month is None else f"begin in {month}"
            what = (
                f"{first} and {name} both {when}, and one is in force ({first}: {stands_at(findings, (*RULES, first))})"
            )
            findings.fault(what, "give one of them another effective_from", (*RULES, name))


def _lost(scenario: Scenario, rule: AttributionRule | None, path: Path, findings: Findings) -> None:
    """Journeys that a removal effect names."""
    known = [ALONE, *scenario.journeys]
    for name in rule.lost if isinstance(rule, RemovalEffect) and scenario.journeys else ():
        if name not in known:
            findings.fault(f'unknown journey "{name}"', did_you_mean(name, known), (*path, "lost", name))
