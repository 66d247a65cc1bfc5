"""Conditions: the scalars that dated stories change and the month reads, and the luck of the world for the stories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.market.shocks.audit import Audit
    from sim.market.shocks.campaign import Campaign


def _no_luck(month: int, purpose: str) -> float:
    raise ValueError(f"no luck was given for {purpose} in month {month}")


@dataclass
class Conditions:
    """What surrounds us in the present month. Factors of stories that play at once multiply.

    `luck(month, purpose)` is a uniform in (0, 1) of the world, the same however often and in whatever order it is asked;
    months count from t = 0.
    """

    luck: Callable[[int, str], float] = _no_luck
    policy_version: int = 0
    factors: dict[str, Mapping[str, float]] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    audits: dict[str, Audit] = field(default_factory=dict)

    def begin(self, name: str, factors: Mapping[str, float]) -> None:
        """Put a story's factors in force; those on partners' weights are named `weight.service` and so on."""
        self.factors[name] = factors

    def end(self, name: str) -> None:
        """Take a story's factors back."""
        self.factors.pop(name, None)

    def factor(self, name: str) -> float:
        """Product of the factors in force, 1 in quiet times."""
        return prod(factors.get(name, 1.0) for factors in self.factors.values())
