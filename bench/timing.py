"""Interleaved timing: every side plays a batch of months in every round, A B C A B C ...; trust only ratios.

A shared machine changes its speed from minute to minute, for all sides alike: hence CPU time, rounds, medians, minima.
"""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import process_time_ns
from typing import Protocol


class Side(Protocol):
    """Something that can play a month."""

    def step(self) -> None:
        """Play one month."""


@dataclass
class Timed:
    """A side, how many partners it has, how many months make a batch, and what the rounds took."""

    side: Side
    partners: int
    months: int
    prepare: Callable[[int], None] | None = None
    rounds: list[float] = field(default_factory=list)
    """CPU ns a partner-month of each round"""

    def play(self) -> None:
        """Time one batch."""
        if self.prepare is not None:
            self.prepare(self.months)
        begun = process_time_ns()
        for _ in range(self.months):
            self.side.step()
        self.rounds.append((process_time_ns() - begun) / (self.months * self.partners))

    @property
    def least(self) -> float:
        return min(self.rounds)

    @property
    def middle(self) -> float:
        return median(self.rounds)


def warm(side: Side, months: int) -> None:
    """Play months that are not timed: compilation, and a book of contracts near its steady state."""
    for _ in range(months):
        side.step()


def interleave(sides: Mapping[str, Timed], rounds: int) -> None:
    """Time all sides in turn, `rounds` times."""
    gc.collect()
    for _ in range(rounds):
        for timed in sides.values():
            timed.play()


def ratio(upper: Timed, lower: Timed) -> tuple[float, float]:
    """Ratio of the minima, and median over the rounds of the round's own ratio."""
    own = [a / b for a, b in zip(upper.rounds, lower.rounds, strict=True)]
    return upper.least / lower.least, median(own)
