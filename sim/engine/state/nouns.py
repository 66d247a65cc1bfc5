"""The nouns of a batch, by the names under which the month's stages ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.base.columns import Table
from sim.engine.layout.batch import Batch
from sim.engine.layout.plan import Plan
from sim.engine.state.books import Books
from sim.engine.state.brand_damage import BrandDamage
from sim.engine.state.channels import Channels
from sim.engine.state.commission import Commission
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.desk import Desk
from sim.engine.state.market import Market
from sim.engine.state.moves import Moves
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.sales_limits import Limits
from sim.engine.state.staff import CooperatingStaff
from sim.engine.state.unsold_units import UnsoldUnits
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
    journeys: Journeys | None
    """whose the sales are, where the scenario says what else touched them"""
    staff: CooperatingStaff | None
    """how far our staff help partners, where the scenario says what moves them"""
    desk: Desk | None
    """who answers partners' leads for us, where they are handed over"""
    units: UnsoldUnits | None
    """what there is to sell, where some product has a stock"""
    brand: BrandDamage | None
    """what incidents have done to our brand, where the scenario says what partners' quality is"""
    limits: Limits | None
    """what partners may sell, where the policy sets limits"""
    commission: Commission
    """facts, statement and what rules remember"""
    books: Books
    """the ledger and all that it is proven against, of our own world and of others"""
    work: WorkSpace
    """keys, buffers and constants by row"""
    note: Notebook
    """the month's figures"""
    moves: Moves
    """who moved where"""

    @classmethod
    def of(
        cls, batch: Batch, numbers: Sequence[int] = (0,), watched: int | None = None, others: Sequence[Plan] = ()
    ) -> Nouns:
        """All of them before the first month, the market not yet opened (`sim.engine.stages.choice.opening`).

        Parameters
        ----------
        batch : Batch
        numbers : of the replications
        watched : row whose statement lines are kept, or None
        others : plans of other worlds (`sim.engine.state.books`)
        """
        plan = batch.plan
        now, table = Now(batch, numbers), plan.table(batch.size)
        return cls(
            now=now,
            market=Market(now),
            table=table,
            channels=Channels(batch),
            journeys=Journeys.of(batch),
            staff=CooperatingStaff.of(batch),
            desk=Desk.of(batch),
            units=UnsoldUnits.of(batch),
            brand=BrandDamage.of(batch),
            limits=Limits.of(batch),
            commission=Commission(batch, table, watched),
            books=Books(batch, table, others),
            work=WorkSpace(batch),
            note=Notebook(plan, batch.size, 1 + len(others)),
            moves=Moves(batch),
        )
