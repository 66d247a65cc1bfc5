"""Formulas of key figures of the whole and of all network brokers, by the name declared (model, section 12).

A formula gives one value a replication. Ratios are shares of earned premium unless the name says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.money.flows import Flow
from sim.results.account_series import Books, divide, year
from sim.results.run_off import first_of_longest_run, lost_by_stopping, must_last, pays_old
from sim.scenario.schema import Scenario

Formula = Callable[[Books, Scenario], Any]
_COSTS = ("claims", "handling", "commission", "acquisition", "administration", "programme", "direct_channel")


def _combined_earned(books: Books, scenario: Scenario) -> Reals:
    cost = sum(books.movement[label].sum(axis=1) for label in _COSTS) + books.movement["loss_share"].sum(axis=1)
    return divide(cost, books.earned.sum(axis=1))


def _combined_written(books: Books, scenario: Scenario) -> Reals:
    commission = books.flow(
        Flow.COMMISSION_ACCRUED, Flow.COMMISSION_EXPENSED, Flow.ADVANCE_WRITTEN_DOWN, Flow.ONLOAD_ACCRUED
    ) - books.flow(
        Flow.COMMISSION_REVERSED, Flow.COMMISSION_CLAWED_BACK, Flow.HOLDBACK_FORFEITED, Flow.LOSS_SHARE_CHARGED,
        Flow.ONLOAD_TAKEN_BACK,
    )  # fmt: skip
    other = books.flow(Flow.HANDLING_PAID, Flow.ACQUISITION_PAID, Flow.ADMINISTRATION_PAID, Flow.PROGRAMME_PAID)
    return _loss_ratio(books, scenario) + divide((commission + other).sum(axis=1), _written(books).sum(axis=1))


def _loss_ratio(books: Books, scenario: Scenario) -> Reals:
    return divide(books.movement["claims"].sum(axis=1), books.earned.sum(axis=1))


def _written(books: Books) -> Reals:
    return books.flow(Flow.PREMIUM_WRITTEN, Flow.PREMIUM_WRITTEN_DIRECT)


def _npv(books: Books, scenario: Scenario) -> Reals:
    months = np.arange(1, books.shape[1] + 1)
    discount = (1.0 + scenario.accounts.discount_rate) ** (-months / MONTHS_PER_YEAR)
    run_off = (
        books.cube.series("run_off_value")[:, -1] - books.cash[:, -1] + books.cube.series("balance.deposits")[:, -1]
    )
    present = (books.operating_cash * discount).sum(axis=1)  # a matrix product depends on how many rows there are
    return present + discount[-1] * run_off


def _payback(books: Books, scenario: Scenario) -> Reals:
    """First month from which cumulative operating cash stays at or above 0."""
    short = np.cumsum(books.operating_cash, axis=1) < 0
    last = short.shape[1] - np.argmax(short[:, ::-1], axis=1)
    first = np.where(short.any(axis=1), last + 1.0, 1.0)
    return np.where(first > short.shape[1], np.nan, first)


def _insolvent(books: Books, scenario: Scenario) -> Flags:
    return books.tested < scenario.accounts.solvency_margin * books.cube.series("written_12_months")


def _lost_by_stopping(books: Books, scenario: Scenario) -> Reals:
    return lost_by_stopping(books.cube, scenario.opening.capital)


def _switching(books: Books, scenario: Scenario) -> Reals:
    moved = books.cube.series("switched_to_us") + books.cube.series("switched_away")
    return moved.mean(axis=1) * MONTHS_PER_YEAR / max(books.cube.partners, 1)


def _broker_equity_end(books: Books, scenario: Scenario) -> Reals:
    cash, deposits, owed = map(books.cube.series, ("broker_cash", "broker_deposits", "broker_unremitted"))
    return (cash + deposits - owed)[:, -1]


def _last_known(series: Reals) -> Reals:
    """Last value of each row that is known."""
    known = ~np.isnan(series)
    last = series.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    return np.where(known.any(axis=1), series[np.arange(series.shape[0]), last], np.nan)


def _total(*flows: Flow) -> Formula:
    return lambda books, scenario: books.flow(*flows).sum(axis=1)


def _end(name: str) -> Formula:
    return lambda books, scenario: books.cube.series(name)[:, -1]


FORMULAS: dict[str, Formula] = {
    "result": lambda b, s: b.result.sum(axis=1),
    "npv": _npv,
    "roi": lambda b, s: b.result.sum(axis=1) / (s.opening.capital or np.nan),
    "payback_month": _payback,
    "ruined": lambda b, s: (b.tested < 0).any(axis=1) * 1.0,
    "ruin_month": lambda b, s: b.first_month(b.tested < 0),
    "illiquid": lambda b, s: (b.cash < 0).any(axis=1) * 1.0,
    "illiquid_month": lambda b, s: b.first_month(b.cash < 0),
    "insolvent": lambda b, s: _insolvent(b, s).any(axis=1) * 1.0,
    "loss": lambda b, s: (b.result.sum(axis=1) < 0) * 1.0,
    "equity_end": lambda b, s: b.equity[:, -1],
    "equity_lowest": lambda b, s: b.equity.min(axis=1),
    "premium": lambda b, s: _written(b).sum(axis=1),
    "premium_partners": _total(Flow.PREMIUM_WRITTEN),
    "premium_year_1": lambda b, s: year(b.flow(Flow.PREMIUM_WRITTEN), 1),
    "premium_earned": lambda b, s: b.earned.sum(axis=1),
    "loss_ratio": _loss_ratio,
    "loss_ratio_paid": lambda b, s: divide(b.flow(Flow.CLAIMS_PAID).sum(axis=1), b.earned.sum(axis=1)),
    "loss_ratio_on_written": lambda b, s: divide(b.movement["claims"].sum(axis=1), _written(b).sum(axis=1)),
    "commission_ratio": lambda b, s: divide(b.movement["commission"].sum(axis=1), b.earned.sum(axis=1)),
    "combined_ratio": _combined_earned,
    "combined_ratio_written": _combined_written,
    "commission": lambda b, s: b.movement["commission"].sum(axis=1),
    "commission_paid": _total(Flow.COMMISSION_PAID, Flow.COMMISSION_NETTED, Flow.ADVANCE_PAID),
    "claims": lambda b, s: b.movement["claims"].sum(axis=1),
    "bad_debt": lambda b, s: b.movement["bad_debt"].sum(axis=1),
    "recovered": _total(Flow.RECOVERED),
    "defaults": lambda b, s: b.cube.series("defaulted").sum(axis=1),
    "active_partners_end": _end("active_partners"),
    "agents_end": _end("agents"),
    "lost_partners_end": _end("lost_partners"),
    "switching_rate": _switching,
    "market_share_end": _end("market_share.us"),
    "hhi": lambda b, s: _last_known(b.cube.series("hhi")),
    "top_10_share": lambda b, s: _last_known(b.cube.series("top_10_share")),
    "direct_share": lambda b, s: divide(b.flow(Flow.PREMIUM_WRITTEN_DIRECT).sum(axis=1), _written(b).sum(axis=1)),
    "fraud_found": _total(Flow.CLAIMS_RECOVERED),
    "advances_end": _end("balance.advance"),
    "advances_lost": _total(Flow.ADVANCE_WRITTEN_OFF, Flow.DEBIT_BALANCE_WRITTEN_OFF),
    "holdback_end": _end("balance.holdback"),
    "deposits_end": _end("balance.deposits"),
    "deposit_cover": lambda b, s: divide(b.cube.series("balance.deposits")[:, -1], b.cube.series("exposure")[:, -1]),
    "deposits_taken": _total(Flow.DEPOSIT_SET_OFF),
    "refused_contracts": lambda b, s: b.cube.series("refused_contracts").sum(axis=1),
    "refused_premium": lambda b, s: b.cube.series("refused_premium").sum(axis=1),
    "pyramid_months": lambda b, s: pays_old(b.cube).sum(axis=1).astype(float),
    "pyramid_from_month": lambda b, s: first_of_longest_run(pays_old(b.cube)),
    "growth_must_last": lambda b, s: must_last(_lost_by_stopping(b, s)),
    "stop_loss_most": lambda b, s: _lost_by_stopping(b, s).max(axis=1),
    "broker_defaults": lambda b, s: b.cube.series("broker_defaults").sum(axis=1),
    "broker_default_month": lambda b, s: b.first_month(b.cube.series("broker_defaults") > 0),
    "brokers_end": _end("brokers"),
    "broker_cash_end": _end("broker_cash"),
    "broker_equity_end": _broker_equity_end,
    "broker_pyramid_months": lambda b, s: b.cube.series("brokers_hollow").sum(axis=1),
    "agents_lost": lambda b, s: b.cube.series("agents_lost").sum(axis=1),
}
