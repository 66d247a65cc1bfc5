"""Partners' quality against the rest of the scenario: incidents that nobody can cause, remedies for what nobody has."""

from __future__ import annotations

from collections.abc import Iterator

from sim.market.shocks.audit import Audit
from sim.partners.terms.quality import Quality
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.schema import Scenario

Fault = tuple[Path, str, str]
"""path, what is wrong, remedy"""
MOVES_NOBODY, NOT_ASKED = "damage_moves_nobody", "answers_not_asked"
UNSOUND = "say how many are unsound, at segments.<name>.quality.unsound"


def check_quality(scenario: Scenario, findings: Findings) -> None:
    """Add the faults of what is said of partners' quality."""
    unsound = [name for name, one in scenario.segments.items() if one.quality is not None and one.quality.unsound > 0.0]
    for path, what, remedy in (
        *_of_incidents(scenario.quality or Quality(), bool(unsound)),
        *_of_segments(scenario),
        *_of_policy(scenario, bool(unsound)),
        *_of_audits(scenario, unsound),
    ):
        findings.fault(what, remedy, path)
    _note_unread(scenario, findings)


def _of_incidents(terms: Quality, unsound: bool) -> Iterator[Fault]:
    for name, one in terms.incidents.items():
        path = ("quality", "incidents", name)
        if one.sound == 0.0 and one.unsound == 0.0:
            yield (
                path,
                "nobody can cause this incident: neither sound nor unsound is above 0",
                "state one, or take it out",
            )
        elif one.sound == 0.0 and not unsound:
            what = "nobody can cause this incident: only unsound partners would, and no segment has any"
            yield (*path, "unsound"), what, f"{UNSOUND}; or state sound"
        if one.brand > 0.0 and terms.brand is None:
            what = "it damages our brand, and nothing says how that heals"
            yield (*path, "brand"), what, "state quality.brand: {half_life: 9mo}, or take brand out"
    if terms.brand is not None and not any(one.brand > 0.0 for one in terms.incidents.values()):
        yield ("quality", "brand"), "no incident damages our brand", "state brand of an incident, or take this out"


def _of_segments(scenario: Scenario) -> Iterator[Fault]:
    for name, segment in scenario.segments.items():
        if segment.quality is None or segment.quality.bad_leads is None:
            continue
        path = ("segments", name, "quality", "bad_leads")
        if segment.funnel is None:
            yield path, "the segment has no funnel, so it has no leads", "state its funnel, or take bad_leads out"
        elif segment.funnel.bad_leads > 0.0:
            yield path, "its funnel states bad_leads of all partners alike", "state one of the two"


def _of_policy(scenario: Scenario, unsound: bool) -> Iterator[Fault]:
    policy, asked = scenario.policy, _says_answers(scenario)
    if policy.vetting is not None and not unsound:
        yield (
            ("policy", "vetting"),
            "no partner is unsound, so there is nothing to find out",
            f"{UNSOUND}, or take it out",
        )
    if policy.training is not None and policy.training.cures > 0.0 and not unsound:
        what = "no partner is unsound, so there is nobody to cure"
        yield ("policy", "training", "cures"), what, f"{UNSOUND}, or take cures out"
    if policy.survey is not None and not asked:
        remedy = "state promoters and detractors at segments.<name>.quality, or take the survey out"
        yield ("policy", "survey"), "no segment says what its customers would answer", remedy
    rating = None if policy.control is None else policy.control.rating
    if rating is not None and rating.survey > 0.0 and policy.survey is None:
        what = "customers are not asked, so there is nothing to weigh"
        yield ("policy", "control", "rating", "survey"), what, "state policy.survey: {answers: 15%}, or take survey out"


def _of_audits(scenario: Scenario, unsound: list[str]) -> Iterator[Fault]:
    for name, event in scenario.market.events.items():
        if not isinstance(event, Audit) or "unsound" not in event.finds:
            continue
        if not any(event.inspection.covers(segment) for segment in unsound):
            what = f"the audit {name} looks for unsound partners, and no segment that it covers has any"
            yield ("market", "events", name, "finds"), what, f"{UNSOUND}, or take unsound out of finds"


def _says_answers(scenario: Scenario) -> bool:
    return any(one.quality is not None and one.quality.promoters is not None for one in scenario.segments.values())


def _note_unread(scenario: Scenario, findings: Findings) -> None:
    """Note what changes nothing: damage that moves nobody, and answers to a survey that nobody makes."""
    brand = None if scenario.quality is None else scenario.quality.brand
    choices = [one.choice for one in scenario.segments.values()]
    by_demand = brand is not None and brand.elasticity > 0.0 and (scenario.own or any(one.pull for one in choices))
    if brand is not None and not by_demand and all(one.weights.brand.is_always(0.0) for one in choices):
        text = "no partner weighs our brand, and no demand of ours follows it: damage is counted and moves nothing"
        findings.note(MOVES_NOBODY, text, ("quality", "brand"))
    for name, segment in scenario.segments.items():
        if segment.quality is not None and segment.quality.promoters is not None and not scenario.surveys:
            text = "no policy has a survey, so nobody answers"
            findings.note(NOT_ASKED, text, ("segments", name, "quality", "promoters"))
