"""The lines of one partner's statement and the accounts that they move, proven to the last minor unit.

Notation: p product, i row of the partner. Money is in minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.base.columns import Table
from sim.base.errors import LedgerError
from sim.base.functions import round_line
from sim.policy.rule import Phase
from sim.policy.statement import StatementLine

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

CAP = "commission_cap"  # the line that the regulator's cap writes, not a rule
STOCKS = ("payable", "holdback", "advance")
FUND = "fund"  # the column of a rule that keeps marketing money
_MOVES = {
    "payable": (
        ("withheld", "withheld", -1), ("released", "freed", 1), ("netted", "netted", -1), ("paid", "paid", -1),
        ("written_off", "debit_lost", 1),
    ),
    "holdback": (
        ("withheld", "withheld", 1), ("released", "freed", -1), ("set_off", "held_set_off", -1),
        ("forfeited", "held_lost", -1),
    ),
    "advance": (
        ("advanced", "advanced", 1), ("drawn", "drawn", 1), ("written_down", "written_down", -1),
        ("charged_back", "advance_back", -1), ("written_off", "advance_lost", -1),
    ),
    "fund": (("accrued", "fund_accrued", 1), ("paid", "fund_paid", -1), ("expired", "fund_expired", -1)),
}  # fmt: skip
"""Account -> its moves: name, column and sign"""
_PAYOUT = (("commission", "paid", 1), ("advanced", "advanced", 1), ("vat", "vat", 1), ("withheld", "tax_withheld", -1))


@dataclass(frozen=True)
class Account:
    """An account between us and a partner over one month: balance before, signed moves, balance after."""

    name: str
    before: int
    moves: Mapping[str, int]
    after: int

    @property
    def used(self) -> bool:
        """Whether it holds or moves anything."""
        return bool(self.before or self.after or any(self.moves.values()))


def lines_of(model: PartnerNetwork, i: int) -> list[StatementLine]:
    """The month's lines, one for each rule, product and input, with what the regulator's caps took off."""
    found = _merged(model.nouns.commission.statement.lines)
    cuts = _cuts(model, i, found)
    last = max((n + 1 for n, line in enumerate(found) if line.product), default=0)  # caps act on what is accrued
    return found[:last] + cuts + found[last:]


def stocks(model: PartnerNetwork, i: int) -> dict[str, int]:
    """Balances between us and the partner as they are now; 0 where no rule needs the account."""
    table, memory = model.table, model.nouns.commission.memory
    found = {name: int(table.array(name).reshape(-1, table.rows)[:, i].sum()) for name in STOCKS}
    return found | {"fund": sum(int(memory[name][FUND][:, i].sum()) for name in model.plan.book.needs.funds)}


def accounts_of(model: PartnerNetwork, i: int, before: Mapping[str, int]) -> list[Account]:
    """The partner's accounts over the month that has been played, the commission account first."""
    after, found = stocks(model, i), []
    for name, signed in _MOVES.items():
        moves = _moves(model.table, signed, i)
        own = {"statement": model.nouns.commission.statement.owed(i)} if name == "payable" else {}
        found.append(Account(name, before[name], own | moves, after[name]))
    if len(model.table.vat):
        moves = _moves(model.table, _PAYOUT, i)
        found.append(Account("payout", 0, moves, sum(moves.values())))
    return found


def _moves(table: Table, signed: Sequence[tuple[str, str, int]], i: int) -> dict[str, int]:
    """Signed moves of the month by name; 0 where a column is not there."""
    return {kind: sign * int(table.array(column).reshape(-1, table.rows)[:, i].sum()) for kind, column, sign in signed}


def prove(model: PartnerNetwork, i: int, lines: Sequence[StatementLine], accounts: Sequence[Account]) -> None:
    """Check that the lines add up to the statement and that the accounts add up.

    Raises
    ------
    LedgerError
    """
    who = f"partner {model.population.ids[i]}"
    sums = {
        "owed": (sum(line.amount for line in lines), model.nouns.commission.statement.owed(i)),
        "advanced": (sum(line.paid_now for line in lines), int(model.nouns.commission.statement.advanced[i])),
    }
    for what, (written, stated) in sums.items():
        if written != stated:
            raise LedgerError(f"{who}: the lines add up to {written} minor units {what}, the statement says {stated}")
    for one in accounts:
        if one.before + sum(one.moves.values()) != one.after:
            raise LedgerError(
                f"{who}: the account {one.name} does not add up to its balance of {one.after} minor units"
            )


def _merged(lines: Sequence[StatementLine]) -> list[StatementLine]:
    found: dict[tuple[str, ...], StatementLine] = {}
    for line in lines:
        key = line.rule, line.product, line.reads, line.type
        had = found.get(key)
        if had is not None:
            line = replace(line, amount=had.amount + line.amount, paid_now=had.paid_now + line.paid_now)
        found[key] = line
    return list(found.values())


def _cuts(model: PartnerNetwork, i: int, lines: Sequence[StatementLine]) -> list[StatementLine]:
    """What the caps took off: exactly down to the cap, or to what sponsors keep of it."""
    statement, facts, found = model.nouns.commission.statement, model.nouns.commission.facts, []
    for p, cap in model.plan.book.caps.items():
        product = facts.layout.products[p]
        cut = statement.own(p, i) - sum(line.amount for line in lines if line.product == product)
        if not cut:
            continue
        premium = int(facts.premium_new[p, i] + facts.premium_renewal[p, i])
        passed = int(statement.passed[p, i]) if len(statement.passed) else 0
        if cut > 0 or statement.accrued[p, i] != max(round_line(cap.at(facts.ordinal), premium), passed):
            raise LedgerError(f"partner {model.population.ids[i]}: no rule and no cap explains {cut} minor units")
        phase = Phase.LIMIT.name.lower()
        found.append(StatementLine(CAP, CAP, phase, product, "premium", float(premium), cut))
    return found
