"""Paths and rules as tests write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.policy.attribution_rule import AttributionRule, Path
from sim.scenario.schema import scenario_model

OWN = ("site", "ads", "staff")


def rule(**fields: Any) -> AttributionRule:
    """A rule as a scenario states it."""
    policy: Any = scenario_model().model_fields["policy"].annotation
    found: AttributionRule = policy.model_validate({"rules": {}, "attribution": {"it": fields}}).attribution["it"]
    return found


def path(*touches: tuple[str, float], own: Sequence[str] = OWN, default: str = "site") -> Path:
    """A path of touches, oldest first: who and how many days before the sale."""
    return Path(tuple(who for who, _ in touches), tuple(days for _, days in touches), frozenset(own), default)
