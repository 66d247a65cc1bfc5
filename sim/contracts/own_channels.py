"""Our own channels: who sells for us without a partner, what they could sell alone, and what they cost.

Notation: c channel, p product, t month. D(t) mean number of contracts of a month that c sells where no partner is,
before season, the market's demand and the capacity of outlets.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.base.units import Block, Dated, Duration, Money, Positive, Share

ByProduct = dict[str, Dated[Positive]]


class Sends(Block):
    """Customers whom a channel sends to partners for their own product: a contact that returns.

    Of last month's new customers `segment` are sent; partners of a segment get them in proportion to their flow.
    Attention A grows by (1 - A) min(1, return x customers sent / flow).
    """

    segment: Annotated[dict[str, Share], Field(min_length=1)] = Field(
        description="share of its new customers that partners of each segment get"
    )
    income: Money = Field(default=0.0, description="what partners pay us for each")
    returns: Positive = Field(
        default=0.0, alias="return", description="how much attention a customer sent brings, for one of theirs a month"
    )


class Channel(Block):
    """What all of them state."""

    default: bool = Field(default=False, description="whether it sells what no other channel of ours claims")
    sends: Sends | None = Field(default=None, description="customers sent to partners; left out: none")


class Organic(Channel):
    """Customers who come by themselves: a site, a shop, word of mouth."""

    kind: Literal["organic"]
    demand: ByProduct = Field(description="contracts of each product a month")


class Marketing(Channel):
    """Advertising, which works on for a while and reaches ever fewer with more money.

    Stock a_t = carry a_{t-1} + (1 - carry) spend_t, before the first month its spend; reach r = top a^slope /
    (a^slope + half^slope); D = buyers r conversion. Source: Broadbent 1979 (carry-over), Hill 1910 (saturation).
    """

    kind: Literal["marketing"]
    spend: Dated[Money] = Field(description="a month")
    carry: Share = Field(default=0.0, description="part of its force that stays for the next month")
    top: Share = Field(description="share of the buyers that it reaches at most")
    half: Money = Field(gt=0.0, description="lasting spend a month that reaches half of these")
    slope: Positive = Field(default=1.0, gt=0.0, description="how sharply reach rises about half; 1 never speeds up")
    buyers: ByProduct = Field(description="people a month who could buy each product")
    conversion: Dated[Share] = Field(description="contracts for each person reached")


class Outlets(Channel):
    """Offices and shops of ours: D = demand min(1, (t - u + 1) / ramp) of each that was opened in month u.

    Those open at the opening are past their ramp. Where fewer are open the latest close first.
    """

    kind: Literal["outlets"]
    open: Dated[Annotated[int, Field(ge=0)]] = Field(description="how many are open")
    demand: ByProduct = Field(description="contracts of each product a month at an outlet past its ramp")
    ramp: Duration = Field(default=0.0, description="months until an outlet's demand is full")
    capacity: Positive | None = Field(default=None, description="contracts a month an outlet can sell; left out: any")
    opening_cost: Money = Field(default=0.0, description="once, for each opened")
    running_cost: Money = Field(default=0.0, description="a month for each")
    life: Duration = Field(
        default=60.0, ge=1.0, description="months over which the cost for each customer spreads an opening"
    )


class Cooperation(Block):
    """How our staff come to help partners, or to claim their customers.

    It moves towards 1 / (1 + exp(-100 (1 - o) (x c - b v) / scale)) by half of the way in `half_life` months: o what
    the rule credits us with of a sale that both touched, x the cross-bonus as a share of the partner's commission c,
    b the bonus of staff, v the chance to get away with a claim: better tracking lowers it.
    """

    half_life: Duration = Field(default=0.0, description="months in which half of the way is gone")
    scale: Positive = Field(gt=0.0, description="points of premium that move it noticeably: larger is slower to care")
    evasion: Dated[Share] = Field(
        default=Dated[Share].always(1.0), description="chance to get away with claiming a partner's sale"
    )


class Staff(Channel):
    """Employees who sell."""

    kind: Literal["staff"]
    demand: ByProduct = Field(description="contracts of each product a month")
    bonus: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="share of the premium credited to them, paid monthly"
    )
    cooperation: Cooperation | None = Field(
        default=None, description="left out: staff help partners whatever they are paid"
    )
    block: Share = Field(default=1.0, description="part of a sale that needs staff which fails where they do not help")
    dispute_cost: Positive = Field(default=0.0, description="own sales lost in each dispute with a partner")


OwnChannel = Annotated[Organic | Marketing | Outlets | Staff, Field(discriminator="kind")]
