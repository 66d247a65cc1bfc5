"""Progress of the work ahead on standard error: a bar on a terminal, a few plain lines elsewhere, or nothing.

There is one count, towards the total of the account (`sim.runs.ahead`), and it never goes back.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from sim.command.frame.stages import duration, number, stage
from sim.command.frame.streams import console, said, tell
from sim.runs.ahead import Account

LINE_SECONDS = 10.0  # between two plain lines, at least
LINE_SHARE = 0.25  # and of the time gone: the longer it takes, the fewer lines
OF = {
    "en": "{done} of {total} replications, {stage}{left}",
    "ru": "{done} из {total} прогонов, {stage}{left}",
}
LEFT = {"en": ", about {time} left", "ru": ", осталось около {time}"}
FEW = {"en": ", a few seconds left", "ru": ", осталось несколько секунд"}
FEW_SECONDS = 10.0  # fewer are not told apart: workers start, and the last of them is waited for


class Progress(Protocol):
    """Where the work stands."""

    def apart(self) -> AbstractContextManager[None]:
        """While it is open nothing else is drawn: somebody is asked."""

    def status(self, text: str) -> None:
        """What is being done just now."""

    def done(self, account: Account) -> None:
        """Replications were played."""


class Silent:
    """No progress."""

    def apart(self) -> AbstractContextManager[None]:
        """Nothing is drawn."""
        return nullcontext()

    def status(self, text: str) -> None:
        """Nothing."""

    def done(self, account: Account) -> None:
        """Nothing."""


class Lines:
    """Plain lines: what begins, and now and then how far it is."""

    def __init__(self, lang: str = "en") -> None:
        self.lang, self.began = lang, time.monotonic()
        self.told = self.began

    def apart(self) -> AbstractContextManager[None]:
        """Nothing is drawn between two lines."""
        return nullcontext()

    def status(self, text: str) -> None:
        """A line."""
        tell(text, self.lang)

    def done(self, account: Account) -> None:
        """A line where the last one is old enough."""
        now = time.monotonic()
        if account.done < account.total and now - self.told >= max(LINE_SECONDS, LINE_SHARE * (now - self.began)):
            self.told = now
            tell(how_far(account, self.lang))


class Bar:
    """A bar with replications done, the stage, and the time left."""

    def __init__(self, bar: Any, lang: str = "en") -> None:
        self.bar, self.lang = bar, lang
        self.task = bar.add_task("", total=None, left="")

    @contextmanager
    def apart(self) -> Iterator[None]:
        """The bar is away."""
        self.bar.stop()
        yield
        self.bar.start()

    def status(self, text: str) -> None:
        """A line above the bar."""
        self.bar.console.print(said(text, self.lang))

    def done(self, account: Account) -> None:
        """Move the bar."""
        words = "" if account.stage is None else stage(account.stage, self.lang)
        left = _left(account, self.lang).removeprefix(", ")
        self.bar.update(self.task, completed=account.done, total=account.total, description=words, left=left)


def how_far(account: Account, lang: str) -> str:
    """`40 of 120 replications, with doubt, about 20 s left`."""
    words = "" if account.stage is None else stage(account.stage, lang)
    done, total = (number(one, lang) for one in (account.done, account.total))
    return OF[lang].format(done=done, total=total, stage=words, left=_left(account, lang))


def _left(account: Account, lang: str) -> str:
    if account.left is None:
        return ""
    left = min(account.left, account.time_left) if account.bounded else account.left
    return FEW[lang] if left < FEW_SECONDS else LEFT[lang].format(time=duration(left, lang))


@contextmanager
def progress(quiet: bool, lang: str = "en") -> Iterator[Progress]:
    """Progress shown while the block runs; a bar leaves no trace."""
    if quiet:
        yield Silent()
    elif not sys.stderr.isatty():
        yield Lines(lang)
    else:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                   TextColumn("{task.fields[left]}"))  # fmt: skip
        with RichProgress(*columns, console=console(sys.stderr), transient=True) as bar:
            yield Bar(bar, lang)
