"""Journeys together: who touches must be there and reach somebody, shares must fit into a segment's sales."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.contracts.journeys import ALONE, MOST_PATHS, PARTNER, Journey, Touch
from sim.contracts.own_channels import Marketing, Outlets, OwnChannel
from sim.partners.segments import Segment
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario

ROUNDING = 1e-9  # of shares that are written down and add up to 1


def check_journeys(scenario: Scenario, findings: Findings) -> None:
    """Add the faults of journeys, and of what segments say of sales that only they touched."""
    for name, journey in scenario.journeys.items():
        _names(scenario, journey, ("journeys", name), findings)
        _path(scenario, journey, ("journeys", name, "path"), findings)
    for name, segment in scenario.segments.items():
        _closing(segment, ("segments", name), findings)
        _room(scenario, name, findings)
    for path, share in _anyway(scenario):
        if share > 0.0 and not scenario.own:
            remedy = "state own channels (own), or take anyway out"
            findings.fault("without the partner nobody could sell: there is no own channel", remedy, path)
    _reserved(scenario, findings)


def _names(scenario: Scenario, journey: Journey, path: Path, findings: Findings) -> None:
    for ordinal, name in enumerate(journey.of):
        at: Path = (*path, "of", ordinal)
        if name not in scenario.segments:
            findings.fault(f'unknown segment "{name}"', did_you_mean(name, scenario.segments), at)
        elif name in journey.of[:ordinal]:
            findings.fault(f"the segment {name} is named twice", "name it once", at)
    known = [PARTNER, *scenario.own, *scenario.segments]
    for ordinal, touch in enumerate(journey.path):
        if touch.who not in known:
            remedy = did_you_mean(touch.who, known)
            findings.fault(f'unknown toucher "{touch.who}"', remedy, (*path, "path", ordinal, "who"))


def _path(scenario: Scenario, journey: Journey, path: Path, findings: Findings) -> None:
    if all(touch.who != PARTNER for touch in journey.path):
        remedy = f"add a touch with who: {PARTNER}; sales that no partner touched are in the demand of own channels"
        findings.fault("no touch by the partner that sells", remedy, path)
    for ordinal, (before, after) in enumerate(pairwise(journey.path), start=1):
        if after.days > before.days:
            what = f"{after.days:g} days before the sale stands after {before.days:g}"
            findings.fault(what, "touches stand oldest first: days never rise", (*path, ordinal, "days"))
    for ordinal, touch in enumerate(journey.path):
        _reach(scenario, touch, (*path, ordinal, "who"), findings)


def _reach(scenario: Scenario, touch: Touch, path: Path, findings: Findings) -> None:
    channel = scenario.own.get(touch.who)
    if channel is not None and not _reaches(channel, scenario.start, scenario.opening.months):
        what = f"{touch.who} reaches nobody at the opening, and the journey's share moves with how many it reaches"
        findings.fault(what, f"let {touch.who} reach some at the opening, or take the touch out", path)


def _reaches(channel: OwnChannel, start: int, warm_up: int) -> bool:
    """Whether a channel touches anybody at the opening."""
    if isinstance(channel, Marketing):
        *earlier, now = channel.spend.series(start - warm_up, warm_up + 1)
        return channel.top > 0.0 and (now > 0.0 or (channel.carry > 0.0 and any(earlier)))
    there = channel.open.at(start) > 0 if isinstance(channel, Outlets) else True
    return there and any(demand.at(start) > 0.0 for demand in channel.demand.values())


def _room(scenario: Scenario, segment: str, findings: Findings) -> None:
    """Shares of a segment's journeys are parts of its sales; no more journeys than a month can be thinned over."""
    taken, number = 0.0, 0
    for name, journey in scenario.journeys.items():
        if segment not in journey.of:
            continue
        before, taken, number = taken, taken + journey.share, number + 1
        if before <= 1.0 + ROUNDING < taken:
            what = f"journeys of {segment} are {taken:.6g} of its sales up to this one"
            findings.fault(what, "lower a share: together they are at most 1", ("journeys", name, "share"))
        if number == MOST_PATHS + 1:
            what = f"{segment} has more than {MOST_PATHS} journeys"
            findings.fault(what, "join those that are alike", ("journeys", name, "of"))


def _closing(segment: Segment, path: Path, findings: Findings) -> None:
    if segment.closes == "us" and segment.remittance.lag > 0.0:
        what = "customers pay us (closes: us), and partners would remit what they never held"
        findings.fault(what, "write remittance: {lag: 0d}, or closes: partner", (*path, "closes"))


def _anyway(scenario: Scenario) -> Iterator[tuple[Path, float]]:
    for name, segment in scenario.segments.items():
        yield ("segments", name, "anyway"), segment.anyway
    for name, journey in scenario.journeys.items():
        yield ("journeys", name, "anyway"), journey.anyway


def _reserved(scenario: Scenario, findings: Findings) -> None:
    """Names that stand for others on a path, or among journeys."""
    taken: list[Path] = [("own", name) for name in scenario.own if name == PARTNER]
    if scenario.journeys:
        taken += [("segments", name) for name in scenario.segments if name == PARTNER]
    taken += [("journeys", name) for name in scenario.journeys if name == ALONE]
    for path in taken:
        means = "the partner that sells" if path[-1] == PARTNER else "sales that nobody else touched"
        findings.fault(f"the name {path[-1]} is reserved for {means}", "rename it", path)
