"""Lists of rows are those of numpy, whether there are few or many."""

from __future__ import annotations

import numpy as np
import pytest

from sim.base.functions import add_up
from sim.base.kernels import IN_CACHE
from sim.base.listing import list_true


@pytest.mark.parametrize("share", [0.0, 0.01, 0.05, 0.4, 1.0])
def test_rows_are_listed_in_their_order(share: float) -> None:
    rng = np.random.default_rng(1)
    for rows in (0, 1, 7, 8, 9, 500, 515):
        flags = rng.random(rows + 3) < share
        assert list_true(flags[3:]).tolist() == np.flatnonzero(flags[3:]).tolist()


def test_columns_are_added_up_over_parts() -> None:
    rows = 2 * IN_CACHE + 5
    a, b, none = (np.random.default_rng(2).integers(-(2**40), 2**40, (k, rows)) for k in (3, 1, 0))
    out = np.ones(rows, dtype=np.int64)
    for parts in ((a,), (a, b), (none,), (b, none)):
        add_up(parts, out)
        assert np.array_equal(out, sum(part.sum(axis=0) for part in parts))
