"""What is given to the month: the plan, the date, the conditions that stories set and the luck of the world.

Stages read it; only the model moves it on. Notation: R replications of the batch, S segments with our own channel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from sim.base import luck
from sim.base.arrays import Flags, Reals, Words
from sim.base.calendar import Calendar
from sim.base.luck import Luck, purpose, world_keys
from sim.engine.layout.batch import Batch
from sim.engine.layout.plan import Plan, common_factor, policy_story, reserve_factor
from sim.market.conditions import Conditions
from sim.policy.terms.payment import PaymentTerms
from sim.policy.terms.schedule import Policy
from sim.policy.yields import Carriage


class Now:
    """The present month of the replications of a batch.

    Parameters
    ----------
    batch : Batch
    numbers : the replications' numbers, as many as the batch has

    Attributes
    ----------
    month : months since the opening, negative in the warm-up
    replications : uint64[R], their numbers
    conditions, calendars : what surrounds each replication, and its dated stories: one a replication
    stirred : the places of those in which a story is in force, and their conditions
    common : factor that all claims of a product share, by product's name; None where it is its mean, 1
    reserving : factor on what claims are first booked at, likewise
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = dict.fromkeys(
        ("conditions", "calendars", "factor", "world", "world_normal"), ()
    )

    def __init__(self, batch: Batch, numbers: Sequence[int] = (0,)) -> None:
        plan = batch.plan
        self.batch, self.plan = batch, plan
        self.replications: Words = np.array(numbers, dtype=np.uint64)
        self.seed = plan.scenario.seed
        self._warm_up, self._start = plan.warm_up, plan.scenario.start
        self.month = -plan.warm_up
        self.conditions = [Conditions(Luck(self.seed, number).world) for number in numbers]
        self.calendars = [Calendar(plan.scenario.start, self.month) for _ in numbers]
        self.stirred: list[tuple[int, Conditions]] = []
        for calendar, conditions in zip(self.calendars, self.conditions, strict=True):
            _tell_stories(plan, calendar, conditions)
        self.common = {line.name: common_factor(plan, line, self.replications) for line in plan.lines}
        self.reserving = {line.name: reserve_factor(plan, line, self.replications) for line in plan.lines}
        self._keys, self._factors = np.zeros(batch.size, dtype=np.uint64), dict[str, Reals]()

    @property
    def size(self) -> int:
        """Number of replications."""
        return self.batch.size

    @property
    def edges(self) -> Words:
        """First row of each slice, and the number of rows: uint64[slices + 1]."""
        return self.batch.edges

    @property
    def t(self) -> int:
        """Index of the month in the plan's series."""
        return self.month + self._warm_up

    @property
    def ordinal(self) -> int:
        """Ordinal of the calendar month."""
        return self._start + self.month

    @property
    def policy_version(self) -> int:
        """Version of the policy book in force: amendments come on the same dates in all replications."""
        return self.conditions[0].policy_version

    @property
    def policy(self) -> Policy:
        """The policy of the month for what it says besides rules; deposits are those of the horizon at all times."""
        return self.plan.book.in_force(self.ordinal)

    @property
    def payment(self) -> PaymentTerms:
        """Terms of payment of the month."""
        return self.batch.book.payment(self.ordinal)

    @property
    def rivals_carriage(self) -> Carriage:
        """What time does to the rivals' offers, which are paid as ours are, segments on rows."""
        delay = np.full(len(self.plan.kinds), float(self.policy.payment.delay))
        return self.plan.carriage.paid_after(delay).by_segment()

    @property
    def caps(self) -> Reals:
        """The regulator's cap on commission, for everybody: float64[product, 1], infinite without a cap."""
        return self.plan.book.caps_at(self.ordinal)[:, None]

    def begin(self) -> None:
        """Draw the month's keys of the world."""
        world_keys(self.month, self.replications, self.seed, self._keys)

    def play_calendars(self) -> None:
        """Let dated stories change the conditions of the month."""
        played = [calendar.play_month(self.month) for calendar in self.calendars]
        if any(played):
            self._factors.clear()
            self.stirred = [(place, one) for place, one in enumerate(self.conditions) if not one.quiet]

    def factor(self, name: str) -> Reals:
        """What stories make of a figure: a factor by replication, float64[R], 1 in quiet times."""
        if name not in self._factors:
            self._factors[name] = np.array([one.factor(name) for one in self.conditions])
        return self._factors[name]

    def world(self, name: str) -> Reals:
        """A uniform in (0, 1) common to all partners of a replication, for this dotted name: float64[R]."""
        drawn = np.empty(self.size)
        luck.uniforms(self._keys, purpose(name), drawn)
        return drawn

    def world_normal(self, name: str) -> Reals:
        """A standard normal draw common to all partners of a replication: float64[R]."""
        drawn = np.empty(self.size)
        luck.normals(self._keys, purpose(name), drawn)
        return drawn

    def log(self, replication: int, name: str, text: str) -> None:
        """Write what happened into the event log of a replication, by its place in the batch."""
        self.calendars[replication].log(name, text)

    def log_where(self, there: Flags, name: str, text: str) -> None:
        """Write it into the logs of the replications that are marked, bool[R]."""
        for replication in there.nonzero()[0].tolist():
            self.log(replication, name, text)


def _tell_stories(plan: Plan, calendar: Calendar, conditions: Conditions) -> None:
    calendar.begin(policy_story(plan, calendar, conditions))
    for name, story in plan.scenario.market.events.items():
        calendar.begin(story.tell(name, calendar, conditions))
