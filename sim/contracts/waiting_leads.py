"""Leads that wait for a desk: an M/M/c queue, first come first served (Erlang 1917).

Notation: lambda leads an hour, mu leads that a desk answers in an hour, c desks, C chance to wait, R replications.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.base.kernels import kernel

BUSIEST = 0.98  # of its capacity a desk can take: what is over is lost
LN_2 = 0.6931471805599453


@dataclass(frozen=True)
class Answered:
    """What a month at the desk leaves of its leads; float64[R] each."""

    served: Reals
    """share that gets an answer at all"""
    warmth: Reals
    """E[2^(-wait / half_life)]: the part of their sales that waiting leaves"""
    wait: Reals
    """mean, in hours"""


def answered(leads: Reals, per_hour: float, desks: int, half_life: float) -> Answered:
    """What becomes of leads an hour, float64[R]: 1 - C + C r / (r + ln 2 / half_life), r = c mu - lambda.

    The wait of who waits is exponential of rate r. At most 98 % of what the desks can answer is served.
    """
    most = BUSIEST * desks * per_hour
    served = np.minimum(1.0, np.divide(most, leads, out=np.ones_like(leads), where=leads > 0.0))
    taken = np.minimum(leads, most)
    waits, spare = _chance_to_wait(taken / per_hour, desks), desks * per_hour - taken
    return Answered(served, 1.0 - waits + waits * spare / (spare + LN_2 / half_life), waits / spare)


@kernel
def _chance_to_wait(offered: Reals, desks: int) -> Reals:
    """Erlang's C from his B, which is built up desk by desk: B_k = a B_(k-1) / (k + a B_(k-1))."""
    found = np.empty_like(offered)
    for r in range(offered.size):
        blocked = 1.0
        for k in range(1, desks + 1):
            blocked = offered[r] * blocked / (k + offered[r] * blocked)
        found[r] = blocked / (1.0 - offered[r] / desks * (1.0 - blocked))
    return found
