"""What segments state of their partners beside the usual: it must be read by something, and be possible."""

from __future__ import annotations

from sim.market.shocks.post import Post
from sim.partners.segments import Segment
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.schema import Scenario

ROUNDING = 1e-9
SELLS_NOTHING = "sells_nothing"
CHANGES_NOTHING = "changes_nothing"


def check_partners(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Add the faults and notes of all segments."""
    taken = 0.0
    for name, segment in scenario.segments.items():
        path: Path = ("segments", name)
        if roster is None and "partners" not in segment.model_fields_set:
            findings.fault("required key is missing", "add partners: ..., or a roster", (*path, "partners"))
        _sales(scenario, name, roster, findings)
        taken = _poaches(scenario, segment, taken, path, findings)
        _word_of_mouth(scenario, segment, path, findings)
        _activation(segment, path, findings)
        _branches(segment, path, findings)


def _sales(scenario: Scenario, name: str, roster: RosterTable | None, findings: Findings) -> None:
    """Note a segment whose partners never sell: posts sell without a flow."""
    segment, path = scenario.segments[name], ("segments", name)
    if any(isinstance(one, Post) and one.segment == name for one in scenario.market.events.values()):
        return
    if not any(segment.mix.values()):
        text = "it sells nothing: none of its buyers buys a product; state the chances in mix"
        findings.note(SELLS_NOTHING, text, (*path, "mix"))
    elif not _buyers(segment, name, roster):
        text = "it sells nothing: no buyers come to its partners; state flow"
        findings.note(SELLS_NOTHING, text, (*path, "flow"))


def _buyers(segment: Segment, name: str, roster: RosterTable | None) -> bool:
    """Whether any buyers come: to partners as the segment says, or to those of the roster."""
    if segment.flow.expected or roster is None:
        return bool(segment.flow.expected)
    listed = [flow for flow, of in zip(roster.flows, roster.segments, strict=True) if of == name]
    return not listed or any(listed)


def _poaches(scenario: Scenario, segment: Segment, taken: float, path: Path, findings: Findings) -> float:
    """No more can be taken over than there is; what segments take together, with those before."""
    if segment.poaches is None:
        return taken
    path, together = (*path, "poaches"), taken + segment.poaches.share
    if together > 1.0 + ROUNDING:
        what = f"segments take over {together:.0%} of the renewals of our own channels, more than all of them"
        findings.fault(what, "lower the shares", (*path, "share"))
    if not any(product.term and any(product.renewal) for product in scenario.products.values()):
        findings.note(CHANGES_NOTHING, "no contract renews, so that there is nothing to take over", path)
    return together


def _word_of_mouth(scenario: Scenario, segment: Segment, path: Path, findings: Findings) -> None:
    """Customers have something to tell, where principals differ."""
    stated = [one.late_or_denied for one in (scenario.us, *scenario.rivals.values())]
    if segment.word_of_mouth and all(one == stated[0] for one in stated):
        text = "it tells whose claims are late or denied, and all principals are alike in it: state late_or_denied"
        findings.note(CHANGES_NOTHING, text, (*path, "word_of_mouth"))


def _activation(segment: Segment, path: Path, findings: Findings) -> None:
    if segment.activation is None:
        return
    path = (*path, "activation")
    if segment.network is not None:
        what = "a broker with a network is there with its agents, who sell"
        findings.fault(what, "take activation or network out", path)
    if not segment.turnover.brings_others:
        text = "it is about partners that enter, and none do: state turnover.entry or recruiting"
        findings.note(CHANGES_NOTHING, text, path)


def _branches(segment: Segment, path: Path, findings: Findings) -> None:
    stated = segment.branches
    if stated is None:
        return
    path = (*path, "branches")
    if segment.network is not None:
        what = "a segment with a network begins with its agents, not with branches"
        findings.fault(what, "take branches or network out", path)
    if stated.per_branch > 0.0 and segment.turnover.ramp == 0.0:
        text = "per_branch lengthens the ramp, and the segment has none: state turnover.ramp"
        findings.note(CHANGES_NOTHING, text, (*path, "per_branch"))
    elif stated.per_branch == 0.0 and segment.cost.onboarding == segment.cost.base == 0.0:
        text = "branches multiply the cost of a partner and lengthen its ramp: state cost, or per_branch"
        findings.note(CHANGES_NOTHING, text, path)
