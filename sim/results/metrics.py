"""A replication's rows of monthly metrics, from what was recorded month by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Reals
from sim.money.flows import ACCOUNTS, FLOWS, Kind


def rows(recorded: Mapping[str, list[NDArray[Any]]]) -> Reals:
    """One replication as float64[month, metric] from what the DataCollector has gathered; money in minor units.

    Balances are shown as positive assets and positive liabilities.
    """
    figures = np.array(recorded["figures"], dtype=np.float64)
    balances = slice(len(FLOWS), len(FLOWS) + len(ACCOUNTS))
    figures[:, balances] *= [1 if account.kind in (Kind.ASSET, Kind.EXPENSE) else -1 for account in ACCOUNTS]
    return figures
