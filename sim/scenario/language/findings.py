"""Faults and warnings collected while a scenario is read, so that all are reported at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import NoReturn

from sim.base.errors import Problem, ScenarioError
from sim.base.notes import Note
from sim.base.text import safe_text
from sim.scenario.language.nodes import Node, Origin, Path, dotted, is_there, nearest

MOST_PROBLEMS = 50
LONGEST_SOURCE = 200
SETS = "sets"
"""what messages call overrides: the argument of `sim.load`"""
LONGEST_MESSAGE = 600
_LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")


@dataclass
class Findings:
    """Problems and notes so far, and the texts to quote lines from."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    tree: Node | None = None
    _lines: dict[str, list[str]] = field(default_factory=dict)
    _sets: list[str] = field(default_factory=list)

    def add_text(self, file: str, text: str) -> None:
        """Remember a file's text so that messages can show its lines."""
        self._lines[file] = _LINE_END.split(text)

    def add_set(self, text: str) -> Origin:
        """Remember a --set and say where its value comes from: `line` is its ordinal on the command line."""
        self._sets.append(text)
        return Origin("--set", len(self._sets), text.find("=") + 2, "set", 1_000)

    def fault(self, what: str, remedy: str = "", path: Path = (), at: Origin | None = None) -> None:
        """Add a problem. Without `at` it points at `path` in the tree, or at what stands nearest above it."""
        if at is None and self.tree is not None:
            at = nearest(self.tree, path).place
        self.problems.append(self._problem(what, remedy, path, at))

    def fail(self, what: str, remedy: str = "", path: Path = (), at: Origin | None = None) -> NoReturn:
        """Add a problem after which reading cannot go on, and raise all."""
        self.fault(what, remedy, path, at)
        self.raise_if_any()
        raise AssertionError("a problem was added above")

    def note(self, code: str, text: str, path: Path = ()) -> None:
        """Add a warning."""
        self.notes.append(Note(code, safe_text(text), safe_text(dotted(path))))

    def has_fault_at(self, at: Origin, path: Path) -> bool:
        """Whether a problem points at this place already; what has no line is told apart by its path."""
        place = _place(self._problem("", "", path, at))
        return any(_place(had) == place for had in self.problems)

    def located(self, problem: Problem, path: Path) -> Problem:
        """A problem that was found later, at what stands at a path of the tree."""
        if self.tree is None or not is_there(self.tree, path):
            return problem
        at = nearest(self.tree, path).place
        return replace(problem, file=safe_text(at.file), line=at.line, column=at.column, source=self._source(at))

    def raise_if_any(self) -> None:
        """Raise ScenarioError with every problem so far, in the order of the files' lines."""
        if not self.problems:
            return
        ranked = sorted(self.problems, key=lambda problem: (problem.file, problem.line, problem.column))
        shown, hidden = ranked[:MOST_PROBLEMS], len(ranked) - MOST_PROBLEMS
        if hidden > 0:
            shown.append(Problem("", f"and {hidden} more problems", "mend the ones above first"))
        raise ScenarioError(shown)

    def _problem(self, what: str, remedy: str, path: Path, at: Origin | None) -> Problem:
        name = safe_text(dotted(path))
        what, remedy = _cut(safe_text(what)), _cut(safe_text(remedy))
        if at is None:
            return Problem(name, what, remedy)
        if at.kind == "set":
            source = self._sets[at.line - 1] if at.line <= len(self._sets) else ""
            return Problem(name, what, remedy, SETS, 0, 0, safe_text(source[:LONGEST_SOURCE]))
        return Problem(name, what, remedy, safe_text(at.file), at.line, at.column, self._source(at))

    def _source(self, at: Origin) -> str:
        lines = self._lines.get(at.file, [])
        line = lines[at.line - 1] if 0 < at.line <= len(lines) else ""
        return safe_text(line) if len(line) <= LONGEST_SOURCE else ""


def _place(problem: Problem) -> tuple[object, ...]:
    path = "" if problem.line else problem.path
    return problem.file, problem.line, problem.column, problem.source, path


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"
