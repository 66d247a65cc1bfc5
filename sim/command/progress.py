"""Progress of a run on standard error: a bar on a terminal, now and then a plain line elsewhere, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from sim.command.streams import console, tell

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
        self.began = self.told = time.monotonic()

    def status(self, text: str) -> None:
        """A line."""
        tell(text)

    def done(self, done: int, total: int) -> None:
        """A line where the last one is old enough."""
        now = time.monotonic()
        if done == 0:
            self.began = self.told = now
            tell(f"playing {total} replications")
        elif now - self.told >= LINE_SECONDS and done < total:
            self.told = now
            left = (now - self.began) / done * (total - done)
            tell(f"{done} of {total} replications, about {duration(left)} left")


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
