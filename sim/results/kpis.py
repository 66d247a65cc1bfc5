"""Key figures of a run, one value a replication, read from the cube and nothing else (model, section 12).

Ratios are shares of earned premium unless the name says otherwise; money is in major units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.money.flows import ACCOUNTS, FLOWS, Account, Flow, Kind
from sim.results import by_part
from sim.results.by_part import Kpi, divide, year
from sim.results.cube import Cube
from sim.results.run_off import first_of_longest_run, lost_by_stopping, must_last, pays_old
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Criterion, Scenario

_RESULT = [account.label for account in ACCOUNTS if account.kind in (Kind.INCOME, Kind.EXPENSE)]
NOT_MEANS = frozenset(
    {
        "payback_month",
        "ruined",
        "ruin_month",
        "illiquid",
        "illiquid_month",
        "insolvent",
        "loss",
        "equity_lowest",
        "pyramid_months",
        "pyramid_from_month",
        "growth_must_last",
        "stop_loss_most",
    }
)
"""Key figures that bend where claims fall: not known from expected claims"""
_COSTS = ("claims", "handling", "commission", "acquisition", "administration", "programme", "direct_channel")


def key_figures(cube: Cube, scenario: Scenario, claims: Claims = DRAWN) -> dict[str, Kpi]:
    """All key figures of a cube's first policy and world, by name; NaN where expected claims leave them unknown."""
    books = _Books(cube)
    found = [Kpi(name, unit, text, of(books, scenario)) for name, unit, text, of in _FIGURES]
    found += by_part.by_product(cube) + by_part.by_segment(cube) + by_part.by_rule(cube, scenario.policy.rules)
    found += by_part.of_brokers(cube)
    if claims == "expected":
        found = [
            replace(one, values=np.full(len(one.values), np.nan)) if one.name in NOT_MEANS else one for one in found
        ]
    return {one.name: one for one in found}


def is_mean(criterion: Criterion) -> bool:
    """Whether a criterion bounds the mean of a figure that expected claims leave as it is."""
    return criterion.in_share is None and criterion.kpi not in NOT_MEANS


def names(scenario: Scenario) -> list[str]:
    """Names of the key figures that a scenario has."""
    return list(units(scenario))


def units(scenario: Scenario) -> dict[str, str]:
    """Units of the key figures that a scenario has, by their names."""
    return {name: unit for name, unit, *_ in _FIGURES} | by_part.units(scenario)


def results(cube: Cube) -> Reals:
    """Result by month, float64[replication, month]: income less expense."""
    return _Books(cube).result


class _Books:
    """The cube's flows as income and expense, computed once."""

    def __init__(self, cube: Cube) -> None:
        self.cube = cube
        self.movement = {account.label: self._movement(account) for account in ACCOUNTS}
        self.result = -sum((self.movement[label] for label in _RESULT), np.zeros(self.shape))
        self.cash = cube.series("balance.cash")
        self.equity = cube.series("equity")
        self.tested = self.equity - cube.series("overdue_90_days")  # that is 0 unless the 90-day option is on
        self.earned = -self.movement["premium_earned"]

    @property
    def shape(self) -> tuple[int, int]:
        return self.cube.values.shape[2], self.cube.values.shape[3]

    def flow(self, *flows: Flow) -> Reals:
        """Sum of flows by month."""
        return np.asarray(sum((self.cube.series(flow.label) for flow in flows), np.zeros(self.shape)))

    def _movement(self, account: Account) -> Reals:
        """Debits less credits of an account by month."""
        moved = np.zeros(self.shape)
        for flow in FLOWS:
            if flow.debit is account or flow.credit is account:
                moved += self.cube.series(flow.label) * ((flow.debit is account) - (flow.credit is account))
        return moved

    @property
    def operating_cash(self) -> Reals:
        """Change of cash less that of the deposits we hold: they are partners' money."""
        return self.movement["cash"] + self.movement["deposits"]

    def first_month(self, happens: Flags) -> Reals:
        """Number of the first month (from 1) in which something happens; NaN where it never does."""
        return np.where(happens.any(axis=1), happens.argmax(axis=1) + 1.0, np.nan)


def _combined_earned(books: _Books, scenario: Scenario) -> Reals:
    cost = sum(books.movement[label].sum(axis=1) for label in _COSTS) + books.movement["loss_share"].sum(axis=1)
    return divide(cost, books.earned.sum(axis=1))


