"""What is given to the month: the plan, the date, the conditions that stories set and the luck of the world.

Stages read it; only the model moves it on.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.base.calendar import Calendar
from sim.base.luck import WORLD, Luck, draw_keys, purpose, uniforms
from sim.engine.layout.plan import Plan, common_factor, policy_story
from sim.market.conditions import Conditions
from sim.policy.terms.payment import PaymentTerms

_WORLD_ROW = np.array([WORLD])


class Now:
    """The present month of one replication.

    Parameters
    ----------
    plan : Plan
    replication : int

    Attributes
    ----------
    month : months since the opening, negative in the warm-up
    common : factor that all claims of a product share, by product's name; None where it is its mean, 1
    """

    def __init__(self, plan: Plan, replication: int = 0) -> None:
        self.plan, self.replication = plan, replication
        self.luck = Luck(plan.scenario.seed, replication)
        self._warm_up, self._start = plan.warm_up, plan.scenario.start
        self.month = -plan.warm_up
        self.conditions = Conditions(self.luck.world)
        self.calendar = Calendar(plan.scenario.start, self.month)
        self._tell_stories()
        self.common = {line.name: common_factor(plan, line, self.luck) for line in plan.lines}
        self._key, self._drawn = np.zeros(1, dtype=np.uint64), np.zeros(1)

    @property
    def t(self) -> int:
        """Index of the month in the plan's series."""
        return self.month + self._warm_up

    @property
    def ordinal(self) -> int:
        """Ordinal of the calendar month."""
        return self._start + self.month

    @property
    def payment(self) -> PaymentTerms:
        """Terms of payment of the month."""
        return self.plan.book.payment(self.ordinal)

    @property
    def caps(self) -> Reals:
        """The regulator's cap on commission, for everybody: float64[product, 1], infinite without a cap."""
        return self.plan.book.caps_at(self.ordinal)[:, None]

    def begin(self) -> None:
        """Draw the month's key of the world."""
        draw_keys(_WORLD_ROW, self.month, self.replication, self.luck.seed, self._key)

    def world(self, name: str) -> float:
        """A uniform in (0, 1) common to all partners, for the purpose of this dotted name."""
        uniforms(self._key, purpose(name), self._drawn)
        return float(self._drawn[0])

    def log(self, name: str, text: str) -> None:
        """Write what happened into the event log."""
        self.calendar.log(name, text)

    def _tell_stories(self) -> None:
        self.calendar.begin(policy_story(self.plan, self.calendar, self.conditions))
        for name, story in self.plan.scenario.market.events.items():
            self.calendar.begin(story.tell(name, self.calendar, self.conditions))
