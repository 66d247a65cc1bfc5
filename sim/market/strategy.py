"""What a rival's strategy declares: fields and one pure answer.

What a strategy is told of many replications at once has an axis of them in front; shapes are given without it.

Notation: R replications, p product, s segment, k principal (0 is us, the outside option last where there is one).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Flags, Places, Reals
from sim.base.units import Block


@dataclass(frozen=True)
class MarketView:
    """The market as it showed itself last month. Premium is expected new premium a month, minor units."""

    offers: Reals
    """public rates, ours as the average on new business: float64[principal, product, segment], outside option apart"""
    shares: Reals
    """share of each principal in the market's new premium: float64[principal]"""
    volumes: Reals
    """premium that commission can move, by the principal that has it: float64[segment, principal]"""
    reviewing: Reals
    """the part of `volumes` whose partners review in a month: float64[segment, principal]"""
    utilities: Reals
    """utility of each principal to a mean partner, inertia apart: float64[segment, principal]"""
    response: Reals
    """utility that a unit of commission adds to a rival: float64[segment]"""
    inertia: Reals
    """utility of staying: float64[segment]"""
    split: Flags
    """whether partners of the segment split their flow: bool[segment]"""
    product_weights: Reals
    """what each product is of a segment's premium: float64[product, segment]"""
    caps: Reals
    """highest rate that the regulator allows this month: float64[product]"""
    paid_within: Reals
    """share of a contract's claims paid within 0, 1, 2, ... months after the sale: float64[product, month]"""

    @property
    def average_rates(self) -> Reals:
        """Average rate on what a segment sells: float64[segment, principal], outside option apart."""
        return np.asarray((self.offers * self.product_weights[..., None, :, :]).sum(axis=-2).swapaxes(-1, -2))

    def at(self, replications: int | slice | Places) -> MarketView:
        """That of one of many replications, or of some of them."""
        return replace(self, **{name: getattr(self, name)[replications] for name in _OF_A_REPLICATION})


_OF_A_REPLICATION = "offers", "shares", "volumes", "reviewing", "utilities", "response", "product_weights"
"""fields of a view that have the axis of replications; the others are the same in all of them"""


@dataclass(frozen=True)
class Economics:
    """What one owner's brands cost, as shares of premium; zeros for the principals of others: float64[principal]."""

    own: Flags
    """which principals are brands of this owner"""
    loss_ratio: Reals
    expense_ratio: Reals

    def at(self, replications: int | slice | Places) -> Economics:
        """Those in one of many replications, or in some of them."""
        return Economics(self.own[replications], self.loss_ratio[replications], self.expense_ratio[replications])


@dataclass(frozen=True)
class MarketFacts:
    """What a rival sees when it acts: public figures of last month. Reals have the shape (product, segment)."""

    month: int
    schedule: Reals
    """the rates that the rival's own dated schedule states for this month"""
    present: Reals
    """the rival's rates of last month, campaigns apart"""
    our_rates: Sequence[Reals]
    """our average rate on new business, shape (product, segment), in each month so far; last month last"""
    position: int = 1
    """which principal the rival is"""
    market: MarketView | None = None
    """last month's market, for a strategy with `sees_market`; None before there was a month"""
    economics: Economics | None = None
    """what the rival's owner knows of its own brands; None where `market` is"""


class Strategy(Block):
    """How a rival sets its rates; `answer` must not draw or keep anything.

    A strategy is `batched` if its answer also holds for facts with an axis of replications in front: all arrays of
    `facts` then have it but those of a view's `inertia`, `split`, `caps` and `paid_within`. Others are asked one by
    one, and so is any that sees no market.
    """

    sees_market: ClassVar[bool] = False
    """whether `answer` reads `facts.market`, which is not gathered otherwise"""
    adapts: ClassVar[bool] = False
    """whether answers depend on what others do, so that they may never settle"""
    batched: ClassVar[bool] = False
    """whether it answers for many replications at once; a class says it for itself"""

    def __init_subclass__(cls, **options: Any) -> None:
        """Not inherited: a subclass may be written for one replication."""
        super().__init_subclass__(**options)
        cls.batched = vars(cls).get("batched", False)

    def answer(self, facts: MarketFacts) -> Reals:
        """Rates of this month, shape (product, segment)."""
        raise NotImplementedError
