"""The population: who the partners are. It is part of the scenario and is not drawn anew in a replication.

Rows stand by segment and, within it, by id, so that each segment is one slice; rows kept for partners that may
enter follow at the end of their segment's slice. Our own channels come after all partners, a segment of one row
each; the last row of all is the direct channel: renewals without a partner, and what no stated channel sells.

Notation: i row, s segment (the last are our own channels, the direct one the very last).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.base.arrays import Codes, Counts, Flags, Integers, Months, Reals, Words
from sim.base.luck import partner_key_id, reserved
from sim.base.units import to_minor
from sim.partners.listed import GOLDEN_SHARE, SILVER_SHARE, UNRELATED, Listed, drawn, newcomers, spread, with_branches
from sim.partners.segments import RESERVED, Segment

BACK = "~"  # ends the ids of partners of a banned type that are back as another
SIDES = ("left", "right")  # legs of a sponsor
OWN = "own"  # begins the ids of our own channels


@dataclass(frozen=True)
class Population:
    """Fixed attributes of every row, in the order of rows."""

    segments: tuple[str, ...]
    """names by segment; the last are our own channels, the direct one the very last"""
    bounds: Integers
    """first row of each segment, and the number of rows at the end: int64[segments + 1]"""
    ids: tuple[str, ...]
    names: tuple[str, ...]
    regions: tuple[str, ...]
    groups: tuple[str, ...]
    sponsor: Counts
    """row of the sponsor, -1 without one"""
    leg: Codes
    """side of its sponsor on which a partner stands, by position in SIDES, -1 where nobody says"""
    id_hash: Words
    segment: Months
    flow: Reals
    """buyers a month"""
    starts: Flags
    """false: a partner that would enter and never sell anything"""
    relativity: Reals
    spare: Flags
    """row kept for a partner that may enter or be recruited"""
    recruits: tuple[int, ...]
    """rows at the end of each segment kept for partners that others recruit"""
    banned: tuple[int, ...]
    """rows of each segment, before those of newcomers, kept for partners of others: of a type that will be banned, or
    that will be appointed to this segment"""
    again: Counts
    """row in which a partner comes back as one of another type when its own is banned, -1 without one"""
    returning: tuple[int, ...]
    """rows after those there at the opening kept for their other names, in the same order; the other name of a newcomer
    stands in the row after it"""
    us_share: Reals
    """share of the flow that is ours at the opening; NaN where the scenario does not say"""
    rank: Reals
    """a number in (0, 1) spread evenly over each segment's sizes, by which opening choices are shared out"""
    service_minor: Integers
    """what a partner costs us a month beyond commission"""
    onboarding_minor: Integers
    """what it costs to take it on"""
    ramp: Reals
    """months until its flow is full, at least one"""
    quota: Reals
    """what it is to reach in a window, major units or contracts; NaN where the roster does not say"""

    @property
    def rows(self) -> int:
        """Rows of all columns: partners, those kept for entrants, our own."""
        return len(self.ids)

    @property
    def has_tree(self) -> bool:
        """Whether partners have sponsors, or may come to have them."""
        return any(self.recruits) or bool((self.sponsor >= 0).any())

    @property
    def ours(self) -> int:
        """Number of our own channels, a segment and a row each."""
        return len(self.segments) - len(self.recruits)

    @property
    def direct(self) -> int:
        """Row of the direct channel."""
        return self.rows - 1

    @property
    def partners(self) -> int:
        """Rows of partners, those kept for some to come among them; our own channels follow."""
        return self.rows - self.ours

    def rows_by_id(self) -> dict[str, list[int]]:
        """Rows of each partner, that of the opening first: one of several segments has a row in each of them."""
        found: dict[str, list[int]] = {}
        for i in np.argsort(self.spare, kind="stable").tolist():
            found.setdefault(self.ids[i], []).append(i)
        return found

    def slice_of(self, s: int) -> slice:
        """Rows of a segment."""
        return slice(int(self.bounds[s]), int(self.bounds[s + 1]))


