"""The game of independent reach: what channels sell together, alone and when one of them is taken away.

Notation: each buyer is touched by channel c with chance reach_c, which sells with chance convert_c; without any touch
a sale comes with chance q0. v(S) = buyers (1 - (1 - q0) prod over S of (1 - a_c)), a_c = reach_c convert_c.
The Shapley value is the integral over t from 0 to 1 of the multilinear extension's slope (Owen 1972, Management
Science 18, P64-P79): buyers (1 - q0) a_c times that of prod over the others of (1 - a_j t), a polynomial.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial

from sim.theory.channels.bounds import at_least, quotient, shares


@dataclass(frozen=True)
class Reached:
    """A channel: chance to reach a buyer, chance to sell to one reached, whether it is a partner's."""

    reach: float
    convert: float
    partner: bool = False

    @property
    def sells(self) -> float:
        """Chance to reach a buyer and sell to it."""
        return self.reach * self.convert


@dataclass(frozen=True)
class Game:
    """Sales in units: of all, without some, added by partners, touched by them, and each channel's value."""

    sales_all: float
    sales_without_partners: float
    sales_without_own: float
    incremental_by_partners: float
    touched_by_partners: float
    touched_over_incremental: float
    shapley: dict[str, float]
    organic: float
    removal_each: dict[str, float]


def sales_of(buyers: float, q0: float, channels: Collection[Reached]) -> float:
    """v(S): expected sales with these channels and no others."""
    missed = np.prod([1.0 - channel.sells for channel in channels])
    return float(buyers * (1.0 - (1.0 - q0) * missed))


def reach_game(buyers: float, q0: float, channels: Mapping[str, Reached]) -> Game:
    """Everything that the game says of the channels.

    Parameters
    ----------
    buyers : float
        At least 0.
    q0 : float
        Chance that an untouched buyer buys.
    channels : mapping of name to Reached
        Where partners add nothing `touched_over_incremental` is infinite, or NaN if they touch nothing either.

    Raises
    ------
    ValueError
        For a chance outside 0 to 1 or negative buyers.
    """
    at_least(0.0, buyers=buyers)
    shares(q0=q0)
    for name, one in channels.items():
        shares(**{f"reach of {name}": one.reach, f"convert of {name}": one.convert})
    own = [one for one in channels.values() if not one.partner]
    partners = [one for one in channels.values() if one.partner]
    everyone, alone = sales_of(buyers, q0, [*own, *partners]), sales_of(buyers, q0, own)
    touched = everyone - alone * float(np.prod([1.0 - one.reach for one in partners]))
    return Game(
        sales_all=everyone,
        sales_without_partners=alone,
        sales_without_own=sales_of(buyers, q0, partners),
        incremental_by_partners=everyone - alone,
        touched_by_partners=touched,
        touched_over_incremental=quotient(touched, everyone - alone),
        shapley={name: shapley_of(buyers, q0, channels, name) for name in channels},
        organic=buyers * q0,
        removal_each={name: everyone - sales_of(buyers, q0, _others(channels, name)) for name in channels},
    )


def shapley_of(buyers: float, q0: float, channels: Mapping[str, Reached], name: str) -> float:
    """Shapley value of one channel, in sales."""
    together = Polynomial([buyers * (1.0 - q0) * channels[name].sells])
    for one in _others(channels, name):
        together *= Polynomial([1.0, -one.sells])
    return float(together.integ()(1.0))


def _others(channels: Mapping[str, Reached], name: str) -> list[Reached]:
    return [one for other, one in channels.items() if other != name]
