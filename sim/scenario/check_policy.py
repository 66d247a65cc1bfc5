"""Rules that clash, cells without commission, commission that leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sim.base.units import Dated
from sim.policy.rates import ProductRate, Rates
from sim.scenario.findings import Findings
from sim.scenario.nodes import Path
from sim.scenario.schema import Scenario

MOST_CELLS = 5


def check_policy(scenario: Scenario, findings: Findings) -> None:
    """Every cell (product, segment) that sells has at most one main rule, and a note where it has none."""
    rules = scenario.policy.rules
    main = {name: rule for name, rule in rules.items() if rule.claims_cells}
    bases = [rule for rule in rules.values() if rule.gives_way]
    bare = []
    for product, segment in _selling(scenario):
        claimed = [name for name, rule in main.items() if rule.covers(product, segment)]
        if not claimed and not any(rule.covers(product, segment) for rule in bases):
            bare.append(f"{product} at {segment}")
    _clashes(scenario, main, findings)
    _capped_scales(scenario, findings)
    if bare:
        more = f" and {len(bare) - MOST_CELLS} more" if len(bare) > MOST_CELLS else ""
        text = f"no base and no main rule covers {', '.join(bare[:MOST_CELLS])}{more}: no commission is paid there"
        findings.note("no_commission", text, ("policy", "rules"))
    for path, rate in _full_rates(scenario):
        findings.note("commission_100", f"a commission of {rate:.0%} takes the whole premium", path)


def _selling(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for segment, item in scenario.segments.items():
        for product in scenario.products:
            if item.mix.get(product, 0.0) > 0:
                yield product, segment


def _clashes(scenario: Scenario, main: dict[str, Any], findings: Findings) -> None:
    said: set[tuple[str, ...]] = set()
    cells = ((product, segment) for product in scenario.products for segment in scenario.segments)
    for product, segment in cells:
        claimed = tuple(name for name, rule in main.items() if rule.covers(product, segment))
        if len(claimed) > 1 and claimed not in said:
            said.add(claimed)
            findings.fault(
                f"main rules {' and '.join(claimed)} both cover {product} at {segment}",
                "narrow their products or segments, or make one a bonus", ("policy", "rules", claimed[-1]),
            )  # fmt: skip


def _capped_scales(scenario: Scenario, findings: Findings) -> None:
    """A retroactive scale over capped and free products together would hold the free ones under the cap as well."""
    for name, rule in scenario.policy.rules.items():
        scale = getattr(rule, "scale", None)
        if getattr(scale, "kind", "") != "retroactive":
            continue
        covered = [item for product, item in scenario.products.items() if any(rule.covers(product, s) for s in scenario.segments)]
        if getattr(rule, "role", "") == "bonus" and any(item.commission_cap for item in covered):
            findings.fault(
                "a retroactive bonus covers a product with a commission_cap, which its true-ups could pass",
                "make the scale marginal, or narrow its products", ("policy", "rules", name),
            )  # fmt: skip
        if len({item.commission_cap is None for item in covered}) > 1:
            findings.fault(
                "a retroactive scale covers products with and without a commission_cap",
                "write one rule for each kind: the cap holds for the whole scale", ("policy", "rules", name),
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
