"""A closed form that stands beside the simulation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TheoryFigure:
    """A closed form: its value, unit (`ratio`, `share`, `money`), what it says and where it comes from."""

    name: str
    value: float
    unit: str
    text: str
    source: str = ""
