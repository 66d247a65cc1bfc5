"""One replication of a model's batch: who acts in it, and its nouns without the axis of replications."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import zip_longest
from typing import Any

import mesa

from sim.base.calendar import Calendar
from sim.engine.actors import Insurer, RivalActor
from sim.engine.state.nouns import Nouns
from sim.engine.state.one import nouns_of_one
from sim.engine.state.partner_set import PartnerSet
from sim.market.conditions import Conditions


class OneReplication:
    """A replication by its place in the batch.

    Parameters
    ----------
    model : mesa.Model
    nouns : of the batch
    place : int
    number : of the replication
    twins : the rivals of another replication of the batch, whose schedules serve here too where they are the same

    Attributes
    ----------
    partners : PartnerSet, Mesa's set of agents
    us, rivals : Mesa's agents
    """

    def __init__(
        self, model: mesa.Model, nouns: Nouns, place: int, number: int, twins: Sequence[RivalActor] = ()
    ) -> None:
        self._batch, self._place, self.number = nouns, place, number
        now, market = nouns.now, nouns.market
        self.partners = PartnerSet(nouns.table, now.plan.population, first=now.batch.first(place))
        self.us = Insurer(model, market, place)
        self.rivals = [
            RivalActor(model, name, now, market, place, twin)
            for name, twin in zip_longest(now.plan.rivals, twins)
        ]  # fmt: skip

    @cached_property
    def nouns(self) -> dict[str, Any]:
        """The nouns by name, without the axis of replications."""
        return nouns_of_one(self._batch, self._place)

    @property
    def market(self) -> Any:
        """What is seen of us and of our rivals."""
        return self.nouns["market"]

    @property
    def calendar(self) -> Calendar:
        """Its dated events, with their log."""
        return self._batch.now.calendars[self._place]

    @property
    def conditions(self) -> Conditions:
        """What dated stories have changed."""
        return self._batch.now.conditions[self._place]
