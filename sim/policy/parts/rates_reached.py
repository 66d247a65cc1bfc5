"""The rate that tiers have given one partner this month, for `explain`.

Notation: i partner row.
"""

from __future__ import annotations

from sim.policy.given.facts import MonthFacts
from sim.policy.kernels import scale as scales
from sim.policy.kernels.true_ups import payout
from sim.policy.measuring.windows import Windows
from sim.policy.parts.net_volume import Steps, of_month
from sim.policy.rule import Memory


def rate_of(windows: Windows | None, facts: MonthFacts, steps: Steps, memory: Memory, i: int) -> float:
    """Rate on the premium that has just accrued; `windows` None: trailing. Of slices, their average before rounding."""
    bounds, rates, marginal, left = steps
    volume, month = float(memory["measure"][i]), float(of_month(facts.ordinal, memory)[i])
    if not marginal or windows is None or not month:
        return float(scales.rate_reached(volume, bounds, rates, left))
    return (payout(volume, bounds, rates) - payout(volume - month, bounds, rates)) / month
