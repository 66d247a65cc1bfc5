"""Partners come and go: entries by segment, leavers by a hazard."""

from __future__ import annotations

from sim.base.arrays import Codes, Flags, Integers, Months, Reals, Words
from sim.base.kernels import kernel
from sim.partners.choice import settle
from sim.partners.columns import ABSENT, ACTIVE, LEFT


@kernel
def leave(bounds: Words, hazard: Reals, u: Reals, status: Codes) -> int:
    """Let active partners leave the trade with probability hazard[segments]; count them."""
    count = 0
    for s in range(hazard.size):
        for i in range(bounds[s], bounds[s + 1]):
            if u[i] < hazard[s] and status[i] == ACTIVE:
                status[i] = LEFT
                count += 1
    return count


@kernel
def enter(
    first: int,
    last: int,
    step: int,
    number: int,
    month: int,
    rank: Reals,
    odds: Reals,
    multi: bool,
    status: Codes,
    entered: Months,
    principal: Codes,
    share: Reals,  # [K, n]
) -> int:
    """Bring `number` partners into the spare rows first, first + step .. < last; count them.

    Their opening choice is by `odds`[K].
    """
    count = 0
    for i in range(first, last, step):
        if count == number:
            break
        if status[i] == ABSENT:
            status[i] = ACTIVE
            entered[i] = month
            settle(i, rank[i], odds, multi, share, principal)
            count += 1
    return count


@kernel
def service(present: Flags, share: Reals, service_minor: Integers) -> int:
    """What the partners that sell for us cost this month beyond commission (minor units)."""
    total = 0
    for i in range(share.size):
        total += service_minor[i] * (present[i] and share[i] > 0.0)
    return total
