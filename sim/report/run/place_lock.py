"""A place kept for one run: a lock beside it that names its owner and ends with its process, however that ends."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

from sim.base.errors import OutputError
from sim.base.text import safe_text

if sys.platform != "win32":
    import fcntl

MARK = "partner-sim"
LOCK, PART, OLD = ".lock", ".part", ".old"
LONGEST_STEM = 40
MOST_READ = 500  # bytes of a lock that are shown
TRIES, TRY_AGAIN_SECONDS = 5, 0.05  # another run that looks whether the owner lives holds the lock for a moment
_LEFT_OVER = r"[a-z0-9_]{8}"  # what tempfile puts into a name


class TakenError(OutputError):
    """Another run that is alive keeps the place."""


class PlaceLock:
    """The lock of one place: taken before a run, released at its end; folders that it made and that stay empty go."""

    def __init__(self, place: Path) -> None:
        self.place, self.path = place, place.parent / f"{hidden_stem(place)}{LOCK}"
        self._handle = -1
        self._missing: list[Path] = []

    def take(self) -> None:
        """Lock the place and clear away what dead runs have left beside it.

        Raises
        ------
        TakenError
            It names the process that keeps the place.
        OSError
        """
        self._missing = [folder for folder in self.place.parents if not folder.exists()]
        try:
            self._take()
        except BaseException:
            self._forget_folders()
            raise
        if not _lock(self._handle):
            return
        clear(self.place.parent, hidden_stem(self.place))
        for other in self.place.parent.glob(f".*{LOCK}"):
            _clear_if_dead(other)

    def release(self) -> None:
        """Give the place up."""
        if self._handle >= 0:
            with suppress(OSError):
                self.path.unlink()
            os.close(self._handle)
            self._handle = -1
        self._forget_folders()

    def _take(self) -> None:
        for _ in range(TRIES):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # the folder went with the run that had made it
                self._handle = _open(self.path)
            if self._handle >= 0 and _lock(self._handle) is not False and self._still_there():
                self._sign()
                return
            self._close()
            time.sleep(TRY_AGAIN_SECONDS)
        raise TakenError(
            f"{safe_text(str(self.place))} is kept by another run ({_owner(self.path)}): "
            "wait for its end or give another --out"
        )

    def _still_there(self) -> bool:
        """Whether the file locked is the one that has the name: an owner unlinks it before it lets go."""
        try:
            return os.path.samestat(os.fstat(self._handle), self.path.lstat())
        except FileNotFoundError:
            return False

    def _sign(self) -> None:
        held = os.pread(self._handle, MOST_READ, 0)
        if held and not held.startswith(MARK.encode()):
            self._close()
            raise OutputError(f"{safe_text(str(self.path))} is not ours: move it away or give another --out")
        os.ftruncate(self._handle, 0)
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        os.pwrite(self._handle, f"{MARK} process {os.getpid()} on {platform.node()} since {since}\n".encode(), 0)

    def _close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1

    def _forget_folders(self) -> None:
        for folder in self._missing:
            with suppress(OSError):
                folder.rmdir()


def hidden_stem(place: Path) -> str:
    """What the hidden names beside a place begin with; long names are cut and told apart by a digest."""
    if len(place.name) <= LONGEST_STEM:
        return f".{place.name}"
    mark = hashlib.sha256(os.fsencode(place.name)).hexdigest()[:8]
    return f".{place.name[:LONGEST_STEM]}-{mark}"


def clear(folder: Path, stem: str) -> None:
    """Remove what a dead run has left half-written; a whole folder that it had moved aside comes back."""
    name = re.compile(f"{re.escape(stem)}\\.{_LEFT_OVER}({re.escape(PART)}|{re.escape(OLD)})")
    for left in [one for one in folder.glob(".*") if name.fullmatch(one.name) and not one.is_symlink()]:
        if left.suffix == OLD:
            _bring_back(left, folder)
        shutil.rmtree(left, ignore_errors=True)


def _bring_back(left: Path, folder: Path) -> None:
    with suppress(OSError):
        for whole in left.iterdir():
            if not os.path.lexists(folder / whole.name):
                whole.rename(folder / whole.name)


def _clear_if_dead(lock: Path) -> None:
    """Clear after the owner of another lock in the folder, unless it lives."""
    if not _owner(lock):
        return
    with suppress(OSError):
        handle = _open(lock, create=False)
        try:
            if _lock(handle):
                clear(lock.parent, lock.name.removesuffix(LOCK))
                lock.unlink()
        finally:
            os.close(handle)


def _open(path: Path, create: bool = True) -> int:
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return os.open(path, flags | (os.O_CREAT if create else 0), 0o666)


def _lock(handle: int) -> bool | None:
    """Lock a file until its process ends; False where another has it, None where the file system has no locks."""
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _owner(lock: Path) -> str:
    """Who a lock says that it belongs to; empty where it is none of ours."""
    with suppress(OSError):
        handle = os.open(lock, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        try:
            text = os.read(handle, MOST_READ).decode("utf-8", "replace").strip()
        finally:
            os.close(handle)
        return safe_text(text.removeprefix(MARK).strip()) if text.startswith(MARK) else ""
    return ""
