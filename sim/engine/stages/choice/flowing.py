"""How many buyers come to partners this month: their usual ones, and what the market has made of them.

Nothing here runs where no scenario says so. Notation: R replications, n rows, k principal.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.base.columns import Table
from sim.base.functions import exponentials
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.state.channels import Channels
from sim.engine.state.market import Market
from sim.engine.state.now import Now


def buyers_come(now: Now, channels: Channels, table: Table) -> None:
    """Let the flow of the month follow from the usual one."""
    if not now.plan.flows_move:
        return
    np.copyto(channels.flow, channels.usual)
    if channels.homeless.any():
        channels.flow *= np.repeat(_swelled(now, channels, table), now.batch.of_one)
    if len(table.complaints):
        channels.flow *= _word_of_mouth(now, table)


def _swelled(now: Now, channels: Channels, table: Table) -> Reals:
    """Factor on the buyers of all partners where those of others have come to them: float64[R]."""
    there = np.add.reduce((channels.usual * table.present).reshape(now.size, -1), axis=1)
    return np.asarray(1.0 + np.divide(channels.homeless, there, out=np.zeros(now.size), where=there > 0.0))


def _word_of_mouth(now: Now, table: Table) -> Reals:
    """What is left of each partner's buyers after a year of its customers' complaints: float64[n]."""
    left = now.batch.by_partner(_told(now)) * np.add.reduce(table.complaints, axis=0)
    exponentials(left[None])
    return np.asarray(left)


def customers_complain(now: Now, market: Market, table: Table) -> None:
    """Note of each partner how many more of its claims were late or denied than the market's; the mean is by premium.

    Of claims with none of the principals nothing is said.
    """
    if not len(table.complaints):
        return
    poor, sellers = now.plan.late_or_denied[:, now.t], 1 + len(now.plan.rivals)
    sold = market.shares[:, :sellers]
    total = np.add.reduce(sold, axis=1)
    mean = np.add.reduce(sold * poor[:sellers], axis=1) / np.where(total > 0.0, total, 1.0)
    month = table.complaints[now.ordinal % MONTHS_PER_YEAR]
    month[:] = 0.0
    for k in range(sellers):
        month += table.share[k] * np.repeat(poor[k] - mean, now.batch.of_one)
    month *= table.present


def _told(now: Now) -> Reals:
    """What word of mouth weighs, by type of partner: float64[s]."""
    return np.array([kind.segment.word_of_mouth for kind in now.plan.kinds], dtype=np.float64)
