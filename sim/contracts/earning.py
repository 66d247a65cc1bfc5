"""Earning of premium, and amortisation of what is deferred with it, exactly in whole minor units.

A contract of term tau earns 1/(2 tau) of an amount W in the month of sale and in the last month, 1/tau between (the
1/24 method for tau = 12). With the step q = W // (2 tau) the month of sale earns q + r, r the remainder, each month
between 2q and the last q: together W (any q near W / (2 tau) does). A ring keeps q by month of sale, `steps` its sum.
"""

from __future__ import annotations

from sim.base.arrays import Counts, Integers, Reals, Words
from sim.base.kernels import kernel

YEARS = 1.0 / 12.0  # in a month


@kernel
def earn(
    edges: Words,
    written: Integers,
    ending: Integers,
    steps: Integers,
    term: int,
    earned: Integers,
    begun: Integers,
) -> None:
    """Earn one month; the new cohort takes the ring entry of the one that ends.

    Parameters
    ----------
    written : int64[n]
        Amount written this month.
    ending : int64[n]
        Ring entry of the cohort sold `term` months ago; on return that of the new cohort.
    steps : int64[n]
        Sum of the ring.
    term : int
        At least 1.
    earned : int64[n]
        Added to.
    begun : int64[slices]
        Written: sums of the new cohort's steps.
    """
    share = 0.5 / term
    for s in range(edges.size - 1):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            step = int((written[i] + 0.5) * share)  # W // (2 tau): the half keeps rounding away from whole steps
            earned[i] += written[i] - step * (2 * term - 1) + 2 * steps[i] - ending[i]
            steps[i] += step - ending[i]
            ending[i] = step
            total += step
        begun[s] = total


@kernel
def earn_premium(
    edges: Words,
    new: Integers,
    renewal: Integers,
    ending: Integers,
    steps: Integers,
    term: int,
    earned: Integers,
    begun: Integers,  # [slices]
) -> None:
    """Earn one month of the premium of contracts sold and renewed, int64[n] each; as `earn`, but `earned` is set."""
    share = 0.5 / term
    for s in range(edges.size - 1):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            written = new[i] + renewal[i]
            step = int((written + 0.5) * share)
            earned[i] = written - step * (2 * term - 1) + 2 * steps[i] - ending[i]
            steps[i] += step - ending[i]
            ending[i] = step
            total += step
        begun[s] = total


@kernel
def enter(
    new: Integers,
    renewing: Integers,  # [years, n]
    month: int,
    slots: int,
    ring: Counts,  # [years * slots, n]
) -> None:
    """Put the contracts that begin this month into their entries of a ring, by contract year."""
    for year in range(renewing.shape[0]):
        slot = year * slots + month % slots
        for i in range(new.size):
            ring[slot, i] = renewing[year, i] + (new[i] if year == 0 else 0)


@kernel
def begin(amount: Integers, term: int, ring: Integers) -> None:
    """Put the earning step of a new cohort's amount (int64[n]) into its entry of a ring, without earning anything."""
    share = 0.5 / term
    for i in range(amount.size):
        ring[i] = int((amount[i] + 0.5) * share)


@kernel
def expose(
    edges: Words,
    new: Integers,
    renewed: Integers,
    ended: Integers,
    in_force: Counts,
    exposure: Reals,
    held: Integers,  # [slices]
    begun: Integers,  # [slices]
) -> None:
    """Contract-years of the month: half a month for contracts that begin or end in it; updates `in_force`.

    `held` gets the contracts in force of each slice, `begun` those sold and renewed.
    """
    for s in range(edges.size - 1):
        total, fresh = 0, 0
        for i in range(edges[s], edges[s + 1]):
            made = new[i] + renewed[i]
            staying = in_force[i] - ended[i]
            exposure[i] = (staying + 0.5 * (made + ended[i])) * YEARS
            in_force[i] = staying + made
            total += staying + made
            fresh += made
        held[s], begun[s] = total, fresh


@kernel
def begun_by_slot(
    edges: Words,
    ring: Counts,  # [years * slots, n]
    out: Integers,  # [slices, slots]
) -> None:
    """Contracts that a ring holds, by slice and month of sale, all contract years together."""
    out[:] = 0
    for row in range(ring.shape[0]):
        for s in range(edges.size - 1):
            total = 0
            for i in range(edges[s], edges[s + 1]):
                total += ring[row, i]
            out[s, row % out.shape[1]] += total


@kernel
def unearned(
    edges: Words,
    ring: Integers,  # [term, n]
    month: int,
    term: int,
    out: Integers,  # [slices]
) -> None:
    """Amount that the ring still has to earn after the close of `month`: sum of q (2 (term - age) - 1)."""
    out[:] = 0
    for age in range(term):
        slot = (month - age) % term
        for s in range(edges.size - 1):
            steps = 0
            for i in range(edges[s], edges[s + 1]):
                steps += ring[slot, i]
            out[s] += steps * (2 * (term - age) - 1)
