"""The pictures of a run that the explorer shows: those of its page."""

from __future__ import annotations

from typing import Any

from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.run.charts import Charts
from sim.report.run.page import BANDS_OF_CLAIMS
from sim.report.run.who_earns import CHART, WhoEarns

FANS = ("equity", "cash", "result", "premium")
HEIGHT = 380  # pixels


class ExplorerPictures:
    """Pictures of a run in one language."""

    def __init__(self, result: Result, labels: Labels) -> None:
        self.result, self.labels = result, labels
        self.numbers = Numbers(labels, result.cube.currency, result.cube.months[0])

    @property
    def names(self) -> list[str]:
        """Those that there are: bands of what depends on claims would lack their luck where they are not drawn."""
        return [name for name in (*FANS, "waterfall", CHART) if self.result.drawn or name not in BANDS_OF_CLAIMS]

    def title(self, name: str) -> str:
        """Of a picture."""
        return self.labels(f"chart.{name}")

    def about(self, name: str) -> str:
        """How it is read."""
        return self.labels("about.fan" if name in FANS else f"about.{name}")

    def chart(self, name: str) -> dict[str, Any]:
        """A picture as plotly's plain data."""
        charts = Charts(self.result.cube, self.labels, self.numbers, {})
        if name == CHART:
            chart = WhoEarns(self.result.contributions, self.labels, self.numbers).chart()
        else:
            chart = charts.fan(name) if name in FANS else charts.waterfall()
        chart["layout"]["height"] = HEIGHT
        return chart
