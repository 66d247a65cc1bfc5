"""Our own channels together: one of them is the default, names are told apart, products exist."""

from __future__ import annotations

from collections.abc import Collection

from sim.contracts.own_channels import Marketing
from sim.scenario.language.findings import Findings
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario


def check_own_channels(scenario: Scenario, findings: Findings) -> None:
    """Add the faults of the channels."""
    taken: dict[str, Collection[str]] = {"a product": scenario.products, "a segment": scenario.segments}
    for name, channel in scenario.own.items():
        for what in (what for what, names in taken.items() if name in names):
            findings.fault(
                f'{what} and an own channel are both named "{name}"',
                "rename one: figures are told apart by these names", ("own", name),
            )  # fmt: skip
        key = "buyers" if isinstance(channel, Marketing) else "demand"
        for product in getattr(channel, key):
            if product not in scenario.products:
                findings.fault(
                    f'unknown product "{product}"', did_you_mean(product, scenario.products),
                    ("own", name, key, product),
                )  # fmt: skip
    _one_default(scenario, findings)


def _one_default(scenario: Scenario, findings: Findings) -> None:
    defaults = [name for name, one in scenario.own.items() if one.default]
    if scenario.own and not defaults:
        first = next(iter(scenario.own))
        findings.fault(
            "no own channel says default: true", "say it of the one that sells what no other claims", ("own", first)
        )
    for name in defaults[1:]:
        what = f"{defaults[0]} and {name} both say default: true"
        findings.fault(what, "say it of one channel only", ("own", name, "default"))
