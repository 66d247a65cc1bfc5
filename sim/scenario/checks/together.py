"""What no single block can see: names that must exist, sizes that a machine can hold, rules that must not clash."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sim.base.units import dated_below
from sim.figures.key import KEY
from sim.market.shocks.post import Post
from sim.scenario.checks.ages import check_ages
from sim.scenario.checks.contracts_changed import check_changes
from sim.scenario.checks.days_of_months import note_days
from sim.scenario.checks.finite_units import check_units
from sim.scenario.checks.how_partners_differ import check_partners
from sim.scenario.checks.names import check_names
from sim.scenario.checks.our_channels import check_own_channels
from sim.scenario.checks.partners_at_work import check_work
from sim.scenario.checks.partners_chosen.what_conditions_read import check_conditions
from sim.scenario.checks.partners_chosen.who_changes_segment import check_changes_of_segment
from sim.scenario.checks.partners_chosen.who_departs import check_bans, check_departures
from sim.scenario.checks.partners_chosen.who_is_named import check_named
from sim.scenario.checks.policy import check_policy
from sim.scenario.checks.sizes_allowed import check_sizes
from sim.scenario.checks.warm_up import check_warm_up
from sim.scenario.checks.what_is_seen import check_tracking
from sim.scenario.checks.what_prices_move import check_prices
from sim.scenario.checks.what_quality_needs import check_quality
from sim.scenario.checks.whose_sale import check_journeys
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Node, Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario
from sim.scenario.vocabulary_fits import check_vocabulary

MOST_PARTS = 3  # shown, of those that a figure is of
KpiNames = Callable[[Scenario], Collection[str]]


def check(scenario: Scenario, roster: RosterTable | None, kpis: KpiNames | None, findings: Findings) -> None:
    """Add every fault and warning that concerns several blocks at once."""
    check_names(scenario, roster, findings)
    check_vocabulary(scenario, findings)
    check_own_channels(scenario, findings)
    check_partners(scenario, roster, findings)
    check_journeys(scenario, findings)
    check_tracking(scenario, findings)
    check_work(scenario, findings)
    check_units(scenario, findings)
    check_changes(scenario, findings)
    check_quality(scenario, findings)
    check_sizes(scenario, roster, findings)
    check_policy(scenario, roster, findings)
    check_ages(scenario, findings)
    check_conditions(scenario, roster, findings)
    check_named(scenario, roster, findings)
    check_changes_of_segment(scenario, roster, findings)
    _criteria(scenario, kpis, findings)
    _events(scenario, findings)
    check_departures(scenario, roster, findings)
    check_bans(scenario, findings)
    _products(scenario, findings)
    check_prices(scenario, findings)
    _rivals(scenario, findings)
    _networks(scenario, roster, findings)
    check_warm_up(scenario, roster, findings)
    note_days(findings)


def check_references(scenario: Scenario, roster: RosterTable | None, kpis: KpiNames | None, findings: Findings) -> None:
    """Add the faults of names that must exist, and of no figures."""
    check_names(scenario, roster, findings)
    _criteria(scenario, kpis, findings)


def _criteria(scenario: Scenario, kpis: KpiNames | None, findings: Findings) -> None:
    known = kpis(scenario) if kpis is not None else None
    for name, criterion in scenario.criteria.items():
        if known is not None and criterion.kpi not in known:
            findings.fault(*_unknown_kpi(criterion.kpi, known), ("criteria", name, "kpi"))


def _unknown_kpi(kpi: str, known: Collection[str]) -> tuple[str, str]:
    """What is wrong with a key figure that the scenario does not have, and what to do."""
    figure, _, part = kpi.partition(".")
    if figure not in {one.name for one in KEY}:
        return f'unknown KPI "{kpi}"', did_you_mean(kpi, known)
    of_parts = sorted(one for one in known if one.startswith(f"{figure}."))
    if of_parts and part:
        return f'the scenario has no "{kpi}"', did_you_mean(kpi, of_parts)
    if of_parts:
        return f'"{kpi}" is a figure of parts', f"say of which, such as {', '.join(of_parts[:MOST_PARTS])}"
    what = f'the scenario has no "{kpi}": nothing is stated that it could be a figure of'
    return what, "state what it is of, or judge another figure"


def _events(scenario: Scenario, findings: Findings) -> None:
    first, end = scenario.start, scenario.start + scenario.months
    for name, event in scenario.market.events.items():
        start, length = getattr(event, "start", None), getattr(event, "length", 1)
        if start is not None and not first - length < start < end:
            text = "the event lies outside the horizon and changes nothing"
            findings.note("event_outside_horizon", text, ("market", "events", name))
        if isinstance(event, Post):
            _post(scenario, event, ("market", "events", name), findings)


def _post(scenario: Scenario, event: Post, path: Path, findings: Findings) -> None:
    segment = scenario.segments.get(event.segment)
    if segment is not None and event.product is None and not any(segment.mix.values()):
        what = f"buyers of {event.segment} take no product, so a post sells nothing"
        findings.fault(what, f"state product, or a mix of segments.{event.segment}", path)


def _rivals(scenario: Scenario, findings: Findings) -> None:
    """Dates that nobody reads: a static rival keeps the rates of its opening month."""
    for name, rival in scenario.rivals.items():
        if getattr(rival.strategy, "kind", "") == "static" and any(
            one.changes for one in dated_below(rival.commission)
        ):
            text = (
                "the rival is static and keeps the rates of its opening month; "
                "with strategy: {kind: calendar} it follows the dates"
            )
            findings.note("dates_not_followed", text, ("rivals", name, "commission"))


def _products(scenario: Scenario, findings: Findings) -> None:
    for name, product in scenario.products.items():
        path: Path = ("products", name)
        if any(rate == 1.0 for rate in product.renewal):
            findings.note("renewal_certain", "a renewal rate of 100 % means that nobody leaves", (*path, "renewal"))
        if product.claims is None:
            continue
        law = product.claims.severity
        if law.expected == 0.0:
            text = "a claim has the mean 0, so that claims cost nothing; state the mean, or cost_ratio: 0"
            findings.note("claims_cost_nothing", text, (*path, "claims", "severity"))
        for part in (law, *(law.parts or ())):
            if part.alpha is not None and part.alpha <= 2:
                findings.note(
                    "infinite_variance", f"pareto alpha {part.alpha:g} <= 2: the variance is infinite and standard "
                    "errors are meaningless", (*path, "claims", "severity"),
                )  # fmt: skip


def _networks(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Note a flow that is not read because agents bring the buyers; a preset's flow may stand without a word."""
    for name, segment in scenario.segments.items():
        path: Path = ("segments", name, "flow")
        if segment.network is None or findings.tree is None or not _written(findings.tree, path):
            continue
        instead = (
            f"its agents bring the buyers, {float(segment.flow.expected or 0.0):g} a month at a broker on average"
            if roster is None
            else "the roster's flow counts, and gives the number of agents: flow / contracts_per_agent"
        )
        findings.note(
            "flow_of_agents", f"the flow of a segment with a network is not read: {instead}; take it out", path
        )


def _written(tree: Node, path: Path) -> bool:
    """Whether a value stands in a file or in a --set, not only in a preset."""
    node = tree
    for key in path:
        if not isinstance(node.value, dict) or key not in node.value:
            return False
        node = node.value[key]
    return not node.deleted and node.origin.kind in ("file", "set")
