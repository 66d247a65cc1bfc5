"""What all panels of the page look at: the point, what is known of it, and the run whose pictures are shown."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from sim.explore.explored_levers import Point
from sim.explore.explorer import Explorer
from sim.explore.explorer_words import ExplorerWords
from sim.explore.played_grid import PlayedGrid
from sim.explore.point_estimate import PointEstimate
from sim.judgement.result import Result

GRID = "grid of levers"  # of the session: the two levers of the map that was played last


@dataclass(frozen=True)
class OnScreen:
    """A point as it is shown."""

    explorer: Explorer
    words: ExplorerWords
    point: Point
    sets: tuple[str, ...]
    estimate: PointEstimate
    played: Result | None
    """the point's own run, where it was played"""

    @classmethod
    def of(cls, explorer: Explorer, words: ExplorerWords, point: Point) -> OnScreen:
        """A point, with what is known of it."""
        sets = explorer.sets(point)
        return cls(explorer, words, point, sets, explorer.estimated(point, grid(explorer)), explorer.has(sets))

    @property
    def result(self) -> Result:
        """The point's own run, else that of the scenario as stated."""
        return self.explorer.played(()) if self.played is None else self.played

    @property
    def verdict(self) -> str:
        """Of the point: as played, else as estimated."""
        return self.estimate.verdict if self.played is None else self.played.verdict


def grid(explorer: Explorer) -> PlayedGrid | None:
    """The map that was played last."""
    chosen = st.session_state.get(GRID)
    return None if chosen is None else explorer.has_grid(*chosen)
