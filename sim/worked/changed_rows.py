"""Rows of a worked example that change places, where a partner comes to another segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.policy.given.refunds import Refunds
from sim.policy.given.stopped_claims import StoppedClaims


def exchange(value: Any, old: int, new: int) -> None:
    """Let two rows change places in arrays with rows on their last axis, and in what holds such arrays."""
    if isinstance(value, np.ndarray):
        if value.shape[-1]:
            value[..., [old, new]] = value[..., [new, old]]
    elif isinstance(value, Refunds):
        rows = value.entries[0]
        value.entries[0] = np.select([rows == old, rows == new], [new, old], rows)
    elif isinstance(value, StoppedClaims):
        exchange(value.amounts, old, new)
    elif isinstance(value, Mapping):
        exchange(list(value.values()), old, new)
    elif isinstance(value, Sequence):
        for one in value:
            exchange(one, old, new)


def renamed(old: int, new: int, i: int) -> int:
    """Where a row is after two have changed places."""
    return {old: new, new: old}.get(i, i)
