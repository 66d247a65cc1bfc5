"""Ctrl-C and a polite kill: one clean way out, wherever they arrive."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType

from sim.command.frame.exits import Exit

PATIENCE_SECONDS = 5.0  # for tidying up; a signal that arrives later ends the process at once
AGAIN_SECONDS = 0.05


class Interrupts:
    """Remembers the signal that asked to stop, for code between us and the user may swallow the exception.

    The first signal ends the worker processes (which may be deep in compiled code) and raises KeyboardInterrupt.
    Where the interpreter drops that (in a callback or a finaliser) it is raised again a moment later.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._at = 0.0
        self._dropped = self._over = False
        self._hook = sys.unraisablehook

    def install(self) -> None:
        """Answer SIGINT and SIGTERM, in the main thread only; a signal that is ignored stays so (nohup)."""
        if threading.current_thread() is not threading.main_thread():
            return
        sys.unraisablehook = self._unraisable
        for one in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(one) is not signal.SIG_IGN:
                signal.signal(one, self._answer)

    def finish(self) -> None:
        """The command is over: a signal no longer changes how it ended."""
        self._over = True
        if sys.unraisablehook == self._unraisable:
            sys.unraisablehook = self._hook

    def check(self) -> None:
        """Raise again if a signal was swallowed."""
        if self.signal is not None:
            raise KeyboardInterrupt

    @property
    def code(self) -> Exit:
        """The exit code of the signal that came."""
        return Exit.TERMINATED if self.signal == signal.SIGTERM else Exit.INTERRUPTED

    def _answer(self, number: int, frame: FrameType | None) -> None:
        if self._over:
            return
        first = self.signal is None
        if first:
            self.signal, self._at = number, time.monotonic()
        end_workers()
        if first or self._dropped:
            self._dropped = False
            raise KeyboardInterrupt
        if time.monotonic() - self._at > PATIENCE_SECONDS:
            os._exit(self.code)

    def _unraisable(self, what: sys.UnraisableHookArgs) -> None:
        if self.signal is None or not issubclass(what.exc_type, KeyboardInterrupt):
            self._hook(what)
        elif not self._over:
            self._dropped = True
            again = threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), self.signal))
            again.daemon = True
            again.start()


def deafen() -> None:
    """The process ends now: the interpreter would restore the signals, and one more would change its exit code."""
    if threading.current_thread() is threading.main_thread():
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)


def end_workers() -> None:
    """End the worker processes that this process has started."""
    children = getattr(sys.modules.get("multiprocessing.process"), "active_children", list)  # perhaps half imported
    for child in children():
        child.terminate()


def wait_for_threads() -> None:
    """Let the threads that watch over workers see their end: at the interpreter's exit they would be in its way."""
    end = time.monotonic() + PATIENCE_SECONDS
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, end - time.monotonic()))
