"""Formulas of key figures of the whole and of all network brokers, by the name declared (model, section 12).

A formula gives one value a replication. Ratios have none: they are declared by their sums (`sums`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.units import MONTHS_PER_YEAR, monthly_rate
from sim.money.flows import Flow
from sim.results.account_series import Books, year
from sim.results.run_off import first_after, first_of_longest_run, lost_by_stopping, pays_old
from sim.scenario.schema import Scenario
from sim.statistics.ratios import divide

BISECTIONS = 80  # of a monthly discount factor: down to the last bits
Formula = Callable[[Books, Scenario], Any]


def _written(books: Books) -> Reals:
    return books.flow(Flow.PREMIUM_WRITTEN, Flow.PREMIUM_WRITTEN_DIRECT)


def _npv(books: Books, scenario: Scenario) -> Reals:
    """What the owner gets, run-off value of the end and dividends, less what it puts in, that of the opening."""
    years = books.shape[1] / MONTHS_PER_YEAR
    kept = books.value[:, -1] * (1.0 + scenario.accounts.discount_rate) ** -years - books.value_at_opening
    when = np.arange(1, books.shape[1] + 1) / MONTHS_PER_YEAR
    paid_out: Reals = (books.movement["dividends"] * (1.0 + scenario.accounts.discount_rate) ** -when).sum(axis=1)
    return kept + paid_out


def _irr(books: Books, scenario: Scenario) -> Reals:
    """The yearly rate at which npv is 0; none where the owner puts nothing in, or gets nothing."""
    first, last, paid_out = books.value_at_opening, books.value[:, -1], books.movement["dividends"]
    plain = _growth_a_year(last, np.where(first > 0, first, np.nan), books.shape[1])
    if not paid_out.any():
        return plain
    received = paid_out.copy()
    received[:, -1] += last
    return np.where(np.isnan(plain), np.nan, _rate_of(received, first, plain))


def _rate_of(received: Reals, first: Reals, low: Reals) -> Reals:
    """The yearly rate, at least `low`, at which what is received, float64[n, months], is worth `first` at the start.

    By bisection of a month's discount factor, in which the worth rises.
    """
    months = np.arange(1, received.shape[1] + 1)
    below, above = np.zeros(first.size), (1.0 + low) ** (-1.0 / MONTHS_PER_YEAR)
    for _ in range(BISECTIONS):
        middle = (below + above) / 2.0
        short = (received * middle[:, None] ** months).sum(axis=1) < first
        below, above = np.where(short, middle, below), np.where(short, above, middle)
    return np.asarray(above**-MONTHS_PER_YEAR - 1.0)


def _return_on_capital(books: Books, scenario: Scenario) -> Reals:
    """Growth a year of equity, dividends added; all is lost where none is left."""
    capital = np.full(books.shape[0], scenario.opening.capital or np.nan)
    left = books.equity[:, -1] + books.movement["dividends"].sum(axis=1)
    return np.where((left <= 0) & ~np.isnan(capital), -1.0, _growth_a_year(left, capital, books.shape[1]))


def _growth_a_year(last: Reals, first: Reals, months: int) -> Reals:
    """(last / first)^(12 / months) - 1, NaN where the last is not above 0."""
    ratio = divide(np.where(last > 0, last, np.nan), first)
    return np.asarray(ratio ** (MONTHS_PER_YEAR / months) - 1.0)


def _economic_profit(books: Books, scenario: Scenario) -> Reals:
    """Result less the hurdle on the equity that each month begins with."""
    opening = np.full((books.shape[0], 1), scenario.opening.capital)
    begun = np.concatenate((opening, books.equity[:, :-1]), axis=1)
    return (books.result - monthly_rate(scenario.accounts.discount_rate) * begun).sum(axis=1)


def _payback(books: Books, scenario: Scenario) -> Reals:
    """First month from which cumulative operating cash stays at or above 0; 0 where it never falls below."""
    return first_after(np.cumsum(books.operating_cash, axis=1) < 0)


def _insolvent(books: Books, scenario: Scenario) -> Flags:
    return books.tested < required(books, scenario)


def required(books: Books, scenario: Scenario) -> Reals:
    """Equity that premium of the last twelve months asks for, by month."""
    return np.asarray(scenario.accounts.solvency_margin * books.cube.series("written_12_months"))


def _solvency(books: Books, scenario: Scenario) -> Reals:
    """Prudent equity over what is required, by month; NaN where nothing is."""
    return divide(books.tested, required(books, scenario))


def _lowest(series: Reals) -> Reals:
    """The lowest known value of each row, NaN where there is none."""
    lowest = np.where(np.isnan(series), np.inf, series).min(axis=1)
    return np.where(np.isinf(lowest), np.nan, lowest)


def _lost_by_stopping(books: Books, scenario: Scenario) -> Reals:
    return lost_by_stopping(books.cube, scenario.opening.capital)


def _switching(books: Books, scenario: Scenario) -> Reals:
    moved = books.cube.series("switched_to_us") + books.cube.series("switched_away")
    return moved.mean(axis=1) * MONTHS_PER_YEAR / max(books.cube.partners, 1)


def _broker_equity_end(books: Books, scenario: Scenario) -> Reals:
    cash, deposits, owed = map(books.cube.series, ("broker_cash", "broker_deposits", "broker_unremitted"))
    return (cash + deposits - owed)[:, -1]


def last_known(series: Reals) -> Reals:
    """Last value of each row that is known."""
    known = ~np.isnan(series)
    last = series.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    return np.where(known.any(axis=1), series[np.arange(series.shape[0]), last], np.nan)


def of_stocked(books: Books, name: str) -> Reals:
    """A monthly figure of all products with stock together: float64[replication, month]."""
    cube = books.cube
    return np.asarray(np.add.reduce([cube.series(f"{name}.{product}") for product in cube.named(name)]))


def _sold_out(books: Books, scenario: Scenario) -> Reals:
    """First month at whose close nothing is free or reserved, and nothing will be put on sale in the horizon."""
    left = of_stocked(books, "units_free") + of_stocked(books, "units_reserved")
    released = of_stocked(books, "units_released")
    to_come = released.sum(axis=1, keepdims=True) - released.cumsum(axis=1)
    return books.first_month(left + to_come == 0)


def _plan_gap(books: Books, scenario: Scenario) -> Reals:
    """Units planned less units sold, of products with a plan; NaN where none has one."""
    planned = [name for name, one in scenario.products.items() if one.stock is not None and one.stock.plan is not None]
    series = books.cube.series
    found = [(series(f"units_planned.{name}") - series(f"units_sold.{name}")).sum(axis=1) for name in planned]
    return np.asarray(np.add.reduce(found)) if found else np.full(books.shape[0], np.nan)


def _total(*flows: Flow) -> Formula:
    return lambda books, scenario: books.flow(*flows).sum(axis=1)


def _end(name: str) -> Formula:
    return lambda books, scenario: books.cube.series(name)[:, -1]


FORMULAS: dict[str, Formula] = {
    "result": lambda b, s: b.result.sum(axis=1),
    "npv": _npv,
    "underwriting_result": lambda b, s: (b.result - b.investment + b.movement["tax"]).sum(axis=1),
    "investment_result": lambda b, s: b.investment.sum(axis=1),
    "irr": _irr,
    "return_on_capital": _return_on_capital,
    "economic_profit": _economic_profit,
    "payback_month": _payback,
    "ruined": lambda b, s: (b.tested < 0).any(axis=1) * 1.0,
    "ruin_month": lambda b, s: b.first_month(b.tested < 0),
    "illiquid": lambda b, s: (b.cash < 0).any(axis=1) * 1.0,
    "illiquid_month": lambda b, s: b.first_month(b.cash < 0),
    "insolvent": lambda b, s: _insolvent(b, s).any(axis=1) * 1.0,
    "loss": lambda b, s: (b.result.sum(axis=1) < 0) * 1.0,
    "equity_end": lambda b, s: b.equity[:, -1],
    "equity_lowest": lambda b, s: b.tested.min(axis=1),
    "solvency_ratio_lowest": lambda b, s: _lowest(_solvency(b, s)),
    "deficiency_end": lambda b, s: b.deficiency[:, -1],
    "overdue_end": _end("overdue_90_days"),
    "commission_to_judge_end": _end("commission_to_judge"),
    "premium": lambda b, s: _written(b).sum(axis=1),
    "premium_partners": _total(Flow.PREMIUM_WRITTEN),
    "premium_year_1": lambda b, s: year(b.flow(Flow.PREMIUM_WRITTEN), 1),
    "premium_earned": lambda b, s: b.earned.sum(axis=1),
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
    "hhi": lambda b, s: last_known(b.cube.series("hhi")),
    "contribution_new": lambda b, s: b.contributions.by_business.of("new"),
    "contribution_renewal": lambda b, s: b.contributions.by_business.of("renewal"),
    "fraud_found": _total(Flow.CLAIMS_RECOVERED),
    "advances_end": _end("balance.advance"),
    "advances_lost": _total(Flow.ADVANCE_WRITTEN_OFF, Flow.DEBIT_BALANCE_WRITTEN_OFF),
    "holdback_end": _end("balance.holdback"),
    "deposits_end": _end("balance.deposits"),
    "deposits_taken": _total(Flow.DEPOSIT_SET_OFF),
    "refused_contracts": lambda b, s: b.cube.series("refused_contracts").sum(axis=1),
    "refused_premium": lambda b, s: b.cube.series("refused_premium").sum(axis=1),
    "pyramid_months": lambda b, s: pays_old(b.cube).sum(axis=1).astype(float),
    "pyramid_from_month": lambda b, s: first_of_longest_run(pays_old(b.cube)),
    "growth_must_last": lambda b, s: first_after(_lost_by_stopping(b, s) > 0),
    "stop_loss_most": lambda b, s: np.maximum(_lost_by_stopping(b, s).max(axis=1), 0.0),
    "broker_defaults": lambda b, s: b.cube.series("broker_defaults").sum(axis=1),
    "broker_default_month": lambda b, s: b.first_month(b.cube.series("broker_defaults") > 0),
    "attributed_profit": lambda b, s: b.cube.series("attributed_profit").sum(axis=1),
    "incremental_profit": lambda b, s: b.cube.series("incremental_profit").sum(axis=1),
    "paid_twice": lambda b, s: b.cube.series("paid_twice").sum(axis=1),
    "cannibalised": lambda b, s: b.cube.series("premium_anyway").sum(axis=1),
    "pay_ratio_lowest": lambda b, s: b.cube.series("pay_ratio_lowest")[:, -1],
    "brokers_end": _end("brokers"),
    "broker_cash_end": _end("broker_cash"),
    "broker_equity_end": _broker_equity_end,
    "broker_pyramid_months": lambda b, s: b.cube.series("brokers_hollow").sum(axis=1),
    "cooperation_end": _end("cooperation"),
    "rank_end": _end("rank"),
    "registered_end": _end("our_partners"),
    "poached_contracts": lambda b, s: b.cube.series("poached_contracts").sum(axis=1),
    "poached_premium": lambda b, s: b.cube.series("poached_premium").sum(axis=1),
    "poached_commission": lambda b, s: b.cube.series("poached_commission").sum(axis=1),
    "premium_added": lambda b, s: b.cube.series("premium_added").sum(axis=1),
    "premium_returned": lambda b, s: b.cube.series("premium_returned").sum(axis=1),
    "disputes": lambda b, s: b.cube.series("disputes").sum(axis=1),
    "contacts": lambda b, s: b.cube.series("contacts").sum(axis=1),
    "contacts_cost": lambda b, s: b.cube.series("contacts_cost").sum(axis=1),
    "contacts_brought": lambda b, s: b.cube.series("contacts_brought").sum(axis=1),
    "customers_sent": lambda b, s: b.cube.series("customers_sent").sum(axis=1),
    "referral_income": _total(Flow.REFERRAL_INCOME),
    "waiting_end": _end("waiting"),
    "sold_out_month": _sold_out,
    "came_back": lambda b, s: of_stocked(b, "units_back").sum(axis=1),
    "plan_gap": _plan_gap,
    "price_option_cost": lambda b, s: of_stocked(b, "units_saved").sum(axis=1),
    "incidents": lambda b, s: b.cube.series("incidents").sum(axis=1),
    "brand_damage_end": _end("brand_damage"),
    "agents_lost": lambda b, s: b.cube.series("agents_lost").sum(axis=1),
}
