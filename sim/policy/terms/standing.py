"""What partners are to us, dated: region, group, rank and certificates. Rules choose by them whom they cover.

Notation: i row; n rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Flags, Integers
from sim.base.spells import LONG_AGO, Spells


@dataclass(frozen=True)
class Change:
    """What some partners are from a month on; what is left out stays as it was."""

    since: int
    """ordinal of the month"""
    rows: Integers
    region: str | None = None
    group: str | None = None
    rank: int | None = None
    """rank below which they do not fall"""
    certified: Mapping[str, bool] = field(default_factory=dict)
    """by certificate, whether they hold it"""


def held(name: str, spells: Spells, rows: Integers) -> Iterator[Change]:
    """The changes that a certificate makes which some partners hold in these spells."""
    for spell in spells:
        yield Change(spell.first, rows, certified={name: True})
        if spell.end is not None:
            yield Change(spell.end, rows, certified={name: False})


@dataclass(frozen=True)
class Standing:
    """What every partner is at the start, and what changes on which dates."""

    first_regions: tuple[str, ...]
    first_groups: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    """in the order of dates"""
    _known: dict[tuple[str, int], Any] = field(default_factory=dict, repr=False, compare=False)
    """what was asked for, by date"""

    @classmethod
    def of(cls, regions: tuple[str, ...], groups: tuple[str, ...], changes: list[Change]) -> Standing:
        """The standing with changes in any order; of two in one month the later in the list counts."""
        return cls(regions, groups, tuple(sorted(changes, key=lambda one: one.since)))

    def repeated(self, replications: int) -> Standing:
        """The same partners in so many replications."""
        first = np.arange(replications)[:, None] * len(self.first_regions)
        changes = tuple(replace(one, rows=(first + one.rows).ravel()) for one in self.changes)
        return Standing(self.first_regions * replications, self.first_groups * replications, changes)

    @cached_property
    def dates(self) -> list[int]:
        """Ordinals of the months in which anything changes."""
        return sorted({one.since for one in self.changes if one.since > LONG_AGO})

    @cached_property
    def certificates(self) -> tuple[str, ...]:
        """Names of all certificates, once each."""
        return tuple(dict.fromkeys(name for one in self.changes for name in one.certified))

    @cached_property
    def appoints(self) -> bool:
        """Whether some partner is given a rank."""
        return any(one.rank is not None for one in self.changes)

    def regions(self, ordinal: int) -> NDArray[Any]:
        """Region of every partner in the month `ordinal`: object[n]."""
        return self._at("region", np.array(self.first_regions, dtype=object), ordinal)

    def groups(self, ordinal: int) -> NDArray[Any]:
        """Group of every partner: object[n]."""
        return self._at("group", np.array(self.first_groups, dtype=object), ordinal)

    def ranks(self, ordinal: int) -> Integers:
        """Rank below which a partner does not fall, 0 without one: int64[n]."""
        return self._at("rank", np.zeros(len(self.first_groups), dtype=np.int64), ordinal)

    def certified(self, ordinal: int) -> Mapping[str, Flags]:
        """By certificate, who holds it: bool[n]."""
        key = ("certified", bisect_right(self.dates, ordinal))
        if key not in self._known:
            found = {name: np.zeros(len(self.first_groups), dtype=np.bool_) for name in self.certificates}
            for one in self._before(ordinal):
                for name, holds in one.certified.items():
                    found[name][one.rows] = holds
            self._known[key] = found
        return dict(self._known[key])

    def _at(self, name: str, found: NDArray[Any], ordinal: int) -> NDArray[Any]:
        key = (name, bisect_right(self.dates, ordinal))
        if key not in self._known:
            for one in self._before(ordinal):
                if getattr(one, name) is not None:
                    found[one.rows] = getattr(one, name)
            self._known[key] = found
        return np.asarray(self._known[key])

    def _before(self, ordinal: int) -> list[Change]:
        return [one for one in self.changes if one.since <= ordinal]
