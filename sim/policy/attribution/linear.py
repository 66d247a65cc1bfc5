"""Linear: every touch counts as much."""

from __future__ import annotations

from typing import Literal

from sim.policy.attribution_rule import AttributionRule, Path, Shares, Weights, by_touch


class Linear(AttributionRule):
    """1 / n to each of n touches."""

    kind: Literal["linear"]

    def split(self, path: Path, weights: Weights) -> Shares:
        return by_touch(path, [1.0] * len(path.who))
