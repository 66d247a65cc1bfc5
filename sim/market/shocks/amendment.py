"""An amendment of the policy: from its month on another version of the dated policy book is in force."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sim.market.conditions import Conditions

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


def amend(dates: list[int], calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
    """Tell the calendar each date (month ordinals, rising) on which the policy book turns a page."""
    from sim.base.calendar import Phase  # reading a scenario must not pay for simpy

    for version, date in enumerate(dates, start=1):
        yield calendar.month_start(date, Phase.POLICY)
        conditions.policy_version = version
        calendar.log("policy", "amendment in force")
