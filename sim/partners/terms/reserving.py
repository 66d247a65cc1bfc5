"""What a scenario says of customers who reserve a unit before they buy it."""

from __future__ import annotations

from pydantic import Field, field_validator

from sim.base.units import Block, Dated, Duration, Share


class Reserves(Block):
    """Customers who must sell something of their own first, such as a flat."""

    share: Dated[Share] = Field(description="share of the customers who reserve; the others buy at once")
    own_flat: Dated[Duration] = Field(
        description="months until what they must sell themselves is sold, a mean of at least 1mo"
    )

    @field_validator("own_flat")
    @classmethod
    def _takes_a_month(cls, stated: Dated[float]) -> Dated[float]:
        if min(stated.since.values()) < 1.0:
            raise ValueError("own_flat is at least 1mo: a reservation is looked at once a month; or take reserves out")
        return stated
