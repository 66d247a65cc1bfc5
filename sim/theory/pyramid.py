"""Commission paid out of future revenue: a broker's pyramid and our own.

Notation: t month from 1, P premium, a commission promised to agents, c commission from the
insurer, L months until premium is remitted, O overhead, K cash at the end of a month,
R what is due, g growth a month. In month t the broker receives P_t, pays a P_t and O, and
owes R_t = (1 - c) P_{t-L}; with B_t = K_{t-1} + (1 - a) P_t - O it defaults when B_t < R_t.
The path is computed in exact fractions, so that equality is told from default.
Source: model text, section 10; the recursion and its thresholds are elementary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor, log
from typing import Literal, TypeAlias

import numpy as np
import scipy

from sim.theory.arrays import FloatsLike, floats

Number: TypeAlias = int | float | Fraction
Crisis: TypeAlias = Literal["step", "decay"]


def exact(value: Number) -> Fraction:
    """The number as written: 0.1 is one tenth."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def premium_path(
    first: Number,
    growth: Number,
    months: int,
    crisis: int | None = None,
    drop: Number = 0,
    mode: Crisis = "step",
) -> list[Fraction]:
    """Premium of months 1 ... months, growing until the crisis.

    Parameters
    ----------
    first, growth : number
        Premium of month 1 and growth a month.
    months : int
    crisis : int, optional
        Last month T of growth; None for growth without end.
    drop : number
        Share lost: once and for all after T (`step`) or each month after T (`decay`).
    mode : "step" or "decay"

    Raises
    ------
    ValueError
        For another mode.
    """
    if mode not in ("step", "decay"):
        raise ValueError(f"mode must be 'step' or 'decay', not {mode!r}")
    last = months if crisis is None else min(crisis, months)
    path = [exact(first) * (1 + exact(growth)) ** k for k in range(last)]
    kept, peak = 1 - exact(drop), path[-1] if path else exact(first)
    for k in range(1, months - last + 1):
        path.append(peak * (kept if mode == "step" else kept**k))
    return path


@dataclass(frozen=True)
class BrokerPath:
    """What became of a broker; money in the unit of the premium.

    `cash[t - 1]` is the cash at the end of month t before the default, `equity` the same
    less all net premium not yet remitted. The figures at default are None without one.
    """

    cash: list[float]
    equity: list[float]
    default_month: int | None
    peak_cash: float
    peak_month: int
    premium_at_default: float | None = None
    unremitted_at_default: float | None = None
    paid_at_default: float | None = None
    insurer_loss_at_default: float | None = None

    @property
    def months_new_pays_old(self) -> int:
        """Months that closed with equity below 0 and cash not below 0."""
        return sum(e < 0 <= k for e, k in zip(self.equity, self.cash, strict=True))


def broker_path(
    premiums: Sequence[Number],
    promised: Number,
    received: Number,
    lag: Number,
    overhead: Number = 0,
    cash: Number = 0,
) -> BrokerPath:
    """Follow a broker month by month to its default or the end of the premiums.

    Parameters
    ----------
    premiums : sequence, month 1 first
    promised, received : number
        Commission rates a (to agents) and c (from the insurer).
    lag : number
        Months L >= 0; a fraction splits each batch between two months.
    overhead, cash : number
        Paid each month; in hand before month 1.
    """
    a, net, fixed = exact(promised), 1 - exact(received), exact(overhead)
    in_hand, owed = exact(cash), Fraction(0)
    held: list[Fraction] = []
    equity: list[Fraction] = []
    batches = [exact(p) for p in premiums]
    for t, premium in enumerate(batches):
        owed += net * premium
        available = in_hand + (1 - a) * premium - fixed
        due = net * _due(batches, t, exact(lag))
        if available < due:
            return _summary(held, equity, t + 1, premium, owed, max(available, Fraction(0)))
        in_hand, owed = available - due, owed - due
        held.append(in_hand)
        equity.append(in_hand - owed)
    return _summary(held, equity)


def _due(batches: Sequence[Fraction], t: int, lag: Fraction) -> Fraction:
    """Premium whose remittance falls due at index t."""
    whole, part = floor(lag), lag - floor(lag)
    near = batches[t - whole] if t >= whole else Fraction(0)
    far = batches[t - whole - 1] if t > whole else Fraction(0)
    return (1 - part) * near + part * far


