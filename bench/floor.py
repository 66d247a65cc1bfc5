"""The floor: what any month of the core must at least do, and no logic.

Every byte of the core's state is read and written once, every partner gets one key, 13 uniforms and 15 exponentials.
"""

import numpy as np

from bench.core import Core
from sim.base.functions import exp
from sim.base.kernels import kernel
from sim.base.luck import draw_keys, uniform

UNIFORMS = 13
EXPONENTIALS = 15
NAMES = tuple(np.uint64(0x9E3779B97F4A7C15 * (j + 1) & 0xFFFFFFFFFFFFFFFF) for j in range(UNIFORMS))


@kernel
def add_uniform(keys, name, out):  # type: ignore[no-untyped-def]
    """Add one uniform to each row."""
    for i in range(keys.size):
        out[i] += uniform(keys[i], name)


@kernel
def add_exponential(x, factor, out):  # type: ignore[no-untyped-def]
    """Add one exponential to each row."""
    for i in range(x.size):
        out[i] += exp(x[i] * factor)


@kernel
def stream(column, word):  # type: ignore[no-untyped-def]
    """Read and write every cell."""
    for i in range(column.size):
        column[i] = column[i] ^ word


class Floor:
    """The floor of a core of `partners` rows."""

    def __init__(self, partners: int) -> None:
        core = Core(partners)
        self.id_hash, self.keys = core.id_hash, core.keys
        self.u, self.out = np.zeros((2, partners))
        self.month = 0
        columns: list[np.ndarray] = [core.ring, core.in_force, core.ledger, core.principal, core.sponsor]
        columns += [core.flow, core.weight, core.rate_seen]
        self.columns = [_as_words(column) for column in columns]

    def step(self) -> None:
        """One month."""
        draw_keys(self.id_hash, self.month, 0, 1, self.keys)
        self.u[:] = 0.0
        for name in NAMES:
            add_uniform(self.keys, name, self.u)
        for j in range(EXPONENTIALS):
            add_exponential(self.u, -0.01 * (j + 1), self.out)
        for column in self.columns:
            stream(column, column.dtype.type(1))
        self.month += 1


def _as_words(column: np.ndarray) -> np.ndarray:
    flat = column.reshape(-1)
    return flat if flat.dtype.kind == "i" else flat.view(np.int64)
