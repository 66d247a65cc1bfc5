"""A network of affiliates as a middleman, leaving it, and how many partners are active."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import at_least, quotient, shares


@dataclass(frozen=True)
class Leaving:
    """Profit a month with the network and without, where leaving breaks even, and what the network costs a month.

    `break_even_sales` is infinite where leaving never pays; `break_even_partners_lost` is negative where it would not
    pay even if every partner followed.
    """

    with_network: float
    direct: float
    break_even_sales: float
    break_even_partners_lost: float
    network_cost: float


def leaving_a_network(
    sales: float, commission: float, network_fee: float, own_platform: float, manager: float, partners_lost: float,
    margin: float,
) -> Leaving:  # fmt: skip
    """A network takes `network_fee` of the commission on top; without it we pay a platform and lose some sales.

    Leaving pays above platform / ((1 - lost)(m - c) - (m - c (1 + fee))) of sales; the manager is paid either way.

    Parameters
    ----------
    sales, own_platform, manager : float
        Money a month.
    commission, margin : float
        Shares of sales, the margin before commission.
    network_fee, partners_lost : float
        Share of the commission; share of sales of partners that do not follow.

    Raises
    ------
    ValueError
        For negative figures, or a share of partners outside 0 to 1.
    """
    at_least(0.0, sales=sales, commission=commission, network_fee=network_fee)
    at_least(0.0, own_platform=own_platform, manager=manager)
    shares(partners_lost=partners_lost)
    inside, outside = margin - commission * (1.0 + network_fee), margin - commission
    gained = (1.0 - partners_lost) * outside - inside
    return Leaving(
        with_network=sales * inside - manager,
        direct=sales * (1.0 - partners_lost) * outside - own_platform - manager,
        break_even_sales=own_platform / gained if gained > 0.0 else np.inf,
        break_even_partners_lost=1.0 - quotient(sales * inside + own_platform, sales * outside),
        network_cost=sales * commission * network_fee,
    )


@dataclass(frozen=True)
class Active:
    """Expected active partners after each month, float64[months], and in the long run (infinite where they grow)."""

    path: Floats
    steady: float


def active_partners(active: float, entry: float, leave: float, recruiting: float, months: int) -> Active:
    """a <- a (1 - leave + recruiting) + entry, rates a month.

    Raises
    ------
    ValueError
        For negative figures or a share that leaves outside 0 to 1.
    """
    at_least(0.0, active=active, entry=entry, recruiting=recruiting, months=months)
    shares(leave=leave)
    path = np.empty(months)
    for month in range(months):
        active = active * (1.0 - leave + recruiting) + entry
        path[month] = active
    return Active(path, _steady(active, entry, leave - recruiting))


def _steady(active: float, entry: float, shrinks: float) -> float:
    if shrinks > 0.0:
        return entry / shrinks
    grows = entry > 0.0 or (shrinks < 0.0 and active > 0.0)
    return np.inf if grows else active
