"""Premium deficiency: what contracts in force will not bring of what was deferred for them is a loss of today.

Each product stands by itself: one that earns more than enough does not make good for another. No interest is counted.

Notation: p product, b book.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.money.flows import Flow


class Deficiency:
    """What stands written down and provided for, measured anew at each close (as a liability adequacy test).

    Attributes
    ----------
    written_down : deferred acquisition cost that the margin does not cover, int64[p, b]
    provided : what the margin lacks beyond it, int64[p, b]
    by_product : both together, int64[p, b]
    moved : change of both together at the last close, int64[p, b]
    """

    def __init__(self, products: int, books: int = 1) -> None:
        self.written_down: Integers = np.zeros((products, books), dtype=np.int64)
        self.provided: Integers = np.zeros((products, books), dtype=np.int64)
        self.by_product: Integers = np.zeros((products, books), dtype=np.int64)
        self.moved: Integers = np.zeros((products, books), dtype=np.int64)

    def measure(self, deferred: Integers, margin: Integers) -> dict[Flow, Integers]:
        """Bring both to what a close asks for; return what is to be posted, int64[b] by flow.

        Parameters
        ----------
        deferred : deferred acquisition cost before anything is written down, int64[p, b], not below 0
        margin : of the contracts in force, int64[p, b]
        """
        lacking = np.maximum(deferred - margin, 0)
        self.moved = lacking - self.by_product
        down = np.minimum(lacking, deferred)
        written_down, provided = down - self.written_down, lacking - down - self.provided
        self.written_down, self.provided, self.by_product = down, lacking - down, lacking
        return {
            Flow.ACQUISITION_WRITTEN_DOWN: np.add.reduce(np.maximum(written_down, 0)),
            Flow.ACQUISITION_WRITTEN_BACK: np.add.reduce(np.maximum(-written_down, 0)),
            Flow.DEFICIENCY_PROVIDED: np.add.reduce(np.maximum(provided, 0)),
            Flow.DEFICIENCY_RELEASED: np.add.reduce(np.maximum(-provided, 0)),
        }
