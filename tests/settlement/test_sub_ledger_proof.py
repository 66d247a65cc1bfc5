"""The proof of the sub-ledger finds one unit too much in any column, in any block of rows."""

from __future__ import annotations

import numpy as np
import pytest

from sim.base.kernels import IN_CACHE
from sim.settlement.sub_ledger_proof import prove

ROWS = 2 * IN_CACHE + 3
NAMES = (
    "due_premium", "due_commission", "arrears_premium", "arrears_commission", "due_pay", "due_holdback", "account",
    "receivable", "payable", "holdback", "waiting",
)  # fmt: skip


def proven() -> dict[str, np.ndarray]:
    """Columns that agree."""
    rng = np.random.default_rng(7)
    parts = {name: rng.integers(0, 10**12, (2, ROWS)) for name in NAMES if name.startswith("due") or name == "waiting"}
    rest = {name: rng.integers(0, 10**12, ROWS) for name in ("arrears_premium", "arrears_commission", "account")}
    kept = sum(parts[name].sum(axis=0) for name in ("due_commission", "due_pay", "waiting"))
    return {
        **parts,
        **rest,
        "receivable": parts["due_premium"].sum(axis=0) + rest["arrears_premium"],
        "payable": kept + rest["arrears_commission"] + rest["account"],
        "holdback": parts["due_holdback"].sum(axis=0, keepdims=True),
    }


@pytest.mark.parametrize("row", [0, IN_CACHE, ROWS - 1])
@pytest.mark.parametrize("name", NAMES)
def test_one_unit_too_much_is_found(name: str, row: int) -> None:
    columns = proven()
    assert prove(*(columns[one] for one in NAMES)) == -1
    columns[name][..., row] += 1
    assert prove(*(columns[one] for one in NAMES)) == row


def test_a_receivable_below_0_is_a_fault() -> None:
    columns = proven()
    for name in ("arrears_premium", "receivable"):
        columns[name][IN_CACHE] -= 10**14
    assert prove(*(columns[one] for one in NAMES)) == IN_CACHE
