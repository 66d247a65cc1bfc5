"""Commission by levels of sponsors.

Notation: a seller's upline is its sponsor, the sponsor's sponsor and so on; level 1 is the
sponsor. An inactive sponsor's level is kept by the company (`forfeit`), skipped so that
the next active sponsor stands in its place (`dynamic`), or paid to the next active one on
top of its own (`pass_up`). Levels above the root do not exist and are no breakage.
Source: model text, section 8; the rules are arithmetic on the sponsor tree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias

Sponsors: TypeAlias = Mapping[str, str | None]
Inactive: TypeAlias = Literal["forfeit", "dynamic", "pass_up"]


@dataclass(frozen=True)
class Overrides:
    """Override by partner, what the company kept of inactive levels, and the sum paid."""

    override: dict[str, float]
    breakage: float
    total: float


def upline(sponsors: Sponsors, seller: str) -> Iterator[str]:
    """Sponsors of a seller, nearest first.

    Raises
    ------
    ValueError
        If a partner is its own sponsor somewhere up the line.
    """
    seen, current = {seller}, sponsors[seller]
    while current is not None:
        if current in seen:
            raise ValueError(f"{current} is its own sponsor")
        seen.add(current)
        yield current
        current = sponsors[current]


def unilevel(
    sponsors: Sponsors,
    sales: Mapping[str, float],
    rates: Sequence[float],
    inactive: Collection[str] = (),
    rule: Inactive = "forfeit",
) -> Overrides:
    """Overrides of every sale by level.

    Parameters
    ----------
    sponsors : mapping partner -> sponsor or None
    sales : mapping partner -> volume; an inactive partner's sales count too
    rates : sequence, shape (levels,)
    inactive : partners that may not receive
    rule : what happens to an inactive sponsor's level
    """
    paid, breakage = dict.fromkeys(sponsors, 0.0), 0.0
    for seller, volume in sales.items():
        for receiver, rate in _levels(upline(sponsors, seller), rates, inactive, rule):
            if receiver is None:
                breakage += rate * volume
            else:
                paid[receiver] += rate * volume
    return Overrides(paid, breakage, sum(paid.values()))


def _levels(
    line: Iterator[str], rates: Sequence[float], inactive: Collection[str], rule: Inactive
) -> Iterator[tuple[str | None, float]]:
    """Receiver of each level's rate; None is the company."""
    if rule == "dynamic":
        yield from zip((p for p in line if p not in inactive), rates, strict=False)
        return
    if rule == "pass_up":
        yield from _passed_up(list(line), rates, inactive)
        return
    for partner, rate in zip(line, rates, strict=False):
        yield (None if partner in inactive else partner), rate


def _passed_up(
    line: Sequence[str], rates: Sequence[float], inactive: Collection[str]
) -> Iterator[tuple[str | None, float]]:
    for level, rate in zip(range(len(line)), rates, strict=False):
        yield next((p for p in islice(line, level, None) if p not in inactive), None), rate


def stair_step(
    sponsors: Sponsors,
    sales: Mapping[str, float],
    rank_rate: Mapping[str, float],
    inactive: Collection[str] = (),
) -> Overrides:
    """Payout by difference of ranks: each gets its rate less the highest paid below it.

    The chain gets the highest rate on it, once, the seller's own included. `breakage` is 0.
    """
    paid = dict.fromkeys(sponsors, 0.0)
    for seller, volume in sales.items():
        highest = 0.0
        for partner in (seller, *upline(sponsors, seller)):
            step = 0.0 if partner in inactive else max(0.0, rank_rate[partner] - highest)
            paid[partner] += step * volume
            highest += step
    return Overrides(paid, 0.0, sum(paid.values()))
