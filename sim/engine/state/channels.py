"""Channels: through whom buyers come, beyond what the partners' columns hold.

Notation: R replications, s segment, i row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Flags, Reals
from sim.engine.layout.batch import Batch
from sim.engine.layout.lines import Kind
from sim.partners.agents import Agents, before_default
from sim.partners.network import Network


class Brokers:
    """The network brokers of one segment in all replications, one replication after another.

    Attributes
    ----------
    rows : int64[n]
    begins : bool[n], which begin this month
    selling : agents of the month, float64[R]
    lost : what the agents of brokers that defaulted this month have lost, minor units, float64[R]
    """

    def __init__(self, batch: Batch, kind: Kind, terms: Network) -> None:
        plan, self._batch = batch.plan, batch
        self.kind, self.terms = kind, terms
        self.rows = batch.rows_of_segment(kind.first, kind.last)
        self.agents = Agents(batch.fixed.flow[self.rows] / terms.contracts_per_agent, plan.warm_up + plan.months)
        self.begins: Flags = np.zeros(self.rows.size, dtype=np.bool_)
        self.selling, self.lost = np.zeros((2, batch.size))

    def of(self, replication: int) -> slice:
        """Those of a replication by its place."""
        size = self.rows.size // self.selling.size
        return slice(replication * size, (replication + 1) * size)

    def by_replication(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of the brokers, [n], those of each replication in a row of their own: [R, brokers]."""
        return values.reshape(self.selling.size, -1)

    def view(self, column: NDArray[Any]) -> NDArray[Any]:
        """The brokers' part of a column of the table: [R, brokers]."""
        return self._batch.of_segment(column, self.kind)

    def read(self, column: NDArray[Any]) -> NDArray[Any]:
        """The same as an array of its own, one replication after another: [n]."""
        return self.view(column).flatten()


class Channels:
    """Buyers a month by row, the network brokers whose agents make them, and what ended partners sent us.

    Attributes
    ----------
    usual : buyers a month, float64[n]: the batch's own array where no agents change it
    flow : the same with what the market has made of it: the same array where nothing does
    homeless : buyers a month, at any principal, of partners that may sell no more: float64[R]
    networks : by segment, empty where the scenario has none
    ended : by replication the months in which partners were ended, and the buyers a month that they sent us, float64[s]
    recaptured : those of a month that come to our own channels, float64[R, s], and which month that is
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {"ended": (), "homeless": ()}

    def __init__(self, batch: Batch) -> None:
        own = batch.fixed.flow
        self.networks = [
            Brokers(batch, kind, kind.segment.network) for kind in batch.plan.kinds if kind.segment.network is not None
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
            first, there, of_it = plan.warm_up + 1, one.agents, one.of(replication)
            dated = (np.ascontiguousarray(part[first:, of_it]).sum(axis=1) for part in (there.joined, there.gain))
            found += (*dated, *(part[: plan.months] for part in before_default(there, of_it)))
        return found
