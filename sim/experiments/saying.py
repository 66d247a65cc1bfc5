"""Sentences of a study as keys of the table of labels with their figures; a figure carries its unit.

So one language table serves screen, page and workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["money", "ratio", "share", "probability", "count", "month", "number", "text", "points"]
OWN = "own."  # in front of a name that the study's file gives: shown as it stands, whatever the labels say


@dataclass(frozen=True)
class Amount:
    """A figure with its unit and, where there is one, its interval."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    signed: bool = False
    """a difference: shown with its sign"""
    brief: bool = False
    """in a headline: three digits, and the interval without a word"""


def gap_unit(unit: str) -> str:
    """The unit of a difference of two figures: shares differ by points."""
    return "points" if unit in ("ratio", "share", "probability") else unit


@dataclass(frozen=True)
class Sentence:
    """A label `says.<key>`, of the table or of the answer's words, whose `{name}` are filled in.

    With amounts, texts, lists of texts, or other sentences as its parts.
    """

    key: str
    values: Mapping[str, Said] = field(default_factory=dict)


Said = Amount | str | Sentence | tuple[str, ...] | tuple[Sentence, ...]
