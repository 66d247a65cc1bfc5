"""Lists of the rows with which something happens, so that loops over them are short."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, HalfWords, Reals, Words
from sim.base.kernels import kernel

WORD = 8  # flags that are looked at together
FEW = 1 / 16  # share of flags below which most words hold none


@kernel
def list_true(flags: Flags) -> HalfWords:
    """The rows with flags[n], in their order: uint32[rows]."""
    found = 0
    for i in range(flags.size):
        found += flags[i]
    rows = np.empty(flags.size + 1, dtype=np.uint32)  # one more, for what is written before it is known to count
    if found < FEW * flags.size:
        _list_few(flags, rows)
    else:
        _list_many(flags, rows)
    return rows[:found]


@kernel
def _list_many(flags: Flags, rows: HalfWords) -> None:
    listed = 0
    for i in range(flags.size):
        rows[listed] = i
        listed += flags[i]


@kernel
def _list_few(flags: Flags, rows: HalfWords) -> None:
    """Skip the words of flags without any."""
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


@kernel
def take(column: Reals, rows: HalfWords) -> Reals:
    """The entries of column[n] in these rows, float64[rows]."""
    taken = np.empty(rows.size)
    for j in range(rows.size):
        taken[j] = column[rows[j]]
    return taken


@kernel
def take_words(column: Words, rows: HalfWords) -> Words:
    """The same of words: uint64[rows]."""
    taken = np.empty(rows.size, dtype=np.uint64)
    for j in range(rows.size):
        taken[j] = column[rows[j]]
    return taken
