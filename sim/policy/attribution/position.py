"""Position: more to who found the customer and to who closed the sale than to those between."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.base.units import Share
from sim.policy.attribution_rule import AttributionRule, Path, Shares, Weights, by_touch


class Position(AttributionRule):
    """Stated shares to the first and the last touch, the rest evenly to those between.

    Two touches share in proportion to `first` and `last`, evenly where both are 0.
    """

    kind: Literal["position"]
    first: Share = Field(default=0.4, description="to the oldest touch")
    last: Share = Field(default=0.4, description="to the latest touch")

    @model_validator(mode="after")
    def _no_more_than_all(self) -> Position:
        if self.first + self.last > 1.0:
            raise ValueError(f"first and last are {self.first + self.last:.0%} together; lower one, 100% is all")
        return self

    def split(self, path: Path, weights: Weights) -> Shares:
        between = len(path.who) - 2
        if between < 0:
            return {path.who[0]: 1.0}
        if between == 0:
            ends = [self.first, self.last]
            return by_touch(path, ends if sum(ends) > 0 else [1.0, 1.0])
        middle = (1.0 - self.first - self.last) / between
        return by_touch(path, [self.first, *[max(middle, 0.0)] * between, self.last])
