"""Partners at work: what is said of their attention, and of those who call them, must be read by somebody."""

from __future__ import annotations

from collections.abc import Iterator

from sim.contracts.own_channels import Sends
from sim.partners.segments import Segment
from sim.policy.terms.schedule import Policy
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario

NOBODY_MINDS = "nobody_minds_its_own_product"
ROUNDING = 1e-9  # of shares that are written down and add up to 1


def check_work(scenario: Scenario, findings: Findings) -> None:
    """Add the faults of contacts and of customers sent."""
    for path, policy in _policies(scenario):
        _contacts(scenario, policy, path, findings)
        _desk(scenario, policy, path, findings)
    for name, segment in scenario.segments.items():
        _effort(segment, ("segments", name, "effort"), findings)
        if segment.handover == "desk" and segment.funnel is None:
            what = "its leads go to our desk, and without a funnel there are none"
            findings.fault(what, "state funnel, or take handover out", ("segments", name, "handover"))
    for name, channel in scenario.own.items():
        if channel.sends is not None:
            _sends(scenario, channel.sends, ("own", name, "sends"), findings)


def _policies(scenario: Scenario) -> Iterator[tuple[Path, Policy]]:
    yield ("policy",), scenario.policy
    if scenario.opening.policy is not None:
        yield ("opening", "policy"), scenario.opening.policy


def _contacts(scenario: Scenario, policy: Policy, path: Path, findings: Findings) -> None:
    if policy.contacts is not None and not _attending(scenario):
        what = "managers call so that partners do not forget us, and no segment says attention: calls change nothing"
        findings.fault(what, "state attention of a segment, or take contacts out", (*path, "contacts"))


def _attending(scenario: Scenario) -> set[str]:
    return {name for name, one in scenario.segments.items() if one.attention is not None}


def _desk(scenario: Scenario, policy: Policy, path: Path, findings: Findings) -> None:
    """A desk answers somebody's leads, and leads that are handed over meet a desk."""
    handing = [name for name, one in scenario.segments.items() if one.handover == "desk"]
    if policy.desk is None and handing:
        remedy = "state desk, such as {desks: 3, per_hour: 2, hours: 160h, half_life: 0.5h}, or take handover out"
        findings.fault(f"{handing[0]} hands its leads over to a desk (handover: desk), and there is none", remedy, path)
    if policy.desk is not None and not handing:
        what = "no segment hands its leads over: the desk answers nobody"
        findings.fault(what, "write handover: desk in a segment, or take desk out", (*path, "desk"))


def _effort(segment: Segment, path: Path, findings: Findings) -> None:
    """What the partner's own product loses moves it as commission does."""
    if segment.effort is None or segment.effort.own_value == 0.0:
        return
    if segment.choice.weights.commission.is_always(0.0):
        text = "weights.commission is 0: what its own product loses moves nobody, and own_value changes nothing"
        findings.note(NOBODY_MINDS, text, (*path, "own_value"))


def _sends(scenario: Scenario, sends: Sends, path: Path, findings: Findings) -> None:
    for name in sends.segment:
        if name not in scenario.segments:
            remedy = did_you_mean(name, scenario.segments)
            findings.fault(f'unknown segment "{name}"', remedy, (*path, "segment", name))
    whole = sum(sends.segment.values())
    if whole > 1.0 + ROUNDING:
        what = f"{whole:.6g} of the new customers are sent on, and there are no more than all of them"
        findings.fault(what, "lower a share: together they are at most 1", (*path, "segment"))
    if sends.returns > 0.0 and not _attending(scenario) & set(sends.segment):
        what = "no segment that gets customers says attention, which a customer sent could raise"
        findings.fault(what, "state attention of one of them, or take return out", (*path, "return"))
    if sends.returns == 0.0 and sends.income == 0.0:
        what = "customers are sent for nothing: neither income nor return is stated"
        findings.fault(what, "state income, return or both, or take sends out", path)
