"""What stands with a run beside its own figures, such as its back-test: said, on the page, files of the folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.report.pages.picture import Picture

Row = dict[str, Any]


@dataclass(frozen=True)
class Beside:
    """Texts ready for screen and page; nothing unless a scenario asks for it."""

    title: str = ""
    says: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Row] = ()
    """title, heads, rows, whether it is long"""
    files: Mapping[str, Callable[[Path], object]] = field(default_factory=dict)
    """by name: what writes it"""


NOTHING = Beside()