def _summary(
    held: list[Fraction],
    equity: list[Fraction],
    month: int | None = None,
    premium: Fraction | None = None,
    owed: Fraction | None = None,
    paid: Fraction | None = None,
) -> BrokerPath:
    peak = max(held, default=Fraction(0))
    return BrokerPath(
        cash=[float(k) for k in held],
        equity=[float(e) for e in equity],
        default_month=month,
        peak_cash=float(peak),
        peak_month=held.index(peak) + 1 if held else 0,
        premium_at_default=None if premium is None else float(premium),
        unremitted_at_default=None if owed is None else float(owed),
        paid_at_default=None if paid is None else float(paid),
        insurer_loss_at_default=None if owed is None or paid is None else float(owed - paid),
    )


def growth_threshold(promised: float, received: float, lag: float) -> float:
    """Growth a month above which cash grows: ((1 - c) / (1 - a))^(1/L) - 1, without overhead."""
    return float(((1.0 - received) / (1.0 - promised)) ** (1.0 / lag) - 1.0)


def growth_threshold_continuous(promised: float, received: float, lag: float) -> float:
    """The same in continuous time: ln((1 - c) / (1 - a)) / L."""
    return log((1.0 - received) / (1.0 - promised)) / lag


def own_growth_threshold(loss_ratio: float, commission: float, expenses: float, claims_paid: FloatsLike) -> float:
    """Growth above which we look cash-rich: root of 1 - c - e = LR sum w_d (1 + g)^-d.

    Parameters
    ----------
    loss_ratio, commission, expenses : float
        Shares of premium.
    claims_paid : array_like, shape (delays,)
        w[d], share of the claims paid d periods after the premium; adds up to 1.

    Returns
    -------
    float
        Growth a period; negative for business that earns a margin.

    Raises
    ------
    ValueError
        If nothing is left for claims or all claims are paid at once.
    """
    weights, room = floats(claims_paid), 1.0 - commission - expenses
    delays = np.arange(len(weights))
    if room <= loss_ratio * weights[0] or not weights[1:].any():
        raise ValueError("no growth balances these rates: check commission and payment pattern")

    def gap(log_growth: float) -> float:
        return float(loss_ratio * weights @ np.exp(-delays * log_growth) - room)

    low, high = -1.0, 1.0
    while gap(low) < 0.0:
        low *= 2.0
    while gap(high) > 0.0:
        high *= 2.0
    return float(np.expm1(scipy.optimize.brentq(gap, low, high, xtol=1e-15)))


def own_growth_threshold_single_lag(loss_ratio: float, commission: float, expenses: float, lag: float) -> float:
    """The same when all claims are paid L periods later: (LR / (1 - c - e))^(1/L) - 1."""
    return float((loss_ratio / (1.0 - commission - expenses)) ** (1.0 / lag) - 1.0)


def annual(monthly_growth: float) -> float:
    """Effective growth a year of a growth a month."""
    return float((1.0 + monthly_growth) ** 12 - 1.0)


def claims_paid_pattern(earning: FloatsLike, payment: FloatsLike) -> list[float]:
    """Share of claims paid d months after writing: earning shares times payment pattern."""
    return [float(x) for x in np.convolve(floats(earning), floats(payment))]


def agents_path(first: float, pull: float, leaving: float, ceiling: float, months: int) -> list[float]:
    """Number of agents, A' = A (1 + pull (1 - A / ceiling) - leaving), months + 1 values.

    Parameters
    ----------
    first, ceiling : float
        Agents at the start and the most that there can be.
    pull : float
        gamma max(0, promised - market commission), joiners to an agent and month.
    leaving : float
        Share that leaves a month.
    """
    path = [first]
    for _ in range(months):
        a = path[-1]
        path.append(a * (1.0 + pull * (1.0 - a / ceiling) - leaving))
    return path


def pay_oldest_first(due: Sequence[float], cash: float) -> list[float]:
    """What each batch gets of the cash, oldest batch first."""
    spent = np.minimum(np.concatenate([[0.0], np.cumsum(due)]), max(cash, 0.0))
    return [float(after - before) for before, after in pairwise(spent)]
