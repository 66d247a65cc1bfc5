"""The market: what is seen of us and of our rivals, and what it is worth to partners.

Notation: R replications, p product, s segment, k principal (0 is us), r rival.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.kernels import kernel
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.engine.state.now import Now
from sim.partners.choice import softmax

NEVER = -1e300  # utility of a principal that is not there


class Market:
    """What is seen of the market, before its first month and in each month since.

    Attributes
    ----------
    demand : part of the buyers who are there this month, 0 when we have stopped: float64[R]
    damage, kept : what incidents have done to our brand by last month's close, and what own demand keeps under it:
        float64[R]
    closed : whether we sell and renew nothing this month: bool[R]
    shares, volumes : float64[R, k] of all expected premium, and float64[R, s, k] minor units of it
    our_rates, our_segment_rates, our_history : average rates on new business, float64[R, p, s] and float64[R, s], and
        the first by month since the beginning
    like : the first replication in which our rates have been the same in all months, of those of its case: intp[R]
    public, gone, rival_rates : each rival's rates, float64[R, r, p, s]; whether it has left, bool[R, r]; its average
        rate on what a segment sells, float64[R, s, r]
    utilities, weights, mean_offers : of each principal, float64[R, s, k]; what partners weigh, float64[R, s] by name;
        and our mean offer less what their own product loses by it, float64[R, s]
    trailing : premium that a buyer brings, major units, by calendar month: float64[R, p, 12]
    offered, shown : what our offers, and what all utilities, were last made from
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "our_history": (slice(None),),
        **dict.fromkeys(
            (
                "demand", "closed", "damage", "kept", "shares", "volumes", "our_rates", "our_segment_rates", "public",
                "gone", "rival_rates", "utilities", "weights", "mean_offers", "trailing", "left", "year",
                "mean_utilities", "all_odds", "product_weights", "premium_of_buyer", "premium_elsewhere", "rate",
                "pull",
            ),
            (),
        ),
    }  # fmt: skip

    def __init__(self, now: Now) -> None:
        plan, size = now.plan, now.size
        segments, principals, rivals = len(plan.kinds), len(plan.principals), len(plan.rivals)
        self._now = now
        self.demand, self.closed = np.ones(size), np.zeros(size, dtype=np.bool_)
        self.damage, self.kept = np.zeros(size), np.ones(size)
        self.shares = np.tile(plan.alike / plan.alike.sum(), (size, 1))  # every offer alike, until partners have chosen
        self.volumes = np.zeros((size, segments, principals))
        self.our_rates = np.zeros((size, len(plan.lines), segments))
        self.our_segment_rates = np.zeros((size, segments))
        self.our_history: list[Reals] = []
        self.like = now.batch.by_case.first
        self.public = np.zeros((size, rivals, len(plan.lines), segments))
        self.gone: Flags = np.zeros((size, rivals), dtype=np.bool_)
        self.rival_rates = np.zeros((size, segments, rivals))
        self.utilities = np.zeros((size, segments, principals))
        self.weights: dict[str, Reals] = {name: np.zeros((size, segments)) for name in plan.weights}
        self.mean_offers = np.zeros((size, segments))
        self.trailing = _trailing(now)
        self.offered: tuple[Any, ...] | None = None
        self.shown: tuple[Any, ...] | None = None

    @property
    def left(self) -> list[list[int]]:
        """By replication, positions among the principals of rivals that have left."""
        return [[k for k, gone in enumerate(row, start=1) if gone] for row in self.gone.tolist()]

    @property
    def pull(self) -> Reals:
        """Share of the customers who ask for us by name, less than stated where our brand is damaged: float64[R, s]."""
        return np.asarray(self.kept[:, None] * self._now.plan.by_segment.pull)

    @property
    def year(self) -> Reals:
        """Premium a month that a buyer of each product brings, the mean of a year, major units: float64[R, p]."""
        return np.asarray(self.trailing.mean(axis=2))

    def mean_utilities(self) -> Reals:
        """Utility of each principal, of us with the mean offer and our true reliability: float64[R, s, k]."""
        utility = self.utilities.copy()
        utility[..., 0] += self.weights["commission"] * self.mean_offers
        utility[..., 0] += self.weights["reliability"] * self._now.plan.seen["reliability"][0, self._now.t]
        return utility

    def all_odds(self) -> Reals:
        """Choice probabilities by segment without inertia, with the mean utility of our offer: float64[R, s, k]."""
        utility = self.mean_utilities()
        odds = np.zeros(utility.shape)
        _softmax_each(utility.reshape(-1, utility.shape[-1]), odds.reshape(-1, utility.shape[-1]))
        return odds

    def product_weights(self) -> Reals:
        """What each product is of the premium of a segment's buyers: float64[R, p, s]; 0 where none is sold."""
        weight = (self._now.plan.by_segment.mix * self.year[:, None]).transpose(0, 2, 1)
        return ratio(weight, np.broadcast_to(weight.sum(axis=1, keepdims=True), weight.shape))

    def premium_of_buyer(self) -> Reals:
        """Expected premium (minor units) of one buyer this month: float64[R, s]."""
        of_month = self.trailing[:, :, self._now.ordinal % MONTHS_PER_YEAR]
        return np.asarray((self._now.plan.by_segment.mix * of_month[:, None]).sum(axis=2)) * MINOR_PER_MAJOR

    def premium_elsewhere(self) -> Reals:
        """Expected premium (minor units) of one buyer this month at each rival: float64[R, s, r]."""
        plan, t = self._now.plan, self._now.t
        if plan.rivals_worth is None:
            return np.repeat(self.premium_of_buyer()[..., None], len(plan.rivals), axis=2)
        by_segment = plan.by_segment.mix @ plan.rivals_worth[:, :, t].T
        return np.asarray(self.demand[:, None, None] * by_segment * MINOR_PER_MAJOR)

    def rate(self) -> Reals:
        """Average commission rate of the market on new business, by this month's expected premium: float64[R]."""
        rates = np.concatenate([self.our_segment_rates[..., None], self.rival_rates], axis=2)
        weights = self.volumes[..., : rates.shape[2]]
        paid, sold = _whole(rates * weights), _whole(weights)
        return ratio(paid, sold)


def _whole(cells: Reals) -> Reals:
    """Sum of float64[R, s, k] by replication: float64[R]. What lies in one piece is summed as one, so no bit moves."""
    return cells.reshape(len(cells), -1).sum(axis=1) if cells.flags.c_contiguous else cells.sum(axis=(1, 2))


def ratio(top: Reals, bottom: Reals) -> Reals:
    """One by the other, 0 where nothing stands below."""
    return np.divide(top, bottom, out=np.zeros(bottom.shape), where=bottom > 0)


def _trailing(now: Now) -> Reals:
    """Premium (major units) that a buyer would bring, for a year before the opening: float64[R, p, 12]."""
    plan = now.plan
    price = np.array([line.price_minor[0] * line.price_effect[0] for line in plan.lines]) / MINOR_PER_MAJOR
    seasons = np.array([line.product.season for line in plan.lines])  # the ring's slot is the calendar month
    return np.asarray(now.batch.by_case.demand[:, 0, None, None] * price[:, None] * seasons)


@kernel
def _softmax_each(
    utility: Reals,  # [m, K]
    share: Reals,  # [m, K]
) -> None:
    for row in range(len(utility)):
        softmax(utility[row], share[row])
