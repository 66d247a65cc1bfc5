"""The model of a batch of replications: SimPy's calendars, Mesa's actors, the partners' columns; a `step` a month."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import mesa
from mesa.agent import AgentSet
from mesa.datacollection import DataCollector

from sim.base.arrays import Reals
from sim.base.calendar import Calendar
from sim.base.columns import Table
from sim.base.errors import SimError
from sim.base.memory.reused import keep_memory
from sim.engine.actors import Insurer, RivalActor
from sim.engine.layout.batch import Batch
from sim.engine.layout.plan import Plan
from sim.engine.one_replication import OneReplication
from sim.engine.placing import month_with
from sim.engine.stages.choice import offers
from sim.engine.stages.choice.opening import open_market
from sim.engine.stages.choice.transferring import partners_change_segment
from sim.engine.state.market import Market
from sim.engine.state.nouns import Nouns
from sim.engine.state.partner_set import Partner, PartnerSet
from sim.market.conditions import Conditions
from sim.money.ledger import Ledger
from sim.partners.population import Population


class PartnerNetwork(mesa.Model):
    """A batch of replications, most often of one.

    Parameters
    ----------
    plan : Plan, or one for each of the replications (`sim.engine.layout.by_case` says which go together)
    replications : number of the replication, or of each that is to be played with the others in one table
    watched : row of a partner whose statement lines are kept, or None; in a batch of one
    others : plans of worlds in which only claims cost otherwise, played with this one (`sim.engine.state.books`)

    Raises
    ------
    SimError
        For no replication, and for several where a rule or stage from outside plays one at a time.

    Attributes
    ----------
    nouns : what the month's stages read and write
    replications, first : each replication by its place, and the first of them
    stages : the month by the names of its stages, each with its nouns in hand
    """

    def __init__(
        self,
        plan: Plan | Sequence[Plan],
        replications: int | Sequence[int] = 0,
        watched: int | None = None,
        others: Sequence[Plan] = (),
    ) -> None:
        numbers = (replications,) if isinstance(replications, int) else tuple(replications)
        if not numbers:
            raise SimError("a model plays at least one replication: give its number, or several")
        batch = Batch.of(plan, len(numbers)) if isinstance(plan, Plan) else Batch.of_cases(plan)
        plan = batch.plan
        if len(numbers) > 1 and not plan.batched:
            raise SimError("a rule or stage that is not batched plays one replication at a time: give one number")
        keep_memory()
        super().__init__(rng=[plan.scenario.seed, numbers[0]])
        self.numbers = numbers
        self.nouns = nouns = Nouns.of(batch, numbers, watched, others)
        self.first = OneReplication(self, nouns, 0, numbers[0])
        self.replications = [self.first]
        twins = {id(plan): self.first.rivals}
        for place, number in enumerate(numbers[1:], start=1):
            case = id(batch.plan_of(place))
            self.replications.append(OneReplication(self, nouns, place, number, twins.get(case, self.first.rivals)))
            twins.setdefault(case, self.replications[-1].rivals)
        self.datacollector = DataCollector(model_reporters={"figures": _figures})
        open_market(nouns.now, nouns.market, nouns.channels, nouns.journeys, nouns.table, nouns.moves)
        batched = {**vars(nouns), "rivals": [one.rivals for one in self.replications]}
        single = {**self.first.nouns, "rivals": self.first.rivals}
        month = month_with(plan.scenario.own_stages, nouns.table)
        self.stages: dict[str, Callable[[], None]] = {
            stage.name: stage.bound(batched if stage.batched else single) for stage in month
        }

    def replication(self, place: int) -> OneReplication:
        """Partners, actors and figures of one replication, by its place in the batch.

        Raises
        ------
        SimError
            For a place that the batch does not have.
        """
        last = len(self.replications) - 1
        if not 0 <= place <= last:
            raise SimError(f"replication {place}: the batch has places 0 to {last}")
        return self.replications[place]

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
    def table(self) -> Table:
        """The partners' columns, of all replications."""
        return self.nouns.table

    @property
    def ledger(self) -> Ledger:
        """The books in double entry, of all replications."""
        return self.nouns.books.ledger

    @property
    def market(self) -> Market:
        """What is seen of us and of our rivals in the first replication."""
        market: Market = self.first.market
        return market

    @property
    def partners(self) -> PartnerSet:
        """The partners of the first replication."""
        return self.first.partners

    @property
    def us(self) -> Insurer:
        """Ourselves in the first replication."""
        return self.first.us

    @property
    def rivals(self) -> list[RivalActor]:
        """The rivals of the first replication."""
        return self.first.rivals

    @property
    def conditions(self) -> Conditions:
        """What dated stories have changed in the first replication."""
        return self.first.conditions

    @property
    def calendar(self) -> Calendar:
        """The calendar of dated events of the first replication, with its log."""
        return self.first.calendar

    def step(self) -> None:
        """One month: the list of stages, then, where the warm-up ends, the opening of the books."""
        now, note = self.nouns.now, self.nouns.note
        now.begin()
        if now.t in now.plan.transfers:
            partners_change_segment(self.nouns)
        self.nouns.work.begin(now)
        note.clear()
        for play in self.stages.values():
            play()
        if now.month >= 0:  # the warm-up is not kept
            self.datacollector.collect(self)  # it keeps a copy
        now.month += 1
        if now.month == 0:
            self.nouns.books.open()

    def run(self) -> None:
        """Play the warm-up and the horizon."""
        while self.month < self.plan.months:
            self.step()

    def stop_selling(self) -> None:
        """Sell and renew nothing from the coming month on."""
        self.nouns.books.stopped[:] = True

    def stand_at_opening(self) -> None:
        """Skip the warm-up: the month is the first, rivals answer what they see, and all offers are seen anew."""
        now, market = self.nouns.now, self.nouns.market
        now.month, market.offered = 0, None
        for one in self.replications:
            for rival in one.rivals:
                rival.answer()
        offers.see(now, market, self.nouns.channels, self.nouns.journeys, self.nouns.table)


def _figures(model: PartnerNetwork) -> Reals:
    return model.nouns.note.worlds
