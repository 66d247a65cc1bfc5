"""Worlds in which only claims cost otherwise: they follow a model month by month at a tenth of its price.

Where nobody acts on what our claims cost, partners do the same in a world of another loss ratio, to the last unit. So such
a world needs its own claims and its own books, and nothing else. It parts from the model where its books would make
somebody act: when we stop selling after ruin, or cannot pay partners in time and they mind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import to_minor
from sim.contracts import claims
from sim.engine.layout.lines import Line
from sim.engine.stages import closing
from sim.engine.state.claims_book import ClaimsBook
from sim.engine.state.notebook import Notebook
from sim.money.ledger import Ledger
from sim.scenario.reads_claims import readers_of_losses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.layout.plan import Plan
    from sim.engine.model import PartnerNetwork
    from sim.money.flows import Account

BUILT_IN = "sim.policy.rules."


def claims_are_acted_on(plan: Plan) -> bool:
    """Whether anything but our own want of cash or capital depends on what claims cost; a rule from outside may."""
    rules = plan.scenario.policy.rules.values()
    outside = any(not type(rule).__module__.startswith(BUILT_IN) for rule in rules)
    return outside or any(readers_of_losses(plan.scenario))


class Echo:
    """The books of another world of a model's replication.

    Parameters
    ----------
    plan : a plan that differs from the model's in the loss ratios of products and in nothing else
    model : the model that it follows, before its first month

    Attributes
    ----------
    parted : whether partners would by now have acted otherwise than in the model, so that this world must be played alone
    rows : list of float64[metric], the months of the horizon as the model records them
    """

    def __init__(self, plan: Plan, model: PartnerNetwork) -> None:
        self.plan, self.ledger, self.claims = plan, Ledger(), ClaimsBook(plan)
        if plan.warm_up == 0:
            self.open_books()
        self.incurred = np.zeros((len(plan.lines), len(plan.population.segments)), dtype=np.int64)
        self.surprise = 0.0
        self.note = Notebook(plan)
        self._stopped = self.parted = False
        self.rows: list[Reals] = []

    def open_books(self) -> None:
        """Begin the horizon with the opening capital."""
        self.ledger.open_books(to_minor(self.plan.scenario.opening.capital))

    def incur(self, model: PartnerNetwork, line: Line, mu: Reals, relative: Reals, scale: Reals) -> None:
        """Book what the claims that the model has drawn for a product cost in this world."""
        table, p, edges = model.table, line.position, model.plan.layout.edges
        cost = model.counts  # the number of claims is not needed any more
        self.surprise += claims.incur(
            mu, self._severity(model, p), table.exposure[p], table.earned[p], relative, scale, edges, cost
        )  # fmt: skip
        claims.by_segment(cost, edges, self.incurred[p])

    def expect(self, model: PartnerNetwork, line: Line, mu: Reals) -> None:
        """Book the mean cost of a product's claims where the model does not draw them."""
        table, p, cost = model.table, line.position, model.counts
        claims.expect(mu, self._severity(model, p), table.exposure[p], table.earned[p], cost)
        claims.by_segment(cost, model.plan.layout.edges, self.incurred[p])

    def _severity(self, model: PartnerNetwork, p: int) -> float:
        own = self.plan.lines[p].per_premium[model.t]
        return float(own * self.plan.claims_severity[model.t] * model.conditions.factor("claims"))

    def close(self, model: PartnerNetwork, stocks: Mapping[Account, int]) -> None:
        """Close the month on the flows that the model's books hold but for interest and claims."""
        for line in self.plan.lines:
            if line.product.claims is None:
                self.incurred[line.position] = model.totals.cells("incurred")[line.position]
        self.ledger.turnover = list(model.ledger.turnover)
        turnover, balance = closing.close(model, self.plan, self.ledger, self.claims, self.incurred, stocks)
        self.note.turnover[:], self.note.balance[:] = turnover, balance

    def record(self, model: PartnerNetwork) -> None:
        """Write the month's figures after the model has: what claims change, and all else as the model has it."""
        note, turnover, balance = self.note, self.note.turnover.copy(), self.note.balance.copy()
        note.row[:] = model.notebook.row
        note.turnover[:], note.balance[:] = turnover, balance
        note.by_product["claims_incurred"] = self.incurred.sum(axis=1)
        note.by_segment["claims_incurred"] = self.incurred.sum(axis=0)
        note["surprise.claims"], self.surprise = self.surprise, 0.0
        note["equity"] = self.ledger.equity
        note["run_off_value"] = closing.run_off_value(model, self.plan, self.ledger)
        if model.month >= 0:
            self.rows.append(note.row.copy())
        self._compare(model)

    def _compare(self, model: PartnerNetwork) -> None:
        """Part where the state of the books has consequences and is another than the model's."""
        if self.plan.claims == "expected":  # then nothing follows from them
            return
        short, ruined = closing.failing(model, self.ledger)
        scenario = self.plan.scenario
        self._stopped = self._stopped or (ruined and scenario.accounts.on_ruin == "stop")
        minded = scenario.us.late_payment_penalty > 0.0 and short != model.short_of_cash
        self.parted = self.parted or minded or self._stopped != model.stopped
