"""Our own floor of the pyramid month by month: cash from premium, and what would be left if nothing more were sold.

Notation: LR loss ratio, c commission, e expenses, w[d] share of the claims paid d months after the premium.
Source: model text, section 10; elementary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.theory.arrays import FloatsLike, floats


@dataclass(frozen=True)
class OwnPath:
    """Our own floor month by month, in the unit of the premium.

    `cash[t - 1]` is the cash at the close of month t, `value` the run-off value: what would be left if nothing were
    sold after it.
    """

    cash: list[float]
    value: list[float]

    @property
    def months_new_pays_old(self) -> int:
        """Months that closed with a run-off value below 0 and cash not below 0."""
        return sum(v < 0 <= k for v, k in zip(self.value, self.cash, strict=True))


def own_path(
    premiums: FloatsLike,
    loss_ratio: float,
    commission: float,
    expenses: float,
    claims_paid: FloatsLike,
    capital: float = 0.0,
) -> OwnPath:
    """Follow a business that is paid at once, pays commission and expenses at once and claims later.

    The run-off value is the capital and the margin 1 - LR - c - e of all that was ever written: stopping after month m
    loses what the premium until m was sold below its cost.

    Parameters
    ----------
    premiums : array_like, month 1 first
    loss_ratio, commission, expenses : float
        Shares of premium.
    claims_paid : array_like
        w[d], share of the claims paid d months after the premium; adds up to 1.
    """
    written = floats(premiums)
    paid = loss_ratio * np.convolve(written, floats(claims_paid))[: len(written)]
    cash = capital + np.cumsum((1.0 - commission - expenses) * written - paid)
    value = capital + (1.0 - loss_ratio - commission - expenses) * np.cumsum(written)
    return OwnPath([float(x) for x in cash], [float(x) for x in value])
