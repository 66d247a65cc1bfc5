"""The few strategic actors as Mesa agents: us and the rivals. A rival's strategy itself is pure (`market.rivals`)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import mesa
import numpy as np

from sim.base.arrays import Reals
from sim.base.units import to_minor
from sim.engine.answers import History, go
from sim.engine.state import market_view
from sim.engine.state.market import Market
from sim.engine.state.now import Now
from sim.market.conditions import Addition
from sim.market.strategy import MarketFacts, MarketView
from sim.market.terms import Rival
from sim.policy.terms.rates import Rates


class _Numbers(defaultdict):
    """Counters of agents' ids by model that do not keep finished models alive, as Mesa's own mapping does.

    Mesa offers no public way to replace it. Our agents have a mapping of their own: Mesa's is neither written nor read.
    """

    def __init__(self) -> None:
        self._held: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def __getitem__(self, model: Any) -> Any:
        return self._held.setdefault(model, count(1))


class Actor(mesa.Agent):
    """An actor of the market of one replication, with a name and a public commission schedule."""

    _ids = _Numbers()

    def __init__(self, model: mesa.Model, name: str, market: Market, replication: int) -> None:
        super().__init__(model)
        self.name, self.replication = name, replication
        self._market = market


class Insurer(Actor):
    """Us: the modelled business. Its policy is the scenario's; here is what others can see of it."""

    def __init__(self, model: mesa.Model, market: Market, replication: int = 0) -> None:
        super().__init__(model, "us", market, replication)

    @property
    def rate_history(self) -> Sequence[Reals]:
        """Our average rate on new business in each month so far: float64[product, segment]."""
        return History(self._market.our_history, self.replication)


