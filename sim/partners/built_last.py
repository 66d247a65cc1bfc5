"""The population that was built last: most plans of a study differ in what no partner is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sim.partners.listed import Listed
from sim.partners.population import Population, build
from sim.partners.segments import Segment


class _Last:
    """What this process has built, and of what."""

    made_of: ClassVar[tuple[Any, ...]] = ()
    population: ClassVar[Population | None] = None


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
    made_of = (segments, roster, spare, recruits, own, moving, joining)
    if _Last.population is None or _Last.made_of != made_of:
        _Last.made_of, _Last.population = made_of, build(*made_of)
    return _Last.population
