"""Repeat purchases of customers that partners brought, and which of them fall within the window of referral.

Customers lie in a ring by the month of their (last) referral. One of age a, in months, was referred at a moment
uniform in its month and buys at one uniform in the present month, so the time between has the triangular law on
(a - 1, a + 1).

Notation: i partner row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.kernels import kernel


@kernel
def means(edges: Words, rate: Reals, customers: Counts, out: Reals) -> None:
    """Mean number of purchases of customers[n] (int32) that each buy so many a month, rate[segments]."""
    for s in range(edges.size - 1):
        each = rate[s % rate.size]
        for i in range(edges[s], edges[s + 1]):
            out[i] = each * customers[i]


@kernel
def chances(age: float, window: Reals, present: Flags, out: Reals) -> None:
    """Probability that a purchase at an age (1 or more) is credited: the triangular law at window[n], in months.

    Who is not present (bool[n]) is credited with nothing.
    """
    for i in range(out.size):
        x = min(max(window[i] - age, -1.0), 1.0)
        within = 0.5 * (1.0 + x) * (1.0 + x) if x < 0.0 else 1.0 - 0.5 * (1.0 - x) * (1.0 - x)
        out[i] = within if present[i] and window[i] > 0.0 else 0.0


def cut_short(
    age: float, window: Reals, present: Flags, share: Reals, forgotten_after: Reals, out: Reals
) -> None:  # fmt: skip
    """Let the window count at most `forgotten_after` months in a share of the purchases, float64[n] each.

    `out` holds what `chances` wrote.
    """
    short = np.empty_like(out)
    chances(age, np.minimum(window, forgotten_after), present, short)
    out += share * (short - out)


@kernel
def attribute(
    edges: Words,
    bought: Integers,
    credited: Integers,
    resetting: Flags,
    customers: Counts,
    referred: Integers,
    new: Integers,
    ours: Integers,
) -> None:
    """Credit repeat purchases to partners; the rest is ours.

    Parameters
    ----------
    bought, credited : int64[n]
    resetting : bool[n]
        Customers whose purchase is credited are referred anew.
    customers : int32[n]
        Of this age; those referred anew are taken out.
    referred : int64[n]
        Customers referred this month, added to.
    new : int64[n]
        New contracts, added to.
    ours : int64[slices]
        Written: purchases credited to nobody.
    """
    for s in range(edges.size - 1):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            again = min(credited[i], customers[i]) if resetting[i] else 0
            customers[i] -= again
            referred[i] += again
            new[i] += credited[i]
            total += bought[i] - credited[i]
        ours[s] = total
