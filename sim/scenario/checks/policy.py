"""Rules that clash, cells without commission, commission that leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from sim.base.units import Dated
from sim.policy.terms.rates import ProductRate, Rates
from sim.scenario.checks.blanks import check_deposits
from sim.scenario.checks.clashes import RULES, check_clashes, check_named_rules
from sim.scenario.checks.needs_of_rules import check_needs
from sim.scenario.checks.partners_chosen.control_of_partners import check_control
from sim.scenario.checks.rates_together import check_rates
from sim.scenario.checks.terms_of_payment import check_coming_in, check_payment
from sim.scenario.checks.who_is_credited import check_attribution
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.schema import Scenario

MOST_CELLS = 5


def check_policy(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Rules must fit each other and what they pay for; a cell (product, segment) that sells should pay something."""
    rules = scenario.policy.rules
    paying = [rule for rule in rules.values() if rule.claims_cells or rule.gives_way]
    bare = [f"{p} at {s}" for p, s in _selling(scenario) if not any(rule.covers(p, s) for rule in paying)]
    cells = [(p, s) for p in scenario.products for s in scenario.segments]
    check_clashes(rules, cells, findings)
    check_named_rules(rules, cells, findings, RULES)
    check_payment(scenario, findings)
    check_coming_in(scenario, findings)
    check_needs(scenario, roster, findings)
    check_rates(scenario, findings)
    check_deposits(scenario, findings)
    check_control(scenario, findings)
    check_attribution(scenario, findings)
    _capped_scales(scenario, findings)
    if bare:
        more = f" and {len(bare) - MOST_CELLS} more" if len(bare) > MOST_CELLS else ""
        text = f"no base and no main rule covers {', '.join(bare[:MOST_CELLS])}{more}: no commission is paid there"
        findings.note("no_commission", text, ("policy", "rules"))
    for name in _stood_aside(scenario):
        text = "a main rule stands in its place wherever it would hold: it pays nothing"
        findings.note("never_pays", text, (*RULES, name))
    for path, rate in _full_rates(scenario):
        findings.note("commission_100", f"a commission of {rate:.0%} takes the whole price", path)


def _selling(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for segment, item in scenario.segments.items():
        for product in scenario.products:
            if item.mix.get(product, 0.0) > 0:
                yield product, segment


def _stood_aside(scenario: Scenario) -> Iterator[str]:
    """Rules that give way to main rules which hold for everyone, at all times and wherever they themselves would."""
    rules, selling = scenario.policy.rules, list(_selling(scenario))
    main = [rule for rule in rules.values() if rule.claims_cells and not rule.chooses and not rule.dates]
    for name, rule in rules.items():
        cells = [cell for cell in selling if rule.gives_way and rule.covers(*cell)]
        if cells and all(any(one.covers(*cell) for one in main) for cell in cells):
            yield name


def _capped_scales(scenario: Scenario, findings: Findings) -> None:
    """True-ups over capped and free products together would hold the free ones under the cap as well."""
    for name, rule in scenario.policy.rules.items():
        if not rule.trues_up:
            continue
        covered = [
            item
            for product, item in scenario.products.items()
            if any(rule.covers(product, s) for s in scenario.segments)
        ]
        if not rule.claims_cells and any(item.commission_cap for item in covered):
            findings.fault(
                "a rule on top of another covers a product with a commission_cap, which its true-ups could pass",
                "narrow its products; a scale can be marginal", ("policy", "rules", name),
            )  # fmt: skip
        if len({item.commission_cap is None for item in covered}) > 1:
            findings.fault(
                "a rule with true-ups covers products with and without a commission_cap",
                "write one rule for each kind: the cap holds for the whole of it", ("policy", "rules", name),
            )  # fmt: skip


def _full_rates(scenario: Scenario) -> Iterator[tuple[Path, float]]:
    for name, rule in scenario.policy.rules.items():
        seen = {path: rate for path, rate in _rates(rule, ("policy", "rules", name)) if rate == 1.0}
        yield from list(seen.items())[:1]


def _rates(value: object, path: Path) -> Iterator[tuple[Path, float]]:
    """Every rate below `value`: fields named `rate`, and a rates table's exceptions by segment."""
    if isinstance(value, list):
        for ordinal, item in enumerate(value):
            yield from _rates(item, (*path, ordinal))
    if isinstance(value, Dated):
        for item in value.since.values():
            yield from _rates(item, path)
        return
    if not isinstance(value, BaseModel):
        return
    for field in type(value).model_fields:
        item = getattr(value, field)
        if field == "rate":
            yield from ((path if isinstance(value, Rates) else (*path, "rate"), rate) for rate in _values(item))
        elif isinstance(item, dict) and isinstance(value, Rates | ProductRate):
            for key, below in item.items():
                yield from (((*path, field, key), rate) for rate in _values(below))
                yield from _rates(below, (*path, field, key))
        else:
            yield from _rates(item, (*path, field))


def _values(item: object) -> list[float]:
    if isinstance(item, Dated):
        return [value for value in item.since.values() if isinstance(value, float)]
    return [item] if isinstance(item, float) else []
