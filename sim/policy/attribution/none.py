"""None: nobody decides, and everybody who touched is paid."""

from __future__ import annotations

from typing import Literal

from sim.policy.attribution_rule import AttributionRule, Path, Shares, Weights


class Undecided(AttributionRule):
    """Each who touched is credited in full: a sale that two touched is paid twice."""

    kind: Literal["none"]

    def split(self, path: Path, weights: Weights) -> Shares:
        return dict.fromkeys(path.touchers, 1.0)
