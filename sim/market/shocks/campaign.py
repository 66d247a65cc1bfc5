"""A rival's campaign: a temporary addition to its commission, for everybody or for those who sell for nobody else."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sim.base.units import Month, SignedShare, WholeMonths
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar
    from sim.market.conditions import Conditions


class Campaign(Story):
    """Adds to a rival's rates while it lasts. Partners who split their flow never qualify for an exclusive one."""

    kind: Literal["campaign"]
    rival: str
    start: Month
    length: WholeMonths = Field(ge=1)
    addition: SignedShare = Field(description="added to its rates, in shares of premium")
    products: list[str] | None = None
    segments: list[str] | None = None
    exclusive: bool = Field(
        default=False,
        description="only for partners who give their whole flow: those of segments that choose one principal",
    )

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        yield calendar.month_start(self.start)
        conditions.campaigns[name] = self
        calendar.log(name, f"{'exclusive offer' if self.exclusive else 'campaign'} of {self.rival} begins")
        yield calendar.month_start(self.start + self.length)
        del conditions.campaigns[name]
        calendar.log(name, f"{'exclusive offer' if self.exclusive else 'campaign'} of {self.rival} ends")

    def covers(self, product: str, segment: str, whole: bool) -> bool:
        """Whether the campaign holds for this product and segment; `whole`: its partners choose one principal."""
        named = (self.products is None or product in self.products) and (self.segments is None or segment in self.segments)
        return named and (whole or not self.exclusive)
