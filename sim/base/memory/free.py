"""Memory that is free for this process: the machine's, a container's and the process's own limit, the least of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

KIB = 1024
MACHINE = Path("/proc/meminfo")
PROCESS = Path("/proc/self/statm")
GROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat", "inactive_file"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        "/sys/fs/cgroup/memory/memory.stat",
        "total_inactive_file",
    ),
)
"""limit, use, statistics of a container (cgroups 2 and 1), and what of its use is given back when it is wanted"""


def available_memory() -> int | None:
    """Bytes of memory that are free, or None where the system does not tell."""
    return min((*_of_machine(), *_of_container(), *_of_process()), default=None)


def _of_machine() -> Iterator[int]:
    try:
        lines = MACHINE.read_text("ascii").splitlines()
        yield from (int(line.split()[1]) * KIB for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError):
        try:
            yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
        except (ValueError, OSError, AttributeError):
            return


def _of_container() -> Iterator[int]:
    for limit, use, statistics, given_back in GROUPS:
        try:
            most, used = (Path(one).read_text("ascii").strip() for one in (limit, use))
            lines = Path(statistics).read_text("ascii").splitlines()
            spare = sum(int(line.split()[1]) for line in lines if line.split()[0] == given_back)
            if most.isdigit():
                yield max(int(most) - int(used) + spare, 0)
        except (OSError, ValueError, IndexError):
            continue


def _of_process() -> Iterator[int]:
    """What `ulimit -v` leaves."""
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        if most != resource.RLIM_INFINITY:
            yield max(most - int(PROCESS.read_text("ascii").split()[0]) * resource.getpagesize(), 0)
    except (ImportError, OSError, ValueError):
        return
