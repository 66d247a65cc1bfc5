"""Tax on commission that is paid: value-added tax on top of it, tax withheld from it. Neither is commission."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals


def taxes(paid: Integers, vat: Reals, withheld: Reals) -> tuple[Integers, Integers]:
    """Value-added tax and tax withheld of commission paid, int64[n] each, rounded half to even partner by partner."""
    return np.rint(vat * paid).astype(np.int64), np.rint(withheld * paid).astype(np.int64)


def given_back(vat: Integers, share: Reals) -> Integers:
    """What the state gives back of value-added tax, int64[n]."""
    return np.rint(share * vat).astype(np.int64)
