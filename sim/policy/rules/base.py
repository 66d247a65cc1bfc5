"""Base commission: a share of premium by product, segment, new and renewal business."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.policy.rates import Rates
from sim.policy.rule import Rule


class Base(Rule):
    """The rate of every product and segment that no other main rule covers."""

    kind: Literal["base"]
    new: Rates = Field(description="rate on new business")
    renewal: Rates | None = Field(default=None, description="rate on renewals; left out: as on new business")
