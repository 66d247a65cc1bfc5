"""A rival's campaign: a temporary addition to its commission, for everybody or for those who sell for nobody else."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sim.base.units import Month, SignedShare, WholeMonths
from sim.market.conditions import Addition, Conditions
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


class Campaign(Story):
    """Adds to a rival's rates while it lasts. Partners who split their flow never qualify for an exclusive one."""

    kind: Literal["campaign"]
    rival: str = Field(description="whose campaign it is")
    start: Month = Field(description="first month")
    length: WholeMonths = Field(ge=1, description="how long it lasts")
    addition: SignedShare = Field(description="added to its rates, in shares of premium")
    products: list[str] | None = Field(default=None, description="products it is for; left out: all")
    segments: list[str] | None = Field(default=None, description="partners it is for; left out: all")
    exclusive: bool = Field(
        default=False,
        description="only for partners who give their whole flow: those of segments that choose one principal",
    )

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        yield calendar.month_start(self.start)
        conditions.campaigns[name] = self.offer
        calendar.log(name, f"{'exclusive offer' if self.exclusive else 'campaign'} of {self.rival} begins")
        yield calendar.month_start(self.start + self.length)
        del conditions.campaigns[name]
        calendar.log(name, f"{'exclusive offer' if self.exclusive else 'campaign'} of {self.rival} ends")

    @property
    def offer(self) -> Addition:
        """What it does while it lasts."""
        return Addition(
            self.rival, self.addition, products=self.products, segments=self.segments, exclusive=self.exclusive
        )
