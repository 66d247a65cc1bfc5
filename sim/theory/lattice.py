"""Compound sums on a lattice.

Notation: h the step of the lattice, k the index of a point kh, m[k] the mass there.
A mean-preserving lattice spreads each amount over its two neighbours so that the mean
is kept, which leaves errors of order h^2 that `refine` removes.
Sources: Gerber (1982), Insurance: Mathematics and Economics 1, 13-18 (lattice);
Grübel and Hermesmeier (1999), ASTIN Bulletin 29, 197-214 (tilting); Panjer (1981),
ASTIN Bulletin 12, 22-26 (recursion).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import scipy

from sim.theory.arrays import Floats
from sim.theory.frequency import Counts
from sim.theory.severity import Law

TILT = 20.0
"""Damping of the wrap-around over the whole lattice, in powers of e."""


def discretise(law: Law, h: float, points: int) -> Floats:
    """Mean-preserving masses of a law at 0, h, ..., (points - 1) h.

    Returns
    -------
    array, shape (points,)
        What lies beyond the last point is left out, so the sum may be below 1.
    """
    beyond = law.stop_loss(h * np.arange(points + 1.0))
    inner = np.diff(beyond, n=2) / h
    first = 1.0 - (law.mean - beyond[1]) / h
    # Rounding may leave a mass just below 0; cutting it off would bias the sum upwards.
    return np.asarray(np.concatenate([[first], inner]), dtype=np.float64)


def whole_number_masses(table: Mapping[int, float], points: int) -> Floats:
    """Masses of a table amount -> probability on the lattice of step 1."""
    masses = np.zeros(points)
    for amount, probability in table.items():
        if amount < points:
            masses[amount] += probability
    return masses


def compound(counts: Counts, claim: Floats) -> Floats:
    """Masses of the sum of N claims on the same lattice.

    Parameters
    ----------
    counts : Counts
        Law of N.
    claim : array, shape (n,)
        Masses of one claim; sums beyond the lattice are left out exactly but for
        exp(-TILT) of them.

    Returns
    -------
    array, shape (n,)
    """
    n = len(claim)
    size = scipy.fft.next_fast_len(2 * n, real=True)
    tilt = np.exp(-TILT / size * np.arange(n))
    transformed = counts.pgf(scipy.fft.rfft(claim * tilt, size))
    return np.asarray(scipy.fft.irfft(transformed, size)[:n] / tilt, dtype=np.float64)


def panjer_poisson(lam: float, claim: Floats) -> Floats:
    """Masses of a compound Poisson sum by Panjer's recursion, shape of `claim`."""
    total = np.zeros_like(claim)
    total[0] = np.exp(-lam * (1.0 - claim[0]))
    support = np.flatnonzero(claim[1:]) + 1
    weighted = lam * support * claim[support]
    for k in range(1, len(claim)):
        reached = support <= k
        total[k] = weighted[reached] @ total[k - support[reached]] / k
    return total


def refine(*levels: Floats) -> Floats:
    """Richardson extrapolation of values at steps h, h/2, h/4, ... with errors in h^2.

    Parameters
    ----------
    *levels : arrays of one shape
        The same quantity, coarsest lattice first.
    """
    rows, factor = list(levels), 4.0
    while len(rows) > 1:
        pairs = pairwise(rows)
        rows = [(factor * fine - coarse) / (factor - 1.0) for coarse, fine in pairs]
        factor *= 4.0
    return rows[0]
