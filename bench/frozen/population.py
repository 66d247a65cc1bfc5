"""The partners of the bench: the same on every side, spread evenly over their laws, drawn by nobody."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from bench.frozen.parameters import FLOW_SIGMA, MEAN_FLOW, MEAN_OF_LOGNORMAL, SPONSOR_EVERY, WEIGHT_HIGH, WEIGHT_LOW

Reals = NDArray[np.float64]
GOLDEN, SILVER = 0.6180339887498949, 0.4142135623730951  # steps of two sequences that fill (0, 1) evenly
TABLE = 4096  # cells of the table of normal quantiles
NO_SPONSOR = -1


@dataclass(frozen=True)
class Population:
    """Buyers a month, weight of commission, and row of the sponsor (`NO_SPONSOR` for none) of each partner."""

    flow: Reals
    weight: Reals
    sponsor: NDArray[np.int64]

    @property
    def size(self) -> int:
        return self.flow.size


def build(n: int) -> Population:
    """Lay out n partners."""
    rows = np.arange(n)
    spread = _even(rows, GOLDEN)
    normal = np.array([NormalDist().inv_cdf((cell + 0.5) / TABLE) for cell in range(TABLE)])
    flow = MEAN_FLOW / MEAN_OF_LOGNORMAL * np.exp(FLOW_SIGMA * normal[(spread * TABLE).astype(np.int64)])
    weight = WEIGHT_LOW + (WEIGHT_HIGH - WEIGHT_LOW) * _even(rows, SILVER)
    sponsors = max(n // SPONSOR_EVERY, 1)
    sponsor = np.where(rows < sponsors, NO_SPONSOR, (_even(rows, SILVER * GOLDEN) * sponsors).astype(np.int64))
    return Population(flow, weight, sponsor)


def _even(rows: NDArray[np.int64], step: float) -> Reals:
    return np.modf(0.5 + rows * step)[0]
