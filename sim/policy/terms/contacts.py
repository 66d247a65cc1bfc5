"""Contacts: managers who call partners, so that they do not forget us."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.base.units import Block, Dated, Money, Share

ContactRule = Literal["largest", "longest", "gain", "even"]


class Contacts(Block):
    """Each month managers call so many partners: the attention A of one called grows by gain (1 - A)."""

    managers: Dated[Annotated[int, Field(ge=0)]] = Field(description="how many call")
    each: Dated[Annotated[int, Field(ge=0)]] = Field(description="partners that each calls a month")
    cost: Dated[Money] = Field(default=Dated[Money].always(0.0), description="of a manager a month")
    gain: Dated[Annotated[Share, Field(gt=0.0)]] = Field(
        default=Dated[Annotated[Share, Field(gt=0.0)]].always(1.0),
        description="part of what a partner has forgotten that a call brings back",
    )
    rule: Dated[ContactRule] = Field(
        description="whom they call first: largest (expected premium of a year), longest (not called for most months), "
        "gain (expected premium that is being forgotten), even (every partner a part of a call)"
    )

    def most(self, ordinal: int) -> int:
        """Partners that can be called in a month."""
        return self.managers.at(ordinal) * self.each.at(ordinal)
