"""Kernels of rules that follow contracts from the month of their first sale.

A cohort is what one partner sold of one product in one month. A rule that follows cohorts for m months keeps rings
with one entry a month of sale, found by the ordinal of that month modulo m.

Notation: s slice (a segment of a replication), i partner row, j age of a cohort (months since its sale); n rows, S
segments, R replications. Parameters that all kernels share, those by segment read in turn:

    edges : uint64[R S + 1], the slices' first rows
    cells : bool[S], where the rule holds
    slot : the ring's entry of this month
    lost, moved : int32[ages, n], contracts that are no longer with the partner, by age
    steps : int64[m, n], monthly step of each cohort's advance; what is left of it at age j is the step x (m - j)
    contracts : int32[m, n], of each cohort that is followed
    running : int64[n], sum of the steps
    back : int64[n], what the partner owes back; added to
"""

from __future__ import annotations

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.functions import round_half_even, round_line
from sim.base.kernels import kernel

# --- advances: each cohort's step q is written down every month, the month of sale takes the remainder ----------------


@kernel
def end_cohort(slot: int, steps: Integers, contracts: Counts, running: Integers) -> None:
    """Clear the entry of the cohort that has been written down whole, for that of this month."""
    for i in range(running.size):
        running[i] -= steps[slot, i]
        steps[slot, i] = 0
        contracts[slot, i] = 0


@kernel
def call_in(
    edges: Words,
    cells: Flags,
    slot: int,
    present: Flags,  # [n]
    defaulted: Flags,  # [n]
    steps: Integers,
    contracts: Counts,
    running: Integers,
    back: Integers,
) -> None:
    """Charge the whole rest back to partners that left, and forget those that defaulted."""
    months = steps.shape[0]
    for s in range(edges.size - 1):
        if not cells[s % cells.size]:
            continue
        for i in range(edges[s], edges[s + 1]):
            if present[i] or running[i] == 0:
                continue
            for j in range(1, months):
                held = (slot - j) % months
                back[i] += 0 if defaulted[i] else steps[held, i] * (months - j)
                steps[held, i] = 0
                contracts[held, i] = 0
            running[i] = 0


@kernel
def lose(
    edges: Words,
    cells: Flags,
    slot: int,
    lost: Counts,
    moved: Counts,
    steps: Integers,
    contracts: Counts,
    running: Integers,
    back: Integers,
) -> None:
    """Charge back what is left of the advance on contracts lost at ages 1 .. m - 1."""
    months = steps.shape[0]
    for s in range(edges.size - 1):
        if not cells[s % cells.size]:
            continue
        for j in range(1, months):
            held = (slot - j) % months
            for i in range(edges[s], edges[s + 1]):
                gone = lost[j, i] + moved[j, i]
                if gone > 0 and contracts[held, i] > 0:
                    step = _part(steps[held, i], gone, contracts[held, i])
                    back[i] += step * (months - j)
                    steps[held, i] -= step
                    running[i] -= step
                    contracts[held, i] = max(contracts[held, i] - gone, 0)


@kernel
def advance(
    edges: Words,
    cells: Flags,
    slot: int,
    rates: Reals,
    premium: Integers,
    sold: Integers,
    lost: Counts,
    present: Flags,
    steps: Integers,
    contracts: Counts,
    running: Integers,
    advanced: Integers,
    back: Integers,
    written_down: Integers,
    sums: Integers,
) -> None:
    """Advance commission on this month's sales, and write all advances down by a month.

    Parameters
    ----------
    rates : float64[S]
        Advance as a share of new premium; 0: none is given any more.
    premium, sold : int64[n]
        New business.
    present : bool[n]
    advanced, written_down : int64[n]
        Added to.
    sums : int64[R S]
        What is written down is added to it.
    """
    months = steps.shape[0]
    for s in range(edges.size - 1):
        if not cells[s % cells.size]:
            continue
        rate, total = rates[s % rates.size], 0
        for i in range(edges[s], edges[s + 1]):
            down = 0
            if rate > 0.0 and sold[i] > 0 and present[i]:
                amount = round_line(rate, premium[i])
                advanced[i] += amount
                returned = _part(amount, lost[0, i], sold[i])
                back[i] += returned
                step = (amount - returned) // months
                down = amount - returned - step * months
                steps[slot, i] = step
                running[i] += step
                contracts[slot, i] = max(sold[i] - lost[0, i], 0)
            down += running[i]
            written_down[i] += down
            total += down
        sums[s] += total


@kernel
def _part(amount: int, gone: int, held: int) -> int:
    """Part of an amount that falls on `gone` of `held` contracts, rounded half to even; all of it on all."""
    return amount if gone >= held else round_half_even(float(amount) * gone / held)


# --- clawback --------------------------------------------------------------------------------------------------------


@kernel
def remember(
    edges: Words,
    cells: Flags,
    slot: int,
    sold: Integers,
    commission: Integers,
    contracts: Counts,
    kept: Integers,  # [m, n]
) -> None:
    """Begin a cohort: contracts sold and the commission on their sale, int64[n] each."""
    for s in range(edges.size - 1):
        if not cells[s % cells.size]:
            continue
        for i in range(edges[s], edges[s + 1]):
            contracts[slot, i] = sold[i]
            kept[slot, i] = max(commission[i], 0)


@kernel
def claw_back(
    edges: Words,
    cells: Flags,
    slot: int,
    term: int,
    shares: Reals,
    parts: int,
    lost: Counts,
    moved: Counts,
    contracts: Counts,
    kept: Integers,
    taken: Integers,
    unearned: Integers,
) -> None:
    """Take the commission of sales back for contracts lost within the window.

    Parameters
    ----------
    term : months that a contract runs; 0: sold once, whose price goes back whole
    shares : float64[m], parts : int
        At age j shares[j] / parts of the commission is taken back.
    moved : int32[ages, n]
        Contracts renewed without their partner are followed no longer.
    kept : int64[m, n]
        By month of sale: the commission of their sale; what is lost is taken out, as it is of `contracts`.
    taken : int64[n]
        Added to.
    unearned : int64[n]
        Added to: of what is taken back, at most so much is commission that had not been amortised.
    """
    months = contracts.shape[0]
    for s in range(edges.size - 1):
        if not cells[s % cells.size]:
            continue
        for j in range(months):
            held = (slot - j) % months
            within = max(term - j, 0)
            share = (2 * within - 1) / (2.0 * term) if within > 0 else 1.0 if term == 0 else 0.0
            for i in range(edges[s], edges[s + 1]):
                if lost[j, i] + moved[j, i] > 0 and contracts[held, i] > 0:
                    gone = _part(kept[held, i], lost[j, i], contracts[held, i])
                    left = contracts[held, i] - lost[j, i]
                    elsewhere = _part(kept[held, i] - gone, moved[j, i], left) if left > 0 else 0
                    mine = round_half_even(gone * shares[j] / parts)
                    taken[i] += mine
                    unearned[i] += min(mine, round_half_even(gone * share))
                    kept[held, i] -= gone + elsewhere
                    contracts[held, i] = max(left - moved[j, i], 0)


@kernel
def without_twice(taken: Integers, unearned: Integers, taken_back: Integers) -> None:
    """Take what is taken back already (int64[n] each), as unearned commission, off what is to be taken back."""
    for i in range(taken.size):
        taken[i] -= min(taken[i], min(unearned[i], max(taken_back[i], 0)))
