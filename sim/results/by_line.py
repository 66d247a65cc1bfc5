"""The income statement of a cube over the horizon, line by line, a value a replication; the lines sum to the result."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.money.flows import ACCOUNTS, FLOWS, Kind
from sim.results.cube import Cube

LINES = tuple(account.label for account in ACCOUNTS if account.kind in (Kind.INCOME, Kind.EXPENSE))


def lines(cube: Cube) -> dict[str, Reals]:
    """Line -> float64[replication] in major units: income above 0, expense below."""
    found = {line: np.zeros(cube.values.shape[2]) for line in LINES}
    for flow in FLOWS:
        for account, sign in ((flow.credit, 1.0), (flow.debit, -1.0)):
            if account.label in found:
                found[account.label] += sign * cube.series(flow.label).sum(axis=1)
    return found
