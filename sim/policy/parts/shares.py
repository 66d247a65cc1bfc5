"""Dated sums and counts as rules lay them over products and segments.

Notation: i partner row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.units import MINOR_PER_MAJOR, Dated
from sim.policy.given.facts import MonthFacts
from sim.policy.rule import Rule


def minor(amount: Dated[float], ordinal: int) -> float:
    """A dated sum in minor units, a fraction of one kept: lines are rounded, not prices."""
    return amount.at(ordinal) * MINOR_PER_MAJOR


def by_segment(cells: Flags, value: float, otherwise: float = 0.0) -> Reals:
    """A value where a rule holds for any product of the segment: float64[segment]."""
    return np.where(cells.any(axis=0), value, otherwise)


def contracts(rule: Rule, facts: MonthFacts, i: int, new: bool = True, renewal: bool = True) -> float:
    """Contracts of the month of partner i in the products that the rule covers."""
    there = [rule.products is None or product in rule.products for product in facts.layout.products]
    sold, parts = facts.credited
    counts: Any = sold[there, i].sum() / parts * new + facts.count_renewal[there, i].sum() * renewal
    return float(counts)


def require_all_products(rule: Rule, what: str) -> None:
    """Refuse `products` in a rule about partners as a whole."""
    if rule.products is not None:
        raise ValueError(f"{what} is of a partner, whatever the product; leave products out")
