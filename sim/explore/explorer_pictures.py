"""The pictures of a run that the explorer shows: those of its page."""

from __future__ import annotations

from functools import cached_property

from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.pages.picture import Picture
from sim.report.run import series
from sim.report.run.pictures.run_pictures import RunPictures
from sim.report.run.who_earns import WhoEarns


class ExplorerPictures:
    """Pictures of a run in one language."""

    def __init__(self, result: Result, labels: Labels) -> None:
        self.result, self.labels = result, labels
        self.numbers = Numbers(labels, result.cube.currency, result.cube.months[0])

    @cached_property
    def fans(self) -> dict[str, Picture]:
        """Bands by month, by name: those that the run has something to show for."""
        return {name: one for name, one in self._all.items() if name in series.FANS}

    @property
    def others(self) -> list[Picture]:
        """The way to the result, and who contributes."""
        waterfall = [self._all["waterfall"]] if "waterfall" in self._all else []
        return [*waterfall, WhoEarns(self.result.contributions, self.labels, self.numbers).picture()]

    @cached_property
    def _all(self) -> dict[str, Picture]:
        return RunPictures(self.result, self.labels, self.numbers).all()
