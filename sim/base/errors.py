"""One exception base with few subclasses; every message says what, where, which value and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sim.base.text import safe_text


@dataclass(frozen=True)
class Problem:
    """One fault in a user's input. Lines and columns count from 1; 0 means unknown."""

    path: str
    what: str
    remedy: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    source: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = ": ".join(part for part in (place, self.path, self.what) if part)
        return safe_text(f"{text}; {self.remedy}" if self.remedy else text)


class SimError(Exception):
    """Base of all errors that the simulator raises on purpose; as text nothing in it steers a terminal."""

    def __str__(self) -> str:
        return safe_text(super().__str__())

    def reword(self, said: Callable[[str], str]) -> None:
        """Say it in other words."""
        self.args = tuple(said(one) if isinstance(one, str) else one for one in self.args)


class ScenarioError(SimError):
    """The input is wrong; `problems` holds every fault found at once."""

    def __init__(self, problems: Sequence[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(path="", what=problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))

    def reword(self, said: Callable[[str], str]) -> None:
        """Say it in other words."""
        super().reword(said)
        self.problems = tuple(replace(one, what=said(one.what), remedy=said(one.remedy)) for one in self.problems)

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class OutputError(SimError):
    """Results cannot be written, or the machine has not the memory or time for the run."""


class LedgerError(SimError):
    """The books do not balance: a fault of the simulator, never of the user."""


class RunError(SimError):
    """A replication failed; carries what is needed to run it again."""

    def __init__(self, message: str, seed: int, replication: int, month: int) -> None:
        super().__init__(message)
        self.seed, self.replication, self.month = seed, replication, month

    def __str__(self) -> str:
        return f"{super().__str__()} (seed {self.seed}, replication {self.replication}, month {self.month})"

    def __reduce__(self) -> tuple[type[RunError], tuple[str, int, int, int]]:
        return type(self), (str(self.args[0]), self.seed, self.replication, self.month)
