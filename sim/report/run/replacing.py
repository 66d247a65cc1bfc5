"""A finished folder moved to its place: where nothing stands, or in one step with the older one that it replaces."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.report.run.place_lock import OLD, PART, hidden_stem

_HERE, _EXCHANGE = -100, 2  # Linux: AT_FDCWD, RENAME_EXCHANGE; macOS: RENAME_SWAP
_LACKING = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


@contextmanager
def half_written(place: Path) -> Iterator[Path]:
    """A hidden folder beside `place`, gone at the end whatever happens."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f"{hidden_stem(place)}.", suffix=PART, dir=place.parent))
    try:
        part.chmod(0o777 & ~_umask())
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def move_in(part: Path, place: Path) -> None:
    """Put `part` where nothing stands or an empty folder; the system itself refuses anything else."""
    part.rename(place)


def replace(part: Path, place: Path) -> None:
    """Put `part` where an older folder stands: a kill at any moment leaves one of the two.

    Where the system cannot swap two names, the older is moved aside; the next run brings it back after a kill.
    """
    if exchanged(part, place):
        return
    old = Path(tempfile.mkdtemp(prefix=f"{hidden_stem(place)}.", suffix=OLD, dir=place.parent))
    place.rename(old / place.name)
    try:
        part.rename(place)
    except BaseException:
        (old / place.name).rename(place)
        old.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)


def exchanged(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system cannot."""
    if os.name != "posix":
        return False
    system = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(system, "renameat2"):
        done = system.renameat2(_HERE, first, _HERE, second, _EXCHANGE)
    elif hasattr(system, "renamex_np"):
        done = system.renamex_np(first, second, _EXCHANGE)
    else:
        return False
    fault = ctypes.get_errno()
    if done and fault not in _LACKING:
        raise OSError(fault, os.strerror(fault), str(other))
    return not done
