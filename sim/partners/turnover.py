"""Partners come and go: entries by segment, leavers by a hazard."""

from __future__ import annotations

from sim.base.functions import kernel
from sim.partners.choice import settle
from sim.partners.columns import ABSENT, ACTIVE, LEFT


@kernel
def leave(first, last, hazard, u, status):  # type: ignore[no-untyped-def]
    """Let active partners of the rows first .. last - 1 leave the trade with probability `hazard`; count them."""
    count = 0
    for i in range(first, last):
        if status[i] == ACTIVE and u[i] < hazard:
            status[i] = LEFT
            count += 1
    return count


@kernel
def enter(first, last, number, month, rank, odds, multi, status, entered, principal, share):  # type: ignore[no-untyped-def]
    """Bring `number` partners into the spare rows first .. last - 1, their opening choice by `odds`[K]; count them."""
    count = 0
    for i in range(first, last):
        if count == number:
            break
        if status[i] == ABSENT:
            status[i] = ACTIVE
            entered[i] = month
            settle(i, rank[i], odds, multi, share, principal)
            count += 1
    return count
