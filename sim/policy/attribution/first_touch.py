"""First touch: who found the customer."""

from __future__ import annotations

from typing import Literal

from sim.policy.attribution_rule import AttributionRule, Path, Shares, Weights


class FirstTouch(AttributionRule):
    """All to the oldest touch."""

    kind: Literal["first_touch"]

    def split(self, path: Path, weights: Weights) -> Shares:
        return {path.who[0]: 1.0}
