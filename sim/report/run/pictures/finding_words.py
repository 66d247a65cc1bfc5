"""What a picture shows, said in a sentence: the titles of pictures, from their figures."""

from __future__ import annotations

from math import isfinite

from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers

STEADY = 0.02  # of the first figure: less is no change


class Findings:
    """Makes titles in one language."""

    def __init__(self, labels: Labels, numbers: Numbers) -> None:
        self.labels, self.numbers = labels, numbers

    def change(self, what: str, first: float, last: float, unit: str) -> str:
        """How a figure moved from the first to the last."""
        if not (isfinite(first) and isfinite(last)):
            return what
        gap = last - first
        key = "flat" if abs(gap) <= STEADY * abs(first) else "up" if gap > 0 else "down"
        return self.say(key, what=what, first=self.figure(first, unit), last=self.figure(last, unit))

    def below_zero(self, said: str, share: float) -> str:
        """A finding, with the share of replications that end below 0 where there are any."""
        return self.say("below_zero", said=said, share=self.figure(share, "share")) if share > 0 else said

    def figure(self, value: float, unit: str) -> str:
        """A figure with its unit."""
        return self.numbers.figure(value, unit)

    def say(self, key: str, **values: object) -> str:
        """A finding with its values filled in."""
        said = self.labels(f"finding.{key}", **values)
        return said[:1].upper() + said[1:]
