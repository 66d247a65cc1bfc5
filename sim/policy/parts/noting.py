"""Lines of a watched partner's statement: what each rule's amount was computed on, and at which rate of the contract.

Notation: p product, i the watched row. Money is in minor units.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.base.arrays import Integers
from sim.base.functions import round_line
from sim.policy.given.facts import MonthFacts
from sim.policy.inputs import Computed, unit_of
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement, StatementLine

CLAWBACK = "payment.clawback"  # the line that no rule of its own writes
OF_ALL = -1  # in place of a product
_NOTHING = np.zeros(0, dtype=np.int64)


def watched(statement: Statement) -> Integers:
    """What the watched row is owed: by product on its own premium, then the rest, then what was advanced."""
    i = statement.watched
    if i is None:
        return _NOTHING
    own = [statement.own(p, i) for p in range(len(statement.accrued))]
    return np.array([*own, statement.rest(i), statement.advanced[i]], dtype=np.int64)


def note(
    name: str, rule: Rule, terms: Any, writing: bool, change: list[int], facts: MonthFacts, memory: Memory,
    statement: Statement,
) -> None:  # fmt: skip
    """Note what a rule has booked for the watched row, `change` as `watched` lays it out, and why it was nothing.

    Remarks on products are made as their premium is written, others at the statement.
    """
    i = int(statement.watched or 0)
    for p, product in (*enumerate(facts.layout.products), (OF_ALL, "")):
        amount, ahead = (change[p], 0) if p != OF_ALL else (change[-2], change[-1])
        remark = rule.remark(facts, terms, memory, p, i) if writing == (p != OF_ALL) else ""
        if not (amount or ahead or remark):
            continue
        words = name, str(getattr(rule, "kind", "")), rule.phase.name.lower(), product
        kind = rule.rest_is if p == OF_ALL else ""
        for one, part in _parts(rule.computed(facts, terms, memory, p, i), amount):
            statement.lines.append(StatementLine(*words, one.reads, one.value, part, ahead, one.rate, kind, remark))


def _parts(computed: list[Computed], amount: int) -> list[tuple[Computed, int]]:
    """The parts of an amount where they make it up to the last minor unit, else the whole of it without a rate."""
    if len(computed) == 1:
        return [(_each(computed[0], amount), amount)]
    lines = [round_line(one.rate or 0.0, one.value) for one in computed]
    if sum(lines) == amount:
        return list(zip(computed, lines, strict=True))
    return [(Computed("premium", sum(one.value for one in computed)), amount)]


def _each(one: Computed, amount: int) -> Computed:
    """Of a count the amount of each, where it is whole: no rounding is in it."""
    whole = one.rate is None and unit_of(one.reads) == "count" and one.value and amount % one.value == 0
    return one._replace(rate=amount / one.value) if whole else one


def note_clawback(amount: int, statement: Statement) -> None:
    """Note what the terms of payment take back from the watched row."""
    phase = Phase.RETURN.name.lower()
    statement.lines.append(StatementLine(CLAWBACK, "clawback", phase, "", "released", float(amount), -amount))
