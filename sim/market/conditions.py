"""Conditions: the scalars that dated stories change and the month reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.market.shocks.audit import Audit
    from sim.market.shocks.campaign import Campaign

FACTORS = ("demand", "discipline", "default", "claims", "recovery")


@dataclass
class Conditions:
    """What surrounds us in the present month. Factors of stories that play at once multiply."""

    policy_version: int = 0
    factors: dict[str, dict[str, float]] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    audits: dict[str, Audit] = field(default_factory=dict)

    def begin(self, name: str, factors: dict[str, float]) -> None:
        """Put a story's factors in force."""
        self.factors[name] = factors

    def end(self, name: str) -> None:
        """Take a story's factors back."""
        self.factors.pop(name, None)

    def factor(self, name: str) -> float:
        """Product of the factors in force, 1 in quiet times."""
        return prod(factors.get(name, 1.0) for factors in self.factors.values())
