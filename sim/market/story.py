"""What a dated story declares: fields and a generator that changes conditions, never a partner's balance."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sim.base.units import Block
from sim.market.conditions import Conditions

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


class Story(Block):
    """A dated event told as a SimPy generator: begins, waits, ends."""

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        """Play the story on the calendar; `name` labels it in the event log."""
        raise NotImplementedError
