"""Our own channels together: one of them is the default, names are told apart, products exist."""

from __future__ import annotations

from collections.abc import Collection

from sim.contracts.own_channels import Marketing, Staff
from sim.scenario.language.findings import Findings
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario

NOBODY_NEEDS, ALL_ARE_HELPED = "nobody_needs_staff", "all_are_helped"


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
    _brings(scenario, findings)
    _cooperation(scenario, findings)


def _cooperation(scenario: Scenario, findings: Findings) -> None:
    """One channel of staff helps partners, and some partners need its help."""
    helping = [name for name, one in scenario.own.items() if isinstance(one, Staff) and one.cooperation is not None]
    for name in helping[1:]:
        what = f"{helping[0]} and {name} both state cooperation, and partners get the help of one channel"
        findings.fault(what, "state it of one of them", ("own", name, "cooperation"))
    needing = [name for name, one in scenario.segments.items() if one.needs_staff > 0.0]
    if helping and not needing:
        text = "no segment says needs_staff: nobody asks for help, and cooperation changes nothing"
        findings.note(NOBODY_NEEDS, text, ("own", helping[0], "cooperation"))
    paid_apart = any(getattr(rule, "helped_only", False) for rule in scenario.policy.rules.values())
    for name in needing if not helping and not paid_apart else ():
        text = "no staff of ours states cooperation: every sale gets the help that it needs"
        findings.note(ALL_ARE_HELPED, text, ("segments", name, "needs_staff"))


def _brings(scenario: Scenario, findings: Findings) -> None:
    """What partners bring our default channel needs one."""
    for name, segment in scenario.segments.items():
        if segment.brings and not scenario.own:
            what = "there is no channel of ours to which sales could bring demand"
            findings.fault(what, "state own channels, one with default: true, or take brings out",
                           ("segments", name, "brings"))  # fmt: skip


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
