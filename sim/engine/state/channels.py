"""Channels: through whom buyers come, beyond what the partners' columns hold.

Notation: s segment, i row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.engine.layout.lines import Kind
from sim.engine.layout.plan import Plan
from sim.partners.agents import Agents, before_default
from sim.partners.network import Network


class Brokers:
    """The network brokers of one segment."""

    def __init__(self, plan: Plan, kind: Kind, terms: Network) -> None:
        self.kind, self.terms = kind, terms
        self.rows = slice(kind.first, kind.last)
        self.agents = Agents(plan.population.flow[self.rows] / terms.contracts_per_agent, plan.warm_up + plan.months)
        self.begins: Flags = np.zeros(kind.last - kind.first, dtype=np.bool_)
        self.selling = 0.0
        """agents of the month"""
        self.lost = 0.0
        """what the agents of brokers that defaulted this month have lost, minor units"""

    @property
    def ends(self) -> tuple[int, int]:
        """First row and the one after the last."""
        return self.kind.first, self.kind.last


class Channels:
    """Buyers a month by row, the network brokers whose agents make them, and what ended partners sent us.

    Attributes
    ----------
    flow : buyers a month, float64[n]: the population's own array where no agents change it
    networks : by segment, empty where the scenario has none
    ended : month in which partners were ended, and the buyers a month that they sent us, float64[s]
    """

    def __init__(self, plan: Plan) -> None:
        own = plan.population.flow
        self.networks = [
            Brokers(plan, kind, kind.segment.network) for kind in plan.kinds if kind.segment.network is not None
        ]
        self.flow: Reals = own.copy() if self.networks else own
        self.ended: list[tuple[int, Reals]] = []

    def joining(self, plan: Plan) -> Reals:
        """What agents have gained by now by the month in which they joined: float64[4, month], none without networks.

        Rows: agents that joined in each month of the horizon, and what they have gained (minor units); agents of
        defaulted brokers by whole months between joining and default, and what they have gained. Who joined before the
        horizon, or came with its broker at the opening, is left out.
        """
        found = np.zeros((4, plan.months if self.networks else 0))
        for one in self.networks:
            first, there = plan.warm_up + 1, one.agents
            dated = (np.ascontiguousarray(part[first:]).sum(axis=1) for part in (there.joined, there.gain))
            found += (*dated, *(part[: plan.months] for part in before_default(there)))
        return found