def build(
    segments: Mapping[str, Segment],
    roster: Sequence[Listed] = (),
    spare: Mapping[str, int] | None = None,
    recruits: Mapping[str, int] | None = None,
    own: Sequence[str] = (),
    moving: Mapping[str, str] | None = None,
    joining: Mapping[str, Sequence[str]] | None = None,
) -> Population:
    """The population of a scenario.

    Parameters
    ----------
    segments, roster : kinds of partners, and partners one by one
    spare, recruits : how many may enter and be recruited by segment
    own : names of our own channels, the direct one apart
    moving : segments that will be banned, and as partners of which segment theirs come back
    joining : by segment, ids of partners of others that will be appointed to it
    """
    places = {name: ((spare or {}).get(name, 0), (recruits or {}).get(name, 0)) for name in segments}
    listed: dict[str, list[Listed]] = {name: [] for name in segments}
    for one in sorted(roster, key=lambda one: one.id):
        listed[one.segment].append(one)
    members = {name: listed[name] if roster else drawn(name, segment) for name, segment in segments.items()}
    coming = _banned(segments, members, places, moving or {})
    _join(coming, members, joining or {})
    parts = [_part(name, one, members[name], coming[name], *places[name]) for name, one in segments.items()]
    channels = (*own, RESERVED)
    parts += [_own_part(RESERVED if name == RESERVED else f"{OWN}.{name}") for name in channels]
    sizes = [len(part["ids"]) for part in parts]
    ids = tuple(one for part in parts for one in part["ids"])
    row = {name: i for i, name in enumerate(ids)}
    if joining:  # a sponsor's row is that of the opening
        spare_rows = np.concatenate([part["spare"] for part in parts])
        row |= {name: i for i, name in enumerate(ids) if not spare_rows[i]}
    sponsors = [-1 if name is None else row[name] for part in parts for name in part["sponsors"]]
    return Population(
        segments=(*segments, *channels),
        bounds=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        segment=np.repeat(np.arange(len(parts)), sizes).astype(np.int16),
        ids=ids,
        names=tuple(one for part in parts for one in part["names"]),
        regions=tuple(one for part in parts for one in part["regions"]),
        groups=tuple(one for part in parts for one in part["groups"]),
        sponsor=np.array(sponsors, dtype=np.int32),
        leg=np.array([("", *SIDES).index(one) - 1 for part in parts for one in part["legs"]], dtype=np.int8),
        banned=tuple(part["banned"] for part in parts[: len(segments)]),
        again=np.array([row.get(one + BACK, -1) if moving else -1 for one in ids], dtype=np.int32),
        recruits=tuple(part["recruits"] for part in parts[: len(segments)]),
        returning=tuple(part["returning"] for part in parts[: len(segments)]),
        **{key: np.concatenate([part[key] for part in parts]) for key in _ARRAYS},
    )


_ARRAYS = (
    "id_hash",
    "flow",
    "relativity",
    "spare",
    "us_share",
    "rank",
    "service_minor",
    "onboarding_minor",
    "ramp",
    "quota",
    "starts",
)


def _banned(
    segments: Mapping[str, Segment],
    members: Mapping[str, list[Listed]],
    places: Mapping[str, tuple[int, int]],
    moving: Mapping[str, str],
) -> dict[str, list[Listed]]:
    """Partners of banned types by the segment as whose they come back: their customers and their kind come along."""
    found: dict[str, list[Listed]] = {name: [] for name in segments}
    for name, under in moving.items():
        everyone, _ = _everyone(name, segments[name], members[name], [], *places[name])
        found[under] += [replace(one, id=one.id + BACK, segment=under, sponsor=None) for one in everyone]
    return found


def _join(
    coming: dict[str, list[Listed]], members: Mapping[str, list[Listed]], joining: Mapping[str, Sequence[str]]
) -> None:
    """Add partners that will be of another segment to those that it has rows for: they stay who they are."""
    known = {one.id: one for listed in members.values() for one in listed} if joining else {}
    for name, ids in joining.items():
        coming[name] += [replace(known[one], segment=name) for one in ids]


def _everyone(
    name: str, segment: Segment, members: list[Listed], banned: list[Listed], entrants: int, recruits: int
) -> tuple[list[Listed], Reals]:
    """All who may be partners of a segment in the order of rows, other names among them, and their ranks."""
    may_come = (newcomers(mark, name, segment, n) for mark, n in ((f"{name}+", entrants), (f"{name}++", recruits)))
    groups = members, banned, *may_come
    everyone = [one for group in groups for one in with_branches(segment, group)]
    flow = np.array([one.flow for one in members], dtype=np.float64)
    rank = np.concatenate((_ranks(flow), *(spread(n, SILVER_SHARE) for n in (len(banned), entrants + recruits))))
    return (everyone, rank) if segment.turnover.names == 1 else _with_other_names(everyone, rank, len(members))


