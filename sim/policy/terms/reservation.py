"""What a scenario says of reservations: how long a unit may be kept for a customer, and what that costs."""

from __future__ import annotations

from pydantic import Field, field_validator

from sim.base.units import Block, Dated, Money, Share, WholeMonths

LONGEST = 60  # months


class Reservation(Block):
    """A unit is kept off the market for a partner's customer, who buys it meanwhile or not at all."""

    length: Dated[WholeMonths] = Field(
        description="months for which a unit is kept, of those reserved from a date on; 0mo: none may be reserved"
    )
    fee: Dated[Money] = Field(
        default=Dated[Money].always(0.0), description="paid by the customer for each reservation, and kept by us"
    )
    most: Dated[Share] = Field(
        default=Dated[Share].always(1.0),
        description="share of the units not yet sold up to which new reservations are made; the others are refused",
    )

    @field_validator("length")
    @classmethod
    def _within_reason(cls, stated: Dated[int]) -> Dated[int]:
        if (longest := max(stated.since.values())) > LONGEST:
            raise ValueError(f"a unit is reserved for at most {LONGEST}mo, got {longest}mo")
        return stated
