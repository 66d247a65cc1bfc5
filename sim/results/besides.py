"""What partners cost besides commission, and what sales bring without interest on our money.

Notation: R replications. Sums are over the horizon.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import MINOR_PER_MAJOR
from sim.money.flows import Flow
from sim.results.cube import Cube

PARTNERS = (Flow.PROGRAMME_PAID, Flow.FUND_ACCRUED, Flow.DISCOUNT_TAKEN, Flow.VAT_BORNE, Flow.VAT_REVERSE_BORNE)
BACK = (Flow.FUND_EXPIRED,)
FINANCING = (Flow.DISCOUNT_TAKEN, Flow.DEPOSIT_INTEREST)
"""what partners get that stands among interest"""


def share_besides_commission(cube: Cube) -> float:
    """What partners cost besides commission, over premium earned; 0 where nothing is earned.

    Service, marketing money, discounts for early payment, tax that is not recovered.
    """
    cost = _sum(cube, PARTNERS).sum() - _sum(cube, BACK).sum()
    earned = _sum(cube, [Flow.PREMIUM_EARNED]).sum()
    return float(cost / earned) if earned > 0 else 0.0


def of_sales_alone(cube: Cube, underwriting: Reals) -> Reals:
    """Underwriting results less what partners get that stands among interest: float64[R], major units."""
    return np.asarray(underwriting - _sum(cube, FINANCING) / MINOR_PER_MAJOR)


def _sum(cube: Cube, flows: Sequence[Flow]) -> Integers:
    return np.asarray(np.add.reduce([cube.minor(flow.label).sum(axis=1) for flow in flows]))
