"""The month's commission: the facts that rules read, the statement that they write, and what they remember."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from numpy.typing import NDArray

from sim.base.columns import Table
from sim.engine.layout.batch import Batch
from sim.policy.given.facts import MonthFacts
from sim.policy.given.refunds import Refunds
from sim.policy.statement import Statement


class Commission:
    """What the policy's rules work on.

    Attributes
    ----------
    facts : of the month, from the stage on in which commission accrues
    memory : columns of the partners' table by rule and name
    sponsor : row of each partner's sponsor, -1 without one: int64[n]
    collections : premium that has come in since the last statement, where a rule reads it
    """

    facts: MonthFacts
    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {}

    def __init__(self, batch: Batch, table: Table, watched: int | None = None) -> None:
        self.statement = Statement.of(table, watched, batch.size)
        self.memory: dict[str, dict[str, NDArray[Any]]] = {name: {} for name, _ in batch.book.rules}
        for column in batch.book.needs.columns():
            rule, _, name = column.name.rpartition(".")
            self.memory[rule][name] = table.array(column.name)
        self.collections = Refunds() if batch.book.needs.reads_collected else None
        table.sponsor[:] = batch.fixed.sponsor
        self.sponsor = table.sponsor[0] if batch.plan.population.has_tree else batch.fixed.sponsor
