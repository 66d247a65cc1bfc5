"""The last stage of the month: the notebook is completed.

Notation: R replications, p product, s segment (the last are our own channels), k principal.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.stages.business.poached import poaching_is_noted
from sim.engine.stages.business.seeing import tracking_is_noted
from sim.engine.stages.close.contributing import contributions_are_noted
from sim.engine.stages.close.counting_units import units_are_noted
from sim.engine.stages.close.two_profits import two_profits_are_noted
from sim.engine.stages.payment import brokers
from sim.engine.state.books import Books
from sim.engine.state.channels import Channels
from sim.engine.state.commission import Commission
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.market import Market
from sim.engine.state.moves import Moves
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.staff import CooperatingStaff
from sim.engine.state.unsold_units import UnsoldUnits
from sim.figures.monthly import BY_RULE, CONCENTRATION, NETWORK

POINTS = 10_000.0  # of a Herfindahl index: that of one partner alone
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
_OF_WORLDS = ("equity", "prudent_equity", "run_off_value", "run_off_value_at_opening", "surprise.claims")
_OF_WORLDS_BY_PRODUCT = ("margin_in_force", "deficiency")


def month_is_recorded(
    now: Now,
    market: Market,
    channels: Channels,
    table: Table,
    journeys: Journeys | None,
    staff: CooperatingStaff | None,
    units: UnsoldUnits | None,
    commission: Commission,
    books: Books,
    note: Notebook,
    moves: Moves,
) -> None:
    """Complete the month's figures."""
    sums = books.totals
    for name, column in _COUNTED.items():
        note[name] = sums.of(column)
    for name, column in _OF_PRODUCTS.items():
        note.by_product[name] = sums.by_product(column).T
    _note_segments(books, note)
    _note_rules(now, commission, note)
    volumes = _market_volumes(market, journeys, books)
    note["market_premium"] = np.rint(volumes.sum(axis=1))
    note.by_principal["market_share"] = _market_shares(market, volumes)
    if now.plan.axes["offers"]:
        note["rank"] = _rank(now, market)
    np.add(table.premium_year, table.written, out=table.premium_year)
    for name, value in zip(CONCENTRATION, _concentration(now, table), strict=True):
        note[name] = value
    if channels.networks:
        for name, value in zip(NETWORK, brokers.figures(now, channels, table), strict=True):
            note[name] = value
    _note_worlds(books, note)
    contributions_are_noted(now, commission, books, note)
    two_profits_are_noted(now, market, journeys, staff, commission, books, note)
    tracking_is_noted(now, table, books, note)
    units_are_noted(now, table, units, books, note)
    poaching_is_noted(now, table, note)
    moves.see(now, table)


def _note_worlds(books: Books, note: Notebook) -> None:
    """In the other worlds claims and what follows from them are their own; all else is as in ours."""
    if len(books.worlds) == 1:
        return
    kept = {name: note.of_worlds(name)[1:].copy() for name in _OF_WORLDS}
    by_product = {name: note.parts_of_worlds("product", name)[1:].copy() for name in _OF_WORLDS_BY_PRODUCT}
    turnover, balance = note.turnover[1:].copy(), note.balance[1:].copy()
    note.worlds[1:] = note.own
    note.turnover[1:], note.balance[1:] = turnover, balance
    for name, values in kept.items():
        note.of_worlds(name)[1:] = values
    for name, values in by_product.items():
        note.parts_of_worlds("product", name)[1:] = values
    note.parts_of_worlds("product", "claims_incurred")[1:] = books.incurred[:, 1:].sum(axis=3).transpose(1, 2, 0)
    note.parts_of_worlds("segment", "claims_incurred")[1:] = books.incurred[:, 1:].sum(axis=0)


def _note_rules(now: Now, commission: Commission, note: Notebook) -> None:
    statement = commission.statement
    for at, rule in enumerate(now.plan.book.names):
        booked = (statement.booked.get(rule, 0), *statement.rated.get(rule, (0, 0)))
        for name, amount in zip(BY_RULE, booked, strict=True):
            note.by_rule[name][:, at] = amount


def _note_segments(books: Books, note: Notebook) -> None:
    parts, sum_of = note.by_segment, books.totals.by_segment
    for name, column in _OF_SEGMENTS.items():
        parts[name] = sum_of(column)
    parts["premium_written"] = sum_of("premium_new") + sum_of("premium_renewal")
    taken_back = sum_of("reversed") + sum_of("taken_back") + sum_of("held_lost")
    parts["commission"] = sum_of("accrued") + sum_of("expensed") + sum_of("written_down") - taken_back
    parts["bad_debt"] = sum_of("lost") + sum_of("debit_lost") + sum_of("advance_lost") + books.set_aside


def _rank(now: Now, market: Market) -> Integers:
    """1 and the offers with more expected sales each than ours: int64[R]. What partners sell of none is no offer."""
    offers = 1 + len(now.plan.rivals)
    each, alike = market.shares[:, :offers] / now.plan.alike[:offers], now.plan.alike[:offers]
    return np.asarray(1 + ((each > each[:, :1]) * alike).sum(axis=1)).astype(np.int64)


def _market_volumes(market: Market, journeys: Journeys | None, books: Books) -> Reals:
    """Partners' new premium by principal: ours as sold, the rivals' expected; float64[R, k], minor units.

    A partner has sold what it is not credited with, too, though the customer has signed with us.
    """
    volumes = market.volumes.sum(axis=1)
    partners = market.volumes.shape[1]
    sold = books.totals.by_segment("premium_new") - books.totals.by_segment("added_new")
    volumes[:, 0] = sold[:, :partners].sum(axis=1)
    if journeys is not None:
        volumes[:, 0] += journeys.signed.sum(axis=1)
    return np.asarray(volumes)


def _market_shares(market: Market, volumes: Reals) -> Reals:
    """Shares in these; where nothing is sold, those of the choices: float64[R, k]."""
    total = volumes.sum(axis=1, keepdims=True)
    some = total > 0
    return np.where(some, volumes / np.where(some, total, 1.0), market.shares)


def _concentration(now: Now, table: Table) -> Iterable[Reals | float]:
    """Herfindahl index in points, share of the ten largest of a year's premium, at its end, else NaN: [R] each."""
    if (now.month + 1) % MONTHS_PER_YEAR:
        return float("nan"), float("nan")
    years = table.premium_year.reshape(now.size, -1)[:, : -now.batch.ours].astype(np.float64)
    table.premium_year[:] = 0
    return np.array([_concentrated(year[year > 0]) for year in years]).T  # rows of entrants would change a sum's order


def _concentrated(year: Reals) -> tuple[float, float]:
    """The same of premium above 0, float64[partner]."""
    total = year.sum()
    if total <= 0:
        return float("nan"), float("nan")
    top = np.partition(year, max(year.size - 10, 0))[-10:]
    return POINTS * float(((year / total) ** 2).sum()), float(top.sum() / total)
