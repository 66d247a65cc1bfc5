"""The model of one replication: SimPy's calendar, Mesa's actors and the partner columns under one `step` a month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mesa
import numpy as np
from mesa.datacollection import DataCollector
from numpy.typing import NDArray

from sim.base.arrays import Integers, Reals
from sim.base.calendar import Calendar
from sim.base.luck import WORLD, Luck, draw_keys, purpose, uniforms
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, to_minor
from sim.contracts.deferral import DeferredCost, Steps
from sim.engine.actors import Insurer, RivalActor
from sim.engine.layout.plan import Plan, common_factor, policy_story
from sim.engine.month import MONTH
from sim.engine.partner_set import Partner, PartnerSet
from sim.engine.stages import brokers, controlling, limiting, recording
from sim.engine.stages.echo import Echo
from sim.engine.stages.moves import Moves
from sim.engine.stages.opening import open_market
from sim.engine.state.claims_book import ClaimsBook
from sim.engine.state.notebook import Notebook
from sim.engine.state.totals import Totals
from sim.market.conditions import Conditions
from sim.money.ledger import Ledger
from sim.policy.facts import MonthFacts, Statement
from sim.policy.terms.payment import PaymentTerms
from sim.settlement.ageing import AGES
from sim.settlement.credit import Recoveries

WORLD_ROW = np.array([WORLD])


class PartnerNetwork(mesa.Model):
    """One replication.

    Parameters
    ----------
    plan : Plan
    replication : int
    watched : row of a partner whose statement lines are kept, or None
    echoes : plans of worlds in which only claims cost otherwise, played with this one (`sim.engine.stages.echo`)
    """

    def __init__(
        self, plan: Plan, replication: int = 0, watched: int | None = None, echoes: Sequence[Plan] = ()
    ) -> None:
        super().__init__(rng=[plan.scenario.seed, replication])
        self.plan, self.replication, self.watched = plan, replication, watched
        self.luck = Luck(plan.scenario.seed, replication)
        self.month = -plan.warm_up
        self.conditions = Conditions(self.luck.world)
        self.calendar = Calendar(plan.scenario.start, self.month)
        self._tell_stories()
        self.table = plan.table()
        self.population = plan.population
        self.flow = brokers.flows(plan)
        self.networks = brokers.of(plan)
        self.limits = limiting.of(plan)
        self.table.sponsor[:] = plan.population.sponsor
        self.sponsor = self.table.sponsor[0] if plan.population.has_tree else plan.population.sponsor
        self.partners = PartnerSet(self.table, plan.population)
        self.us = Insurer(self)
        self.rivals = [RivalActor(self, name) for name in plan.rivals]
        self._agents_by_type[Partner] = self.partners  # type: ignore[index]
        self.ledger = Ledger()
        self._open_books()
        self._lay_out_work_space()
        self._show_nothing_yet()
        self._owe_nothing_yet()
        self.totals = Totals(self.table, len(plan.population.segments))
        self.common = {line.name: common_factor(plan, line, self.luck) for line in plan.lines}
        self.statement = Statement.of(self.table, watched)
        self.facts: MonthFacts = None  # type: ignore[assignment]  # set when commission accrues
        self.memory = _memories(self)
        self.judged = controlling.begin(self)
        self.notebook = Notebook(plan)
        self.echoes = [Echo(one, self) for one in echoes]
        self.datacollector = DataCollector(model_reporters=recording.REPORTERS)
        open_market(self)
        self.moves = Moves(self)

    @property
    def t(self) -> int:
        """Index of the present month in the plan's series."""
        return self.month + self.plan.warm_up

    @property
    def payment(self) -> PaymentTerms:
        """Terms of payment of the month."""
        return self.plan.book.payment(self.ordinal)

    @property
    def ordinal(self) -> int:
        """Ordinal of the present calendar month."""
        return self.plan.scenario.start + self.month

    def step(self) -> None:
        """One month: the list of stages, then, where the warm-up ends, the opening of the books."""
        self._draw_keys()
        for _, stage in MONTH:
            stage(self)
        self.month += 1
        if self.month == 0:
            self.ledger.open_books(to_minor(self.plan.scenario.opening.capital))
            for echo in self.echoes:
                echo.open_books()

    def run(self) -> None:
        """Play the warm-up and the horizon."""
        while self.month < self.plan.months:
            self.step()

    def _draw_keys(self) -> None:
        draw_keys(self.population.id_hash, self.month, self.replication, self.luck.seed, self.keys)
        draw_keys(WORLD_ROW, self.month, self.replication, self.luck.seed, self._world_key)

    def world(self, name: str) -> float:
        """A uniform common to all partners, keyed by the month alone."""
        return float(uniforms(self._world_key, purpose(name), self._world_draw)[0])

    def draw(self, name: str, buffer: int = 0) -> Reals:
        """One uniform a row for the purpose of this dotted name, in one of the model's buffers."""
        filled: Reals = uniforms(self.keys, purpose(name), self.buffers[buffer])
        return filled

    def _tell_stories(self) -> None:
        self.calendar.begin(policy_story(self.plan, self.calendar, self.conditions))
        for name, story in self.plan.scenario.market.events.items():
            self.calendar.begin(story.tell(name, self.calendar, self.conditions))

    def _lay_out_work_space(self) -> None:
        """Arrays of one value a row that stages fill anew, and constants of that shape."""
        rows = self.plan.population.rows
        self.keys = np.zeros(rows, dtype=np.uint64)
        self._world_key, self._world_draw = np.zeros(1, dtype=np.uint64), np.zeros(1)
        self.buffers = [np.zeros(rows) for _ in range(4)]
        self.flags = np.zeros(rows, dtype=np.bool_)
        self.zeros = np.zeros(rows, dtype=np.int64)
        self.ones = np.ones(rows)
        self.counts = np.zeros(rows, dtype=np.int64)

    def _show_nothing_yet(self) -> None:
        """What is seen of the market, before its first month."""
        plan = self.plan
        segments, principals = len(plan.kinds), len(plan.principals)
        self.demand = 1.0
        self.market_shares = np.full(principals, 1.0 / principals)
        self.market_volumes = np.zeros((segments, principals))
        self.our_rates = np.zeros((len(plan.lines), segments))
        self.our_segment_rates = np.zeros(segments)
        self.rival_rates = np.zeros((segments, len(self.rivals)))
        self.utilities = np.zeros((segments, principals))
        self.weights: dict[str, Reals] = {}  # of the month, by segment
        self.mean_offers = np.zeros(segments)
        self.trailing = _trailing_market(plan)
        self.offer_signature: tuple[Any, ...] = ()
        self.shown: tuple[Any, Any] | None = None

    def _owe_nothing_yet(self) -> None:
        """Our own state, before the first month."""
        plan, parts = self.plan, len(self.plan.population.segments)
        self.stopped = self.short_of_cash = self.ruined = False
        self.in_force: Integers = np.zeros(len(plan.lines), dtype=np.int64)
        self.deferred = plan.scenario.accounts.acquisition == "deferred"
        self.kept_steps = [np.ones(line.slots) for line in plan.lines]
        self.late = np.zeros((parts, AGES), dtype=np.int64)
        """premium over 30, 60 and 90 days past due by segment, where arrears are counted by age"""
        self.allowance = np.zeros(parts, dtype=np.int64)  # set aside for it
        self.set_aside = self.allowance  # and its change of the month
        self.overdue = 0  # receivables over 90 days past due, where the scenario tests equity without them
        self.written = [0] * MONTHS_PER_YEAR  # premium of the last twelve months

    def _open_books(self) -> None:
        lines = self.plan.lines
        self.premium_steps = [Steps(line.term) for line in lines]
        self.commission_steps = [Steps(line.term) for line in lines]
        self.acquisition = [DeferredCost(line.term) for line in lines]
        self.third_parties = [DeferredCost(line.term) for line in lines]
        self.claims = ClaimsBook(self.plan)
        self.recoveries = Recoveries(self.plan.scenario.credit.recovery_lag, self.plan.scenario.credit.recovery_months)
        if self.plan.warm_up == 0:
            self.ledger.open_books(to_minor(self.plan.scenario.opening.capital))

    def stop_selling(self) -> None:
        """Sell and renew nothing from the coming month on."""
        self.stopped = True

    def stand_at_opening(self) -> None:
        """Skip the warm-up: the month is the first, and all offers are to be seen anew."""
        self.month, self.offer_signature = 0, ()


def _memories(model: PartnerNetwork) -> dict[str, dict[str, NDArray[Any]]]:
    held: dict[str, dict[str, NDArray[Any]]] = {name: {} for name, _ in model.plan.book.rules}
    for column in model.plan.book.columns():
        rule, _, name = column.name.rpartition(".")
        held[rule][name] = model.table.array(column.name)
    return held


def _trailing_market(plan: Plan) -> Reals:
    """Premium (major units) that a buyer of each product would bring, for the twelve months before the opening."""
    price = np.array([line.price_minor[0] for line in plan.lines]) / MINOR_PER_MAJOR
    seasons = np.array([line.product.season for line in plan.lines]).T  # the ring's slot is the calendar month
    return np.asarray(plan.demand[0] * price * seasons)
