"""The staff of ours that cooperate with partners, or fight them, laid out.

Notation: s segment of partners, t month (index t + warm_up in a series).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.contracts.own_channels import Staff
from sim.engine.layout.costs import monthly
from sim.policy.attribution_rule import PARTNER, Path
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Staffing:
    """Who helps partners, and what moves them to."""

    channel: int
    """its place among our channels"""
    name: str
    path: Path
    """a sale that they fight for: the partner was first, they closed it"""
    needs: Reals
    """share of each segment's sales that they must help to close: float64[s]"""
    block: float
    """part of these that fails without them"""
    dispute_cost: float
    """own sales lost in each dispute"""
    approach: float
    """part of the way to their target that they go in a month"""
    points: float
    """of premium that move them noticeably"""
    bonus: Reals
    """of staff, as a share of premium: float64[months]"""
    evasion: Reals
    """chance to get away with a claim: float64[months]"""


def staffing(scenario: Scenario, first: int, months: int) -> Staffing | None:
    """The staff that state cooperation, from the ordinal `first` on; None where none do."""
    for place, (name, channel) in enumerate(scenario.own.items()):
        if isinstance(channel, Staff) and channel.cooperation is not None:
            return _laid_out(scenario, channel, place, name, first, months)
    return None


def _laid_out(scenario: Scenario, channel: Staff, place: int, name: str, first: int, months: int) -> Staffing:
    terms, default = channel.cooperation, next((c for c, one in scenario.own.items() if one.default), name)
    assert terms is not None
    return Staffing(
        channel=place,
        name=name,
        path=Path((PARTNER, name), (0.0, 0.0), frozenset(scenario.own), default),
        needs=np.array([one.needs_staff for one in scenario.segments.values()]),
        block=channel.block,
        dispute_cost=channel.dispute_cost,
        approach=1.0 - 2.0 ** (-1.0 / terms.half_life) if terms.half_life > 0.0 else 1.0,
        points=terms.scale,
        bonus=monthly(channel.bonus, first, months),
        evasion=monthly(terms.evasion, first, months),
    )
