"""Partners come and go: entries by segment, leavers by a hazard."""

from __future__ import annotations

from sim.base.arrays import Codes, Flags, Integers, Months, Reals, Words
from sim.base.kernels import kernel
from sim.partners.choice import settle
from sim.partners.columns import ABSENT, ACTIVE, LEFT


@kernel
def leave(
    edges: Words,
    hazard: Reals,  # [segments]
    u: Reals,
    status: Codes,
    count: Integers,  # [slices]
) -> None:
    """Let active partners leave the trade with probability `hazard`; count them."""
    for s in range(edges.size - 1):
        chance, gone = hazard[s % hazard.size], 0
        for i in range(edges[s], edges[s + 1]):
            leaves = (u[i] < chance) & (status[i] == ACTIVE)  # no branch: the loop is vectorised
            status[i] = LEFT if leaves else status[i]
            gone += leaves
        count[s] = gone


@kernel
def enter(
    first: Integers,
    last: Integers,
    step: Integers,
    number: Integers,
    month: int,
    rank: Reals,
    odds: Reals,
    multi: Flags,
    status: Codes,
    entered: Months,
    principal: Codes,
    share: Reals,
    came: Integers,
) -> None:
    """Bring partners into spare rows.

    Parameters
    ----------
    first, last, step : int64[slices]
        The rows first, first + step .. < last are for them; where there are none, first = last and step = 1.
    number : int64[slices]
    rank : float64[n], odds : float64[segments, K]
        Their opening choice.
    multi : bool[segments]
    status : int8[n], entered : int16[n], principal : int8[n], share : float64[K, n]
    came : int64[slices]
        Written: for how many there was a row.
    """
    came[:] = 0
    for s in range(came.size):
        row, splits = s % odds.shape[0], multi[s % multi.size]
        for i in range(first[s], last[s], step[s]):
            if came[s] == number[s]:
                break
            if status[i] == ABSENT:
                status[i] = ACTIVE
                entered[i] = month
                settle(i, rank[i], odds[row], splits, share, principal)
                came[s] += 1


@kernel
def service(
    edges: Words,
    present: Flags,
    share: Reals,
    service_minor: Integers,
    out: Integers,  # [slices]
) -> None:
    """What the partners that sell for us cost this month beyond commission (minor units)."""
    for s in range(edges.size - 1):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            total += service_minor[i] * (present[i] and share[i] > 0.0)
        out[s] = total


@kernel
def onboarding(
    edges: Words,
    present: Flags,
    entered: Months,
    month: int,
    onboarding_minor: Integers,
    out: Integers,  # [slices]
) -> None:
    """What it costs to take in the partners that came this month (minor units)."""
    for s in range(edges.size - 1):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            total += onboarding_minor[i] * (present[i] and entered[i] == month)
        out[s] = total
