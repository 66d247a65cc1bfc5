"""One replication of a plan, and what a worker needs to build the plan."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Integers, Reals
from sim.base.errors import RunError, SimError
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import Plan, laid_out
from sim.engine.model import PartnerNetwork
from sim.engine.placing import month_with
from sim.engine.state.echo import claims_are_acted_on
from sim.partners.population import Listed
from sim.results.metrics import rows
from sim.runs.fingerprint import fingerprint
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

    @cached_property
    def family(self) -> str:
        """The same digest without loss ratios: scenarios of one family differ in nothing else."""
        products = {name: _without_loss_ratio(product) for name, product in self.tree.get("products", {}).items()}
        return dataclasses.replace(self, tree={**self.tree, "products": products}).key

    def outline(self) -> Outline:
        """Validate the scenario and lay it out but for its partners; stages from outside find their places."""
        scenario = scenario_model(self.extra).model_validate({**self.tree, "seed": self.seed})
        outline = Outline(scenario, self.roster, self.claims)
        if scenario.own_stages:
            month_with(scenario.own_stages, outline.table(1))
        return outline

    def plan(self, relative: Plan | None = None) -> Plan:
        """Validate and lay out the scenario; `relative` is a plan of the same family."""
        return laid_out(self.outline(), None if relative is None else relative.population)


@dataclass
class Replication:
    """What one replication returns: float64[month, metric] in minor units, its events, and panels asked for.

    `flows` are partners that moved, int64[quarter, place from, place to] (`sim.engine.state.moves`); `joining` is what
    agents gained by joining month, float64[4, months] (`Channels.joining`), of no months without network brokers.
    """

    number: int
    monthly: Reals
    events: list[tuple[float, str, str]]
    flows: Integers
    joining: Reals
    panel: dict[str, NDArray[Any]] = field(default_factory=dict)


PANEL = ("premium", "commission", "claims", "contracts", "remitted", "lost", "receivable", "status")


def _without_loss_ratio(product: dict[str, Any]) -> dict[str, Any]:
    claims = product.get("claims")
    if not isinstance(claims, dict) or "loss_ratio" not in claims:
        return product
    return {**product, "claims": {**claims, "loss_ratio": None}}


def replicate(plan: Plan, number: int, panel: bool = False) -> Replication:
    """Play one replication; `panel` keeps yearly figures of every partner."""
    model = PartnerNetwork(plan, number)
    kept: list[dict[str, NDArray[Any]]] = []
    _play(model, lambda: _add_to_panel(model, kept) if panel and model.month > 0 else None)
    return _played(model, model.datacollector.model_vars, kept)


def replicate_family(plans: Sequence[Plan], number: int) -> list[Replication]:
    """Play one replication of plans that differ in loss ratios alone, bit for bit as each by itself would be.

    Their events are those of the first: what else a world would have logged, its own ruin, its figures tell.
    """
    first, *others = plans
    if not others or claims_are_acted_on(first):
        return [replicate(plan, number) for plan in plans]
    model = PartnerNetwork(first, number, echoes=others)
    _play(model)
    found = [_played(model, model.datacollector.model_vars)]
    for plan, echo in zip(others, model.nouns.echoes, strict=True):
        found.append(replicate(plan, number) if echo.parted else _played(model, {"figures": echo.rows}))
    return found


def _play(model: PartnerNetwork, after: Callable[[], None] = lambda: None) -> None:
    plan = model.plan
    try:
        while model.month < plan.months:
            model.step()
            after()
    except SimError as error:
        raise RunError(str(error), plan.scenario.seed, model.replication, model.month) from error


def _played(
    model: PartnerNetwork, recorded: Mapping[str, list[NDArray[Any]]], kept: Sequence[dict[str, NDArray[Any]]] = ()
) -> Replication:
    moved, joined = model.nouns.moves.flows(), model.nouns.channels.joining(model.plan)
    return Replication(model.replication, rows(recorded), model.calendar.events, moved, joined, _stacked(kept))


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


def _stacked(kept: Sequence[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    return {name: np.array([year[name] for year in kept]) for name in PANEL} if kept else {}