def _combined_written(books: _Books, scenario: Scenario) -> Reals:
    commission = books.flow(Flow.COMMISSION_ACCRUED, Flow.COMMISSION_EXPENSED, Flow.ADVANCE_WRITTEN_DOWN) - books.flow(
        Flow.COMMISSION_REVERSED, Flow.COMMISSION_CLAWED_BACK, Flow.HOLDBACK_FORFEITED, Flow.LOSS_SHARE_CHARGED
    )
    other = books.flow(Flow.HANDLING_PAID, Flow.ACQUISITION_PAID, Flow.ADMINISTRATION_PAID, Flow.PROGRAMME_PAID)
    return _loss_ratio(books, scenario) + divide((commission + other).sum(axis=1), _written(books).sum(axis=1))


def _loss_ratio(books: _Books, scenario: Scenario) -> Reals:
    return divide(books.movement["claims"].sum(axis=1), books.earned.sum(axis=1))


def _written(books: _Books) -> Reals:
    return books.flow(Flow.PREMIUM_WRITTEN, Flow.PREMIUM_WRITTEN_DIRECT)


def _npv(books: _Books, scenario: Scenario) -> Reals:
    months = np.arange(1, books.shape[1] + 1)
    discount = (1.0 + scenario.accounts.discount_rate) ** (-months / MONTHS_PER_YEAR)
    run_off = (
        books.cube.series("run_off_value")[:, -1] - books.cash[:, -1] + books.cube.series("balance.deposits")[:, -1]
    )
    return books.operating_cash @ discount + discount[-1] * run_off


def _payback(books: _Books, scenario: Scenario) -> Reals:
    """First month from which cumulative operating cash stays at or above 0."""
    short = np.cumsum(books.operating_cash, axis=1) < 0
    last = short.shape[1] - np.argmax(short[:, ::-1], axis=1)
    first = np.where(short.any(axis=1), last + 1.0, 1.0)
    return np.where(first > short.shape[1], np.nan, first)


def _insolvent(books: _Books, scenario: Scenario) -> Flags:
    return books.tested < scenario.accounts.solvency_margin * books.cube.series("written_12_months")


def _lost_by_stopping(books: _Books, scenario: Scenario) -> Reals:
    return lost_by_stopping(books.cube, scenario.opening.capital)


def _switching(books: _Books, scenario: Scenario) -> Reals:
    moved = books.cube.series("switched_to_us") + books.cube.series("switched_away")
    return moved.mean(axis=1) * MONTHS_PER_YEAR / max(books.cube.partners, 1)


def _last_known(series: Reals) -> Reals:
    """Last value of each row that is known."""
    known = ~np.isnan(series)
    last = series.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    return np.where(known.any(axis=1), series[np.arange(series.shape[0]), last], np.nan)


def _total(*flows: Flow) -> Callable[[_Books, Scenario], Any]:
    return lambda books, scenario: books.flow(*flows).sum(axis=1)


def _end(name: str) -> Callable[[_Books, Scenario], Any]:
    return lambda books, scenario: books.cube.series(name)[:, -1]