def _part(
    name: str, segment: Segment, members: list[Listed], banned: list[Listed], entrants: int, recruits: int
) -> dict:
    everyone, rank = _everyone(name, segment, members, banned, entrants, recruits)
    names = segment.turnover.names
    flow = np.array([one.flow for one in everyone], dtype=np.float64)
    branches = np.array([one.branches for one in everyone], dtype=np.int64)
    starts = np.array([one.starts for one in everyone], dtype=np.bool_)
    us_share = np.nan if segment.choice.us_at_start is None else segment.choice.us_at_start
    return {
        "ids": [one.id for one in everyone],
        "names": [one.name for one in everyone],
        "regions": [one.region or segment.region for one in everyone],
        "groups": [one.group for one in everyone],
        "sponsors": [one.sponsor for one in everyone],
        "legs": [one.leg for one in everyone],
        "id_hash": np.array([partner_key_id(one.id) for one in everyone], dtype=np.uint64),
        "flow": np.where(starts, flow, 0.0),
        "starts": starts,
        "relativity": np.array(
            [segment.relativity.expected if one.relativity is None else one.relativity for one in everyone], dtype=float
        ),
        "spare": np.arange(len(everyone)) >= len(members),
        "us_share": np.array([us_share if one.us_share is None else one.us_share for one in everyone], dtype=float),
        "rank": rank,
        "service_minor": _service(segment, flow) * branches,
        "onboarding_minor": to_minor(segment.cost.onboarding) * branches,
        "ramp": _ramp(segment, branches),
        "quota": np.array([np.nan if one.quota is None else one.quota for one in everyone], dtype=float),
        "returning": len(members) * (names - 1),
        "banned": len(banned) * names,
        "recruits": recruits * names,
    }


def _with_other_names(everyone: list[Listed], rank: Reals, members: int) -> tuple[list[Listed], Reals]:
    """Give each partner another name, `*` after its own, to return under.

    The places of rows stand for any number of newcomers.
    """
    there, new = np.arange(members), np.arange(members, len(everyone))
    order = np.concatenate((there, there, np.repeat(new, 2)))
    other = np.concatenate((there < 0, there >= 0, np.arange(2 * new.size) % 2 == 1))
    found = [
        replace(everyone[k], id=f"{everyone[k].id}*") if again else everyone[k]
        for k, again in zip(order, other, strict=True)
    ]
    return found, np.mod(rank[order] + other * UNRELATED, 1.0)


def _own_part(name: str) -> dict:
    return {
        "ids": [f"@{name}"],
        "names": [""],
        "regions": [""],
        "groups": [""],
        "sponsors": [None],
        "legs": [""],
        "id_hash": np.array([reserved(name)], dtype=np.uint64),
        "flow": np.zeros(1),
        "relativity": np.ones(1),
        "spare": np.zeros(1, dtype=bool),
        "us_share": np.ones(1),
        "quota": np.full(1, np.nan),
        "rank": np.full(1, 0.5),
        "service_minor": np.zeros(1, dtype=np.int64),
        "onboarding_minor": np.zeros(1, dtype=np.int64),
        "ramp": np.ones(1),
        "starts": np.ones(1, dtype=bool),
    }


def _ranks(flow: Reals) -> Reals:
    order = np.argsort(flow, kind="stable")
    ranks = np.empty(flow.size)
    ranks[order] = spread(flow.size, GOLDEN_SHARE)
    return ranks


def _service(segment: Segment, flow: Reals) -> Integers:
    mean = float(segment.flow.expected or 0.0)
    size = (flow / mean) ** segment.cost.elasticity if mean > 0 else np.ones(flow.size)
    return np.array([to_minor(segment.cost.base * factor) for factor in size], dtype=np.int64)


def _ramp(segment: Segment, branches: Integers) -> Reals:
    months, stated = segment.turnover.ramp, segment.branches
    found = np.full(branches.size, months) if stated is None else stated.ramp(months, branches)
    return np.maximum(found, 1.0)
