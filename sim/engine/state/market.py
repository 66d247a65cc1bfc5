"""The market: what is seen of us and of our rivals, and what it is worth to partners.

Notation: p product, s segment, k principal (0 is us), r rival.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.engine.layout.plan import Plan
from sim.engine.state.now import Now
from sim.partners.choice import softmax

NEVER = -1e300  # utility of a principal that is not there


class Market:
    """What is seen of the market, before its first month and in each month since.

    Attributes
    ----------
    demand : part of the buyers who are there this month, 0 when we have stopped
    closed : whether we sell and renew nothing this month
    shares, volumes : float64[k] of all expected premium, and float64[s, k] minor units of it
    our_rates, our_segment_rates, our_history : average rates on new business, float64[p, s] and float64[s], and the
        first by month since the beginning
    public, gone, rival_rates : each rival's rates, float64[p, s], the same array as long as they stay the same; whether
        it has left, bool[r]; its average rate on what a segment sells, float64[s, r]
    utilities, weights, mean_offers : of each principal, float64[s, k]; what partners weigh, float64[s] by name; and our
        mean offer, float64[s]
    trailing : premium that a buyer brings, major units, by calendar month: float64[12, p]
    signature, shown : what our offer, and what all utilities, were last made from
    """

    def __init__(self, now: Now) -> None:
        plan = now.plan
        segments, principals, rivals = len(plan.kinds), len(plan.principals), len(plan.rivals)
        self._now = now
        self.demand, self.closed = 1.0, False
        self.shares = np.full(principals, 1.0 / principals)
        self.volumes = np.zeros((segments, principals))
        self.our_rates = np.zeros((len(plan.lines), segments))
        self.our_segment_rates = np.zeros(segments)
        self.our_history: list[Reals] = []
        self.public: list[Reals] = [np.zeros((len(plan.lines), segments))] * rivals
        self.gone: Flags = np.zeros(rivals, dtype=np.bool_)
        self.rival_rates = np.zeros((segments, rivals))
        self.utilities = np.zeros((segments, principals))
        self.weights: dict[str, Reals] = {}
        self.mean_offers = np.zeros(segments)
        self.trailing = _trailing(plan)
        self.signature: tuple[Any, ...] = ()
        self.shown: tuple[Any, Any] | None = None

    @property
    def left(self) -> list[int]:
        """Positions among the principals of rivals that have left."""
        return [k for k, gone in enumerate(self.gone.tolist(), start=1) if gone]

    @property
    def year(self) -> Reals:
        """Premium a month that a buyer of each product brings, the mean of twelve months, major units: float64[p]."""
        return np.asarray(self.trailing.mean(axis=0))

    def mean_utilities(self, s: int) -> Reals:
        """Utility of each principal for a segment, of us with the mean offer and our true reliability: float64[k]."""
        utility = np.array(self.utilities[s])
        utility[0] += self.weights["commission"][s] * self.mean_offers[s]
        utility[0] += self.weights["reliability"][s] * self._now.plan.seen["reliability"][0, self._now.t]
        return utility

    def odds(self, s: int) -> Reals:
        """Choice probabilities of a segment without inertia, with the mean utility of our offer: float64[k]."""
        utility = self.mean_utilities(s)
        odds = np.zeros(utility.size)
        softmax(utility, odds)
        return odds

    def all_odds(self) -> Reals:
        """The same of every segment: float64[s, k]."""
        return np.array([self.odds(s) for s in range(len(self.utilities))])

    def product_weights(self) -> Reals:
        """What each product is of the premium of a segment's buyers: float64[p, s]; 0 where none is sold."""
        weight = (self._now.plan.by_segment.mix * self.year).T
        return ratio(weight, np.broadcast_to(weight.sum(axis=0), weight.shape))

    def premium_of_buyer(self) -> Reals:
        """Expected premium (minor units) of one buyer this month: float64[s]."""
        of_month = self.trailing[self._now.ordinal % MONTHS_PER_YEAR]
        return np.asarray((self._now.plan.by_segment.mix * of_month).sum(axis=1)) * MINOR_PER_MAJOR

    def rate(self) -> float:
        """Average commission rate of the market on new business, weighted by this month's expected premium."""
        rates = np.column_stack([self.our_segment_rates, self.rival_rates])
        weights = self.volumes[:, : rates.shape[1]]
        return float((rates * weights).sum() / weights.sum()) if weights.sum() > 0 else 0.0


def ratio(top: Reals, bottom: Reals) -> Reals:
    """One by the other, 0 where nothing stands below."""
    return np.divide(top, bottom, out=np.zeros(bottom.shape), where=bottom > 0)


def _trailing(plan: Plan) -> Reals:
    """Premium (major units) that a buyer of each product would bring, for the twelve months before the opening."""
    price = np.array([line.price_minor[0] for line in plan.lines]) / MINOR_PER_MAJOR
    seasons = np.array([line.product.season for line in plan.lines]).T  # the ring's slot is the calendar month
    return np.asarray(plan.demand[0] * price * seasons)
