"""Attention that fades between contacts, and whom to call.

Notation: each month attention decays to a floor with a half-life, A <- floor + (A - floor) r with r = 2^(-1/h); then
contacts lift it by gain (1 - A); the month's sales use what it is after that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sim.theory.arrays import Floats, FloatsLike, floats
from sim.theory.channels.bounds import at_least, kept, shares

CallRule = Literal["largest", "longest", "gain", "even", "nobody"]


@dataclass(frozen=True)
class Cycle:
    """Attention after a contact, and its mean over the months from one contact to the next."""

    after_contact: float
    mean: float


def attention_cycle(half_life: float, every: int, floor: float, gain: float) -> Cycle:
    """Steady state of a contact every so many months; half-life in months.

    Raises
    ------
    ValueError
        For a floor or gain outside 0 to 1, a period under a month, or attention that neither fades nor is lifted.
    """
    at_least(1, every=every)
    shares(floor=floor, gain=gain)
    months = np.arange(every)
    left = np.array([kept(half_life, float(month)) for month in months])
    over_cycle = (1.0 - gain) * kept(half_life, float(every))
    if over_cycle == 1.0:
        raise ValueError("attention that never fades and is never lifted has no steady state of its own")
    after = ((1.0 - gain) * floor * (1.0 - kept(half_life, float(every))) + gain) / (1.0 - over_cycle)
    return Cycle(after, float(np.mean(floor + (after - floor) * left)))


@dataclass(frozen=True)
class Calls:
    """Sales by month, float64[months]; who was called in each, in order; attention at the end, float64[partners]."""

    sales_by_month: Floats
    contacted: list[list[int]]
    attention_end: Floats


def call_plan(
    rule: CallRule,
    volume: FloatsLike,
    unattended: FloatsLike,
    contacts: int,
    months: int,
    half_life: float,
    floor: float,
    gain: float,
    start: FloatsLike,
) -> Calls:
    """Months of contacts by a rule; ties go to the larger volume (`longest`), then to the lower index.

    Parameters
    ----------
    rule : {"largest", "longest", "gain", "even", "nobody"}
        By volume; by months since the last contact; by (1 - attention) volume; the same part of the contacts to
        everybody, who is then not called in person; none.
    volume : array_like, shape (partners,)
        Sales a month at full attention, at least 0.
    unattended : array_like, shape (partners,)
        Months since the last contact at the start.
    contacts, months : int
        Contacts in a month; months to play.
    half_life, floor, gain, start : float
        Of attention; `start` may be an array by partner.

    Raises
    ------
    ValueError
        For an unknown rule, negative figures, or shares outside 0 to 1.
    """
    if rule not in get_args(CallRule):
        raise ValueError(f"rule must be one of {', '.join(get_args(CallRule))}, not {rule!r}")
    at_least(0.0, volume=volume, unattended=unattended, contacts=contacts, months=months)
    shares(floor=floor, gain=gain, start=start)
    size, waited = floats(volume), floats(unattended).copy()
    attention = np.broadcast_to(floats(start), size.shape).copy()
    sales, called = np.zeros(months), []
    for month in range(months):
        attention = floor + (attention - floor) * kept(half_life)
        chosen = _called(rule, size, waited, attention, contacts)
        attention = _lifted(rule, attention, chosen, contacts, gain)
        waited += 1.0
        waited[chosen] = 0.0
        sales[month] = size @ attention
        called.append(chosen.tolist())
    return Calls(sales, called, attention)


def _called(rule: CallRule, size: Floats, waited: Floats, attention: Floats, contacts: int) -> NDArray[np.intp]:
    if rule in ("even", "nobody"):
        return np.empty(0, dtype=np.intp)
    if rule == "longest":
        return np.lexsort((-size, -waited))[:contacts]
    wanted = size if rule == "largest" else (1.0 - attention) * size
    return np.argsort(-wanted, kind="stable")[:contacts]


def _lifted(rule: CallRule, attention: Floats, chosen: NDArray[np.intp], contacts: int, gain: float) -> Floats:
    lift = np.zeros_like(attention)
    if rule == "even":
        lift[:] = gain * min(1.0, contacts / max(attention.size, 1))
    lift[chosen] = gain
    return attention + lift * (1.0 - attention)
