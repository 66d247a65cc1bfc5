"""Control of partners: which we keep, by what they have brought; their rating; what becomes of the buyers of others."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.base.units import (
    MONTHS_PER_YEAR,
    Block,
    Duration,
    Money,
    Month,
    Number,
    Positive,
    Share,
    SignedShare,
    WholeMonths,
)


class Rating(Block):
    """A figure from 0 to 1: the weighted mean of up to four parts, each from 0 to 1.

    Parts are the share of months of the window that closed without arrears; 1 - claims with handling over earned premium,
    not below 0; earned premium P over P + half_premium; and (1 + promoters - detractors) / 2 of the answers of the last
    12 months. Without earned premium the second and third do not count, without answers the fourth.
    """  # noqa: E501  # printed by `partner-sim schema`, line breaks included

    remittance: Positive = Field(default=1.0, description="weight of months without arrears")
    claims: Positive = Field(default=1.0, description="weight of the loss ratio")
    premium: Positive = Field(default=1.0, description="weight of size")
    survey: Positive = Field(default=0.0, description="weight of what customers say, where policy.survey asks them")
    half_premium: Money = Field(description="premium earned in the window that gives half of the part for size")
    newcomer: Share = Field(default=0.5, description="rating of a partner that is not judged yet")

    @model_validator(mode="after")
    def _rates_something(self) -> Rating:
        if self.remittance + self.claims + self.premium + self.survey == 0:
            raise ValueError("a rating needs a weight above 0: state remittance, claims, premium or survey")
        if self.premium > 0 and self.half_premium <= 0:
            raise ValueError("half_premium must be above 0: state the premium that gives half of the part for size")
        return self


class Recapture(Block):
    """Buyers of a partner that we end and who come to our own channels, without commission."""

    share: Share = Field(description="share of the buyers that it sent us")
    ramp: Duration = Field(default=0.0, description="months until all of them have found us")


class Control(Block):
    """Partners are judged by the last months: premium earned - claims - handling - commission, as expensed.

    One that falls below any of the bounds is ended: it leaves, remits what it holds and gets what it is owed.
    """

    segments: list[str] | None = Field(default=None, description="segments whose partners may be ended; left out: all")
    review_every: WholeMonths = Field(
        default=MONTHS_PER_YEAR, ge=1, description="months between reviews, from the start of a year"
    )
    window: WholeMonths = Field(default=MONTHS_PER_YEAR, ge=1, le=32, description="last months that are looked at")
    grace: WholeMonths = Field(default=MONTHS_PER_YEAR, description="months with us before a partner is judged")
    judged_from_premium: Money = Field(
        default=0.0, description="premium earned in the window below which result, margin and rating say too little"
    )
    end_when_result_below: Number | None = Field(default=None, description="result of the window")
    end_when_margin_below: SignedShare | None = Field(default=None, description="the same as a share of premium earned")
    end_when_premium_below: Money | None = Field(default=None, description="premium earned in the window")
    end_when_rating_below: Share | None = Field(default=None, description="rating at the review")
    rating: Rating | None = Field(default=None, description="left out: partners are not rated")
    recapture: Recapture | None = Field(
        default=None, description="left out: the buyers of ended partners are lost to us"
    )
    effective_from: Month | None = Field(default=None, description="first month in which partners may be ended")
    effective_until: Month | None = Field(default=None, description="first month in which they may not be any more")
    reason: str | None = Field(default=None, description="why it is proposed, or was changed")

    @model_validator(mode="after")
    def _does_something(self) -> Control:
        if self.end_when_rating_below is not None and self.rating is None:
            raise ValueError("end_when_rating_below needs a rating: state its weights under rating")
        bounds = (
            self.end_when_result_below,
            self.end_when_margin_below,
            self.end_when_premium_below,
            self.end_when_rating_below,
        )
        if self.rating is None and self.recapture is None and not any(one is not None for one in bounds):
            raise ValueError(
                "control without a bound does nothing: state one, such as end_when_result_below: 0, or a rating"
            )
        first, end = self.effective_from, self.effective_until
        if first is not None and end is not None and first >= end:
            raise ValueError("effective_until must be later than effective_from")
        return self

    def reviews(self, ordinal: int) -> bool:
        """Whether partners are judged at the close of the month `ordinal`."""
        first, end = self.effective_from, self.effective_until
        in_force = (first is None or ordinal >= first) and (end is None or ordinal < end)
        return in_force and (ordinal + 1) % self.review_every == 0

    def covers(self, segment: str) -> bool:
        """Whether a segment's partners may be ended."""
        return self.segments is None or segment in self.segments