class RivalActor(Actor):
    """A rival: keeps its rates and capital, and asks its strategy for an answer each month."""

    def __init__(
        self,
        model: mesa.Model,
        name: str,
        now: Now,
        market: Market,
        replication: int = 0,
        twin: RivalActor | None = None,
    ) -> None:
        super().__init__(model, name, market, replication)
        self._now = now
        self.rival = now.batch.plan_of(replication).scenario.rivals[name]
        self.position = 1 + now.plan.rivals.index(name)
        self._dates = sorted({date for dated in self.rival.commission.dated() for date in dated.changes})
        self._schedules: dict[int, Reals] = {}
        if twin is not None and self._has_schedule_of(twin.rival):
            self._schedules = twin._schedules  # the same rates, the same arrays
        self.pace = 1.0
        """part of its strategy's steps that it takes; falls where its rates do not settle"""
        self.rates = self.schedule(now.ordinal)
        self.path = np.zeros((self.rival.settling.months + 1, *self.rates.shape))
        """its rates of the last months, this one last: float64[month, product, segment]"""
        self._kept = 0
        market.public[self._at] = self.published(now.caps)
        self.capital_minor = None if self.rival.capital is None else to_minor(self.rival.capital)

    @property
    def _at(self) -> tuple[int, int]:
        """Its replication, and its place among the rivals."""
        return self.replication, self.position - 1

    @property
    def public(self) -> Reals:
        """The rates that partners see: float64[product, segment]."""
        return self._market.public[self._at]

    @property
    def gone(self) -> bool:
        """Whether it has left the market."""
        return bool(self._market.gone[self._at])

    @property
    def sees_market(self) -> bool:
        """Whether last month's market must be gathered for it."""
        return self.rival.strategy.sees_market and not self.gone and self.pace > 0.0

    @property
    def owner(self) -> str:
        """Whose brand it is: its own name where the scenario names no owner."""
        return market_view.owner_of(self.name, self.rival)

    def loss_ratio(self) -> float:
        """Its loss ratio of the month, crises included."""
        return float(market_view.loss_ratio(self._now, self.rival)[self.replication])

    def schedule(self, ordinal: int) -> Reals:
        """The rates that its own dated schedule states, float64[product, segment]."""
        version = bisect_right(self._dates, ordinal)
        if version not in self._schedules:
            self._schedules[version] = _table(self.rival.commission, self._now.plan.layout, ordinal)
        return self._schedules[version]

    def answer(self, seen: MarketView | None = None) -> None:
        """Set this month's rates to its strategy's answer to the market, None where it does not see it."""
        if not self.gone:
            go(self._now, [self], [self.rival.strategy.answer(self._facts(seen))])

    def _has_schedule_of(self, other: Rival) -> bool:
        return other is self.rival or other.commission == self.rival.commission

    @property
    def standing(self) -> tuple[int, int]:
        """What is the same in replications in which it has the same rates and the same schedule."""
        return id(self.rates), id(self._schedules)

    @property
    def keeps_to_rates(self) -> bool:
        """Whether its answer follows from its own rates and ours alone, and leaves no other trace."""
        return not (self.rival.strategy.sees_market or self.rival.strategy.adapts)

    def _facts(self, seen: MarketView | None) -> MarketFacts:
        now, market, one = self._now, self._market, self.replication
        known = () if seen is None else (seen, market_view.economics(now, market, self.owner).at(one))
        ours = History(market.our_history, one)
        return MarketFacts(now.month, self.schedule(now.ordinal), self.rates, ours, self.position, *known)

    def remembers(self) -> bool:
        """Keep this month's rates; whether there are as many as are looked at."""
        self.path[:-1] = self.path[1:]
        self.path[-1] = self.rates
        self._kept += 1
        return self._kept >= len(self.path)

    def slow_down(self) -> None:
        """Halve its steps or stop, since its rates of the last months swing on and on."""
        settling = self.rival.settling
        if settling.unsettled == "damp":
            self.pace, what = self.pace / 2.0, "its steps are halved"
        else:
            self.pace, what = 0.0, "it keeps the average of them"
            self.rates = np.mean(self.path, axis=0)
        text = f"commission does not settle in {settling.months} months: {what}"
        self._now.log(self.replication, self.name, text)
        self._kept = 0

    @property
    def campaigns(self) -> list[Addition]:
        """Its campaigns that run this month."""
        running = self._now.conditions[self.replication].campaigns
        return [one for one in running.values() if one.rival == self.name]

    def publish(self, caps: Reals) -> None:
        """Let partners see its rates of the month, caps[product, 1]."""
        self._market.public[self._at] = self.published(caps)

    def published(self, caps: Reals) -> Reals:
        """What partners see: its rates with the campaigns in force, under the regulator's caps of the month."""
        running = self.campaigns
        if not running:
            return self.rates if (self.rates <= caps).all() else np.minimum(self.rates, caps)
        return np.clip(self.rates + sum(self._added(one) for one in running), 0.0, np.minimum(caps, 1.0))

    def _added(self, campaign: Addition) -> Reals:
        """What a campaign adds, float64[product, segment]."""
        plan = self._now.plan
        segments = [(kind.name, not kind.multi) for kind in plan.kinds]
        covered = [[campaign.covers(p, s, whole) for s, whole in segments] for p in plan.layout.products]
        return np.where(covered, campaign.addition, 0.0)

    def earn(self) -> None:
        """Add the month's expected result to its capital; below 0 it leaves the market."""
        if self.capital_minor is None or self.gone:
            return
        paid = self._market.rival_rates[self.replication, :, self.position - 1]
        margin = 1.0 - self.loss_ratio() - self.rival.expense_ratio - paid
        volumes = self._market.volumes[self.replication, :, self.position]
        self.capital_minor += round(float((volumes * margin).sum()))
        if self.capital_minor < 0:
            self._market.gone[self._at] = True
            self._now.log(self.replication, self.name, "rival is ruined and leaves")


def _table(rates: Rates, layout: Any, ordinal: int) -> Reals:
    return np.array([[rates.at(p, s, ordinal) for s in layout.of_partners] for p in layout.products])
