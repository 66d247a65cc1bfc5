"""The population that was built last: most plans of a study differ in what no partner is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sim.partners.listed import Listed
from sim.partners.population import Population, build
from sim.partners.segments import Segment


class _Last:
    """What this process has built, and of what: replaced as one, since another thread may read it."""

    made: ClassVar[tuple[tuple[Any, ...], Population] | None] = None


def built(
    segments: Mapping[str, Segment],
    roster: Sequence[Listed],
    spare: Mapping[str, int],
    recruits: Mapping[str, int],
    own: Sequence[str],
    moving: Mapping[str, str],
    joining: Mapping[str, Sequence[str]],
) -> Population:
    """The population that `build` makes of these: the one at hand where the last was made of the same."""
    in_order = (tuple(one.items()) for one in (segments, moving))  # rows follow it, and mappings do not compare it
    made_of, last = (*in_order, tuple(roster), spare, recruits, own, joining), _Last.made
    if last is None or last[0] != made_of:
        last = _Last.made = made_of, build(segments, roster, spare, recruits, own, moving, joining)
    return last[1]
