"""Rows of monthly metrics by replication, from what was recorded month by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Reals
from sim.money.flows import ACCOUNTS, FLOWS, Kind


def rows(recorded: Mapping[str, list[NDArray[Any]]]) -> Reals:
    """What the DataCollector has gathered of a batch as float64[world, replication, month, metric]; minor units.

    Balances are shown as positive assets and positive liabilities.
    """
    figures = np.array(recorded["figures"], dtype=np.float64).transpose(1, 2, 0, 3).copy()
    balances = slice(len(FLOWS), len(FLOWS) + len(ACCOUNTS))
    figures[..., balances] *= [1 if account.kind in (Kind.ASSET, Kind.EXPENSE) else -1 for account in ACCOUNTS]
    return figures
