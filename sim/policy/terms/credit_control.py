"""Credit control: how much a partner may owe us, when it must stop selling, what we set aside for late premium."""

from __future__ import annotations

from pydantic import Field

from sim.base.units import Block, Duration, Money, Share, WholeMonths


class Allowance(Block):
    """Share of premium past due that is set aside, by how long it has been due."""

    over_30: Share = Field(default=0.0, description="of what is 30 to 60 days past due")
    over_60: Share = Field(default=0.0, description="of what is 60 to 90 days past due")
    over_90: Share = Field(default=0.0, description="of what is more than 90 days past due")


class CreditControl(Block):
    """Limits on the premium that partners hold. Stated at all, it counts arrears by age."""

    segments: list[str] | None = Field(
        default=None, description="segments that limits and stop-sale cover; left out: all"
    )
    exposure_limit: Money | None = Field(
        default=None, description="premium sold and not remitted, net of commission kept, that a partner may owe us"
    )
    exposure_months: Duration | None = Field(
        default=None,
        description="the same in months of the premium that its whole flow would bring; the lower limit holds",
    )
    stop_sale_after: WholeMonths | None = Field(
        default=None, description="months for which premium may be past due; with older arrears a partner sells nothing"
    )
    allowance: Allowance | None = Field(
        default=None, description="set aside for arrears; left out: nothing before a default"
    )
    reason: str | None = Field(default=None, description="why it is proposed, or was changed")

    def covers(self, segment: str) -> bool:
        """Whether limits and stop-sale hold for a segment."""
        return self.segments is None or segment in self.segments
