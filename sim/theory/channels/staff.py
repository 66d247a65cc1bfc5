"""Own staff beside partners: cooperation, the cross-bonus at which they are indifferent, and the best one.

Notation: c commission, b bonus of staff, x cross-bonus as a share of c, o own credit of a joint sale under the rule,
v chance to get away with claiming it, scale in points. Cooperation tends to 1 / (1 + exp(-100 (1 - o) (x c - b v) /
scale)) with a half-life; partner sales are multiplied by 1 - needs_staff block (1 - cooperation).

Best cross-bonus on top: with y = x c, M = margin - c, k = 100 (1 - o) / scale and E = exp(k (y - b v)) the profit
(1 - block + block E / (1 + E)) (M - y) is stationary where block k (M - y) = (1 - block) / E + 2 - block + E. The
difference of the sides is concave in y with its peak at E = 1 - block, so the best is its upper root or no bonus. With
block = 1 the root is k (M - y) - 1 = W(exp(k (M - b v) - 1)), W Lambert's function (Corless et al. 1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import above, at_least, kept, shares

POINTS = 100.0


@dataclass(frozen=True)
class Terms:
    """What staff look at: cross-bonus as a share of the commission, chance to evade, own credit of a joint sale."""

    cross_bonus: float
    evasion: float
    own_credit: float


@dataclass(frozen=True)
class BestBonus:
    """Best cross-bonus on top, the cooperation that it buys, and the profit with and without, in money."""

    best_cross_bonus: float
    cooperation: float
    profit: float
    profit_without: float


def cooperation_target(commission: float, own_bonus: float, scale: float, terms: Terms) -> float:
    """Cooperation in the long run, between 0 and 1; rates are shares of the price, `scale` is in points, above 0."""
    at_least(0.0, commission=commission, own_bonus=own_bonus, cross_bonus=terms.cross_bonus)
    above(0.0, scale=scale)
    shares(evasion=terms.evasion, own_credit=terms.own_credit)
    gain = terms.cross_bonus * commission - own_bonus * terms.evasion
    return float(scipy.special.expit(POINTS * (1.0 - terms.own_credit) * gain / scale))


def cooperation_path(start: float, target: float, half_life: float, months: int) -> Floats:
    """Cooperation at the start and after each month, shape (months + 1,), half-life in months."""
    at_least(0, months=months)
    shares(start=start, target=target)
    return target + (start - target) * kept(half_life) ** np.arange(months + 1, dtype=np.float64)


def staff_factor(cooperation: float, needs_staff: float, block: float) -> float:
    """What is left of partner sales that staff must help to close."""
    shares(cooperation=cooperation, needs_staff=needs_staff, block=block)
    return 1.0 - needs_staff * block * (1.0 - cooperation)


def indifferent_cross_bonus(commission: float, own_bonus: float, evasion: float) -> float:
    """Cross-bonus, as a share of the commission, at which staff gain nothing by fighting: v b / c."""
    above(0.0, commission=commission)
    at_least(0.0, own_bonus=own_bonus)
    shares(evasion=evasion)
    return evasion * own_bonus / commission


def cross_bonus_profit(
    cross_bonus: float, leads_value: float, margin: float, commission: float, own_bonus: float, evasion: float,
    scale: float, block: float, own_credit: float = 0.0,
) -> float:  # fmt: skip
    """Money left of leads worth so much when a cross-bonus is paid on top of the commission."""
    met = cooperation_target(commission, own_bonus, scale, Terms(cross_bonus, evasion, own_credit))
    return leads_value * staff_factor(met, 1.0, block) * (margin - commission - cross_bonus * commission)


def best_cross_bonus(
    leads_value: float, margin: float, commission: float, own_bonus: float, evasion: float, scale: float,
    block: float, own_credit: float = 0.0,
) -> BestBonus:  # fmt: skip
    """The cross-bonus on top, at least 0, that leaves the most.

    Raises
    ------
    ValueError
        For a commission or scale not above 0, or a share outside 0 to 1.
    """
    above(0.0, commission=commission, scale=scale)
    at_least(0.0, leads_value=leads_value)
    shares(block=block, evasion=evasion, own_credit=own_credit)
    slope = POINTS * (1.0 - own_credit) / scale
    paid = _stationary(margin - commission, own_bonus * evasion, slope, block)

    def profit(x: float) -> float:
        return cross_bonus_profit(x, leads_value, margin, commission, own_bonus, evasion, scale, block, own_credit)

    best = max((0.0, max(0.0, paid / commission)), key=profit)
    met = cooperation_target(commission, own_bonus, scale, Terms(best, evasion, own_credit))
    return BestBonus(best, met, profit(best), profit(0.0))


def _stationary(room: float, evaded: float, slope: float, block: float) -> float:
    """Bonus in shares of the price at which the profit has its upper stationary point; 0 where it has none."""
    if slope * block == 0.0:
        return 0.0
    if block == 1.0:
        return room - (1.0 + float(scipy.special.wrightomega(slope * (room - evaded) - 1.0).real)) / slope

    def gain(y: float) -> float:
        steep = slope * (y - evaded)
        return float(block * slope * (room - y) - (1.0 - block) * np.exp(-steep) - (2.0 - block) - np.exp(steep))

    peak = evaded + float(np.log1p(-block)) / slope
    if peak >= room or gain(peak) <= 0.0:
        return 0.0
    beyond = evaded + float(np.log(block * slope * (room - peak))) / slope  # E alone outweighs the left side there
    return float(scipy.optimize.brentq(gain, peak, min(room, beyond), xtol=1e-15))