_Figure = tuple[str, str, str, Callable[[_Books, Scenario], Any]]
_FIGURES: tuple[_Figure, ...] = (
    ("result", "money", "result over the horizon, before tax", lambda b, s: b.result.sum(axis=1)),
    ("npv", "money", "present value of operating cash and of the run-off", _npv),
    ("roi", "ratio", "result over opening capital", lambda b, s: b.result.sum(axis=1) / (s.opening.capital or np.nan)),
    ("payback_month", "month", "month from which cumulative operating cash stays at or above 0", _payback),
    ("ruined", "probability", "equity below 0 at a month's close", lambda b, s: (b.tested < 0).any(axis=1) * 1.0),
    ("ruin_month", "month", "month of ruin, where there is one", lambda b, s: b.first_month(b.tested < 0)),
    ("illiquid", "probability", "cash below 0 at a month's close", lambda b, s: (b.cash < 0).any(axis=1) * 1.0),
    ("illiquid_month", "month", "month of illiquidity, where there is one", lambda b, s: b.first_month(b.cash < 0)),
    ("insolvent", "probability", "equity below the solvency margin", lambda b, s: _insolvent(b, s).any(axis=1) * 1.0),
    ("loss", "probability", "result over the horizon below 0", lambda b, s: (b.result.sum(axis=1) < 0) * 1.0),
    ("equity_end", "money", "equity at the end", lambda b, s: b.equity[:, -1]),
    ("equity_lowest", "money", "lowest equity at a close", lambda b, s: b.equity.min(axis=1)),
    ("premium", "money", "premium written, partners and direct", lambda b, s: _written(b).sum(axis=1)),
    ("premium_partners", "money", "premium written through partners", _total(Flow.PREMIUM_WRITTEN)),
    (
        "premium_year_1",
        "money",
        "partners' premium of the first year",
        lambda b, s: year(b.flow(Flow.PREMIUM_WRITTEN), 1),
    ),
    ("premium_earned", "money", "premium earned", lambda b, s: b.earned.sum(axis=1)),
    ("loss_ratio", "ratio", "claims over earned premium", _loss_ratio),
    (
        "loss_ratio_paid",
        "ratio",
        "claims paid over earned premium; too low while a book is young",
        lambda b, s: divide(b.flow(Flow.CLAIMS_PAID).sum(axis=1), b.earned.sum(axis=1)),
    ),
    (
        "loss_ratio_on_written",
        "ratio",
        "claims incurred over written premium; too low while a book grows",
        lambda b, s: divide(b.movement["claims"].sum(axis=1), _written(b).sum(axis=1)),
    ),
    (
        "commission_ratio",
        "ratio",
        "commission over earned premium",
        lambda b, s: divide(b.movement["commission"].sum(axis=1), b.earned.sum(axis=1)),
    ),
    ("combined_ratio", "ratio", "all costs over earned premium", _combined_earned),
    ("combined_ratio_written", "ratio", "loss ratio plus other costs over written premium", _combined_written),
    ("commission", "money", "commission expensed", lambda b, s: b.movement["commission"].sum(axis=1)),
    (
        "commission_paid",
        "money",
        "commission paid or kept by partners",
        _total(Flow.COMMISSION_PAID, Flow.COMMISSION_NETTED, Flow.ADVANCE_PAID),
    ),
    ("claims", "money", "claims incurred", lambda b, s: b.movement["claims"].sum(axis=1)),
    ("bad_debt", "money", "receivables and debit balances lost", lambda b, s: b.movement["bad_debt"].sum(axis=1)),
    ("recovered", "money", "debts that came back", _total(Flow.RECOVERED)),
    ("defaults", "count", "partners that defaulted", lambda b, s: b.cube.series("defaulted").sum(axis=1)),
    ("active_partners_end", "count", "partners that sold in the last three months", _end("active_partners")),
    ("agents_end", "count", "partners of whose sales over half are ours", _end("agents")),
    ("lost_partners_end", "count", "partners active a year ago and not now", _end("lost_partners")),
    ("switching_rate", "share", "moves to and from us a year, per partner", _switching),
    ("market_share_end", "share", "our share of new premium in the last month", _end("market_share.us")),
    (
        "hhi",
        "share",
        "Herfindahl index of partners' premium in the last whole year",
        lambda b, s: _last_known(b.cube.series("hhi")),
    ),
    (
        "top_10_share",
        "share",
        "premium share of the ten largest partners",
        lambda b, s: _last_known(b.cube.series("top_10_share")),
    ),
    (
        "direct_share",
        "share",
        "premium of our own channels over all premium",
        lambda b, s: divide(b.flow(Flow.PREMIUM_WRITTEN_DIRECT).sum(axis=1), _written(b).sum(axis=1)),
    ),
    ("fraud_found", "money", "undeclared damage that audits found", _total(Flow.CLAIMS_RECOVERED)),
    ("advances_end", "money", "commission advanced and not yet earned, at the end", _end("balance.advance")),
    (
        "advances_lost",
        "money",
        "advances and debit balances written off",
        _total(Flow.ADVANCE_WRITTEN_OFF, Flow.DEBIT_BALANCE_WRITTEN_OFF),
    ),
    ("holdback_end", "money", "commission held back, at the end", _end("balance.holdback")),
    ("deposits_end", "money", "deposits held, at the end", _end("balance.deposits")),
    (
        "deposit_cover",
        "ratio",
        "deposits over what partners of the scheme owe and hold in blanks, at the end",
        lambda b, s: divide(b.cube.series("balance.deposits")[:, -1], b.cube.series("exposure")[:, -1]),
    ),
    ("deposits_taken", "money", "deposits set off against debts at default", _total(Flow.DEPOSIT_SET_OFF)),
    (
        "refused_contracts",
        "count",
        "contracts and renewals that limits and blanks did not allow",
        lambda b, s: b.cube.series("refused_contracts").sum(axis=1),
    ),
    (
        "refused_premium",
        "money",
        "their premium, as expected",
        lambda b, s: b.cube.series("refused_premium").sum(axis=1),
    ),
    (
        "pyramid_months",
        "count",
        "months in which new revenue paid old promises",
        lambda b, s: pays_old(b.cube).sum(axis=1).astype(float),
    ),
    (
        "pyramid_from_month",
        "month",
        "month from which new revenue paid old promises for the longest time",
        lambda b, s: first_of_longest_run(pays_old(b.cube)),
    ),
    (
        "growth_must_last",
        "month",
        "month from which nothing of the capital is lost if sales stop",
        lambda b, s: must_last(_lost_by_stopping(b, s)),
    ),
    (
        "stop_loss_most",
        "money",
        "most of the capital that is lost if sales stop after some month",
        lambda b, s: _lost_by_stopping(b, s).max(axis=1),
    ),
)
