"""Shapley value: evenly to those who touched, however often."""

from __future__ import annotations

from typing import Literal

from sim.policy.attribution_rule import AttributionRule, Path, Shares, Weights, evenly


class Shapley(AttributionRule):
    """The Shapley value of the game v(S) = sales whose touchers are all in S. Source: Zhao et al. 2018."""

    kind: Literal["shapley"]

    def split(self, path: Path, weights: Weights) -> Shares:
        return evenly(path.touchers)
