"""The last stage of the month: the notebook is completed, and Mesa's DataCollector asks for it.

Notation: p product, s segment (the last is the direct channel), r rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.kernels import kernel
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.stages import brokers
from sim.engine.state.totals import Totals
from sim.figures.monthly import BY_RULE, CONCENTRATION, NETWORK
from sim.partners import activity

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

# figures that are sums of a column of the month
_COUNTED = {"new_contracts": "new", "renewed_contracts": "renewed", "ended_contracts": "ended"}
_OF_PRODUCTS = {
    "premium_new": "premium_new",
    "premium_renewal": "premium_renewal",
    "premium_earned": "earned",
    "claims_incurred": "incurred",
    "commission_accrued": "accrued",
}
_OF_SEGMENTS = {
    "premium_earned": "earned",
    "claims_incurred": "incurred",
    "premium_refunded": "refund",
    "remitted": "remitted",
    "new_contracts": "new",
}


def _figures(model: PartnerNetwork) -> Reals:
    return model.notebook.row


REPORTERS: dict[str, Callable[[PartnerNetwork], Any]] = {"figures": _figures}


def month_is_recorded(model: PartnerNetwork) -> None:
    """Complete the month's figures and hand them to the DataCollector; the warm-up is not kept."""
    note, sums = model.notebook, model.totals
    for name, column in _COUNTED.items():
        note[name] = sums.of(column)
    for name, column in _OF_PRODUCTS.items():
        note.by_product[name] = sums.by_product(column)
    _note_segments(model)
    _note_rules(model)
    note.by_principal["market_share"] = _market_shares(model)
    add_premium(model.table.premium_new, model.table.premium_renewal, model.table.premium_year)
    for name, value in zip(CONCENTRATION, _concentration(model), strict=True):
        note[name] = value
    if model.networks:
        for name, value in zip(NETWORK, brokers.figures(model), strict=True):
            note[name] = value
    if model.month >= 0:
        model.datacollector.collect(model)  # it keeps a copy
    for echo in model.echoes:
        echo.record(model)
    model.moves.see(model)
    note.clear()


def _note_rules(model: PartnerNetwork) -> None:
    statement = model.statement
    for r, (rule, _) in enumerate(model.plan.book.rules):
        booked = (statement.booked.get(rule, 0), *statement.rated.get(rule, (0, 0)))
        for name, amount in zip(BY_RULE, booked, strict=True):
            model.notebook.by_rule[name][r] = amount


def _note_segments(model: PartnerNetwork) -> None:
    note, sums = model.notebook.by_segment, model.totals
    for name, column in _OF_SEGMENTS.items():
        note[name] = sums.by_segment(column)
    note["premium_written"] = _summed(sums, "premium_new", "premium_renewal")
    taken_back = _summed(sums, "reversed", "taken_back", "held_lost")
    note["commission"] = _summed(sums, "accrued", "expensed", "written_down") - taken_back
    note["bad_debt"] = _summed(sums, "lost", "debit_lost", "advance_lost") + model.set_aside
    note["active"] = activity.active(model.table.sold_months, model.plan.layout.edges)


def _summed(sums: Totals, *columns: str) -> Integers:
    """Columns together, by segment: int64[s]."""
    return np.asarray(np.add.reduce([sums.by_segment(name) for name in columns]))


def _market_shares(model: PartnerNetwork) -> Reals:
    """Shares of partners' new premium: ours as sold, the rivals' expected."""
    volumes = model.market_volumes.sum(axis=0)
    volumes[0] = model.totals.by_segment("premium_new")[:-1].sum()
    total = volumes.sum()
    return np.asarray(volumes / total if total > 0 else model.market_shares)


@kernel
def add_premium(
    new: Integers,  # [P, n]
    renewal: Integers,  # [P, n]
    year: Integers,
) -> None:
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
