"""The error of an estimate that the data do not determine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals

NOTICEABLE = 0.05  # part of the longest entry of a direction from which on a parameter is said to belong to it


class NotIdentified(ValueError):
    """The data do not determine some parameters; `names` says which, the text why and what would help."""

    def __init__(self, names: Sequence[str], why: str, remedy: str) -> None:
        self.names, self.why, self.remedy = tuple(names), why, remedy
        super().__init__(f"{', '.join(names)}: {why}; {remedy}")


def named(direction: Reals, names: Sequence[str]) -> list[str]:
    """The parameters that a direction moves."""
    size = np.abs(direction)
    return [name for name, part in zip(names, size, strict=True) if part >= NOTICEABLE * size.max()]
