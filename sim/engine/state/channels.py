"""Channels: through whom buyers come, beyond what the partners' columns hold.

Notation: R replications, s segment, i row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.engine.layout.batch import Batch
from sim.engine.layout.lines import Kind
from sim.partners.agents import Agents, before_default
from sim.partners.network import Network


class Brokers:
    """The network brokers of one segment of one replication."""

    def __init__(self, batch: Batch, replication: int, kind: Kind, terms: Network) -> None:
        plan, begins = batch.plan, batch.first(replication)
        self.replication, self.kind, self.terms = replication, kind, terms
        self.ends = begins + kind.first, begins + kind.last
        """first row and the one after the last"""
        self.rows = slice(*self.ends)
        flow = plan.population.flow[kind.first : kind.last]
        self.agents = Agents(flow / terms.contracts_per_agent, plan.warm_up + plan.months)
        self.begins: Flags = np.zeros(kind.last - kind.first, dtype=np.bool_)
        self.selling = 0.0
        """agents of the month"""
        self.lost = 0.0
        """what the agents of brokers that defaulted this month have lost, minor units"""


class Channels:
    """Buyers a month by row, the network brokers whose agents make them, and what ended partners sent us.

    Attributes
    ----------
    usual : buyers a month, float64[n]: the batch's own array where no agents change it
    flow : the same with what the market has made of it: the same array where nothing does
    homeless : buyers a month, at any principal, of partners that may sell no more: float64[R]
    networks : by replication and segment, empty where the scenario has none
    ended : by replication the months in which partners were ended, and the buyers a month that they sent us, float64[s]
    recaptured : those of a month that come to our own channels, float64[R, s], and which month that is
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {"ended": (), "homeless": ()}

    def __init__(self, batch: Batch) -> None:
        own = batch.fixed.flow
        self.networks = [
            Brokers(batch, replication, kind, kind.segment.network)
            for replication in range(batch.size)
            for kind in batch.plan.kinds
            if kind.segment.network is not None
        ]
        self.usual: Reals = own.copy() if self.networks else own
        self.flow: Reals = self.usual.copy() if batch.plan.flows_move else self.usual
        self.homeless: Reals = np.zeros(batch.size)
        self.ended: list[list[tuple[int, Reals]]] = [[] for _ in range(batch.size)]
        self.recaptured: tuple[int, Reals] | None = None
        self._plan = batch.plan

    def joining(self, replication: int) -> Reals:
        """What agents have gained by now by the month in which they joined: float64[4, month], none without networks.

        Rows: agents that joined in each month of the horizon, and what they have gained (minor units); agents of
        defaulted brokers by whole months between joining and default, and what they have gained. Who joined before the
        horizon, or came with its broker at the opening, is left out.
        """
        plan = self._plan
        found = np.zeros((4, plan.months if self.networks else 0))
        for one in self.networks:
            if one.replication == replication:
                first, there = plan.warm_up + 1, one.agents
                dated = (np.ascontiguousarray(part[first:]).sum(axis=1) for part in (there.joined, there.gain))
                found += (*dated, *(part[: plan.months] for part in before_default(there)))
        return found
