"""The rate that tiers have given one partner this month, and why its growth is not known, for `explain`.

Notation: i partner row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers
from sim.base.units import MONTHS_PER_YEAR
from sim.policy.facts import MonthFacts
from sim.policy.inputs import GROWTH_UNKNOWN
from sim.policy.kernels import scale as scales
from sim.policy.kernels.true_ups import payout
from sim.policy.measuring.windows import Windows
from sim.policy.parts import measures
from sim.policy.parts.net_volume import Steps
from sim.policy.rule import Memory


def rate_of(by: str, windows: Windows | None, facts: MonthFacts, steps: Steps, memory: Memory, i: int) -> float:
    """Rate on the premium that has just accrued; `windows` None: trailing. Of slices, their average before rounding."""
    bounds, rates, marginal, left = steps
    if by == "growth":
        found = np.empty(1)
        volume_now, before = _growing(windows, facts, memory)
        scales.reach_growth(volume_now[i : i + 1], before[i : i + 1], bounds, rates, left, found)
        return float(found[0])
    volume, month = float(memory["measure"][i]), float(_month(facts, memory)[i])
    if not marginal or windows is None or not month:
        return float(scales.rate_reached(volume, bounds, rates, left))
    return (payout(volume, bounds, rates) - payout(volume - month, bounds, rates)) / month


def rate_by_customers(facts: MonthFacts, cells: Flags, steps: Steps, i: int) -> float:
    """Rate of the contracts in force at the last close."""
    bounds, rates, _, left = steps
    return float(scales.rate_reached(float(measures.total(facts, cells, facts.in_force)[i]), bounds, rates, left))


def rate_by_losses(steps: Steps, unknown: float, memory: Memory, i: int) -> float:
    """Rate of the loss ratio of the window judged last."""
    bounds, rates, _, left = steps
    ratio = float(memory["ratio"][0, i])
    return unknown if np.isnan(ratio) else float(scales.rate_reached(ratio, bounds, rates, left))


def unknown_growth(windows: Windows | None, facts: MonthFacts, memory: Memory, i: int) -> str:
    """A remark where the window a year before was not seen whole or had no premium, else nothing."""
    return "" if _growing(windows, facts, memory)[1][i] > 0 else GROWTH_UNKNOWN


def _month(facts: MonthFacts, memory: Memory) -> Integers:
    """Volume of this month."""
    months = memory["months"]
    return np.asarray(months[facts.ordinal % MONTHS_PER_YEAR % len(months)])


def _growing(windows: Windows | None, facts: MonthFacts, memory: Memory) -> tuple[Integers, Integers]:
    """Premium of the window so far, and what it is compared with: int64[n] each."""
    months = memory["months"]
    if windows is None:
        return memory["measure"], memory["premium"] * (memory["seen"][0] >= len(months))
    return memory["premium"], months[facts.ordinal // windows.length % len(months)]
