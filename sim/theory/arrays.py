"""Array types of the closed forms: what goes in and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Complexes: TypeAlias = NDArray[np.complex128]
FloatsLike: TypeAlias = float | Sequence[float] | Floats


def floats(values: FloatsLike) -> Floats:
    """Return the values as an array of doubles, at least one-dimensional."""
    return np.atleast_1d(np.asarray(values, dtype=np.float64))
