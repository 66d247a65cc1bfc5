"""Income statement, balance sheet and cash-flow statement by month, in whole minor units that foot exactly.

The mean over replications is taken of each flow summed up from the opening, rounded to the minor unit; every line and
total of the mean statements is then computed from these flows, so that they foot like those of one replication.
Notation: f flow, a account, t month (t = -1 is the opening).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from sim.base.arrays import Integers
from sim.base.text import csv_safe
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, month_name, month_ordinal
from sim.money.flows import ACCOUNTS, FLOWS, Account, Flow, Kind
from sim.results.cube import Cube

MEAN = "mean"
COLUMNS = ("replication", "month", "statement", "section", "line", "amount")
FINANCING = (Flow.CAPITAL_PAID_IN, Flow.DIVIDEND_PAID)
INCOME_ORDER = (
    Account.PREMIUM_EARNED, Account.CLAIMS, Account.HANDLING, Account.COMMISSION, Account.LOSS_SHARE,
    Account.ACQUISITION, Account.ADMINISTRATION, Account.PROGRAMME, Account.MARKETING_FUNDS,
    Account.COMMISSION_TAX, Account.DIRECT_CHANNEL, Account.BAD_DEBT, Account.RECOVERIES, Account.REFERRAL,
    Account.OTHER, Account.DEFICIENCY, Account.INVESTMENT, Account.INTEREST, Account.TAX,
)  # fmt: skip
INVESTMENT = (Account.INVESTMENT, Account.INTEREST)
STOCKS = "balance_sheet"
ASSETS = (
    Account.CASH, Account.RECEIVABLE, Account.ALLOWANCE, Account.INSTALMENTS, Account.DAC, Account.ADVANCE,
    Account.VAT_RECOVERABLE,
)  # fmt: skip
LIABILITIES = tuple(one for one in ACCOUNTS if one.kind is Kind.LIABILITY and one is not Account.ALLOWANCE)


@dataclass(frozen=True)
class Line:
    """A line of a statement: amounts by month from the month `first` on (-1: the opening), minor units."""

    statement: str
    section: str
    name: str
    amounts: Integers
    first: int = 0


@dataclass(frozen=True)
class Books:
    """Flows of the months and the opening balances (debit positive) of one replication, or of the mean of all."""

    flows: Mapping[Flow, Integers]
    opening: Mapping[Account, int]

    @cached_property
    def moved(self) -> dict[Account, Integers]:
        """Debits less credits by month, of each account."""
        months = len(next(iter(self.flows.values())))
        found = {account: np.zeros(months, dtype=np.int64) for account in ACCOUNTS}
        for flow, amounts in self.flows.items():
            found[flow.debit] += amounts
            found[flow.credit] -= amounts
        return found

    def balance(self, account: Account) -> Integers:
        """Debit balance at the opening and at every close: int64[1 + months]."""
        start = self.opening.get(account, 0)
        return np.concatenate(([start], start + np.cumsum(self.moved[account])))


def of_replication(cube: Cube, row: int = 0) -> Books:
    """The books of the replication in a row of the cube, exact."""
    flows = {flow: cube.minor(flow.label)[row] for flow in FLOWS}
    return Books(flows, {account: int(_opening(cube, account)[row]) for account in ACCOUNTS})


def of_mean(cube: Cube) -> Books:
    """The mean books of all replications, rounded so that they foot."""
    summed = {flow: _mean(np.cumsum(cube.minor(flow.label), axis=1)) for flow in FLOWS}
    flows = {flow: np.diff(total, prepend=np.int64(0)) for flow, total in summed.items()}
    opening = {account: int(_mean(_opening(cube, account)[:, None])[0]) for account in ACCOUNTS}
    opening[Account.CASH] -= sum(opening.values())
    return Books(flows, opening)


def lines(books: Books) -> list[Line]:
    """All lines of the three statements, in the order of the printed page."""
    return [*_income(books), *_balance(books), *_cash(books)]


def by_year(found: list[Line]) -> list[Line]:
    """The same by year of the horizon: of a balance sheet what the year ends with, the opening first; else sums."""
    return [replace(line, amounts=_yearly(line)) for line in found]


def _yearly(line: Line) -> Integers:
    starts = np.arange(0, line.amounts.size + min(line.first, 0), MONTHS_PER_YEAR)
    if line.statement == STOCKS:
        ends = np.minimum(starts + MONTHS_PER_YEAR, line.amounts.size - 1)
        return line.amounts[np.concatenate(([0], ends))]
    if line.section == "opening":
        return line.amounts[starts]
    if line.section == "closing":
        return line.amounts[np.minimum(starts + MONTHS_PER_YEAR, line.amounts.size) - 1]
    return np.add.reduceat(line.amounts, starts)


def write(cube: Cube, path: Path) -> None:
    """Write the statements of the first replication and of the mean as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name, books in ((str(cube.replications[0]), of_replication(cube)), (MEAN, of_mean(cube))):
            writer.writerows(_rows(name, lines(books), cube.months))


