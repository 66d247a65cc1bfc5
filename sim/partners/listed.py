"""Partners as they are listed: one by one in a roster, drawn for a kind of partners, and those who may still come."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.laws import quantiles, significant
from sim.base.luck import partner_key_id, purpose, uniforms
from sim.base.spells import Spells
from sim.partners.segments import Segment, Sponsors

GOLDEN_SHARE = (5**0.5 - 1) / 2  # steps of the golden share spread evenly over (0, 1) for any number of rows
SILVER_SHARE = 2**0.5 - 1  # the same, unrelated to it
UNRELATED = (3 - 3**0.5) / 6  # spread evenly, a number and the same moved on by this much have no correlation
WHOLE_DIGITS = 9  # decimals to which a share of a number of partners is told from a whole number

Appointed = tuple[int, str, str | int]
"""ordinal of a month, `region`, `group`, `rank` or `segment`, and its value"""


@dataclass(frozen=True)
class Listed:
    """A partner of a roster."""

    id: str
    segment: str
    flow: float
    name: str = ""
    region: str = ""
    relativity: float | None = None
    us_share: float | None = None
    sponsor: str | None = None
    group: str = ""
    leg: str = ""
    quota: float | None = None
    branches: int = 1
    starts: bool = True
    certified: tuple[tuple[str, Spells], ...] = ()
    """certificates, and when it holds them"""
    appointed: tuple[Appointed, ...] = ()
    """what it is from a month on"""


def drawn(name: str, segment: Segment) -> list[Listed]:
    """The partners of a segment without a roster, smallest first."""
    n = segment.partners
    u = (np.arange(n) + 0.5) / max(n, 1)
    flow = _rescaled(quantiles(segment.flow, u), float(segment.flow.expected or 0.0))
    apart = spread(n, GOLDEN_SHARE)  # unrelated to size
    relativity = _rescaled(quantiles(segment.relativity, apart), float(segment.relativity.expected or 0.0))
    ids = ids_of(name, n)
    sponsor = np.full(n, -1) if segment.sponsors is None else sponsors_of(n, segment.sponsors)
    return [
        Listed(ids[i], name, float(flow[i]), relativity=float(relativity[i]), sponsor=ids[j] if j >= 0 else None)
        for i, j in enumerate(sponsor.tolist())
    ]


def ids_of(segment: str, n: int) -> list[str]:
    """Ids of the partners of a segment without a roster, smallest first."""
    width = len(str(n))
    return [f"{segment}-{i + 1:0{width}d}" for i in range(n)]


def sponsors_of(n: int, terms: Sponsors) -> Integers:
    """Sponsor of each of n partners by position, -1 without one: int64[n].

    In an order unrelated to size those with a sponsor come evenly between those without; the k-th of them (from 0) was
    brought by number k // fan_out of that order. A sponsor stands before those it has brought, so they form trees.
    """
    order = np.argsort(spread(n, SILVER_SHARE), kind="stable")
    with_sponsor = np.diff(np.floor(np.round(np.arange(n + 1) * terms.share, WHOLE_DIGITS))) > 0
    with_sponsor[:1] = False  # the first has nobody before it
    found = np.full(n, -1, dtype=np.int64)
    found[order[with_sponsor]] = order[np.arange(with_sponsor.sum()) // terms.fan_out]
    return found


def newcomers(prefix: str, segment_name: str, segment: Segment, number: int) -> list[Listed]:
    """Partners that may come during the run; who they are does not depend on how many there is room for."""
    flow = quantiles(segment.flow, spread(number, GOLDEN_SHARE))
    ids = [f"{prefix}{i + 1:06d}" for i in range(number)]
    return [
        Listed(one, segment_name, float(mean), starts=bool(sells))
        for one, mean, sells in zip(ids, flow, _starts(segment, ids), strict=True)
    ]


def _starts(segment: Segment, ids: list[str]) -> Flags:
    """Which newcomers ever sell: a matter of their ids alone."""
    if segment.activation is None:
        return np.ones(len(ids), dtype=np.bool_)
    u = np.empty(len(ids))
    uniforms(np.array([partner_key_id(one) for one in ids], dtype=np.uint64), purpose("turnover.activation"), u)
    return np.asarray(u < segment.activation)


def with_branches(segment: Segment, group: list[Listed]) -> list[Listed]:
    """Partners with their branches, spread over them in an order unrelated to size."""
    if segment.branches is None:
        return group
    counts = segment.branches.counts(np.mod(spread(len(group), SILVER_SHARE) + UNRELATED, 1.0))
    return [replace(one, branches=n) for one, n in zip(group, counts.tolist(), strict=True)]


def spread(n: int, step: float) -> Reals:
    """n numbers spread evenly over (0, 1) in an order unrelated to their position."""
    return np.mod((np.arange(n) + 0.5) * step, 1.0)


def _rescaled(values: Reals, mean: float) -> Reals:
    total = values.mean() if values.size else 0.0
    return significant(values * (mean / total)) if total > 0 else values
