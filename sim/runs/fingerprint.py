"""Which simulator this is: its version and a digest of its own code, so that no two of them are taken for one."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from sim import version
from sim.base.discover import points

_SUFFIXES = (".py", ".yaml", ".csv")
_GROUPS = (
    "partner_sim.rules",
    "partner_sim.attribution",
    "partner_sim.rivals",
    "partner_sim.shocks",
    "partner_sim.figures",
    "partner_sim.stages",
)


@cache
def fingerprint() -> str:
    """Version and digest of the package's code, presets and tables, such as `0.1.0+5f2c...`."""
    import numpy

    home, found = Path(version.__file__).parent, hashlib.sha256(numpy.__version__.encode())
    for path in sorted(home.rglob("*")):
        if path.suffix in _SUFFIXES:
            found.update(path.relative_to(home).as_posix().encode())
            found.update(path.read_bytes())
    for group in _GROUPS:
        for point in sorted(points(group), key=lambda one: one.name):
            found.update(f"{point.name} {point.value} {point.dist.version if point.dist else ''}".encode())
    return f"{version.__version__}+{found.hexdigest()[:16]}"
