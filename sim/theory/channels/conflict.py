"""A conflict between staff and partners that a rule and a cross-bonus ended, solved from what was published.

Notation: D own demand, J potential of the partners, f = 1 - block (1 - A) with A the cooperation of staff in a month;
partner sales J f, own sales D - dispute_cost J (1 - A) - displaced J f. Growth g and share s after some months give two
equations that are linear in J and dispute_cost J.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import at_least, quotient, shares
from sim.theory.channels.staff import Terms, cooperation_path, cooperation_target


@dataclass(frozen=True)
class Dispute:
    """Rates of the price and own demand a month; how staff block; terms before and after the rule; what was published.

    `target_growth` is total sales after `target_month` months over those before, `target_share` the partners' share.
    """

    commission: float
    own_bonus: float
    margin: float
    price: float
    own_demand: float
    block: float
    displaced: float
    scale: float
    half_life: float
    before: Terms
    after: Terms
    target_growth: float
    target_share: float
    target_month: int = 3

    def __post_init__(self) -> None:
        """Raise a ValueError for a share outside 0 to 1, a negative figure, or a target in the month of the start."""
        at_least(0.0, price=self.price, own_demand=self.own_demand, target_growth=self.target_growth)
        shares(block=self.block, displaced=self.displaced, target_share=self.target_share)
        at_least(1, target_month=self.target_month)

    def cooperation(self, months: int) -> Floats:
        """Of the staff at the start and after each month, float64[months + 1]."""
        start, target = (
            cooperation_target(self.commission, self.own_bonus, self.scale, terms)
            for terms in (self.before, self.after)
        )
        return cooperation_path(start, target, self.half_life, months)


@dataclass(frozen=True)
class DisputeMonth:
    """A month: cooperation, sales by partners and own, growth over month 0, and both profits in money.

    Attributed is what the programme's dashboard shows, incremental is against no programme at all.
    """

    month: int
    cooperation: float
    partners: float
    own: float
    growth: float
    attributed_profit: float
    incremental_profit: float

    @property
    def total(self) -> float:
        """Sales of both."""
        return self.partners + self.own

    @property
    def partner_share(self) -> float:
        """Of all sales."""
        return quotient(self.partners, self.total)


@dataclass(frozen=True)
class EndedConflict:
    """The two figures that were open, the months, and the gain over no programme in the month of the targets."""

    partner_potential: float
    dispute_cost: float
    months: list[DisputeMonth]
    gain_over_no_programme: float


def ended_conflict(dispute: Dispute, months: int = 6) -> EndedConflict:
    """Solve partner potential and dispute cost, and play the months.

    Raises
    ------
    ValueError
        If no figures, or only negative ones, give the published growth and share.
    """
    last = dispute.target_month
    met = dispute.cooperation(max(months, last))
    free = 1.0 - dispute.block * (1.0 - met)
    potential, lost = _solved(dispute, 1.0 - met[[0, last]], free[[0, last]])
    partners = potential * free
    own = dispute.own_demand - lost * (1.0 - met) - dispute.displaced * partners
    if min(potential, lost, own[0], own[last]) < 0.0:
        raise ValueError(f"no conflict gives these targets: potential {potential:g}, own sales lost {lost:g}")
    growth = (partners + own) / (partners[0] + own[0]) - 1.0
    played = []
    for month in range(months + 1):
        profits = _profits(dispute, month, float(partners[month]), float(own[month]))
        met_now, sold, ours, grown = (float(path[month]) for path in (met, partners, own, growth))
        played.append(DisputeMonth(month, met_now, sold, ours, grown, *profits))
    gain = quotient(float(partners[last] + own[last]), dispute.own_demand) - 1.0
    return EndedConflict(potential, quotient(lost, potential), played, gain)


def _solved(dispute: Dispute, fought: Floats, free: Floats) -> tuple[float, float]:
    """J and dispute_cost J from growth and share: total_t = D + J f_t (1 - displaced) - lost (1 - A_t)."""
    growth, share, added = dispute.target_growth, dispute.target_share, 1.0 - dispute.displaced
    equations = np.array([
        [added * (free[1] - growth * free[0]), growth * fought[0] - fought[1]],
        [free[1] * (1.0 - share * added), share * fought[1]],
    ])  # fmt: skip
    known = dispute.own_demand * np.array([growth - 1.0, share])
    if fought[0] == fought[1] or not np.linalg.det(equations):
        raise ValueError("growth and share do not fix potential and dispute cost: cooperation does not move")
    potential, lost = np.linalg.solve(equations, known)
    return float(potential), float(lost)


def _profits(dispute: Dispute, month: int, partners: float, own: float) -> tuple[float, float]:
    terms = dispute.after if month else dispute.before
    paid = dispute.commission * (1.0 + terms.cross_bonus)
    attributed = partners * dispute.price * (dispute.margin - paid)
    own_change = (own - dispute.own_demand) * dispute.price * (dispute.margin - dispute.own_bonus)
    return attributed, attributed + own_change


def own_sales_factor(growth: float, share_after: float, share_before: float) -> float:
    """By how much own sales must rise for any model, given the partners' share before and after and total growth."""
    at_least(0.0, growth=growth)
    shares(share_after=share_after, share_before=share_before)
    return quotient(growth * (1.0 - share_after), 1.0 - share_before)
