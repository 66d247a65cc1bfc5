"""A post: an influencer shows us to its followers, and what it brings is gone in days."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from sim.base.in_turn import sum_in_turn
from sim.base.units import Duration, Month, Positive, Share, WholeMonths
from sim.market.conditions import Conditions
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


class Post(Story):
    """Brings each partner of a segment that sells for us buyers beside its usual ones.

    Who sees a post and buys does so with a half-life; who has bought by an earlier month's posts buys no more. Nothing
    is drawn for it: its buyers add to the mean of the partner's sales.
    """

    length: ClassVar[float] = inf  # what posts have sold stays sold

    kind: Literal["post"]
    segment: str = Field(description="whose partners post")
    start: Month = Field(description="first month")
    every: WholeMonths | None = Field(default=None, ge=1, description="months between posts; left out: once")
    until: Month | None = Field(default=None, description="month from which there are no more; left out: they go on")
    times: int = Field(default=1, ge=1, description="posts in such a month, evenly over what is left of it")
    at: Share = Field(default=0.0, description="moment of the month of the first of them")
    followers: Positive = Field(description="of each partner")
    reach: Share = Field(description="share of the followers who see a post")
    click: Share = Field(description="share of those who then click")
    conversion: Share = Field(description="share of those who then buy")
    half_life: Duration = Field(description="time in which half of a post's buyers have come, such as 5d")
    product: str | None = Field(default=None, description="what they buy; left out: products as in the segment's mix")

    @model_validator(mode="after")
    def _consistent(self) -> Post:
        if self.half_life <= 0.0:
            raise ValueError("half_life must be above 0: state how fast a post is forgotten, such as 5d")
        if self.until is not None and (self.every is None or self.until <= self.start):
            raise ValueError("until is the end of a series of posts: state every, and a month after start")
        return self

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        date = self.start
        while self._posts(date):
            yield calendar.month_start(date)
            calendar.log(name, f"{self.times} posts of {self.segment}" if self.times > 1 else f"post of {self.segment}")
            if self.every is None:
                return
            date += self.every

    def posts(self, first: int, months: int) -> list[int]:
        """How many posts a partner makes in each month from the ordinal `first` on."""
        return [self.times * self._posts(ordinal) for ordinal in range(first, first + months)]

    def buyers(self, first: int, months: int) -> list[float]:
        """Expected buyers that a partner's posts bring in each month from the ordinal `first` on.

        The posts of a month share its pool of followers, f; it is then left with f - times f reach click conversion. Of
        the buyers of a post at the moment x of its month there come 2**(-max(0, k - x) / h) - 2**(-(k + 1 - x) / h) in
        the month k after it, h the half-life in months.
        """
        found, pool = [0.0] * months, self.followers
        for date in range(self.start, first + months):
            if not self._posts(date):
                continue
            of_post = pool * self.reach * self.click * self.conversion
            for month in range(max(date, first), first + months):
                found[month - first] += of_post * sum_in_turn(self._within(month - date, x) for x in self._moments)
            pool = max(pool - self.times * of_post, 0.0)
        return found

    @property
    def _moments(self) -> list[float]:
        return [self.at + (1.0 - self.at) * one / self.times for one in range(self.times)]

    def _within(self, k: int, x: float) -> float:
        """Part of a post's buyers who come in the month k after it."""
        return float(2.0 ** (-max(0.0, k - x) / self.half_life) - 2.0 ** (-(k + 1.0 - x) / self.half_life))

    def _posts(self, ordinal: int) -> bool:
        after = ordinal - self.start
        if after < 0 or (self.until is not None and ordinal >= self.until):
            return False
        return after == 0 if self.every is None else after % self.every == 0
