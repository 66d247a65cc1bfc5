"""Tracking laid out: which part of partners' sales is seen, and what follows from it.

Notation: s segment of partners, t month (index t + warm_up in a series).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import to_minor
from sim.partners.segments import Segment
from sim.partners.terms.tracking import Tracking
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Tracked:
    """What is seen, by segment."""

    seen: Reals
    """share of the sales that is seen: float64[s, months]"""
    saved: Reals
    """part of the premium of a sale seen that codes save its customer: float64[s, months]"""
    cost: Integers
    """cost of tools, minor units: int64[s, months]"""
    capped: Reals
    """share of the sales in which browsers forget, and after how many months: float64[s] each"""
    forgotten_after: Reals
    tolerated: Reals
    penalty: Reals
    recovery: Reals
    """part of the way back to its target that trust goes in a month: float64[s]"""


def tracked(scenario: Scenario, first: int, months: int) -> Tracked:
    """What is seen from the ordinal `first` on."""
    segments = list(scenario.segments.values())
    stated = [one.tracking or Tracking() for one in segments]
    usual = scenario.us.reliability_half_life
    return Tracked(
        seen=_monthly(segments, stated, "seen", first, months),
        saved=_monthly(segments, stated, "saved", first, months),
        cost=np.array([[to_minor(cost) for cost in one.cost.series(first, months)] for one in stated]),
        capped=np.array([0.0 if one.capped is None else one.capped.share for one in stated]),
        forgotten_after=np.array([0.0 if one.capped is None else one.capped.days for one in stated]),
        tolerated=np.array([one.tolerated for one in stated]),
        penalty=np.array([one.penalty for one in stated]),
        recovery=np.array([_recovery(usual if one.half_life is None else one.half_life) for one in stated]),
    )


def _recovery(half_life: float) -> float:
    return 1.0 - 2.0 ** (-1.0 / half_life) if half_life > 0.0 else 1.0


def _monthly(segments: Sequence[Segment], stated: Sequence[Tracking], what: str, first: int, months: int) -> Reals:
    found = [
        [getattr(one, what)(segment.channel, first + t) for t in range(months)]
        for segment, one in zip(segments, stated, strict=True)
    ]
    return np.array(found, dtype=np.float64)
