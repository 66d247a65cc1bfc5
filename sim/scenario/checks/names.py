"""Names that one block uses and another must declare."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sim.base.spelling import Known, difference, twins
from sim.base.text import safe_text
from sim.base.written.written_cells import spreadsheet_cell
from sim.market.shocks.appointment import Appointment
from sim.partners.segments import RESERVED
from sim.policy.measuring.condition import placed
from sim.policy.terms.rates import Rates
from sim.scenario.checks.clashes import stands_at
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario

LONGEST_NAME = 100
OURSELVES = "us"


def check_names(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """What is named must exist (products, segments, rivals, rules, regions, groups); new names must be fit to show."""
    names = _Names(scenario, roster, findings)
    _new_names(scenario, findings)
    products = Known(scenario.products)
    for name in scenario.segments:
        if (product := products.find(name)) is not None:
            what = f'a product and a segment are both named "{name}"{_but_for(name, product)}'
            findings.fault(what, "rename one: figures are told apart by these names", ("segments", name))
    for segment, item in scenario.segments.items():
        names.known("product", item.mix, ("segments", segment, "mix"))
    for path, block in _named_blocks(scenario):
        names.known("product", getattr(block, "products", None) or (), (*path, "products"))
        names.known("product", getattr(block, "count_products", None) or (), (*path, "count_products"))
        names.known("segment", getattr(block, "segments", None) or (), (*path, "segments"))
        for kind in ("rival", "segment", "product"):
            stated = getattr(block, kind, None)
            names.known(kind, [stated] if isinstance(stated, str) else (), (*path, kind), listed=False)
        for field in type(block).model_fields:
            names.rates(getattr(block, field), (*path, field))
    for name, rule in scenario.policy.rules.items():
        names.partners("region", rule.regions, ("policy", "rules", name, "regions"))
        names.partners("group", rule.groups, ("policy", "rules", name, "groups"))
        for place, one in placed(rule.only_if):
            at = ("policy", "rules", name, "only_if", *place, "count_products")
            names.known("product", one.count_products or (), at)
            names.partners("group", one.which if one.by == "group" else (), (*at[:-1], "which"))
        names.known("rule", getattr(rule, "rules", None) or (), ("policy", "rules", name, "rules"))
        weighted = getattr(rule, "product_points", {})
        names.known("product", weighted, ("policy", "rules", name, "product_points"))
    for name, separation in scenario.policy.separation.items():
        names.partners("region", separation.regions, ("policy", "separation", name, "regions"))
    for rival, terms in scenario.rivals.items():
        names.rates(terms.commission, ("rivals", rival, "commission"))


def _named_blocks(scenario: Scenario) -> Iterable[tuple[Path, Any]]:
    for name, rule in scenario.policy.rules.items():
        yield ("policy", "rules", name), rule
    for name, separation in scenario.policy.separation.items():
        yield ("policy", "separation", name), separation
    for name, event in scenario.market.events.items():
        yield ("market", "events", name), event
    for name in ("control", "deposits", "credit_control"):
        if (block := getattr(scenario.policy, name)) is not None:
            yield ("policy", name), block


class _Names:
    """What the scenario declares, by kind of name."""

    def __init__(self, scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
        self.findings = findings
        self.of_partners = {
            "region": _regions(scenario, roster) | _appointed("region", scenario, roster),
            "group": _groups(roster) | _appointed("group", scenario, roster),
        }
        self.declared: dict[str, Collection[str]] = {
            "product": scenario.products, "segment": scenario.segments, "rival": scenario.rivals,
            "rule": scenario.policy.rules,
        }  # fmt: skip

    def known(self, kind: str, names: Iterable[str], path: Path, listed: bool = True) -> None:
        """Report the names that are not declared; a list's items and a mapping's keys are pointed at."""
        declared = self.declared[kind]
        for ordinal, name in enumerate(names):
            if name not in declared:
                last: tuple[str | int, ...] = (name,) if isinstance(names, dict) else (ordinal,) if listed else ()
                self.findings.fault(f'unknown {kind} "{name}"', did_you_mean(name, declared), (*path, *last))

    def partners(self, kind: str, names: Iterable[str] | None, path: Path) -> None:
        """Report regions and groups that no partner has."""
        declared = self.of_partners[kind]
        for ordinal, name in enumerate(names or ()):
            if name not in declared:
                none = f"no partner has a {kind}: give the roster a column {kind}, or state an event `appointment`"
                remedy = did_you_mean(name, declared) or none
                self.findings.fault(f'no partner has the {kind} "{name}"', remedy, (*path, ordinal))

    def rates(self, value: object, path: Path) -> None:
        """Report unknown products and segments of a rates table."""
        if not isinstance(value, Rates):
            return
        self.known("product", value.products, (*path, "products"))
        for product, table in value.products.items():
            self.known("segment", table.segments, (*path, "products", product, "segments"))


def _regions(scenario: Scenario, roster: RosterTable | None) -> set[str]:
    """Regions that some partner has; those who enter later have that of their segment."""
    stated = {name: item.region for name, item in scenario.segments.items()}
    if roster is None:
        return set(stated.values()) - {""}
    listed = {region or stated[segment] for segment, region in zip(roster.segments, roster.regions, strict=True)}
    coming = {
        item.region
        for item in scenario.segments.values()
        if any(rate > 0 for rate in item.turnover.entry.since.values())
    }
    return (listed | coming) - {""}


def _appointed(what: str, scenario: Scenario, roster: RosterTable | None) -> set[str]:
    """Groups or regions that some partner will have."""
    events = [one for one in scenario.market.events.values() if isinstance(one, Appointment)]
    found = {getattr(one, what) for one in events if getattr(one, what)}
    rows = () if roster is None else roster.appointed
    return found | {str(value) for row in rows for _, column, value in row if column == what}


def _groups(roster: RosterTable | None) -> set[str]:
    return set() if roster is None else set(roster.groups) - {""}


def _new_names(scenario: Scenario, findings: Findings) -> None:
    groups: dict[Path, Iterable[str]] = {
        ("products",): scenario.products, ("segments",): scenario.segments, ("rivals",): scenario.rivals,
        ("policy", "rules"): scenario.policy.rules, ("market", "events"): scenario.market.events,
        ("policy", "attribution"): scenario.policy.attribution, ("policy", "separation"): scenario.policy.separation,
        ("quality", "incidents"): {} if scenario.quality is None else scenario.quality.incidents,
        ("own",): scenario.own, ("journeys",): scenario.journeys,
        ("criteria",): scenario.criteria, ("uncertainties",): scenario.uncertainties,
    }  # fmt: skip
    for path, names in groups.items():
        for name in names:
            if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME or safe_text(name) != name:
                remedy = f"1 to {LONGEST_NAME} characters, none of them hidden, no blanks at the ends"
                findings.fault("the name cannot be used", remedy, (*path, name))
            if spreadsheet_cell(name) != name:
                what = (
                    "in tables that spreadsheets open an apostrophe stands before the name; summary.json has it plain"
                )
                findings.note("formula_name", what, (*path, name))
        _alike(path, names, findings)
    for path, reserved in ((("segments",), RESERVED), (("own",), RESERVED), (("rivals",), OURSELVES)):
        if (taken := Known(groups[path]).find(reserved)) is not None:
            findings.fault(f"the name {reserved} is reserved for ourselves", "rename it", (*path, taken))


def _alike(path: Path, names: Iterable[str], findings: Findings) -> None:
    """Refuse two names that a reader takes for one."""
    for name, other in twins(names):
        what = f'"{name}" and "{other}" ({stands_at(findings, (*path, other))}) are one name{_but_for(name, other)}'
        findings.fault(what, "rename one so that they differ in more", (*path, name))


def _but_for(name: str, other: str) -> str:
    return "" if name == other else f" but for {difference(name, other)}"