def decimal(minor: int) -> str:
    """Major units with two decimals, exactly."""
    whole, part = divmod(abs(int(minor)), MINOR_PER_MAJOR)
    return f"{'-' if minor < 0 else ''}{whole}.{part:02d}"


def _rows(name: str, found: list[Line], months: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    opening = month_name(month_ordinal(months[0]) - 1)
    for t in range(-1, len(months)):
        month = months[t] if t >= 0 else opening
        for line in found:
            if t >= line.first:
                amount = decimal(line.amounts[t - line.first])
                yield name, month, line.statement, line.section, csv_safe(line.name), amount


def _opening(cube: Cube, account: Account) -> Integers:
    """Debit balance before the first month, int64[replication]."""
    sign = 1 if account.kind in (Kind.ASSET, Kind.EXPENSE) else -1
    found: Integers = sign * cube.minor(f"balance.{account.label}")[:, 0]
    for flow in FLOWS:
        found = found - cube.minor(flow.label)[:, 0] * ((flow.debit is account) - (flow.credit is account))
    return found


def _mean(amounts: Integers) -> Integers:
    """Mean over the first axis rounded half up, in whole numbers throughout (no overflow, no rounding of sums)."""
    n = amounts.shape[0]
    whole, left = np.divmod(amounts, n)
    result: Integers = whole.sum(axis=0) + (2 * left.sum(axis=0) + n) // (2 * n)
    return result


def _income(books: Books) -> Iterator[Line]:
    underwriting = tuple(account for account in INCOME_ORDER if account not in (*INVESTMENT, Account.TAX))
    for accounts, total in ((underwriting, "underwriting_result"), (INVESTMENT, "investment_result")):
        for account in accounts:
            section = "income" if account.kind is Kind.INCOME else "expense"
            yield Line("income_statement", section, account.label, -books.moved[account])
        yield Line("income_statement", "subtotal", total, -_sum([books.moved[account] for account in accounts]))
    yield Line("income_statement", "expense", Account.TAX.label, -books.moved[Account.TAX])
    yield Line("income_statement", "total", "result", -_sum([books.moved[account] for account in INCOME_ORDER]))


def _balance(books: Books) -> Iterator[Line]:
    payable = -books.balance(Account.COMMISSION_PAYABLE)
    assets = {account.label: books.balance(account) for account in ASSETS}
    assets["commission_debit_balances"] = np.maximum(-payable, 0)
    debts = {account.label: -books.balance(account) for account in LIABILITIES}
    debts[Account.COMMISSION_PAYABLE.label] = np.maximum(payable, 0)
    capital = -books.balance(Account.CAPITAL)
    retained = -_sum([books.balance(account) for account in (*INCOME_ORDER, Account.DIVIDENDS)])
    for name, amounts in assets.items():
        yield Line("balance_sheet", "assets", name, amounts, -1)
    yield Line("balance_sheet", "assets", "total_assets", _sum(list(assets.values())), -1)
    for name, amounts in debts.items():
        yield Line("balance_sheet", "liabilities", name, amounts, -1)
    yield Line("balance_sheet", "liabilities", "total_liabilities", _sum(list(debts.values())), -1)
    yield Line("balance_sheet", "equity", "capital", capital, -1)
    yield Line("balance_sheet", "equity", "retained", retained, -1)
    yield Line("balance_sheet", "equity", "total_equity", capital + retained, -1)


def _cash(books: Books) -> Iterator[Line]:
    cash = books.balance(Account.CASH)
    yield Line("cash_flow", "opening", "opening_cash", cash[:-1])
    for flow in FLOWS:
        sign = (flow.debit is Account.CASH) - (flow.credit is Account.CASH)
        if sign:
            section = "financing" if flow in FINANCING else "operating"
            yield Line("cash_flow", section, flow.label, sign * books.flows[flow])
    yield Line("cash_flow", "total", "change_in_cash", books.moved[Account.CASH])
    yield Line("cash_flow", "closing", "closing_cash", cash[1:])


def _sum(parts: list[Integers]) -> Integers:
    return np.sum(parts, axis=0, dtype=np.int64)
