"""Lines of a statement at plain rates, and true-ups.

Notation: p product, s slice (a segment of a replication), i partner row; n rows, P products, S segments, R
replications. Money is in minor units; a line is rounded half to even.
"""

from __future__ import annotations

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import AT_HAND, kernel


@kernel
def clear(lines: Integers) -> None:
    """Write zeros, which a kernel does in two thirds of the time that NumPy takes."""
    lines[:] = 0


@kernel
def accrue(
    edges: Words,
    premium_new: Integers,
    premium_renewal: Integers,
    new: Reals,  # [m, P, S]
    renewal: Reals,  # [m, P, S]
    stale: Flags,  # [P] lines to be written in place of added to
    noted: Integers,  # [P or 0, n] lines on new business
    accrued: Integers,
    sums: Integers,  # [m, R S], added to
) -> None:
    """Add the lines rate x premium of m rules, new and renewal each rounded half to even, to accrued[P, n]."""
    for s in range(edges.size - 1):
        last, segment = int(edges[s + 1]), s % new.shape[2]
        for p in range(new.shape[1]):
            for a in range(int(edges[s]), last, AT_HAND):
                b = min(a + AT_HAND, last)
                if stale[p]:
                    accrued[p, a:b] = 0
                    noted[p : p + 1, a:b] = 0
                fresh, later, out = premium_new[p, a:b], premium_renewal[p, a:b], accrued[p, a:b]
                for k in range(new.shape[0]):
                    on_new, on_renewal = new[k, p, segment], renewal[k, p, segment]
                    if on_new == 0.0 and on_renewal != 0.0:
                        sums[k, s] += _add_lines(on_renewal, later, out)
                    elif on_new != 0.0 and noted.shape[0] > 0:
                        sums[k, s] += _add_noted(on_new, fresh, on_renewal, later, noted[p, a:b], out)
                    elif on_new != 0.0:
                        sums[k, s] += _add_both(on_new, fresh, on_renewal, later, out)
    stale[:] = False


# short loops, so that they are vectorised


@kernel
def _add_lines(rate: float, premium: Integers, accrued: Integers) -> int:
    total = 0
    for i in range(accrued.size):
        line = round_line(rate, premium[i])
        accrued[i] += line
        total += line
    return total


@kernel
def _add_both(on_new: float, new: Integers, on_renewal: float, renewal: Integers, accrued: Integers) -> int:
    total = 0
    for i in range(accrued.size):
        line = round_line(on_new, new[i]) + round_line(on_renewal, renewal[i])
        accrued[i] += line
        total += line
    return total


@kernel
def _add_noted(
    on_new: float, new: Integers, on_renewal: float, renewal: Integers, noted: Integers, accrued: Integers
) -> int:
    total = 0
    for i in range(accrued.size):
        first = round_line(on_new, new[i])
        line = first + round_line(on_renewal, renewal[i])
        noted[i] += first
        accrued[i] += line
        total += line
    return total


@kernel
def true_up(amount: Integers, expensed: Integers, reversed_: Integers) -> None:
    """Expense what is positive of amount[n], reverse what is negative."""
    for i in range(amount.size):
        expensed[i] += max(amount[i], 0)
        reversed_[i] += max(-amount[i], 0)


@kernel
def true_up_cells(
    edges: Words,
    cells: Flags,  # [P, S]
    change: Integers,  # [2, n]
    expensed: Integers,
    reversed_: Integers,
    sums: Integers,  # [R S], added to
) -> None:
    """The same of both parts of a change, where the cells are."""
    for s in range(edges.size - 1):
        if cells[:, s % cells.shape[1]].any():
            for part in range(2):
                here, total = change[part, edges[s] : edges[s + 1]], 0
                true_up(here, expensed[edges[s] : edges[s + 1]], reversed_[edges[s] : edges[s + 1]])
                for i in range(here.size):
                    total += here[i]
                sums[s] += total
