"""One partner month by month: a rerun of one replication that records its row, to the last minor unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from sim.base.columns import Table
from sim.base.errors import ScenarioError
from sim.base.units import MINOR_PER_MAJOR, month_name, month_ordinal
from sim.contracts.shared_sales import THOUSAND
from sim.engine.layout.plan import Plan
from sim.judgement.statement_lines import Account, accounts_of, lines_of, prove, stocks
from sim.policy.inputs import COUNTS, unit_of
from sim.policy.statement import StatementLine
from sim.scenario.language.suggestions import did_you_mean

if TYPE_CHECKING:
    import pandas

    from sim.engine.model import PartnerNetwork

MINOR = Decimal("0.01")
SEVERAL = "(several)"  # in brackets: a rival may have any name
COLUMNS = (
    "month", "rule", "kind", "phase", "product", "input", "value", "rate", "amount", "advanced", "running",
    "type", "remark",
)  # fmt: skip
_Look: TypeAlias = "Callable[[PartnerNetwork, int, dict[str, int]], Any]"


def explain(plan: Plan, partner: str, replication: int = 0) -> pandas.DataFrame:
    """Rows by month: sales, commission line by line, remittance, payment, balances (exact decimals, major units)."""
    import pandas

    rows = list(_played(plan, partner, replication, _record))
    names = {name for found in rows for name in found}
    nothing = Decimal(0) * MINOR
    return pandas.DataFrame(
        [{**dict.fromkeys(names, nothing), **found} for found in rows], columns=_order(rows)
    ).set_index("month")


def statement(plan: Plan, partner: str, replication: int = 0, month: str | None = None) -> pandas.DataFrame:
    """The partner's statements line by line, of all months with the warm-up or of one, proven to add up.

    Columns: month, rule, kind, phase, product (empty: all), input and its value (money in major units), rate (that of
    the contract: a share of an input of money, an amount each of a count; NaN where it states none), amount, advanced
    (paid at once, not part of what is owed) and running total, exact decimals in major units; type (`true_up`, or
    empty) and remark (name of the reason why no more was paid). Below the rules' lines, rows without a rule close the
    month: `statement`, then each account (named by `phase`) from `brought_forward` to its `balance`.

    Raises
    ------
    ScenarioError
        Without such a partner or month.
    LedgerError
        Where the lines do not add up to the statement, or an account to its balance.
    """
    import pandas

    only = None if month is None else _wanted(plan, month)
    rows = [row for found in _played(plan, partner, replication, _lines, only) for row in found]
    return pandas.DataFrame(rows, columns=list(COLUMNS))


def row_of(plan: Plan, partner: str) -> int:
    """Row of a partner by id, or by its name where that is unique."""
    population = plan.population
    if partner in population.ids:
        return population.rows_by_id()[partner][0]
    by_id = zip(population.names, population.ids, strict=True)
    named = [population.rows_by_id()[one][0] for one in {one for name, one in by_id if name == partner and name}]
    if len(named) == 1:
        return named[0]
    raise ScenarioError(f"no partner {partner!r}; {did_you_mean(partner, population.ids)}")


def _played(plan: Plan, partner: str, replication: int, look: _Look, only: int | None = None) -> Iterator[Any]:
    """What `look` sees of the partner after each month, or after the month of the ordinal `only`."""
    from sim.engine.model import PartnerNetwork  # a study is checked without it

    row = row_of(plan, partner)
    model = PartnerNetwork(plan, replication, watched=row)
    while model.month < plan.months and (only is None or model.ordinal <= only):
        before = stocks(model, row)
        model.step()
        row = model.nouns.commission.statement.watched or 0  # another one where it comes to another segment
        seen = look(model, row, before)
        if only is None or model.ordinal > only:
            yield seen


def _wanted(plan: Plan, month: str) -> int:
    try:
        ordinal = month_ordinal(month)
    except ValueError as error:
        raise ScenarioError(str(error)) from None
    end = plan.scenario.start + plan.months - 1
    first = plan.scenario.start - plan.warm_up
    if not first <= ordinal <= end:
        raise ScenarioError(f"{month} is not played; give a month from {month_name(first)} to {month_name(end)}")
    return ordinal


def _order(rows: list[dict[str, Any]]) -> list[str]:
    """Names of the columns in the order in which they first occur."""
    return list(dict.fromkeys(name for found in rows for name in found))


def _record(model: PartnerNetwork, row: int, before: dict[str, int]) -> dict[str, Any]:
    table = model.table
    found: dict[str, Any] = {"month": month_name(model.ordinal - 1), **_with_whom(model, row), **_standing(model, row)}
    for p, line in enumerate(model.plan.lines):
        found[f"new.{line.name}"] = int(table.new[p, row])
        found[f"renewed.{line.name}"] = int(table.renewed[p, row])
        found[f"premium.{line.name}"] = _money(table.premium_new[p, row] + table.premium_renewal[p, row])
        found[f"claims.{line.name}"] = _money(table.incurred[p, row])
        if len(table.seen):
            found |= _credited(table, line.name, p, row)
    for one in lines_of(model, row):
        name = ".".join(part for part in ("commission", one.rule, one.product) if part)
        found[name] = found.get(name, Decimal(0)) + _money(one.amount)
    for name, rule in model.plan.book.rules:
        shown = rule.shows(model.nouns.commission.memory[name], row)
        found |= {f"{name}.{what}": value for what, value in shown.items()}
    for name in ("refund", "remitted", "withheld", "freed", "netted", "advanced", "paid", "lost", "receivable"):
        found[name] = _money(table.array(name)[row])
    for name in ("vat", "tax_withheld", "discounted", "fund_accrued", "fund_paid", "fund_expired"):
        if len(table.array(name)):
            found[name] = _money(table.array(name)[0, row])
    return found | {name: _money(amount) for name, amount in stocks(model, row).items() if name != "fund" or amount}


def _credited(table: Table, product: str, p: int, row: int) -> dict[str, Any]:
    """Which of its new sales were seen, and what of these it is credited with."""
    return {
        f"seen.{product}": int(table.seen[p, row]),
        f"unseen.{product}": int(table.unseen[p, row]),
        f"credited.{product}": Decimal(int(table.credit_milli[p, row])) / THOUSAND,
        f"credited_premium.{product}": _money(table.credited_new[p, row]),
    }


def _standing(model: PartnerNetwork, row: int) -> dict[str, Any]:
    """What it is to us, as far as that changes on dates: its segment, group, region, rank and certificates."""
    members, population = model.plan.book.members, model.population
    of = {"segment": population.segments[population.segment[row]]} if model.plan.transfers else {}
    if members is None or not members.standing.changes:
        return of
    ordinal, standing = model.ordinal - 1, members.standing
    held = [name for name, holds in standing.certified(ordinal).items() if holds[row]]
    found = {
        "group": standing.groups(ordinal)[row], "region": standing.regions(ordinal)[row],
        "rank": int(standing.ranks(ordinal)[row]), "certified": ", ".join(held),
    }  # fmt: skip
    return of | {
        name: value
        for name, value in found.items()
        if any(getattr(one, name) not in (None, {}) for one in standing.changes)
    }


def _with_whom(model: PartnerNetwork, row: int) -> dict[str, Any]:
    """With which principal it is, our share, and where it has several the share of each."""
    names, shares = model.plan.principals, model.table.share[:, row]
    if not model.plan.by_channel.multi[model.plan.population.segment[row]]:
        return {"principal": names[int(model.table.principal[row])], "share": shares[0]}
    each = {f"share.{name}": share for name, share in zip(names, shares, strict=True)}
    return {"principal": SEVERAL, "share": shares[0], **each}


def _lines(model: PartnerNetwork, row: int, before: dict[str, int]) -> list[dict[str, Any]]:
    """The month's rows, after the proof that they add up."""
    lines, accounts = lines_of(model, row), accounts_of(model, row, before)
    prove(model, row, lines, accounts)
    month, found, running = month_name(model.ordinal - 1), list[dict[str, Any]](), 0
    for line in lines:
        running += line.amount
        found.append({"month": month, **_line(line), "running": _money(running)})
    return found + [{"month": month, **row} for row in _closing(accounts, running)]


