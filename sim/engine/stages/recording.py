"""What is kept of a month: turnover, balances, counts, by product and by segment; Mesa's DataCollector asks for it.

Notation: f flow, a account, p product, s segment (the last is the direct channel), k principal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.kernels import kernel
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.stages import brokers
from sim.figures.monthly import BY_PRODUCT, BY_RULE, BY_SEGMENT, CONCENTRATION, COUNTS, NETWORK, SURPRISES, VALUES
from sim.money.flows import ACCOUNTS, FLOWS
from sim.partners import activity

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

_COUNTED = {"new_contracts": "new", "renewed_contracts": "renewed", "ended_contracts": "ended"}


class Notebook:
    """The figures of the month under way; stages write counts and surprises here, the close adds the rest.

    `row` holds all figures of a month in the order of the groups below, which are views of it.
    """

    def __init__(self, model: PartnerNetwork) -> None:
        lines, segments = len(model.plan.lines), len(model.population.segments)
        lengths = {
            "turnover": len(FLOWS), "balance": len(ACCOUNTS), "counted": len(COUNTS), "surprises": len(SURPRISES),
            "by_product": len(BY_PRODUCT) * lines, "by_segment": len(BY_SEGMENT) * segments, "values": len(VALUES),
            "by_rule": len(BY_RULE) * len(model.plan.book.rules), "market": len(model.plan.principals),
            "concentration": len(CONCENTRATION), "network": len(NETWORK) if model.networks else 0,
        }  # fmt: skip
        self.row: Reals = np.zeros(sum(lengths.values()))
        parts = np.split(self.row, np.cumsum(list(lengths.values()))[:-1])
        self._views = dict(zip(lengths, parts, strict=True))
        self.turnover, self.balance = self._views["turnover"], self._views["balance"]
        self.by_product = self._views["by_product"].reshape(len(BY_PRODUCT), lines)
        self.by_segment = self._views["by_segment"].reshape(len(BY_SEGMENT), segments)
        self.by_rule = self._views["by_rule"].reshape(len(BY_RULE), -1)
        self.values, self.market = self._views["values"], self._views["market"]
        self.surprises = self._views["surprises"]
        self.concentration, self.network = self._views["concentration"], self._views["network"]
        self.clear()

    def clear(self) -> None:
        """Begin a month."""
        self.counts: dict[str, float] = dict.fromkeys(COUNTS, 0)
        self.surprise = dict.fromkeys(SURPRISES, 0.0)

    def close(self) -> None:
        """Put counts and surprises into the row."""
        self._views["counted"][:] = list(self.counts.values())
        self.surprises[:] = list(self.surprise.values())


def _figures(model: PartnerNetwork) -> Reals:
    return model.notebook.row


REPORTERS: dict[str, Callable[[PartnerNetwork], Any]] = {"figures": _figures}


def month_is_recorded(model: PartnerNetwork) -> None:
    """Complete the month's figures and hand them to the DataCollector; the warm-up is not kept."""
    note, sums = model.notebook, model.totals
    for count, column in _COUNTED.items():
        note.counts[count] = sums.of(column)
    for row, column in enumerate(("premium_new", "premium_renewal", "earned", "incurred", "accrued")):
        note.by_product[row] = sums.by_product(column)
    premium = sums.by_segment("premium_new") + sums.by_segment("premium_renewal")
    plus, minus = ("accrued", "expensed", "written_down"), ("reversed", "taken_back", "held_lost")
    commission = np.add.reduce([sums.by_segment(name) for name in plus])
    commission = commission - np.add.reduce([sums.by_segment(name) for name in minus])
    bad_debt = np.add.reduce([sums.by_segment(name) for name in ("lost", "debit_lost", "advance_lost")])
    bad_debt = bad_debt + model.set_aside
    note.by_segment[:] = (
        premium, sums.by_segment("earned"), sums.by_segment("incurred"), commission, sums.by_segment("refund"),
        bad_debt, sums.by_segment("remitted"), sums.by_segment("new"),
        activity.active(model.table.sold_months, model.plan.layout.edges),
    )  # fmt: skip
    for row, (name, _) in enumerate(model.plan.book.rules):
        note.by_rule[:, row] = (model.statement.booked.get(name, 0), *model.statement.rated.get(name, (0, 0)))
    note.market[:] = _market_shares(model)
    add_premium(model.table.premium_new, model.table.premium_renewal, model.table.premium_year)
    note.concentration[:] = _concentration(model)
    if model.networks:
        note.network[:] = brokers.figures(model)
    note.close()
    if model.month >= 0:
        model.datacollector.collect(model)  # it keeps a copy
    for echo in model.echoes:
        echo.record(model)
    model.moves.see(model)
    note.clear()


def _market_shares(model: PartnerNetwork) -> Reals:
    """Shares of partners' new premium: ours as sold, the rivals' expected."""
    volumes = model.market_volumes.sum(axis=0)
    volumes[0] = model.totals.by_segment("premium_new")[:-1].sum()
    total = volumes.sum()
    return np.asarray(volumes / total if total > 0 else model.market_shares)


@kernel
def add_premium(new, renewal, year):  # type: ignore[no-untyped-def]
    """Add the month's premium of all products to the year's."""
    for p in range(new.shape[0]):
        for i in range(year.size):
            year[i] += new[p, i] + renewal[p, i]


def _concentration(model: PartnerNetwork) -> tuple[float, float]:
    """Herfindahl index and share of the ten largest of the year's premium, at the year's end; else NaN."""
    if (model.month + 1) % MONTHS_PER_YEAR:
        return float("nan"), float("nan")
    year = model.table.premium_year[: model.population.direct].astype(np.float64)
    year = year[year > 0]  # rows kept for entrants would change the order of summation
    model.table.premium_year[:] = 0
    total = year.sum()
    if total <= 0:
        return float("nan"), float("nan")
    top = np.partition(year, max(year.size - 10, 0))[-10:]
    return float(((year / total) ** 2).sum()), float(top.sum() / total)
