"""What is kept of a month: turnover, balances, counts, by product and by segment; Mesa's DataCollector asks for it.

Notation: f flow, a account, p product, s segment (the last is the direct channel), k principal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.base.units import MONTHS_PER_YEAR
from sim.money.flows import ACCOUNTS, FLOWS

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

COUNTS = (
    "new_contracts", "renewed_contracts", "renewed_directly", "ended_contracts", "cancelled_contracts", "claims",
    "in_force", "active_partners", "lost_partners", "our_partners", "switched_to_us", "switched_away", "entered",
    "left", "defaulted",
)  # fmt: skip
BY_PRODUCT = ("premium_new", "premium_renewal", "premium_earned", "claims_incurred", "commission_accrued")
BY_SEGMENT = (
    "premium_written", "premium_earned", "claims_incurred", "commission", "premium_refunded", "bad_debt", "remitted",
    "new_contracts", "active",
)  # fmt: skip
SURPRISES = ("choice", "sales", "renewals", "claims")
VALUES = ("equity", "run_off_value")
CONCENTRATION = ("hhi", "top_10_share")


class Notebook:
    """The figures of the month under way; stages write counts and surprises here, `close` adds the rest."""

    def __init__(self, model: PartnerNetwork) -> None:
        lines, segments = len(model.plan.lines), len(model.population.segments)
        self.counts = dict.fromkeys(COUNTS, 0)
        self.surprise = dict.fromkeys(SURPRISES, 0.0)
        self.by_product = np.zeros((len(BY_PRODUCT), lines))
        self.by_segment = np.zeros((len(BY_SEGMENT), segments))
        self.turnover: NDArray[np.int64] = np.zeros(len(FLOWS), dtype=np.int64)
        self.balance: NDArray[np.int64] = np.zeros(len(ACCOUNTS), dtype=np.int64)
        self.values: tuple[float, float] = (0.0, 0.0)
        self.market = np.zeros(len(model.plan.principals))
        self.concentration = np.full(len(CONCENTRATION), np.nan)

    def clear(self) -> None:
        """Begin a month."""
        self.counts = dict.fromkeys(COUNTS, 0)
        self.surprise = dict.fromkeys(SURPRISES, 0.0)


def _copy(name: str) -> Callable[[PartnerNetwork], Any]:
    return lambda model: np.array(getattr(model.notebook, name))


def _values(name: str) -> Callable[[PartnerNetwork], Any]:
    return lambda model: np.array(list(getattr(model.notebook, name).values()), dtype=np.float64)


REPORTERS: dict[str, Callable[[PartnerNetwork], Any]] = {
    "turnover": _copy("turnover"),
    "balance": _copy("balance"),
    "counts": _values("counts"),
    "surprise": _values("surprise"),
    "by_product": _copy("by_product"),
    "by_segment": _copy("by_segment"),
    "values": _copy("values"),
    "market": _copy("market"),
    "concentration": _copy("concentration"),
}


def collect(model: PartnerNetwork) -> None:
    """Complete the month's figures and hand them to the DataCollector; the warm-up is not kept."""
    note, table = model.notebook, model.table
    starts = model.population.bounds[:-1]
    note.by_product[:] = [
        table.array(name).sum(axis=1) for name in ("premium_new", "premium_renewal", "earned", "incurred", "accrued")
    ]
    premium = table.premium_new.sum(axis=0) + table.premium_renewal.sum(axis=0)
    table.premium_year[:] += premium
    note.by_segment[:] = [
        _by_segment(column, starts)
        for column in (
            premium, table.earned.sum(axis=0), table.incurred.sum(axis=0),
            table.accrued.sum(axis=0) + table.expensed - table.reversed - model.taken_back,
            table.refund, table.lost + table.debit_lost, table.remitted, table.new.sum(axis=0),
            table.sold_months & 0b111 != 0,
        )
    ]  # fmt: skip
    note.market[:] = model.market_shares
    note.concentration[:] = _concentration(model)
    if model.month >= 0:
        model.datacollector.collect(model)
    note.clear()


def _by_segment(column: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    totals = np.concatenate(([0], np.cumsum(column, dtype=np.int64)))
    return np.diff(totals[np.append(starts, column.size)]).astype(np.float64)


def _concentration(model: PartnerNetwork) -> tuple[float, float]:
    """Herfindahl index and share of the ten largest of the year's premium, at the year's end; else NaN."""
    if (model.month + 1) % MONTHS_PER_YEAR and model.month + 1 != model.plan.months:
        return float("nan"), float("nan")
    year = model.table.premium_year[: model.population.direct].astype(np.float64)
    model.table.premium_year[:] = 0
    total = year.sum()
    if total <= 0:
        return float("nan"), float("nan")
    top = np.partition(year, max(year.size - 10, 0))[-10:]
    return float(((year / total) ** 2).sum()), float(top.sum() / total)
