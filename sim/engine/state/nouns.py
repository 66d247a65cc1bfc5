"""The nouns of one replication, by the names under which the month's stages ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.base.columns import Table
from sim.engine.layout.plan import Plan
from sim.engine.state.books import Books
from sim.engine.state.channels import Channels
from sim.engine.state.commission import Commission
from sim.engine.state.echo import Echo
from sim.engine.state.market import Market
from sim.engine.state.moves import Moves
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.sales_limits import Limits
from sim.engine.state.work_space import WorkSpace


@dataclass(frozen=True)
class Nouns:
    """What stages read and write. No stage takes it whole: the month binds each to the nouns that it names."""

    now: Now
    """what is given to the month"""
    market: Market
    """what is seen of us and of our rivals"""
    table: Table
    """the partners' columns"""
    channels: Channels
    """through whom buyers come"""
    limits: Limits | None
    """what partners may sell, where the policy sets limits"""
    commission: Commission
    """facts, statement and what rules remember"""
    books: Books
    """the ledger and all that it is proven against"""
    work: WorkSpace
    """keys, buffers and constants by row"""
    note: Notebook
    """the month's figures"""
    moves: Moves
    """who moved where"""
    echoes: tuple[Echo, ...]
    """worlds in which only claims cost otherwise"""

    @classmethod
    def of(cls, plan: Plan, replication: int = 0, watched: int | None = None, echoes: Sequence[Plan] = ()) -> Nouns:
        """All of them before the first month, the market not yet opened (`sim.engine.stages.opening`)."""
        now, table = Now(plan, replication), plan.table()
        return cls(
            now=now,
            market=Market(now),
            table=table,
            channels=Channels(plan),
            limits=Limits.of(plan),
            commission=Commission(plan, table, watched),
            books=Books(plan, table),
            work=WorkSpace(plan),
            note=Notebook(plan),
            moves=Moves(plan),
            echoes=tuple(Echo(one) for one in echoes),
        )
