"""Lists of the rows with which something happens, made without a branch a row, so that loops over them are short."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, HalfWords, Integers
from sim.base.kernels import kernel

WORD = 8  # flags in a word


@kernel
def list_positive(values: Counts | Integers, rows: HalfWords) -> int:
    """Write the rows with values[n] > 0 into rows (uint32[n]); return how many there are."""
    listed = 0
    for i in range(values.size):
        rows[listed] = i
        listed += values[i] > 0
    return listed


@kernel
def list_true(flags: Flags, rows: HalfWords) -> int:
    """Write the rows with flags[n] into rows (uint32[n]), of which there are few; return how many there are."""
    words = flags[: flags.size - flags.size % WORD].view(np.uint64)
    listed = 0
    for w in range(words.size):
        if words[w] != 0:
            for i in range(w * WORD, (w + 1) * WORD):
                rows[listed] = i
                listed += flags[i]
    for i in range(words.size * WORD, flags.size):
        rows[listed] = i
        listed += flags[i]
    return listed
