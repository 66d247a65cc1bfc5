"""Progress of a run on standard error: a bar on a terminal, now and then a plain line elsewhere, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from sim.command.frame.streams import console, tell

LINE_SECONDS = 10.0  # between two plain lines


class Progress(Protocol):
    """Where a run stands."""

    def status(self, text: str) -> None:
        """What is being done just now."""

    def done(self, done: int, total: int) -> None:
        """Replications played."""


class Silent:
    """No progress."""

    def status(self, text: str) -> None:
        """Nothing."""

    def done(self, done: int, total: int) -> None:
        """Nothing."""


class Lines:
    """Plain lines: what begins, and every few seconds how far it is."""

    def __init__(self) -> None:
        self.first = (0.0, 0)
        self.told = -LINE_SECONDS

    def status(self, text: str) -> None:
        """A line."""
        tell(text)

    def done(self, done: int, total: int) -> None:
        """A line where the last one is old enough; a study of many short rounds tells of few of them."""
        now = time.monotonic()
        if done == 0:
            self.first = (now, 0)
            if now - self.told >= LINE_SECONDS:
                self._tell(now, f"playing {total} replications")
            return
        if (
            self.first[1] == 0
        ):  # the pace is that after the first report, before which kernels are compiled and worlds are built
            self.first = (now, done)
        if now - self.told >= LINE_SECONDS and done < total:
            self._tell(now, f"{done} of {total} replications{self._left(now, done, total)}")

    def _left(self, now: float, done: int, total: int) -> str:
        began, before = self.first
        return f", about {duration((now - began) / (done - before) * (total - done))} left" if done > before else ""

    def _tell(self, now: float, text: str) -> None:
        self.told = now
        tell(text)


class Bar:
    """A bar with replications done and time left."""

    def __init__(self, bar: Any) -> None:
        self.bar, self.task = bar, bar.add_task("starting", total=None)

    def status(self, text: str) -> None:
        """A line above the bar."""
        self.bar.console.print(text)

    def done(self, done: int, total: int) -> None:
        """Move the bar."""
        self.bar.update(self.task, completed=done, total=total, description="replications")


@contextmanager
def progress(quiet: bool) -> Iterator[Progress]:
    """Progress shown while the block runs; a bar leaves no trace."""
    if quiet:
        yield Silent()
    elif not sys.stderr.isatty():
        yield Lines()
    else:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                   TextColumn("left"), TimeRemainingColumn())  # fmt: skip
        with RichProgress(*columns, console=console(sys.stderr), transient=True) as bar:
            yield Bar(bar)


def duration(seconds: float) -> str:
    """`45 s`, `3 min 20 s` or `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
