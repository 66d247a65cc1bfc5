"""Partners that rules and appointments name by id, and appointments against what rules go by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.base.units import month_name
from sim.market.shocks.appointment import Appointment
from sim.policy.measuring.condition import placed
from sim.policy.rule import Rule
from sim.scenario.checks.clashes import RULES, stands_at
from sim.scenario.checks.partners_chosen.who_departs import segments_by_id
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario

EVENTS: Path = ("market", "events")


def check_named(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Report ids that no partner has at the opening, rules that cover none of theirs, appointments to nothing."""
    rules, events = scenario.policy.rules, appointments(scenario)
    named = [one for one in rules.values() if one.partners is not None or "partners" in one.wants]
    known = segments_by_id(scenario, roster) if named or events else {}
    later = _later_segments(events, roster)
    for name, rule in rules.items():
        for place, one in placed(rule.only_if):
            if one.by == "partner":
                _known(one.which or (), known, (*RULES, name, "only_if", *place, "which"), findings)
        at: Path = (*RULES, name, "partners")
        _known(rule.partners or (), known, at, findings)
        _covers_them(name, rule, known, later, scenario, at, findings)
    for name, event in events.items():
        _known(event.partners, known, (*EVENTS, name, "partners"), findings)
        _rank(name, event.rank, scenario, findings)
    _listed_ranks(scenario, roster, findings)
    _sold_under(scenario, roster, findings)
    _separations(scenario, findings)


def _later_segments(events: Mapping[str, Appointment], roster: RosterTable | None) -> dict[str, set[str]]:
    """Segments that partners are appointed to, by id."""
    found: dict[str, set[str]] = {}
    for event in events.values():
        for one in event.partners if event.segment is not None else ():
            found.setdefault(one, set()).add(str(event.segment))
    for one, said in () if roster is None else zip(roster.ids, roster.appointed, strict=False):
        found.setdefault(one, set()).update(str(value) for _, what, value in said if what == "segment")
    return found


def appointments(scenario: Scenario) -> dict[str, Appointment]:
    """Appointments by the names of their events."""
    return {name: one for name, one in scenario.market.events.items() if isinstance(one, Appointment)}


def _known(names: Iterable[str], known: Mapping[str, str], at: Path, findings: Findings) -> None:
    for ordinal, one in enumerate(names):
        if one not in known:
            findings.fault(f'unknown partner "{one}"', did_you_mean(one, known), (*at, ordinal))


def _covers_them(
    name: str, rule: Rule, known: Mapping[str, str], later: Mapping[str, set[str]], scenario: Scenario, at: Path,
    findings: Findings,
) -> None:  # fmt: skip
    for ordinal, one in enumerate(rule.partners or ()):
        segment = known.get(one)
        places = {segment, *later.get(one, ())} - {None}
        if segment is not None and not any(rule.covers(p, s) for p in scenario.products for s in places if s):
            place = stands_at(findings, (*RULES, name, "segments"))
            what = f"{one} is a partner of {segment}, which the rule {name} does not cover (segments: {place})"
            findings.fault(what, "add its segment, or leave segments out", (*at, ordinal))


def _rank(name: str, rank: int | None, scenario: Scenario, findings: Findings, path: Path = ()) -> None:
    """Refuse a rank that no rule gives."""
    most = max((one.highest_number for one in scenario.policy.rules.values()), default=0)
    if rank is not None and rank > most:
        at = path or (*EVENTS, name, "rank")
        why = f"no rule has a rank {rank}" if most else "no rule gives ranks"
        remedy = f"name one from 1 to {most}" if most else "state a rule of the kind stair_step"
        findings.fault(f"{why} (policy.rules: {stands_at(findings, RULES)})", remedy, at)


def _listed_ranks(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    found = () if roster is None else roster.appointed
    ranks = [value for row in found for _, what, value in row if what == "rank" and isinstance(value, int)]
    _rank("", max(ranks, default=None), scenario, findings, ("roster",))


def _sold_under(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Refuse changes of group or region where a rule goes on holding for all that was sold under it."""
    bound = {
        what: [name for name, rule in scenario.policy.rules.items() if not rule.conditional and getattr(rule, key)]
        for what, key in (("group", "groups"), ("region", "regions"))
    }
    for name, event in appointments(scenario).items():
        for what, rules in bound.items():
            if rules and getattr(event, what) is not None:
                _refuse(what, rules[0], f"from {month_name(event.start)} on", (*EVENTS, name, what), findings)
    for what, rules in bound.items():
        dated = [] if roster is None else [row for row in roster.appointed if any(one == what for _, one, _ in row)]
        if rules and dated:
            _refuse(what, rules[0], "in the roster", ("roster",), findings)


def _refuse(what: str, rule: str, when: str, at: Path, findings: Findings) -> None:
    place = stands_at(findings, (*RULES, rule))
    findings.fault(
        f"a partner's {what} changes {when}, and the rule {rule} goes on holding for all that was sold under it "
        f"({rule}: {place})",
        "name in `partners` of the rule whom it covers", at,
    )  # fmt: skip


def _separations(scenario: Scenario, findings: Findings) -> None:
    """Refuse changes of region where sales are kept apart by regions."""
    apart = [name for name, one in scenario.policy.separation.items() if one.regions is not None]
    for name, event in appointments(scenario).items():
        if apart and event.region is not None:
            place = stands_at(findings, ("policy", "separation", apart[0]))
            what = f"{apart[0]} keeps sales apart by regions, which stay as they are at the opening ({place})"
            findings.fault(
                what, "appoint to a group, or leave regions out of the separation", (*EVENTS, name, "region")
            )
