"""A loaded scenario in a few lines, for a console and a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from sim.base.text import safe_text
from sim.base.units import month_name
from sim.scenario.schema import Scenario

MOST_NAMES = 8


def lines(scenario: Scenario) -> list[str]:
    """Its name, and what there is in it by name."""
    named = {
        "products": scenario.products,
        "segments": (f"{name} ({one.partners})" for name, one in scenario.segments.items()),
        "rivals": scenario.rivals,
        "rules": scenario.policy.rules,
        "criteria": scenario.criteria,
    }
    when = f"{scenario.months} months from {month_name(scenario.start)}, {scenario.replications} replications"
    listed = ((what, _names(names)) for what, names in named.items())
    return [f"{safe_text(scenario.name)}: {when}", *(f"  {what}: {names}" for what, names in listed if names)]


def page(scenario: Scenario) -> str:
    """The same as HTML."""
    head, *rest = (escape(one) for one in lines(scenario))
    return f"<div><b>{head}</b>{''.join(f'<div>{one}</div>' for one in rest)}</div>"


def _names(names: Iterable[str]) -> str:
    there = [safe_text(str(one)) for one in names]
    more = [f"and {len(there) - MOST_NAMES} more"] * (len(there) > MOST_NAMES)
    return ", ".join([*there[:MOST_NAMES], *more])
