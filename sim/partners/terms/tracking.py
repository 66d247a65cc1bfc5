"""Tracking: how many sales of a segment's partners are seen, how, and what unpaid sales do to their trust."""

from __future__ import annotations

from math import prod

from pydantic import Field

from sim.base.units import Block, Dated, Duration, Money, Positive, Share

MEANS = ("codes", "app", "manual")  # that catch an offline sale, each independent of the others


class Capped(Block):
    """Browsers that forget where a customer came from."""

    share: Share = Field(description="share of the sales in which they do")
    days: Duration = Field(description="time after which they have forgotten, such as 7d")


class Tracking(Block):
    """Which sales are seen, and so paid: online ones by the site, offline ones by code, app or a record by hand.

    Of the sales seen online `online`, offline 1 - (1 - codes)(1 - app)(1 - manual), of a hybrid segment the mean by its
    `online_share`. What is not stated is seen: an offline sale where none of its three means is stated.
    """

    online: Dated[Share] = Field(default=Dated[Share].always(1.0), description="share of the online sales that is seen")
    online_share: Share | None = Field(default=None, description="share of a hybrid segment's sales that is online")
    codes: Dated[Share] | None = Field(default=None, description="share of the offline sales with the partner's code")
    app: Dated[Share] | None = Field(default=None, description="share of the offline sales that the app catches")
    manual: Dated[Share] | None = Field(default=None, description="share of the offline sales recorded by hand")
    capped: Capped | None = Field(
        default=None, description="windows of referral cut short by browsers; left out: none is"
    )
    discount: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="what the customer who names a code saves, share of premium"
    )
    cost: Dated[Money] = Field(
        default=Dated[Money].always(0.0), description="tools of the whole segment a month, cost of the programme"
    )
    tolerated: Share = Field(default=0.0, description="share of unseen sales that partners bear without a word")
    penalty: Positive = Field(default=0.0, description="trust lost in a month in which all of the rest is unseen")
    half_life: Duration | None = Field(
        default=None, description="months in which trust recovers by half; left out: us.reliability_half_life"
    )

    def online_part(self, channel: str) -> float:
        """Share of the sales that are online, z."""
        return {"online": 1.0, "offline": 0.0}.get(channel, self.online_share or 0.0)

    def seen_offline(self, ordinal: int) -> float:
        """Share of the offline sales that is seen in a month."""
        stated = [getattr(self, name).at(ordinal) for name in MEANS if getattr(self, name) is not None]
        return 1.0 - prod(1.0 - one for one in stated) if stated else 1.0

    def seen(self, channel: str, ordinal: int) -> float:
        """Share of all sales that is seen in a month, tau."""
        z = self.online_part(channel)
        return z * self.online.at(ordinal) + (1.0 - z) * self.seen_offline(ordinal)

    def saved(self, channel: str, ordinal: int) -> float:
        """Part of the premium of a sale seen that codes save the customer, in the mean of those seen."""
        seen, codes = self.seen(channel, ordinal), 0.0 if self.codes is None else self.codes.at(ordinal)
        with_code = (1.0 - self.online_part(channel)) * codes
        return self.discount.at(ordinal) * with_code / seen if seen > 0.0 else 0.0

    def credits_all(self, channel: str) -> bool:
        """Whether at all times every sale is seen, at its full premium."""
        stated = [getattr(self, name) for name in MEANS if getattr(self, name) is not None]
        z = self.online_part(channel)
        online = z == 0.0 or self.online.is_always(1.0)
        offline = z == 1.0 or not stated or any(one.is_always(1.0) for one in stated)
        return online and offline and self.discount.is_always(0.0)
