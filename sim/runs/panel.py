"""Yearly figures of every partner of some replications, gathered month by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Integers
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.model import PartnerNetwork

PANEL = ("premium", "commission", "claims", "contracts", "remitted", "lost", "receivable", "status")


class Panel:
    """What a model's partners did, year by year.

    Parameters
    ----------
    model : PartnerNetwork
    places : of the replications that are wanted, in the model's batch
    """

    def __init__(self, model: PartnerNetwork, places: Sequence[int]) -> None:
        self._model, self._places = model, list(places)
        self._years: list[dict[str, Integers]] = []

    def add(self) -> None:
        """Add the month just closed to the year under way."""
        model, table = self._model, self._model.table
        if not self._places or model.month <= 0:
            return
        if (model.month - 1) % MONTHS_PER_YEAR == 0:
            self._years.append({name: np.zeros(table.rows, dtype=np.int64) for name in PANEL})
        year = self._years[-1]
        year["premium"] += table.premium_new.sum(axis=0) + table.premium_renewal.sum(axis=0)
        year["commission"] += table.received - (table.passed.sum(axis=0) if len(table.passed) else 0)
        year["commission"] += table.accrued.sum(axis=0) + table.expensed - table.reversed
        year["commission"] += table.written_down - table.taken_back - table.held_lost
        year["claims"] += table.incurred.sum(axis=0)
        year["contracts"] += table.new.sum(axis=0) + table.renewed.sum(axis=0)
        year["remitted"] += table.remitted
        year["lost"] += table.lost + table.debit_lost
        year["receivable"][:] = table.receivable
        year["status"][:] = table.status

    def of(self, place: int) -> dict[str, NDArray[Any]]:
        """Figures of a replication by name, int64[year, partner]; none of one that was not asked for."""
        if place not in self._places or not self._years:
            return {}
        rows = self._model.nouns.now.batch.rows_of(place)
        return {name: np.array([year[name][rows] for year in self._years]) for name in PANEL}
