"""Posts laid out: what influencers' posts bring by month, and how many there are.

Notation: s segment of partners, p product, t month (index t + warm_up in a series).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.market.shocks.post import Post
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Posted:
    """What the posts of a partner bring."""

    buyers: Reals
    """contracts that they add to the mean of its sales: float64[p, s, months]"""
    posts: Integers
    """how many it makes: int64[s, months]"""


def posted(scenario: Scenario, first: int, months: int) -> Posted | None:
    """Posts from the ordinal `first` on; None where nobody posts."""
    stories = [one for one in scenario.market.events.values() if isinstance(one, Post)]
    if not stories:
        return None
    segments = list(scenario.segments)
    buyers = np.zeros((len(scenario.products), len(segments), months))
    posts = np.zeros((len(segments), months), dtype=np.int64)
    for one in stories:
        s = segments.index(one.segment)
        buyers[:, s] += _bought(scenario, one)[:, None] * one.buyers(first, months)
        posts[s] += one.posts(first, months)
    return Posted(buyers, posts)


def _bought(scenario: Scenario, one: Post) -> Reals:
    """Part of the buyers who buy each product: float64[p]."""
    mix = scenario.segments[one.segment].mix
    wanted = {one.product: 1.0} if one.product is not None else mix
    parts = np.array([wanted.get(product, 0.0) for product in scenario.products])
    return np.asarray(parts / parts.sum())
