"""Control of partners and audits against the rest of the scenario: what could never find, end or bring back anybody."""

from __future__ import annotations

from collections.abc import Iterator

from sim.market.shocks.audit import Audit
from sim.partners.segments import Segment
from sim.scenario.language.findings import Findings
from sim.scenario.schema import Scenario


def check_control(scenario: Scenario, findings: Findings) -> None:
    """Refuse audits for what nobody has; note control that comes too late and returns of those that never default."""
    terms, months = scenario.policy.control, scenario.opening.months + scenario.months
    if terms is not None and terms.grace > months:
        text = (
            f"a partner is judged after {terms.grace} months with us and only {months} are played: "
            "nobody is ever judged"
        )
        findings.note("control_too_late", text, ("policy", "control", "grace"))
    for name, audit in _audits(scenario):
        covered = [one for segment, one in scenario.segments.items() if audit.inspection.covers(segment)]
        if "insolvency" in audit.finds and not any(one.network for one in covered):
            findings.fault(
                f"the audit {name} looks for insolvency, and no segment that it covers has a network, "
                "whose brokers' cash is known",
                "name segments that have one, or take insolvency out of finds",
                ("market", "events", name, "finds"),
            )
        if audit.ends and not any(one.fraud for one in covered):
            text = f"the audit {name} ends partners whose fraud is detected, and no segment that it covers has any"
            findings.note("no_fraud", text, ("market", "events", name, "ends"))
    for name, segment in scenario.segments.items():
        if segment.turnover.phoenix is not None and not _may_default(segment):
            text = f"partners of {name} would return after a default, and never default"
            findings.note("never_defaults", text, ("segments", name, "turnover", "phoenix"))


def _audits(scenario: Scenario) -> Iterator[tuple[str, Audit]]:
    return ((name, event) for name, event in scenario.market.events.items() if isinstance(event, Audit))


def _may_default(segment: Segment) -> bool:
    return segment.network is not None or max(segment.remittance.default.since.values()) > 0
