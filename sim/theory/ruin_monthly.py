"""Ruin that is tested at the end of each period only.

Notation: U_n = U_{n-1} + c - S_n the surplus at the end of period n, S_n a compound sum,
h the step of the lattice, psi(n) the chance that U was below 0 at one of the ends 1..n.
On a whole-number lattice the result is exact: claims are not negative, so the surplus
never passes u + c n and nothing is cut off.
Sources: De Vylder and Goovaerts (1988), Insurance: Mathematics and Economics 7, 1-7;
Dickson and Waters (1991), ASTIN Bulletin 21, 199-221.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Literal, TypeAlias

import numpy as np
import scipy

from sim.theory.arrays import Floats
from sim.theory.frequency import Counts, Poisson
from sim.theory.lattice import (
    compound,
    discretise,
    panjer_poisson,
    refine,
    whole_number_masses,
)
from sim.theory.severity import Law

Rule: TypeAlias = Literal["below_zero", "zero_or_below", "half_at_zero"]
"""Which surplus is ruin. `half_at_zero` is for a lattice that stands for a density."""

LOST_AT_ZERO: dict[Rule, float] = {"below_zero": 0.0, "zero_or_below": 1.0, "half_at_zero": 0.5}
NEGLIGIBLE = 1e-17
"""Claims of one short step that are rarer than this are left out."""


def ruin_path(start: int, premium: int, claims: Floats, periods: int, rule: Rule) -> Floats:
    """Ruin probabilities psi(1..periods) on a lattice of step 1.

    Parameters
    ----------
    start, premium : int
        Surplus at 0 and premium of a period, in steps.
    claims : array
        Masses of a period's total; what lies beyond `start + premium * periods` is ruin.
    periods : int
    rule : Rule

    Returns
    -------
    array, shape (periods,)
    """
    alive, ruined = np.ones(1), np.zeros(periods)
    lowest = start
    for n in range(periods):
        alive, lowest = _one_period(alive, lowest, premium, claims)
        alive, lowest = _remove_ruined(alive, lowest, rule)
        ruined[n] = 1.0 - alive.sum()
    return ruined


def _one_period(alive: Floats, lowest: int, premium: int, claims: Floats) -> tuple[Floats, int]:
    """Masses after premium and claims, from 0 to the highest surplus."""
    top = lowest + len(alive) - 1 + premium
    kernel = claims[: top + 1]
    size = scipy.fft.next_fast_len(len(alive) + len(kernel) - 1, real=True)
    product = scipy.fft.rfft(alive[::-1], size) * scipy.fft.rfft(kernel, size)
    fallen = scipy.fft.irfft(product, size)[: min(top + 1, len(alive) + len(kernel) - 1)]
    return np.maximum(fallen, 0.0)[::-1], top - len(fallen) + 1


def _remove_ruined(alive: Floats, lowest: int, rule: Rule) -> tuple[Floats, int]:
    if lowest == 0:
        alive = alive.copy()
        alive[0] *= 1.0 - LOST_AT_ZERO[rule]
    return alive, lowest


def whole_numbers(u: int, premium: int, counts: Counts, table: Mapping[int, float], periods: int, rule: Rule) -> Floats:
    """Exact ruin probabilities for claims in whole units.

    Parameters
    ----------
    u, premium : int
        Surplus at 0 and premium of a period.
    counts : Counts
        Claims of a period; Poisson counts use Panjer's recursion.
    table : mapping amount -> probability
    periods : int
    rule : "below_zero" or "zero_or_below"

    Returns
    -------
    array, shape (periods,)
        psi(1), ..., psi(periods).
    """
    claim = whole_number_masses(table, u + premium * periods + 1)
    if isinstance(counts, Poisson):
        total = panjer_poisson(counts.lam, claim)
    else:
        total = compound(counts, claim)
    return ruin_path(u, premium, total, periods, rule)


def on_grid(u: float, premium: float, counts: Counts, claim: Law, periods: int, h: float) -> Floats:
    """Ruin probabilities with a continuous claim spread over a lattice of step h.

    Claims are spread with their mean kept and half of the mass at 0 counts as ruin, so
    the error is of order h^2.

    Raises
    ------
    ValueError
        If u or the premium is not a multiple of h.
    """
    start, step = round(u / h), round(premium / h)
    if abs(start * h - u) > 1e-9 * h or abs(step * h - premium) > 1e-9 * h:
        raise ValueError(f"u = {u} and premium = {premium} must be multiples of h = {h}")
    points = start + step * periods + 1
    total = compound(counts, discretise(claim, h, points))
    return ruin_path(start, step, total, periods, "half_at_zero")


def common_step(u: float, premium: float, at_most: float) -> float:
    """Largest step not above `at_most` of which u and the premium are multiples.

    Both are first read as decimal fractions of denominator at most a million.
    """
    one, other = (Fraction(str(x)).limit_denominator(10**6) for x in (u, premium))
    unit = Fraction(
        np.gcd(one.numerator * other.denominator, other.numerator * one.denominator),
        one.denominator * other.denominator,
    )
    return float(unit / ceil(unit / Fraction(at_most)))


def continuous_claims(
    u: float, premium: float, counts: Counts, claim: Law, periods: int, h: float | None = None
) -> Floats:
    """Ruin probabilities with continuous claims, extrapolated from steps 4h, 2h and h.

    Parameters
    ----------
    u, premium : float
        Surplus at 0 and premium of a period.
    counts, claim : Counts, Law
        Claims of a period and one claim.
    periods : int
    h : float, optional
        Finest step, by default about 1/1000 of the premium. u and the premium must be
        multiples of 4h.

    Returns
    -------
    array, shape (periods,)
    """
    finest = common_step(u, premium, premium / 256.0) / 4.0 if h is None else h
    levels = [on_grid(u, premium, counts, claim, periods, finest * k) for k in (4, 2, 1)]
    return refine(*levels)


def unit_premium_steps(u: float, loading: float, claim: Law, lam: float, horizon: float, scaling: int) -> float:
    """Discrete ruin that tends to the continuous one as the steps get finer.

    Money is counted in mean claims / scaling; a step lasts until one unit of premium has
    come in, and ruin (surplus < 0) is tested at its end.

    Parameters
    ----------
    u : float
        Surplus at 0, in the unit of the claims.
    loading, lam, horizon : float
        Premium loading, claims per unit of time, time.
    scaling : int
        Units of money to a mean claim.

    Returns
    -------
    float
        psi(u, horizon) of the discrete process, below that of the continuous one.
    """
    unit = claim.mean / scaling
    per_time = (1.0 + loading) * lam * scaling
    steps, start = round(horizon * per_time), round(u / unit)
    total = compound(Poisson(lam / per_time), discretise(claim, unit, start + steps + 1))
    kept = int(np.flatnonzero(total > NEGLIGIBLE)[-1]) + 1
    return float(ruin_path(start, 1, total[:kept], steps, "below_zero")[-1])


def at(path: Floats, periods: Sequence[int]) -> Floats:
    """Values of a path psi(1), psi(2), ... at the given periods."""
    return path[np.asarray(periods) - 1]