def _line(line: StatementLine) -> dict[str, Any]:
    unit = MINOR_PER_MAJOR if unit_of(line.reads) == "money" else 1
    rate = float("nan") if line.rate is None else line.rate / (MINOR_PER_MAJOR if line.reads in COUNTS else 1)
    return {
        "rule": line.rule, "kind": line.kind, "phase": line.phase, "product": line.product, "input": line.reads,
        "value": line.input / unit, "rate": rate, "amount": _money(line.amount), "advanced": _money(line.paid_now),
        "type": line.type, "remark": line.remark,
    }  # fmt: skip


def _closing(accounts: Sequence[Account], total: int) -> Iterator[dict[str, Any]]:
    """The statement's total, then what moved each account that is used."""
    yield _row("statement", "statement", total, total)
    for one in accounts:
        if not one.used and one.name != "payable":
            continue
        running = one.before + one.moves.get("statement", 0)
        if one.before:
            yield _row("brought_forward", one.name, one.before, running)
        for kind, amount in one.moves.items():
            if amount and kind != "statement":
                running += amount
                yield _row(kind, one.name, amount, running)
        yield _row("balance", one.name, one.after, running)


def _row(kind: str, account: str, amount: int, running: int) -> dict[str, Any]:
    nothing = {"rule": "", "product": "", "input": "", "value": float("nan"), "rate": float("nan")}
    nothing |= {"type": "", "remark": ""}
    return {
        **nothing,
        "kind": kind,
        "phase": account,
        "amount": _money(amount),
        "advanced": _money(0),
        "running": _money(running),
    }


def _money(minor: Any) -> Decimal:
    return Decimal(int(minor)) * MINOR
