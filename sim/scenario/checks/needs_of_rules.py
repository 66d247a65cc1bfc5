"""What a rule needs and another block must have: claims, sponsors, a funnel, posts."""

from __future__ import annotations

from collections import Counter

from sim.market.shocks.post import Post
from sim.policy.rule import Rule
from sim.policy.rules.legs import Legs
from sim.scenario.checks.clashes import RULES, stands_at
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.schema import Scenario


def check_needs(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Report rules that could never do anything, or nothing that makes sense, where they hold."""
    sponsored = has_sponsors(scenario, roster)
    for name, rule in scenario.policy.rules.items():
        if rule.needs_losses:
            _losses(name, rule, scenario, findings)
        _quotas(name, rule, roster, findings)
        if rule.needs_posts:
            _posts(name, rule, scenario, findings)
        if rule.needs_funnel:
            _funnels(name, rule, scenario, findings)
        if getattr(rule, "helped_only", False):
            _helped(name, rule, scenario, findings)
        if isinstance(rule, Legs) and sponsored:
            _sides(name, rule, scenario, roster, findings)
        if rule.needs_sponsors and not sponsored and not (rule.gives_ranks and _reads_ranks(scenario)):
            what = f"the rule {name} pays sponsors, and no partner has one"
            remedy = (
                "give a segment `sponsors` or `turnover.recruiting`, "
                f"or a roster its column sponsor{_of_roster(scenario, findings)}"
            )
            findings.fault(what, remedy, (*RULES, name))


def _quotas(name: str, rule: Rule, roster: RosterTable | None, findings: Findings) -> None:
    agreed = roster is not None and any(quota is not None for quota in roster.quotas)
    if not agreed and any(one.of_quota and one.quota is None for one in rule.measures):
        what = f"the rule {name} reads a share of quota, and no partner has one"
        findings.fault(what, "give the roster a column quota, or the rule a `quota` beside of_quota", (*RULES, name))


def _losses(name: str, rule: Rule, scenario: Scenario, findings: Findings) -> None:
    for product, item in scenario.products.items():
        selling = [segment for segment, one in scenario.segments.items() if one.mix.get(product, 0.0) > 0]
        if item.claims is None and any(rule.covers(product, segment) for segment in selling):
            path: Path = ("products", product, "cost_ratio")
            what = f"the rule {name} reads a loss ratio, and {product} has no claims but a cost_ratio"
            remedy = "name in `products` of the rule those with claims"
            findings.fault(
                f"{what} ({product}: {stands_at(findings, path)})", remedy, _narrowest(rule, name, "products", product)
            )


def _funnels(name: str, rule: Rule, scenario: Scenario, findings: Findings) -> None:
    for segment, item in scenario.segments.items():
        if item.funnel is None and any(rule.covers(product, segment) for product in scenario.products):
            what = f"the rule {name} pays for what a funnel counts, and {segment} has no funnel"
            place = stands_at(findings, ("segments", segment))
            remedy = "give the segment a `funnel`, or name in `segments` of the rule those that have one"
            findings.fault(f"{what} ({segment}: {place})", remedy, _narrowest(rule, name, "segments", segment))


def _posts(name: str, rule: Rule, scenario: Scenario, findings: Findings) -> None:
    posting = [one.segment for one in scenario.market.events.values() if isinstance(one, Post)]
    if not any(rule.covers(product, segment) for product in scenario.products for segment in posting):
        what = f"the rule {name} pays for posts, and nobody whom it covers posts"
        findings.fault(what, "state an event of the kind post for one of its segments", (*RULES, name, "per"))


def _helped(name: str, rule: Rule, scenario: Scenario, findings: Findings) -> None:
    covered = [
        one for segment, one in scenario.segments.items() if any(rule.covers(p, segment) for p in scenario.products)
    ]
    if not any(one.needs_staff for one in covered):
        what = f"the rule {name} pays for sales that staff must help to close, and no segment that it covers has any"
        remedy = "write needs_staff for a segment, or helped_only: false"
        findings.fault(what, remedy, (*RULES, name, "helped_only"))


def _sides(name: str, rule: Legs, scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    if rule.legs == "stated" and (roster is None or not any(roster.legs)):
        what = f"the rule {name} reads on which side of its sponsor a partner stands, and no partner says"
        remedy = f"give the roster a column leg{_of_roster(scenario, findings)}, or leave legs out"
        findings.fault(what, remedy, (*RULES, name, "legs"))
    if not _paired(scenario, roster):
        what = f"the rule {name} pays on two sides, and no sponsor has two recruits"
        findings.fault(what, "give a segment sponsors with a fan_out of 2 or more", (*RULES, name))


def _narrowest(rule: Rule, name: str, key: str, item: str) -> Path:
    """The item of a rule's list, or the rule where it has no list."""
    listed = getattr(rule, key)
    return (*RULES, name, key, listed.index(item)) if listed is not None else (*RULES, name)


def _reads_ranks(scenario: Scenario) -> bool:
    """Whether some rule asks for the rank of a partner, which one without sponsors has, too."""
    return any("ranks" in rule.wants for rule in scenario.policy.rules.values())


def has_sponsors(scenario: Scenario, roster: RosterTable | None) -> bool:
    """Whether some partner has a sponsor, at the opening or later."""
    if roster is not None:
        there = any(roster.sponsors)
    else:
        there = any(one.sponsors is not None and one.sponsors.share > 0 for one in scenario.segments.values())
    return there or any(one.turnover.recruits for one in scenario.segments.values())


def _paired(scenario: Scenario, roster: RosterTable | None) -> bool:
    """Whether some sponsor has two recruits, at the opening or later."""
    if roster is not None:
        there = any(number > 1 for who, number in Counter(roster.sponsors).items() if who)
    else:
        stated = [one.sponsors for one in scenario.segments.values() if one.sponsors is not None]
        there = any(one.share > 0 and one.fan_out > 1 for one in stated)
    return there or any(one.turnover.recruits for one in scenario.segments.values())


def _of_roster(scenario: Scenario, findings: Findings) -> str:
    return f" (roster: {stands_at(findings, ('roster',))})" if scenario.roster is not None else ""
