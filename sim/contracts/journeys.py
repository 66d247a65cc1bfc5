"""Journeys: what else touched the customers of a sale that a partner touched, out of a short stated catalogue.

No customer is an object: a month's sales of a partner are thinned over the journeys of its segment. What is left of
their shares is sold *alone*: only the partner touched the customer, on the day of the sale.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.base.units import Block, Positive, Share

PARTNER = "partner"  # on a path: the partner that sells
ALONE = "alone"  # the journey of sales that nobody else touched
MOST_PATHS = 12  # of a segment


class Touch(Block):
    """Somebody that a customer met before it bought."""

    who: str = Field(description="partner, an own channel, or a segment: another partner, of that segment")
    days: Positive = Field(description="days before the sale, a plain number")


class Journey(Block):
    """A path to a sale, and how many of a partner's sales came by it."""

    of: Annotated[list[str], Field(min_length=1)] = Field(description="segments whose partners close these sales")
    share: Share = Field(description="share of their sales at the opening; it moves with the own channels on the path")
    anyway: Share = Field(default=0.0, description="share of these sales that would have come without the partner")
    path: Annotated[list[Touch], Field(min_length=1)] = Field(description="touches, oldest first")
