"""The monthly metrics of a plan, and a replication's rows of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Reals
from sim.figures.monthly import Metric, laid_out
from sim.money.flows import ACCOUNTS, FLOWS, Kind

if TYPE_CHECKING:
    from sim.engine.layout.plan import Plan


def metrics(plan: Plan) -> tuple[Metric, ...]:
    """All monthly metrics of a plan, in the order of the columns.

    Raises
    ------
    SimError
        Where a figure from outside has a name that is taken.
    """
    return laid_out(plan.axes, plan.own_figures)


def rows(recorded: Mapping[str, list[NDArray[Any]]]) -> Reals:
    """One replication as float64[month, metric] from what the DataCollector has gathered; money in minor units.

    Balances are shown as positive assets and positive liabilities.
    """
    figures = np.array(recorded["figures"], dtype=np.float64)
    balances = slice(len(FLOWS), len(FLOWS) + len(ACCOUNTS))
    figures[:, balances] *= [1 if account.kind in (Kind.ASSET, Kind.EXPENSE) else -1 for account in ACCOUNTS]
    return figures
