"""True-ups of commission deferred with the premium that they are on, so that they earn, and go back, with it.

What a true-up adds to a cohort is a step q of earning (see `earning`); of it q (2 (tau - age) - 1) is not yet earned
after the month's close. Notation: n rows, tau term.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_half_even, round_line
from sim.base.kernels import kernel
from sim.base.listing import list_true

UP, DOWN = 0, 1


@kernel
def open_room(change: Integers, expensed: Integers, reversed_: Integers, room: Integers) -> None:
    """Write what is expensed and reversed, int64[n], of rows with a true-up, change[2, n], to room[2, n]: see `defer`.

    The room of other rows is left as it is, and nothing reads it.
    """
    changed = np.empty(expensed.size, dtype=np.bool_)
    for i in range(changed.size):
        changed[i] = (change[0, i] | change[1, i]) != 0
    for i in list_true(changed):
        room[UP, i], room[DOWN, i] = expensed[i], reversed_[i]


@kernel
def defer(
    edges: Words,
    cells: Flags,
    covered: Flags,
    change: Integers,
    premium: Integers,
    months: Integers,
    month: int,
    term: int,
    returns: bool,
    ring_premium: Integers,
    added: Reals,
    ring_commission: Integers,
    steps_commission: Integers,
    amortised: Integers,
    room: Integers,
    moved: Integers,
    up: Integers,
    down: Integers,
) -> None:
    """Spread true-ups over the cohorts of a product.

    Parameters
    ----------
    cells : bool[segments], covered : bool[n]
    change, premium : int64[2, n]
        True-up of the earlier months of each row's window, and of this month; the premium that it is on.
    months : int64[n or 1]
        Of the window, this one included.
    returns : bool
        It enters the rings, and so goes back with the premium.
    ring_premium, ring_commission : int64[term, n], steps_commission : int64[n]
    added : float64[term or 0, n]
        Part of `ring_premium` that this month has added to earlier cohorts: it is premium of this month.
    amortised : int64[n]
        What enters the rings is taken off it: the partner's commission of the month is the less for it.
    room : int64[2, n]
        What is still expensed and reversed, of which no more can be deferred; used up.
    moved : int64[slices, term]
        Added to: steps by slot.
    up, down : int64[slices]
        Added to: what is deferred, and what is taken off that.
    """
    for s in range(edges.size - 1):
        if not cells[s % cells.size]:
            continue
        for i in range(edges[s], edges[s + 1]):
            if covered[i] and (change[0, i] != 0 or change[1, i] != 0):
                window = min(term, months[i % months.size])
                for age in range(term if added.shape[0] > 0 else window):
                    part, slot = 0 if age > 0 else 1, (month - age) % term
                    to_come, fresh, step = 2 * (term - age) - 1, 0, 0
                    if added.shape[0] > 0:
                        fresh = round_half_even(added[slot, i] * ring_premium[slot, i])
                        step = _step(change[1, i], premium[1, i], fresh, to_come, room, i)
                    if age < window:
                        earlier = ring_premium[slot, i] - fresh
                        step += _step(change[part, i], premium[part, i], earlier, to_come, room, i)
                    if returns and step < 0:  # rounding leaves no commission below nothing, to be given on cancellation
                        less = min(-step, max(ring_commission[slot, i], 0))
                        room[DOWN, i] += (-step - less) * to_come
                        step = -less
                    moved[s, slot] += step
                    up[s] += max(step, 0) * to_come
                    down[s] += max(-step, 0) * to_come
                    if returns:
                        ring_commission[slot, i] += step
                        steps_commission[i] += step
                        amortised[i] -= step * to_come


@kernel
def _step(
    change: int,
    premium: int,
    step_premium: int,
    to_come: int,
    room: Integers,
    i: int,
) -> int:
    """Step that a change of commission on premium adds to a cohort with this step of premium; it takes row i's room."""
    if change == 0 or premium <= 0:
        return 0
    side = UP if change > 0 else DOWN
    step = min(abs(round_line(change / premium, step_premium)), room[side, i] // to_come)
    room[side, i] -= step * to_come
    return step if change > 0 else -step
