"""Names and units of the monthly metrics, in the order in which a replication returns them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Reals
from sim.figures.monthly import BY_PRODUCT, BY_RULE, BY_SEGMENT, CONCENTRATION, COUNTS, NETWORK, SURPRISES, VALUES
from sim.money.flows import ACCOUNTS, FLOWS, Kind

if TYPE_CHECKING:
    from sim.engine.layout.plan import Plan

_COUNTED = ("new_contracts", "active")
_OF_NETWORKS = ("broker_cash", "broker_deposits", "broker_unremitted", "agents_lost")  # in money; the rest are counts


@dataclass(frozen=True)
class Metric:
    """A monthly figure: its name, its unit (`money`, `count`, `share`) and the group it is recorded in."""

    name: str
    unit: str
    group: str


def metrics(plan: Plan) -> tuple[Metric, ...]:
    """All monthly metrics of a plan. Balances are shown as positive assets and positive liabilities."""
    segments = plan.population.segments
    found = [Metric(flow.label, "money", "turnover") for flow in FLOWS]
    found += [Metric(f"balance.{account.label}", "money", "balance") for account in ACCOUNTS]
    found += [Metric(name, "count", "counts") for name in COUNTS]
    found += [Metric(f"surprise.{name}", "money", "surprise") for name in SURPRISES]
    found += [Metric(f"{name}.{line.name}", "money", "by_product") for name in BY_PRODUCT for line in plan.lines]
    found += [
        Metric(f"{name}.{segment}", "count" if name in _COUNTED else "money", "by_segment")
        for name in BY_SEGMENT
        for segment in segments
    ]
    found += [Metric(name, "money", "values") for name in VALUES]
    found += [Metric(f"{name}.{rule}", "money", "by_rule") for name in BY_RULE for rule, _ in plan.book.rules]
    found += [Metric(f"market_share.{name}", "share", "market") for name in plan.principals]
    found += [Metric(name, "share", "concentration") for name in CONCENTRATION]
    if any(kind.segment.network for kind in plan.kinds):
        found += [Metric(name, "money" if name in _OF_NETWORKS else "count", "network") for name in NETWORK]
    return tuple(found)


def rows(recorded: Mapping[str, list[NDArray[Any]]]) -> Reals:
    """One replication as float64[month, metric] from what the DataCollector has gathered; money in minor units."""
    figures = np.array(recorded["figures"], dtype=np.float64)
    balances = slice(len(FLOWS), len(FLOWS) + len(ACCOUNTS))
    figures[:, balances] *= [1 if account.kind in (Kind.ASSET, Kind.EXPENSE) else -1 for account in ACCOUNTS]
    return figures
