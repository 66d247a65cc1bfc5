"""Removal effect: what fewer sales there would be without each toucher, in the chain of the month's journeys.

Notation: Q[a, b] chance that b is met next after a, w[a] that a sale follows, s[a] that a is met first; chance of a
sale s (I - Q)^-1 w. Who is removed leads to nothing. Source: Anderl, Becker, von Wangenheim and Schumann 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Reals
from sim.base.in_turn import sum_in_turn
from sim.base.units import Positive
from sim.policy.attribution_rule import AttributionRule, Path, Shares, Weights, evenly


class RemovalEffect(AttributionRule):
    """In proportion to the removal effects of those on the path; evenly where all of them are 0."""

    kind: Literal["removal_effect"]
    lost: Annotated[dict[str, Positive], Field(min_length=1)] = Field(
        description="journeys that end without a sale for each with one, by journey, and under alone for partners "
        "whom nobody else helps; left out of the list: none"
    )

    def split(self, path: Path, weights: Weights) -> Shares:
        found = {who: weights.get(who, 0.0) for who in path.touchers}
        total = sum_in_turn(found.values())
        return {who: one / total for who, one in found.items()} if total > 0.0 else evenly(path.touchers)

    @property
    def learns(self) -> bool:
        return True

    def weights(self, journeys: Sequence[tuple[str, Path, float]]) -> dict[str, float]:
        return removal_effects([(path, sales, sales * self.lost.get(name, 0.0)) for name, path, sales in journeys])


def removal_effects(journeys: Sequence[tuple[Path, float, float]]) -> dict[str, float]:
    """Share of all sales that would be lost without each toucher, in the first-order chain of some journeys.

    Parameters
    ----------
    journeys
        Path, journeys along it that end with a sale, and those that end without.
    """
    there = [(path.who, sales, lost) for path, sales, lost in journeys if path.who and sales + lost > 0.0]
    names = list(dict.fromkeys(who for path, _, _ in there for who in path))
    first, follows, sold = _chain(there, {who: at for at, who in enumerate(names)})
    chance = _chance(first, follows, sold)
    if chance <= 0.0:
        return dict.fromkeys(names, 0.0)
    kept = 1.0 - np.eye(len(names))  # a row for each toucher that is removed
    without = [_chance(first * keep, follows * keep, sold) for keep in kept]
    return {who: max(0.0, 1.0 - one / chance) for who, one in zip(names, without, strict=True)}


def _chain(there: Sequence[tuple[tuple[str, ...], float, float]], at: dict[str, int]) -> tuple[Reals, Reals, Reals]:
    """Chances of the first touch, float64[k], of the next after each, float64[k, k], and of a sale after it."""
    first, follows, sold, met = np.zeros(len(at)), np.zeros((len(at), len(at))), np.zeros(len(at)), np.zeros(len(at))
    for who, sales, lost in there:
        places, number = [at[one] for one in who], sales + lost
        first[places[0]] += number
        sold[places[-1]] += sales
        np.add.at(met, places, number)
        np.add.at(follows, (places[:-1], places[1:]), number)
    return first / max(first.sum(), 1e-300), follows / met[:, None], sold / met


def _chance(first: Reals, follows: Reals, sold: Reals) -> float:
    """Chance that a journey ends with a sale."""
    return float(first @ np.linalg.solve(np.eye(first.size) - follows, sold)) if first.size else 0.0
