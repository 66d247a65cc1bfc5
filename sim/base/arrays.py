"""The types of arrays, named once. Shapes stand where the arrays are: `float64[product, segment]`.

A kernel says the shape of an array beside the parameter or in its text. Where it says nothing the array has one entry a
row, [n], the rows of one replication after those of another. A slice is a segment of a replication, our own row being
the last segment; `edges` are the first row of each slice, and the row after the last: [slices + 1].

A parameter by segment has an entry a slice, or fewer, which the slices take in turn: [segments] where replications
share them. For our own row it holds a value with which nothing happens to that row. A kernel that sums over rows writes
a sum a slice, which its caller adds up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
HalfReals = NDArray[np.float32]
"""shares remembered by month of sale"""
Integers = NDArray[np.int64]
"""money in minor units, contracts, counts"""
Counts = NDArray[np.int32]
"""contracts in force and lost, by row: small numbers of which there are many"""
Months = NDArray[np.int16]
Codes = NDArray[np.int8]
"""one of a few kinds or principals"""
Bytes = NDArray[np.uint8]
"""whether something holds of a partner, where it is kept from month to month"""
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]
"""keys, hashes, and bounds of slices: an index that is known not to be negative lets a loop over rows be vectorised"""
HalfWords = NDArray[np.uint32]
"""a bit a month, and the rows that a kernel has listed for itself"""
Places = NDArray[np.intp]
"""positions, as numpy's searches return them"""
