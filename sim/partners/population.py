"""The population: who the partners are. It is part of the scenario and is not drawn anew in a replication.

Rows stand by segment and, within it, by id, so that each segment is one slice; rows kept for partners that may
enter follow at the end of their segment's slice; the last row of all is our own direct channel.

Notation: i row, s segment (the direct channel is the last one).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.base.laws import quantiles, significant
from sim.base.luck import partner_key_id, reserved
from sim.base.units import to_minor
from sim.partners.segments import RESERVED, Segment

Reals = NDArray[np.float64]
GOLDEN_SHARE = (5**0.5 - 1) / 2  # steps of the golden share spread evenly over (0, 1) for any number of rows
SILVER_SHARE = 2**0.5 - 1  # the same, unrelated to it


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


@dataclass(frozen=True)
class Population:
    """Fixed attributes of every row, in the order of rows."""

    segments: tuple[str, ...]
    """names by segment; the last is the direct channel"""
    bounds: NDArray[np.int64]
    """first row of each segment, and the number of rows at the end: int64[segments + 1]"""
    ids: tuple[str, ...]
    names: tuple[str, ...]
    regions: tuple[str, ...]
    groups: tuple[str, ...]
    sponsor: NDArray[np.int32]
    """row of the sponsor, -1 without one"""
    id_hash: NDArray[np.uint64]
    segment: NDArray[np.int16]
    flow: Reals
    """buyers a month"""
    relativity: Reals
    spare: NDArray[np.bool_]
    """row kept for a partner that may enter"""
    us_share: Reals
    """share of the flow that is ours at the opening; NaN where the scenario does not say"""
    rank: Reals
    """a number in (0, 1) spread evenly over each segment's sizes, by which opening choices are shared out"""
    service_minor: NDArray[np.int64]
    """what a partner costs us a month beyond commission"""

    @property
    def rows(self) -> int:
        return len(self.ids)

    @property
    def direct(self) -> int:
        """Row of our own channel."""
        return self.rows - 1

    def slice_of(self, s: int) -> slice:
        """Rows of a segment."""
        return slice(int(self.bounds[s]), int(self.bounds[s + 1]))


def build(
    segments: Mapping[str, Segment], roster: Sequence[Listed] = (), spare: Mapping[str, int] | None = None
) -> Population:
    """The population of a scenario; `spare` says how many entrants each segment must have room for."""
    parts = [
        _part(name, segment, [one for one in roster if one.segment == name] if roster else None, (spare or {}).get(name, 0))
        for name, segment in segments.items()
    ]
    parts.append(_direct_part())
    sizes = [len(part["ids"]) for part in parts]
    ids = tuple(one for part in parts for one in part["ids"])
    row = {name: i for i, name in enumerate(ids)}
    sponsors = [-1 if name is None else row[name] for part in parts for name in part["sponsors"]]
    return Population(
        segments=(*segments, RESERVED),
        bounds=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        segment=np.repeat(np.arange(len(parts)), sizes).astype(np.int16),
        ids=ids,
        names=tuple(one for part in parts for one in part["names"]),
        regions=tuple(one for part in parts for one in part["regions"]),
        groups=tuple(one for part in parts for one in part["groups"]),
        sponsor=np.array(sponsors, dtype=np.int32),
        **{key: np.concatenate([part[key] for part in parts]) for key in _ARRAYS},
    )


_ARRAYS = ("id_hash", "flow", "relativity", "spare", "us_share", "rank", "service_minor")


def _part(name: str, segment: Segment, listed: list[Listed] | None, spare: int) -> dict:
    members = _drawn(name, segment) if listed is None else sorted(listed, key=lambda one: one.id)
    entrants = _entrants(name, segment, spare)
    everyone = members + entrants
    flow = np.array([one.flow for one in everyone], dtype=np.float64)
    us_share = np.nan if segment.choice.us_at_start is None else segment.choice.us_at_start
    return {
        "ids": [one.id for one in everyone],
        "names": [one.name for one in everyone],
        "regions": [one.region or segment.region for one in everyone],
        "groups": [one.group for one in everyone],
        "sponsors": [one.sponsor for one in everyone],
        "id_hash": np.array([partner_key_id(one.id) for one in everyone], dtype=np.uint64),
        "flow": flow,
        "relativity": np.array(
            [segment.relativity.expected if one.relativity is None else one.relativity for one in everyone], dtype=float
        ),
        "spare": np.arange(len(everyone)) >= len(members),
        "us_share": np.array([us_share if one.us_share is None else one.us_share for one in everyone], dtype=float),
        "rank": np.append(_ranks(flow[: len(members)]), np.mod((np.arange(spare) + 0.5) * SILVER_SHARE, 1.0)),
        "service_minor": _service(segment, flow),
    }


def _drawn(name: str, segment: Segment) -> list[Listed]:
    n = segment.partners
    u = (np.arange(n) + 0.5) / max(n, 1)
    flow = _rescaled(quantiles(segment.flow, u), float(segment.flow.expected or 0.0))
    spread = np.mod((np.arange(n) + 0.5) * GOLDEN_SHARE, 1.0)  # unrelated to size
    relativity = _rescaled(quantiles(segment.relativity, spread), float(segment.relativity.expected or 0.0))
    width = len(str(n))
    return [
        Listed(f"{name}-{i + 1:0{width}d}", name, float(flow[i]), relativity=float(relativity[i])) for i in range(n)
    ]


def _entrants(name: str, segment: Segment, spare: int) -> list[Listed]:
    u = np.mod((np.arange(spare) + 0.5) * GOLDEN_SHARE, 1.0)
    flow = quantiles(segment.flow, u)
    return [Listed(f"{name}+{i + 1:06d}", name, float(flow[i])) for i in range(spare)]


def _direct_part() -> dict:
    return {
        "ids": [f"@{RESERVED}"],
        "names": [""],
        "regions": [""],
        "groups": [""],
        "sponsors": [None],
        "id_hash": np.array([reserved(RESERVED)], dtype=np.uint64),
        "flow": np.zeros(1),
        "relativity": np.ones(1),
        "spare": np.zeros(1, dtype=bool),
        "us_share": np.ones(1),
        "rank": np.full(1, 0.5),
        "service_minor": np.zeros(1, dtype=np.int64),
    }


def _rescaled(values: Reals, mean: float) -> Reals:
    total = values.mean() if values.size else 0.0
    return significant(values * (mean / total)) if total > 0 else values


def _ranks(flow: Reals) -> Reals:
    order = np.argsort(flow, kind="stable")
    ranks = np.empty(flow.size)
    ranks[order] = np.mod((np.arange(flow.size) + 0.5) * GOLDEN_SHARE, 1.0)
    return ranks


def _service(segment: Segment, flow: Reals) -> NDArray[np.int64]:
    mean = float(segment.flow.expected or 0.0)
    size = (flow / mean) ** segment.cost.elasticity if mean > 0 else np.ones(flow.size)
    return np.array([to_minor(segment.cost.base * factor) for factor in size], dtype=np.int64)
