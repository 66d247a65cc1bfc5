"""What a scenario says of credit: correlation of defaults, recovery, what a crisis does to discipline."""

from __future__ import annotations

from pydantic import Field

from sim.base.units import Block, Share, WholeMonths


class Credit(Block):
    """Defaults and recoveries of all partners."""

    correlation: Share = Field(default=0.0, description="asset correlation of partners' defaults (one-factor Gaussian)")
    recovery: Share = Field(default=0.0, description="share of the debt that comes back")
    recovery_lag: WholeMonths = Field(default=12, description="months from the default to the recovery")
    recovery_months: WholeMonths = Field(default=1, ge=1, description="months over which it comes back in equal parts")
