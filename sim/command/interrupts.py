"""Ctrl-C and a polite kill: one clean way out, wherever they arrive."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType

from sim.command.exits import Exit

PATIENCE_SECONDS = 5.0  # for tidying up; a signal that arrives later ends the process at once


class Interrupts:
    """Remembers the signal that asked to stop, for code between us and the user may swallow the exception.

    The first signal ends the worker processes (which may be deep in compiled code) and raises KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._at = 0.0

    def install(self) -> None:
        """Answer SIGINT and SIGTERM, in the main thread only; a signal that is ignored stays so (nohup)."""
        if threading.current_thread() is not threading.main_thread():
            return
        for one in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(one) is not signal.SIG_IGN:
                signal.signal(one, self._answer)

    def check(self) -> None:
        """Raise again if a signal was swallowed."""
        if self.signal is not None:
            raise KeyboardInterrupt

    @property
    def code(self) -> Exit:
        """The exit code of the signal that came."""
        return Exit.TERMINATED if self.signal == signal.SIGTERM else Exit.INTERRUPTED

    def _answer(self, number: int, frame: FrameType | None) -> None:
        end_workers()
        if self.signal is None:
            self.signal, self._at = number, time.monotonic()
            raise KeyboardInterrupt
        if time.monotonic() - self._at > PATIENCE_SECONDS:
            os._exit(self.code)


def end_workers() -> None:
    """End the worker processes that this process has started."""
    processes = sys.modules.get("multiprocessing.process")
    for child in processes.active_children() if processes else ():
        child.terminate()
