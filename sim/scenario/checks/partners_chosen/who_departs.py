"""Departures and bans: partners that must exist, brokers whose own cash decides when they default, who may be back."""

from __future__ import annotations

from collections.abc import Mapping

from sim.market.shocks.departure import Departure
from sim.partners.listed import ids_of
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario


def check_departures(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Report ids that no partner has at the opening, and network brokers that are told to default."""
    for name, event in scenario.market.events.items():
        if isinstance(event, Departure):
            path: Path = ("market", "events", name)
            known = {} if event.partners is None else segments_by_id(scenario, roster)
            for ordinal, one in enumerate(event.partners or ()):
                if one not in known:
                    findings.fault(f'unknown partner "{one}"', did_you_mean(one, known), (*path, "partners", ordinal))
            named = scenario.segments if event.covered is None else event.covered
            covered = named if event.partners is None else [known[one] for one in event.partners if one in known]
            _no_network_brokers(scenario, event, dict.fromkeys(covered), path, findings)


def check_bans(scenario: Scenario, findings: Findings) -> None:
    """Report bans of what is banned already, and partners that would be back as what is unknown or banned."""
    banned: dict[str, str] = {}
    for name, ban in scenario.bans.items():
        path: Path = ("market", "events", name)
        if ban.segment in banned:
            what = f"{ban.segment} is banned by {banned[ban.segment]} already"
            findings.fault(what, "take one of the two events out", (*path, "segment"))
        banned.setdefault(ban.segment, name)
    for name, ban in scenario.bans.items():
        path = ("market", "events", name, "as")
        if ban.under is not None and ban.under not in scenario.segments:
            findings.fault(f'unknown segment "{ban.under}"', did_you_mean(ban.under, scenario.segments), path)
        elif ban.under in banned:
            what = f"partners of {ban.segment} would be back as {ban.under}, which is banned too"
            findings.fault(what, "name a segment that may sell", path)


def segments_by_id(scenario: Scenario, roster: RosterTable | None) -> dict[str, str]:
    """Segment of each partner at the opening, by id."""
    if roster is not None:
        return dict(zip(roster.ids, roster.segments, strict=True))
    return {one: name for name, segment in scenario.segments.items() for one in ids_of(name, segment.partners)}


def _no_network_brokers(
    scenario: Scenario, event: Departure, covered: Mapping[str, None], path: Path, findings: Findings
) -> None:  # fmt: skip
    """A broker with cash of its own defaults when that runs out, at no other time."""
    for name in covered:
        segment = scenario.segments.get(name)
        if segment is not None and segment.network is not None and event.how == "defaults":
            what = f"partners of {name} are network brokers, who default when their cash runs out"
            remedy = "write how: leaves, or let the segment's network cost more than it brings"
            findings.fault(what, remedy, (*path, "how"))
