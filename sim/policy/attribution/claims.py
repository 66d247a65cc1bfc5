"""Claims: no rule, so that our channels and partners haggle over who brought the customer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.base.units import Share
from sim.policy.attribution_rule import PARTNER, AttributionRule, Path, Shares, Weights, evenly


class Claims(AttributionRule):
    """A share to the own channels on the path, evenly, the rest to the partner; where one side is not there, no fight.

    On a path without the partner those of other segments stand in its place.
    """

    kind: Literal["claims"]
    won_by_us: Share = Field(description="share of the sales which both touched that our channels win")

    def split(self, path: Path, weights: Weights) -> Shares:
        ours = [who for who in path.touchers if who in path.own]
        theirs = [PARTNER] if PARTNER in path.who else [who for who in path.touchers if who not in path.own]
        won = self.won_by_us if ours and theirs else float(bool(ours))
        return evenly(ours, won) | evenly(theirs, 1.0 - won)
