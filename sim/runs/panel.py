"""Yearly figures of every partner of some replications, gathered month by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Flags, Integers
from sim.base.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

PANEL = ("premium", "commission", "claims", "contracts", "remitted", "lost", "receivable", "status")
OWN = ("earned", "handling", "expensed", "acquisition", "administration", "service", "debts", "borne", "with_us")
"""what is each partner's own of its contribution margin, and the months in which it was with us"""


class Panel:
    """What a model's partners did, year by year.

    Parameters
    ----------
    model : PartnerNetwork
    places : of the replications that are wanted, in the model's batch

    `joined` is the month of the horizon, from 1, in which a partner is first with us; 0: it never was.
    """

    def __init__(self, model: PartnerNetwork, places: Sequence[int]) -> None:
        self._model, self._places = model, list(places)
        self._years: list[dict[str, Integers]] = []
        self._joined = np.zeros(model.table.rows if self._places else 0, dtype=np.int64)

    def add(self) -> None:
        """Add the month just closed to the year under way."""
        model, table = self._model, self._model.table
        if not self._places or model.month <= 0:
            return
        if (model.month - 1) % MONTHS_PER_YEAR == 0:
            self._years.append({name: np.zeros(table.rows, dtype=np.int64) for name in (*PANEL, *OWN, "joined")})
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
        for name, amounts in self._own().items():
            year[name] += amounts
        self._transfer()
        first = (self._joined == 0) & self._with_us()
        self._joined[first] = model.month
        year["joined"][:] = self._joined

    def _transfer(self) -> None:
        """Let partners of another segment since this month have joined when they did."""
        plan, batch = self._model.plan, self._model.nouns.now.batch
        for old, new in plan.transfers.get(self._model.t - 1, ()):
            first = np.arange(batch.size) * batch.of_one
            self._joined[first + new] = self._joined[first + old]

    def _with_us(self) -> Flags:
        """Partners that sell for us, bool[n]."""
        table = self._model.table
        return np.asarray(table.present & (table.share[0] > 0.0))

    def _own(self) -> dict[str, Integers]:
        """What the month has brought each partner's contribution margin of its own: int64[n] by name."""
        table, batch = self._model.table, self._model.nouns.now.batch
        with_us = self._with_us()
        came = table.present & (table.entered == self._model.month - 1)
        costs = [line.product.expenses for line in self._model.plan.lines]
        return {
            "earned": table.earned.sum(axis=0),
            "handling": _at_rates([one.handling for one in costs], table.incurred),
            "expensed": self._expensed(),
            "acquisition": _at_rates([one.acquisition for one in costs], table.earned),
            "administration": _at_rates([one.administration for one in costs], table.earned),
            "service": batch.fixed.service_minor * with_us + batch.fixed.onboarding_minor * came,
            "debts": table.lost + table.debit_lost + table.advance_lost,
            "borne": table.loss_share.copy(),
            "with_us": with_us.astype(np.int64),
        }

    def _expensed(self) -> Integers:
        """Commission as it becomes cost, less what comes back, at the seller whose sale it was on: int64[n]."""
        table, books, now = self._model.table, self._model.nouns.books, self._model.nouns.now
        on_premium = table.amortised + table.released if books.deferred else table.accrued.sum(axis=0)
        rest = table.expensed + table.written_down - table.reversed - table.held_lost
        back, passed = table.taken_back, table.released_passed.sum(axis=0)
        if passed.any():
            own = (table.released - passed) * (now.policy.payment.clawback == "pro_rata")
            sums = now.batch.layout.by_replication
            of_passed = sums(back - own) / np.maximum(sums(passed), 1)
            back = own + np.rint(passed * np.repeat(of_passed, now.batch.of_one)).astype(np.int64)
        return np.asarray(on_premium + rest - back)

    def of(self, place: int) -> dict[str, NDArray[Any]]:
        """Figures of a replication by name, int64[year, partner]; none of one that was not asked for."""
        if place not in self._places or not self._years:
            return {}
        rows = self._model.nouns.now.batch.rows_of(place)
        return {name: np.array([year[name][rows] for year in self._years]) for name in (*PANEL, *OWN, "joined")}


def _at_rates(rates: Sequence[float], amounts: Integers) -> Integers:
    """Rates by product x amounts[p, n], added up over products, in whole minor units: int64[n]."""
    return np.rint(np.add.reduce(np.array(rates)[:, None] * amounts)).astype(np.int64)
