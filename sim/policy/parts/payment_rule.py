"""What rules of payment terms have in common: they hold for whole segments."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import model_validator

from sim.base.arrays import Flags
from sim.policy.rule import Phase, Rule

NARROWING = ("products", "regions", "groups", "partners", "pilot")  # besides conditions


class PaymentRule(Rule):
    """A rule that changes when or how the commission of whole segments is paid."""

    phase: ClassVar[Phase] = Phase.TIMING
    by_segment: ClassVar[bool] = True
    conditional: ClassVar[bool] = False

    @model_validator(mode="after")
    def _of_whole_segments(self) -> PaymentRule:
        if narrowed := [name for name in NARROWING if getattr(self, name) is not None]:
            raise ValueError(f"terms of payment hold for whole segments; leave out {' and '.join(narrowed)}")
        return self

    def segments_of(self, cells: Flags) -> Flags:
        """Segments that the rule concerns: bool[segment]."""
        return np.asarray(cells.any(axis=0))
