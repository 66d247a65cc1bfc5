"""Last touch: who closed the sale."""

from __future__ import annotations

from typing import Literal

from sim.policy.attribution_rule import AttributionRule, Path, Shares, Weights


class LastTouch(AttributionRule):
    """All to the latest touch."""

    kind: Literal["last_touch"]

    def split(self, path: Path, weights: Weights) -> Shares:
        return {path.who[-1]: 1.0}
