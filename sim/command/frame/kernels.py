"""Will kernels be compiled in this run? Then the user is told why the first replication takes long."""

from __future__ import annotations

import os
import sys
from typing import Any

COMPILING = "compiling kernels for this machine; this is done once and takes up to half a minute"


def compile_first() -> bool:
    """Whether most kernels of the rooms imported so far have no compiled code on disk, newer than their source."""
    kernels = [kernel for kernel in _kernels() if hasattr(kernel, "stats")]  # plain functions where jit is off
    missing = [kernel for kernel in kernels if not _cached(kernel)]
    return 2 * len(missing) > len(kernels)


def _kernels() -> list[Any]:
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("sim."):
            for one in vars(module).values():
                if hasattr(one, "py_func") and one.__module__ == name:
                    found[id(one)] = one
    return list(found.values())


def _cached(kernel: Any) -> bool:
    """Whether the index file of numba's cache is there (named after module, function and first line)."""
    folder, code = kernel.stats.cache_path, kernel.py_func.__code__
    if not folder:
        return False
    start = f"{kernel.__module__.rpartition('.')[2]}.{kernel.py_func.__qualname__}-{code.co_firstlineno}."
    try:
        written = os.stat(code.co_filename).st_mtime  # noqa: PTH116 - one call a kernel, on a hot start
        with os.scandir(folder) as files:
            return any(
                file.name.startswith(start) and file.name.endswith(".nbi") and file.stat().st_mtime >= written
                for file in files
            )
    except OSError:
        return False
