"""What a scenario says of how partners work with our product: whether they remember it, how hard they try."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.base.units import Block, Duration, Number, Positive, Ratio, Share


class Attention(Block):
    """What is left of a partner's sales while nobody calls: at the start of a month A <- floor + (A - floor) r.

    r = 2^(-1 / half_life); a newcomer's is 1. Contacts raise it (`policy.contacts`, `own.<channel>.sends`).
    """

    half_life: Duration = Field(gt=0.0, description="months in which half of what is above the floor is gone")
    floor: Share = Field(description="part of its sales that a partner makes without ever being called")

    @property
    def kept(self) -> float:
        """Part of what is above the floor that a month leaves."""
        return float(2.0 ** (-1.0 / self.half_life))


class Effort(Block):
    """How hard partners try for what reaches them: e = (c pass_through / reference)^elasticity between low and high.

    e multiplies their sales. Beyond `free` their own product suffers: own_value (e - free) points of our premium come
    off what our offer is worth to them. Too little does nothing, too much makes its owner turn to others.
    """

    reference: Share = Field(
        gt=0.0, description="commission, as a share of premium, at which they try as hard as usual"
    )
    elasticity: Positive = Field(description="percent of effort for a percent of commission")
    low: Ratio = Field(default=0.0, description="least effort")
    high: Ratio = Field(default=3.0, description="most effort")
    free: Ratio = Field(default=1.0, description="effort up to which their own product does not suffer")
    own_value: Number = Field(
        default=0.0,
        description="points of our premium that their own product loses for each unit of effort beyond; negative: it "
        "gains, the products complement each other",
    )
    pass_through: Share = Field(default=1.0, description="part of the commission that reaches the people who sell")

    @model_validator(mode="after")
    def _bounds(self) -> Effort:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}; lower low or raise high")
        return self
