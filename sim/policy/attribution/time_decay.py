"""Time decay: the nearer to the sale, the more a touch counts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.base.units import DAYS_PER_MONTH, Duration
from sim.policy.attribution_rule import AttributionRule, Path, Shares, Weights, by_touch


class TimeDecay(AttributionRule):
    """In proportion to 2^(-days / half_life)."""

    kind: Literal["time_decay"]
    half_life: Duration = Field(gt=0.0, description="time in which a touch comes to count half, such as 7d")

    def split(self, path: Path, weights: Weights) -> Shares:
        days, latest = self.half_life * DAYS_PER_MONTH, min(path.days)  # against the latest: long ago is not 0 / 0
        return by_touch(path, [2.0 ** ((latest - one) / days) for one in path.days])
