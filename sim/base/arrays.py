"""The types of arrays, named once. Shapes stand where the arrays are: `float64[product, segment]`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]
"""money in minor units, contracts, counts"""
Counts = NDArray[np.int32]
"""contracts in force and lost, by row: small numbers of which there are many"""
Months = NDArray[np.int16]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]
"""keys, hashes, and bounds of slices: an index that is known not to be negative lets a loop over rows be vectorised"""
Places = NDArray[np.intp]
"""positions, as numpy's searches return them"""
