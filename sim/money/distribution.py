"""What becomes of a result: tax on it, and what of the rest is paid out. Years are twelve months from the opening.

Notation: b book.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers


class Distribution:
    """Tax and dividends by book. Tax of a year is a share of its result less losses of earlier years.

    It is charged and paid month by month, as much as the year so far asks for: a bad month brings part of it back. A
    loss is carried forward without end and never back; no tax asset is booked for it. Dividends are a share of what a
    whole year leaves after tax, and never more than the equity there is.

    Parameters
    ----------
    tax, dividends : rates
    books : int
    """

    def __init__(self, tax: float, dividends: float, books: int = 1) -> None:
        self._tax, self._dividends = tax, dividends
        self._result, self._charged, self._losses = np.zeros((3, books), dtype=np.int64)

    def tax(self, result: Integers) -> Integers:
        """What the tax of the year moves by as a month's result before tax comes in; below 0 it comes back: int64[b].

        Parameters
        ----------
        result : int64[b], minor units
        """
        self._result = self._result + result
        charged = _share(self._tax, self._result - self._losses)
        moved, self._charged = charged - self._charged, charged
        return moved

    def end_year(self, equity: Integers) -> Integers:
        """Carry a loss forward and begin the next year; return what is paid out of this one, given equity: int64[b]."""
        paid = np.minimum(_share(self._dividends, self._result - self._charged), np.maximum(equity, 0))
        self._losses = np.maximum(self._losses - self._result, 0)
        self._result, self._charged = np.zeros_like(self._result), np.zeros_like(self._charged)
        return paid


def _share(rate: float, amount: Integers) -> Integers:
    """A rate of what is above 0, whole minor units."""
    return np.rint(rate * np.maximum(amount, 0)).astype(np.int64)
