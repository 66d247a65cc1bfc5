"""Tracking as segments state it: what is stated must be read by somebody."""

from __future__ import annotations

from collections.abc import Iterator

from sim.partners.segments import Segment
from sim.partners.terms.tracking import MEANS, Tracking
from sim.policy.rule import Rule
from sim.scenario.language.findings import Findings
from sim.scenario.schema import Scenario

Fault = tuple[str, str, str]
"""key, what is wrong, remedy"""


def check_tracking(scenario: Scenario, findings: Findings) -> None:
    """Add the faults of what is seen of the segments' sales."""
    for name, segment in scenario.segments.items():
        if segment.tracking is None:
            continue
        for key, what, remedy in _faults(scenario, name, segment, segment.tracking):
            findings.fault(what, remedy, ("segments", name, "tracking", key))


def _faults(scenario: Scenario, name: str, segment: Segment, tracking: Tracking) -> Iterator[Fault]:
    yield from _of_channel(segment.channel, tracking)
    if not tracking.discount.is_always(0.0) and (tracking.codes is None or tracking.codes.is_always(0.0)):
        yield "discount", "customers save it who name a code, and no sale has one", "state codes, or take discount out"
    if tracking.tolerated > 0.0 and tracking.penalty == 0.0:
        yield "tolerated", "nothing is lost by unseen sales that it could spare", "state penalty, or take tolerated out"
    if tracking.capped is not None and not any(_gives_window(rule, name) for _, rule in scenario.rules):
        what = f"it cuts windows of referral short, and no rule gives {name} one"
        yield "capped", what, "add a rule of kind: referral_window, or take capped out"


def _of_channel(channel: str, tracking: Tracking) -> Iterator[Fault]:
    """What is stated of sales that the segment does not have, and of a hybrid one how many are online."""
    stated = tracking.model_fields_set
    offline = next((name for name in MEANS if getattr(tracking, name) is not None), None)
    if channel != "hybrid" and tracking.online_share is not None:
        yield "online_share", f"the segment is {channel}", "write channel: hybrid, or take online_share out"
    if channel == "offline" and "online" in stated:
        yield "online", "the segment is offline", "write channel: online or hybrid, or take online out"
    if channel == "online" and offline is not None:
        remedy = f"write channel: offline or hybrid, or take {offline} out"
        yield offline, f"the segment is online, and {offline} catches offline sales", remedy
    if channel == "hybrid" and tracking.online_share is None and (offline is not None or "online" in stated):
        key = "online" if offline is None else offline
        yield key, "the segment is hybrid: how many of its sales are online?", "state online_share, such as 40%"


def _gives_window(rule: Rule, segment: str) -> bool:
    return rule.attributes and (rule.segments is None or segment in rule.segments)
