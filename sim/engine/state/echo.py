"""Worlds in which only claims cost otherwise: they follow a replication month by month at a tenth of its price.

Where nobody acts on what our claims cost, partners do the same in a world of another loss ratio, to the last unit. So
such a world needs its own claims and its own books, and nothing else. It parts from the others where its books would
make somebody act: when we stop selling after ruin, or cannot pay partners in time and they mind.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.base.arrays import Reals
from sim.base.columns import Table
from sim.contracts import claims
from sim.engine.layout.lines import Line
from sim.engine.layout.plan import Plan
from sim.engine.state.books import Books, WorldBooks
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.money.flows import Account
from sim.scenario.reads_claims import readers_of_losses

BUILT_IN = "sim.policy.rules."


def claims_are_acted_on(plan: Plan) -> bool:
    """Whether anything but our own want of cash or capital depends on claims; a rule or stage from outside may."""
    rules = plan.scenario.policy.rules.values()
    outside = any(not type(rule).__module__.startswith(BUILT_IN) for rule in rules)
    return outside or bool(plan.scenario.own_stages) or any(readers_of_losses(plan.scenario))


class Echo:
    """The books of another world of a replication.

    Parameters
    ----------
    plan : a plan that differs from the replication's own in the loss ratios of products and in nothing else

    Attributes
    ----------
    parted : whether partners would by now have acted otherwise, so that this world must be played alone
    rows : list of float64[metric], the months of the horizon as the replication records its own
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.books = plan, WorldBooks(plan)
        self.incurred = np.zeros((len(plan.lines), len(plan.population.segments)), dtype=np.int64)
        self.surprise = 0.0
        self.note = Notebook(plan)
        self._stopped = self.parted = False
        self.rows: list[Reals] = []

    def incur(
        self, now: Now, table: Table, work: WorkSpace, line: Line, mu: Reals, relative: Reals, scale: Reals
    ) -> None:
        """Book what the claims that have been drawn for a product cost in this world."""
        p, edges = line.position, self.plan.layout.edges
        cost = work.counts  # the number of claims is not needed any more
        claims.incur(
            mu, self._severity(now, p), table.exposure[p], table.earned[p], relative, scale, edges, cost,
            work.drawn, work.expected,
        )  # fmt: skip
        self.incurred[p] = work.drawn
        self.surprise += work.surprise()

    def expect(self, now: Now, table: Table, work: WorkSpace, line: Line, mu: Reals) -> None:
        """Book the mean cost of a product's claims where they are not drawn."""
        p, edges, cost = line.position, self.plan.layout.edges, work.counts
        claims.expect(mu, self._severity(now, p), table.exposure[p], table.earned[p], edges, cost, self.incurred[p])

    def _severity(self, now: Now, p: int) -> float:
        own = self.plan.lines[p].per_premium[now.t]
        return float(own * self.plan.claims_severity[now.t] * now.conditions.factor("claims"))

    def close(self, now: Now, books: Books, stocks: Mapping[Account, int]) -> None:
        """Close the month on the flows that our own books hold before interest and claims."""
        for line in self.plan.lines:
            if line.product.claims is None:
                self.incurred[line.position] = books.totals.cells("incurred")[line.position]
        self.books.ledger.turnover = list(books.ledger.turnover)
        self.note.turnover[:], self.note.balance[:] = self.books.close(now, self.incurred, stocks)

    def record(self, now: Now, books: Books, note: Notebook) -> None:
        """Write the month's figures: what claims change, and all else as our own note has it."""
        own, turnover, balance = self.note, self.note.turnover.copy(), self.note.balance.copy()
        own.row[:] = note.row
        own.turnover[:], own.balance[:] = turnover, balance
        own.by_product["claims_incurred"] = self.incurred.sum(axis=1)
        own.by_segment["claims_incurred"] = self.incurred.sum(axis=0)
        own["surprise.claims"], self.surprise = self.surprise, 0.0
        own["equity"] = self.books.ledger.equity
        own["run_off_value"] = self.books.run_off_value(now, books.premium_steps)
        if now.month >= 0:
            self.rows.append(own.row.copy())
        self._compare(now, books)

    def _compare(self, now: Now, books: Books) -> None:
        """Part where the state of the books has consequences and is another than that of our own."""
        if self.plan.claims == "expected":  # then nothing follows from them
            return
        short, ruined = self.books.failing(now, books.overdue)
        scenario = self.plan.scenario
        self._stopped = self._stopped or (ruined and scenario.accounts.on_ruin == "stop")
        minded = scenario.us.late_payment_penalty > 0.0 and short != books.short_of_cash
        self.parted = self.parted or minded or self._stopped != books.stopped
