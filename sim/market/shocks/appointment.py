"""An appointment: from its month on partners are of another group, region, rank or segment, or certified or no more."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from sim.base.spells import CERTIFICATE
from sim.base.units import Month
from sim.market.conditions import Conditions
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


def _named(value: object) -> object:
    return [CERTIFICATE] if value is True else value


Certificates = Annotated[list[str], BeforeValidator(_named)]


class Appointment(Story):
    """Partners are promoted, or what is the opposite: from `start` on what it states holds for them.

    Rules by `groups` and `regions` then hold for what they are now; a `stair_step` never gives them less than their
    `rank`. How they behave is a matter of their segment. With `segment` they go on as partners of another one: their
    id, buyers, contracts, balances and what rules have counted stay theirs.
    """

    length: ClassVar[float] = inf  # it holds until another one says otherwise

    kind: Literal["appointment"]
    partners: list[str] = Field(min_length=1, description="ids of those appointed")
    start: Month = Field(description="month from which on it holds")
    group: str | None = Field(default=None, description='their group from then on; "": none')
    region: str | None = Field(default=None, description="their region from then on")
    rank: int | None = Field(
        default=None, ge=0, le=100, description="number of the rank below which they do not fall, 1 the lowest; 0: none"
    )
    certified: Certificates | None = Field(
        default=None, min_length=1, description="certificates that they have from then on; true: the only one there is"
    )
    withdrawn: Certificates | None = Field(
        default=None, min_length=1, description="certificates that they have no more; true: the only one there is"
    )
    segment: str | None = Field(default=None, description="their segment from then on, by whose terms they then behave")

    @model_validator(mode="after")
    def _says_what(self) -> Appointment:
        said = (self.group, self.region, self.rank, self.certified, self.withdrawn, self.segment)
        if all(one is None for one in said):
            raise ValueError("appointed to what? state group, region, rank, segment, certified or withdrawn")
        if twice := set(self.certified or ()) & set(self.withdrawn or ()):
            raise ValueError(f"certified and withdrawn both name {min(twice)}: leave one of them out")
        return self

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        yield calendar.month_start(self.start)
        calendar.log(name, f"{len(self.partners)} appointed: {self._what}")

    @property
    def _what(self) -> str:
        said = {"group": self.group, "region": self.region, "rank": self.rank, "segment": self.segment}
        parts = [f"{word} {value}" for word, value in said.items() if value is not None]
        lists = {"certified": self.certified, "no more certified": self.withdrawn}
        return ", ".join([*parts, *(f"{word} {', '.join(names)}" for word, names in lists.items() if names)])
