"""The few strategic actors as Mesa agents: us and the rivals. A rival's strategy itself is pure (`market.rivals`)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.base.units import to_minor
from sim.market.strategy import MarketFacts
from sim.policy.rates import Rates

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

Reals = NDArray[np.float64]


class _Numbers(defaultdict):
    """Counters of agents' ids by model that do not keep finished models alive, as Mesa's own mapping does."""

    def __init__(self) -> None:
        self._held: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def __getitem__(self, model: Any) -> Any:
        return self._held.setdefault(model, count(1))


class Actor(mesa.Agent):
    """An actor of the market with a name and a public commission schedule."""

    _ids = _Numbers()

    def __init__(self, model: PartnerNetwork, name: str) -> None:
        super().__init__(model)
        self.name = name


class Insurer(Actor):
    """Us: the modelled business. Its policy is the scenario's; here is what others can see of it."""

    def __init__(self, model: PartnerNetwork) -> None:
        super().__init__(model, "us")
        self.rate_history: list[Reals] = []

    def publish(self, average_rates: Reals) -> None:
        """Show this month's average rate on new business: float64[product, segment]."""
        self.rate_history.append(average_rates)


class RivalActor(Actor):
    """A rival: keeps its rates and capital, and asks its strategy for an answer each month."""

    def __init__(self, model: PartnerNetwork, name: str) -> None:
        super().__init__(model, name)
        self.rival = model.plan.scenario.rivals[name]
        self._dates = sorted({date for dated in self.rival.commission.dated() for date in dated.changes})
        self._schedules: dict[int, Reals] = {}
        self.rates = self.schedule(model.ordinal)
        self.public = self.rates
        self.capital_minor = None if self.rival.capital is None else to_minor(self.rival.capital)
        self.gone = False

    def schedule(self, ordinal: int) -> Reals:
        """The rates that its own dated schedule states, float64[product, segment]."""
        version = bisect_right(self._dates, ordinal)
        if version not in self._schedules:
            self._schedules[version] = _table(self.rival.commission, self.model.plan.layout, ordinal)
        return self._schedules[version]

    def answer(self, ours: list[Reals]) -> None:
        """Set this month's rates: its strategy's answer, then the campaigns in force."""
        model = self.model
        facts = MarketFacts(model.month, self.schedule(model.ordinal), self.rates, ours)
        self.rates = self.rival.strategy.answer(facts)
        self.public = self._with_campaigns()

    def _with_campaigns(self) -> Reals:
        running = [one for one in self.model.conditions.campaigns.values() if one.rival == self.name]
        if not running:
            return self.rates
        layout = self.model.plan.layout
        added = np.zeros(self.rates.shape)
        for campaign in running:
            covered = [[campaign.covers(p, s) for s in layout.segments[:-1]] for p in layout.products]
            added += np.where(covered, campaign.addition, 0.0)
        return np.clip(self.rates + added, 0.0, 1.0)

    def earn(self, expected_result: float) -> None:
        """Add a month's expected result (minor units) to its capital; below 0 it leaves the market."""
        if self.capital_minor is None or self.gone:
            return
        self.capital_minor += round(expected_result)
        if self.capital_minor < 0:
            self.gone = True
            self.model.calendar.log(self.name, "rival is ruined and leaves")


def _table(rates: Rates, layout: Any, ordinal: int) -> Reals:
    return np.array([[rates.at(p, s, ordinal) for s in layout.segments[:-1]] for p in layout.products])
