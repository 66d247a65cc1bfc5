"""Scenarios of network brokers: one whose premium follows a stated path, and a market of many.

One kopeck is the price of a contract, so premium is exact to a kopeck; a month rounds premium, commission and the
agents' part once each, so after t months a broker's cash is within 2 t kopecks of the recursion in exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sim.base.units import month_name
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from tests.whole.scenarios import CHOICE, P, S, plan

START = 2025 * 12
KOPECK = 0.01
Changes = dict[str, Any]


def month(t: int) -> str:
    """Calendar month number t, from 1."""
    return month_name(START + t - 1)


def broker(
    first: float, growth: float, promised: float, received: float, lag: float, months: int, *, overhead: float = 0.0,
    cash: float = 0.0, crisis: int | None = None, drop: float = 0.0, mode: str = "step", **network: Any,
) -> Changes:  # fmt: skip
    """A scenario of one broker whose premium follows `pyramid.premium_path`, by agents who join and leave."""
    decay = drop if mode == "decay" else 0.0
    end = months + 1 if crisis is None else crisis
    demand = {"since": {month(1): 1.0, month(end + 1): 1.0 - drop}} if mode == "step" else 1.0
    terms = {
        "promised": promised, "agents": first / KOPECK, "growth": max(growth + decay, 0.0) / promised,
        "market_rate": {"since": {month(1): 0.0, month(end): promised}} if end > 1 else promised,
        "leave": decay + max(-growth, 0.0), "overhead": overhead, "opening_cash": cash, **network,
    }  # fmt: skip
    return {
        "months": f"{months}mo", f"{P}.price": KOPECK, f"{P}.term": "0mo", f"{S}.partners": 1, f"{S}.flow": None,
        f"{S}.remittance": {"lag": f"{lag:g}mo", "net": True}, f"{CHOICE}.pull": 1.0, "policy.rules.base.new": received,
        "market.demand": demand, f"{S}.network": terms,
    }  # fmt: skip


@dataclass
class Path:
    """What became of the first broker, in roubles by month."""

    cash: list[float] = field(default_factory=list)
    paid: list[float] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)
    premium: list[float] = field(default_factory=list)
    default_month: int | None = None


def follow(changes: Changes, model: PartnerNetwork | None = None) -> Path:
    """Play a scenario and follow its first broker."""
    model, path = model or PartnerNetwork(plan(changes)), Path()
    while model.month < model.plan.months:
        model.step()
        table = model.table
        for series, column in (
            (path.cash, table.broker_cash[0]),
            (path.paid, table.broker_to_us[0]),
            (path.lost, table.lost),
            (path.premium, table.written),
        ):
            series.append(column[0] / 100)
        if table.defaulted[0]:
            assert path.default_month is None
            path.default_month = model.month
    return path


MANY: Changes = {
    "months": "30mo",
    f"{P}.price": 100.0,
    f"{P}.price_cv": 0.5,
    f"{P}.term": "12mo",
    f"{P}.renewal": 0.6,
    f"{P}.cancellation": 0.02,
    f"{S}.partners": 25,
    f"{S}.flow": None,
    f"{S}.sales": {"law": "poisson"},
    "policy.rules.base.new": 0.2,
    f"{S}.turnover": {"entry": 0.5, "leave": 0.01, "ramp": "2mo"},
    f"{S}.remittance": {"lag": "1.5mo", "net": True},
    f"{CHOICE}.review": 0.2,
    f"{CHOICE}.us_at_start": 0.5,
    f"{CHOICE}.weights": {"commission": 0.1},
    "rivals.other.commission": 0.18,
    f"{S}.network": {
        "promised": 0.28,
        "market_rate": 0.15,
        "agents": {"dist": "lognormal", "mean": 200, "cv": 1.0},
        "contracts_per_agent": 2.0,
        "growth": 1.0,
        "ceiling": 3.0,
        "leave": 0.02,
        "leave_unpaid": 0.5,
        "joining_cost": 50.0,
        "overhead": 500.0,
        "opening_cash": 20_000.0,
        "grace": "1mo",
        "pay_lag": "2mo",
        "scatter": 0.7,
    },
}


def months_of(run: Plan, replication: int = 0) -> Iterator[PartnerNetwork]:
    model = PartnerNetwork(run, replication)
    while model.month < run.months:
        model.step()
        yield model
