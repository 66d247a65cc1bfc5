"""Memory that arrays of one month have used is kept for those of the next, rather than given back to the system.

New pages cost more than what most kernels do in them: an eighth of a month of nine replications of 10 000 partners.
"""

from __future__ import annotations

import ctypes
from functools import cache

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's malloc.h
KEPT = 256 * 2**20  # bytes that may lie free at the end of the heap: more than a month takes besides its table
LARGEST = 32 * 2**20  # bytes of an array that comes from the heap: the most that glibc chooses by itself


@cache
def keep_memory() -> None:
    """Ask the C library, once a process, to keep what is freed; where it is not glibc, nothing is asked."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return
    mallopt(TRIM_THRESHOLD, KEPT)
    mallopt(MMAP_THRESHOLD, LARGEST)
