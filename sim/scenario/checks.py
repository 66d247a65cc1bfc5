"""What no single block can see: names that must exist, sizes that a machine can hold, rules that must not clash."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sim.scenario.check_ages import check_ages
from sim.scenario.check_names import check_names
from sim.scenario.check_policy import check_policy
from sim.scenario.check_sizes import check_sizes
from sim.scenario.findings import Findings
from sim.scenario.nodes import Path
from sim.scenario.roster import RosterTable
from sim.scenario.schema import Scenario
from sim.scenario.suggestions import did_you_mean

KpiNames = Callable[[Scenario], Collection[str]]


def check(scenario: Scenario, roster: RosterTable | None, kpis: KpiNames | None, findings: Findings) -> None:
    """Add every fault and warning that concerns several blocks at once."""
    check_names(scenario, roster, findings)
    check_sizes(scenario, roster, findings)
    check_policy(scenario, roster, findings)
    check_ages(scenario, findings)
    _criteria(scenario, kpis, findings)
    _events(scenario, findings)
    _products(scenario, findings)


def _criteria(scenario: Scenario, kpis: KpiNames | None, findings: Findings) -> None:
    known = kpis(scenario) if kpis is not None else None
    for name, criterion in scenario.criteria.items():
        if known is not None and criterion.kpi not in known:
            path: Path = ("criteria", name, "kpi")
            findings.fault(f'unknown KPI "{criterion.kpi}"', did_you_mean(criterion.kpi, known), path)


def _events(scenario: Scenario, findings: Findings) -> None:
    first, end = scenario.start, scenario.start + scenario.months
    for name, event in scenario.market.events.items():
        start, length = getattr(event, "start", None), getattr(event, "length", 1)
        if start is not None and not first - length < start < end:
            text = "the event lies outside the horizon and changes nothing"
            findings.note("event_outside_horizon", text, ("market", "events", name))


def _products(scenario: Scenario, findings: Findings) -> None:
    for name, product in scenario.products.items():
        path: Path = ("products", name)
        if any(rate == 1.0 for rate in product.renewal):
            findings.note("renewal_certain", "a renewal rate of 100 % means that nobody leaves", (*path, "renewal"))
        if product.claims is None:
            continue
        law = product.claims.severity
        for part in (law, *(law.parts or ())):
            if part.alpha is not None and part.alpha <= 2:
                findings.note(
                    "infinite_variance", f"pareto alpha {part.alpha:g} <= 2: the variance is infinite and standard "
                    "errors are meaningless", (*path, "claims", "severity"),
                )  # fmt: skip
