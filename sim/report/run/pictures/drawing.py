"""What pictures of a run are made with: its words, its months, its years, money on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of
from sim.report.pages.colours import PALETTE
from sim.report.pages.picture import Along, Line, Mark, Picture, Style
from sim.report.run import series
from sim.report.run.pictures.finding_words import Findings

if TYPE_CHECKING:
    from sim.judgement.result import Result


class Drawing:
    """Makes pictures of a result in one language."""

    def __init__(self, result: Result, labels: Labels, numbers: Numbers) -> None:
        self.result, self.cube, self.labels, self.numbers = result, result.cube, labels, numbers
        self.findings = Findings(labels, numbers)
        self.months, self.years = Along.months(self.cube.months), Along.of(series.years(self.cube))

    def picture(
        self, name: str, title: str, unit: str, along: Along, marks: Sequence[Mark], about: str = "", **how: Any
    ) -> Picture:
        """A picture with the words of its name: `chart.<name>` is what it shows, `about.<name>` its caption."""
        caption = self.labels(about or f"about.{name}")
        return Picture(name, title, self.labels(f"chart.{name}"), unit, along, marks, caption, **how)

    def named(self, name: str) -> str:
        """A product, segment or principal in words."""
        return safe_text(self.labels.name(name))

    def money(self, *parts: Reals) -> tuple[float, str]:
        """What money is divided by, and the unit that is left."""
        scale = scale_of([float(np.abs(part[np.isfinite(part)]).max(initial=0.0)) for part in parts])
        return 10.0**scale, self.numbers.money_unit(scale)

    def lines(
        self, found: dict[str, Reals], colours: Sequence[str] = PALETTE, styles: Sequence[Style] = ("solid",)
    ) -> list[Mark]:
        """A line for each name, in turn by colour and style."""
        return [
            Line(name, y, colour, style)
            for (name, y), colour, style in zip(found.items(), cycle(colours), cycle(styles), strict=False)
        ]
