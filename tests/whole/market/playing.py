"""A market of alike partners in which commission is all that moves, and ways to play it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from tests.whole.scenarios import CHOICE, S, plan

Reals = NDArray[np.float64]
BETA = 20.0
XI = (0.0, 0.3, -0.2, 0.1)
MARGIN = (0.34, 0.35, 0.30, 0.33)
OURS, OUTSIDE = 0.2, 0.5


def rival(k: int, strategy: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A rival with the utility and the margin of principal k."""
    costs = {"loss_ratio": 0.6, "expense_ratio": 1.0 - 0.6 - MARGIN[k]}
    return {"commission": 0.1, "brand": XI[k], "strategy": dict(strategy), **costs, **more}


def market(rivals: Mapping[str, Any], changes: Mapping[str, Any] | None = None) -> Plan:
    """400 partners with weight 0.2 a point, ourselves at 20 %, an outside option."""
    return plan(
        {
            "months": "120mo",
            f"{S}.partners": 400,
            f"{CHOICE}.review": 0.3,
            f"{CHOICE}.us_at_start": None,
            f"{CHOICE}.weights": {"commission": BETA / 100, "brand": 1.0},
            "us": {"brand": XI[0]},
            "rivals": dict(rivals),
            "policy.rules.base.new": OURS,
            "market.outside_option": OUTSIDE,
            **(changes or {}),
        }
    )


def rates(run: Plan, months: int) -> Reals:
    """Rates of the rivals month by month on the first product and segment: float64[month, rival]."""
    return np.array([[one.rates[0, 0] for one in model.rivals] for model in played(run, months)])


def played(run: Plan, months: int) -> Any:
    """The model after each of some months."""
    model = PartnerNetwork(run)
    for _ in range(months):
        model.step()
        yield model


def after(run: Plan, months: int) -> PartnerNetwork:
    """The model after some months."""
    model = PartnerNetwork(run)
    for _ in range(months):
        model.step()
    return model
