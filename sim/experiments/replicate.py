"""One replication of a plan, and what a worker needs to build the plan."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.errors import RunError, SimError
from sim.base.units import MONTHS_PER_YEAR
from sim.engine import moves, networks
from sim.engine.model import PartnerNetwork
from sim.engine.plan import Plan, make
from sim.experiments.fingerprint import fingerprint
from sim.experiments.metrics import rows
from sim.partners.population import Listed
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import scenario_model

_SAYS = ("name", "description", "criteria", "replications", "roster")  # no figure depends on them; partners come apart


@dataclass(frozen=True)
class Specification:
    """All that a worker needs to build a plan, in plain data."""

    tree: dict[str, Any]
    seed: int
    roster: tuple[Listed, ...] = ()
    extra: tuple[type, ...] = ()
    claims: Claims = DRAWN

    @cached_property
    def key(self) -> str:
        """A digest of everything that the figures of a replication depend on, the simulator's own code included."""
        acting = {name: block for name, block in self.tree.items() if name not in _SAYS}
        said = json.dumps(acting, sort_keys=True, ensure_ascii=True, default=str)
        extra = [f"{one.__module__}.{one.__qualname__}" for one in self.extra]
        others = (self.seed, self.roster, extra, self.claims, fingerprint())
        return hashlib.sha256(f"{said}\n{others!r}".encode()).hexdigest()

    def plan(self) -> Plan:
        """Validate and lay out the scenario."""
        scenario = scenario_model(self.extra).model_validate({**self.tree, "seed": self.seed})
        return make(scenario, self.roster, self.claims)


@dataclass
class Replication:
    """What one replication returns: float64[month, metric] in minor units, its events, and panels asked for.

    `flows` are partners that moved, int64[quarter, place from, place to] (`sim.engine.moves`); `joining` is what agents
    gained by joining month, float64[4, months] (`sim.engine.networks.joining`), of no months without network brokers.
    """

    number: int
    monthly: NDArray[np.float64]
    events: list[tuple[float, str, str]]
    flows: NDArray[np.int64]
    joining: NDArray[np.float64]
    panel: dict[str, NDArray[Any]] = field(default_factory=dict)


PANEL = ("premium", "commission", "claims", "contracts", "remitted", "lost", "receivable", "status")


def replicate(plan: Plan, number: int, panel: bool = False) -> Replication:
    """Play one replication; `panel` keeps yearly figures of every partner."""
    model = PartnerNetwork(plan, number)
    kept: list[dict[str, NDArray[Any]]] = []
    try:
        while model.month < plan.months:
            model.step()
            if panel and model.month > 0:
                _add_to_panel(model, kept)
    except SimError as error:
        raise RunError(str(error), plan.scenario.seed, number, model.month) from error
    monthly = rows(model.datacollector.model_vars)
    moved, joined = moves.flows(model), networks.joining(model)
    return Replication(number, monthly, model.calendar.events, moved, joined, _stacked(kept))


def _add_to_panel(model: PartnerNetwork, kept: list[dict[str, NDArray[Any]]]) -> None:
    """Add the month just closed to the year under way."""
    table = model.table
    if (model.month - 1) % MONTHS_PER_YEAR == 0:
        kept.append({name: np.zeros(table.rows, dtype=np.int64) for name in PANEL})
    year = kept[-1]
    year["premium"] += table.premium_new.sum(axis=0) + table.premium_renewal.sum(axis=0)
    year["commission"] += table.received - (table.passed.sum(axis=0) if len(table.passed) else 0)
    year["commission"] += table.accrued.sum(axis=0) + table.expensed - table.reversed
    year["commission"] += table.written_down - table.taken_back - table.held_lost
    year["claims"] += table.incurred.sum(axis=0)
    year["contracts"] += table.new.sum(axis=0) + table.renewed.sum(axis=0)
    year["remitted"] += table.remitted
    year["lost"] += table.lost + table.debit_lost
    year["receivable"][:] = table.receivable
    year["status"][:] = table.status


def _stacked(kept: list[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    return {name: np.array([year[name] for year in kept]) for name in PANEL} if kept else {}
