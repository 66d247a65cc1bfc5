"""Sums of what partners bring and cost, by window.

Notation: p product, i partner row, s slice (a segment of a replication), g month of the year in which a row's windows
begin (`windows`); n rows, P products, S segments, R replications, W entries for windows. `edges` are the slices' first
rows, uint64[R S + 1]; values by segment are read in turn. `group` int64[n] is empty where all rows share one calendar;
`position` and `slot`, int64[g], are months since the open window began and its entry.
"""

from __future__ import annotations

from sim.base.arrays import Counts, Flags, Integers, Months, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel
from sim.base.units import LONGEST_DURATION, MONTHS_PER_YEAR


@kernel
def groups(entered: Months, start: int, begins: int, out: Integers) -> None:
    """Write g of every row: the month of entry, or `begins` for those there from the beginning.

    Parameters
    ----------
    entered : int16[n]
        Months since t = 0. No warm-up is as long as the longest duration: before it, a partner was always there.
    start : int
        Ordinal of t = 0.
    """
    for i in range(out.size):
        out[i] = begins if entered[i] < -LONGEST_DURATION else (start + entered[i]) % MONTHS_PER_YEAR


@kernel
def clear(group: Integers, position: Integers, slot: Integers, out: Integers) -> None:
    """Empty the entries, out[W, n], of the windows that begin this month."""
    if group.size == 0:
        if position[0] == 0:
            out[slot[0]] = 0
        return
    for i in range(group.size):
        if position[group[i]] == 0:
            out[slot[group[i]], i] = 0


@kernel
def add(
    edges: Words,
    cells: Flags,
    group: Integers,
    position: Integers,
    slot: Integers,
    share: Reals,
    amount: Integers | Counts,
    out: Integers,
) -> None:
    """Add share[P, months of the window] x amount[P, n] of the covered cells[P, S] to the open windows out[W, n]."""
    for s in range(edges.size - 1):
        for p in range(cells.shape[0]):
            if not cells[p, s % cells.shape[1]]:
                continue
            if group.size == 0:
                _add_line(edges[s], edges[s + 1], share[p, position[0]], amount[p], out[slot[0]])
                continue
            for i in range(edges[s], edges[s + 1]):
                g = group[i]
                out[slot[g], i] += round_line(share[p, position[g]], amount[p, i])


@kernel
def _add_line(first: int, last: int, share: float, amount: Integers | Counts, out: Integers) -> None:
    if share == 1.0:
        for i in range(first, last):
            out[i] += amount[i]
        return
    for i in range(first, last):
        out[i] += round_line(share, amount[i])


@kernel
def count(group: Integers, position: Integers, slot: Integers, seen: Integers) -> None:
    """Count the months of the open windows, seen[W, n]."""
    if group.size == 0:
        seen[slot[0]] += 1
        return
    for i in range(group.size):
        seen[slot[group[i]], i] += 1


@kernel
def judged(
    edges: Words,
    cells: Flags,  # [P, S]
    group: Integers,
    closing: Integers,  # [g]
    out: Integers,
) -> None:
    """Write the entry of the window that is judged this month, -1 where there is none, to out[n]."""
    out[:] = -1
    for s in range(edges.size - 1):
        if not cells[:, s % cells.shape[1]].any():
            continue
        for i in range(edges[s], edges[s + 1]):
            out[i] = closing[group[i] if group.size else 0]


@kernel
def lines(rates: Reals, amounts: Integers, out: Integers) -> None:
    """Write rates[n] x amounts[n], each rounded half to even."""
    for i in range(amounts.size):
        out[i] = round_line(rates[i], amounts[i])
