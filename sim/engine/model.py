"""The model of one replication: SimPy's calendar, Mesa's actors and the partner columns under one `step` a month."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import mesa
from mesa.agent import AgentSet
from mesa.datacollection import DataCollector

from sim.base.arrays import Reals
from sim.base.calendar import Calendar
from sim.base.columns import Table
from sim.engine.actors import Insurer, RivalActor
from sim.engine.layout.plan import Plan
from sim.engine.placing import month_with
from sim.engine.stages import offers
from sim.engine.stages.opening import open_market
from sim.engine.state.market import Market
from sim.engine.state.nouns import Nouns
from sim.engine.state.partner_set import Partner, PartnerSet
from sim.market.conditions import Conditions
from sim.money.ledger import Ledger
from sim.partners.population import Population


class PartnerNetwork(mesa.Model):
    """One replication.

    Parameters
    ----------
    plan : Plan
    replication : int
    watched : row of a partner whose statement lines are kept, or None
    echoes : plans of worlds in which only claims cost otherwise, played with this one (`sim.engine.state.echo`)

    Attributes
    ----------
    nouns : what the month's stages read and write
    us, rivals : the actors
    partners : all partners, as Mesa's set of agents
    stages : the month by the names of its stages, each with its nouns in hand
    """

    def __init__(
        self, plan: Plan, replication: int = 0, watched: int | None = None, echoes: Sequence[Plan] = ()
    ) -> None:
        super().__init__(rng=[plan.scenario.seed, replication])
        self.nouns = nouns = Nouns.of(plan, replication, watched, echoes)
        self.partners = PartnerSet(nouns.table, plan.population)
        self.us = Insurer(self, nouns.market)
        self.rivals = [RivalActor(self, name, nouns.now, nouns.market) for name in plan.rivals]
        self.datacollector = DataCollector(model_reporters={"figures": _figures})
        open_market(nouns.now, nouns.market, nouns.channels, nouns.table, nouns.moves)
        named = {**vars(nouns), "rivals": self.rivals}
        month = month_with(plan.scenario.own_stages, nouns.table)
        self.stages: dict[str, Callable[[], None]] = {stage.name: stage.bound(named) for stage in month}

    @property
    def agents_by_type(self) -> dict[type, AgentSet]:
        """Mesa's sets of agents by type, with our set of partners among them."""
        return {**super().agents_by_type, Partner: self.partners}

    @property
    def plan(self) -> Plan:
        """The scenario, laid out."""
        return self.nouns.now.plan

    @property
    def population(self) -> Population:
        """Who the partners are."""
        return self.plan.population

    @property
    def replication(self) -> int:
        """Number of the replication, from 0."""
        return self.nouns.now.replication

    @property
    def month(self) -> int:
        """Months since the opening, negative in the warm-up."""
        return self.nouns.now.month

    @property
    def t(self) -> int:
        """Index of the present month in the plan's series."""
        return self.nouns.now.t

    @property
    def ordinal(self) -> int:
        """Ordinal of the present calendar month."""
        return self.nouns.now.ordinal

    @property
    def conditions(self) -> Conditions:
        """What dated stories have changed."""
        return self.nouns.now.conditions

    @property
    def calendar(self) -> Calendar:
        """The calendar of dated events, with its log."""
        return self.nouns.now.calendar

    @property
    def table(self) -> Table:
        """The partners' columns."""
        return self.nouns.table

    @property
    def market(self) -> Market:
        """What is seen of us and of our rivals."""
        return self.nouns.market

    @property
    def ledger(self) -> Ledger:
        """The books in double entry."""
        return self.nouns.books.ledger

    def step(self) -> None:
        """One month: the list of stages, then, where the warm-up ends, the opening of the books."""
        now, note = self.nouns.now, self.nouns.note
        now.begin()
        self.nouns.work.begin(now)
        note.clear()
        for play in self.stages.values():
            play()
        if now.month >= 0:  # the warm-up is not kept
            self.datacollector.collect(self)  # it keeps a copy
        now.month += 1
        if now.month == 0:
            self._open_books()

    def run(self) -> None:
        """Play the warm-up and the horizon."""
        while self.month < self.plan.months:
            self.step()

    def stop_selling(self) -> None:
        """Sell and renew nothing from the coming month on."""
        self.nouns.books.stopped = True

    def stand_at_opening(self) -> None:
        """Skip the warm-up: the month is the first, rivals answer what they see, and all offers are seen anew."""
        now, market = self.nouns.now, self.nouns.market
        now.month, market.signature = 0, ()
        for rival in self.rivals:
            rival.answer()
        offers.see(now, market, self.nouns.channels, self.nouns.table)

    def _open_books(self) -> None:
        self.nouns.books.open()
        for echo in self.nouns.echoes:
            echo.books.open()


def _figures(model: PartnerNetwork) -> Reals:
    return model.nouns.note.row
