"""What a caller in Python gives: arguments that no caller may give are refused by name, all at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from numbers import Integral, Real
from os import PathLike
from typing import Any

from sim.base.errors import Problem, ScenarioError
from sim.base.text import safe_text

LARGEST_SEED = 2**63 - 1
MOST_REPLICATIONS = 1_000_000
MOST_WORKERS = 1_024
LANGUAGES = ("en", "ru")
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
TIMES = "a time above 0 with its unit, such as 30s, 2min or 1h"
_TIME = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(s|min|h)")
_LONGEST = 60  # characters of a value in a message


def seconds_of(text: str) -> float | None:
    """Seconds of a time such as `2min`; None where it is none, or 0."""
    match = _TIME.fullmatch(text.strip())
    return (float(match[1]) * SECONDS[match[2]] or None) if match else None


class Arguments:
    """Arguments of one call, each checked by its name; `check` tells what is wrong with any of them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def check(self) -> None:
        """Refuse the call.

        Raises
        ------
        ScenarioError
            With every argument that is wrong.
        """
        if self.problems:
            raise ScenarioError(self.problems)

    def whole(self, name: str, value: Any, least: int, most: int) -> None:
        """A whole number within bounds, or None where the argument is left out."""
        if value is not None:
            self._whole(name, value, least, most)

    def whole_numbers(self, name: str, values: Any, below: int) -> None:
        """Whole numbers from 0, each below a bound."""
        if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
            self.fault(name, f"a list of whole numbers expected, got {_shown(values)}", "such as [0, 3]")
            return
        for value in values:
            self._whole(name, value, 0, below - 1)

    def choice(self, name: str, value: Any, known: Collection[str]) -> None:
        """One of a few texts."""
        if not (isinstance(value, str) and value in known):
            near = get_close_matches(value, known, 1) if isinstance(value, str) else []
            remedy = f"did you mean {near[0]}?" if near else ""
            self.fault(name, f"one of {', '.join(known)} expected, got {_shown(value)}", remedy)

    def truth(self, name: str, value: Any) -> None:
        """True or False."""
        if not (isinstance(value, bool) or type(value).__name__ == "bool"):  # NumPy's
            self.fault(name, f"True or False expected, got {_shown(value)}")

    def seconds(self, name: str, value: Any) -> float | None:
        """Seconds above 0, as a number or as a text with its unit; None where the argument is left out."""
        found = seconds_of(value) if isinstance(value, str) else value
        if value is None or (isinstance(found, Real) and not isinstance(found, bool) and float(found) > 0):
            return None if found is None else float(found)
        self.fault(name, f"seconds above 0 expected, got {_shown(value)}", f"or {TIMES}")
        return None

    def texts(self, name: str, values: Any) -> None:
        """A list of texts."""
        if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
            self.fault(name, f"a list of texts expected, got {_shown(values)}", 'such as ["seed=2"]')

    def text(self, name: str, value: Any) -> None:
        """A text, or None where the argument is left out."""
        if value is not None and not isinstance(value, str):
            self.fault(name, f"a text expected, got {_shown(value)}")

    def classes(self, name: str, values: Any) -> None:
        """A list of classes."""
        if not isinstance(values, list | tuple) or not all(isinstance(one, type) for one in values):
            self.fault(name, f"a list of classes expected, got {_shown(values)}", "such as extra=[MyRule]")

    def path(self, name: str, value: Any) -> None:
        """A path, or None where the argument is left out."""
        if value is not None and not isinstance(value, str | PathLike):
            self.fault(name, f"a path expected, got {_shown(value)}")

    def function(self, name: str, value: Any) -> None:
        """A function, or None where the argument is left out."""
        if value is not None and not callable(value):
            self.fault(name, f"a function of (done, all) expected, got {_shown(value)}", "such as sim.progress")

    def mapping(self, name: str, value: Any) -> None:
        """A mapping whose keys are texts."""
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            self.fault(name, f"a mapping of texts to values expected, got {_shown(value)}")

    def of(self, name: str, value: Any, kinds: tuple[type, ...], expected: str) -> None:
        """A value of one of some types."""
        if not isinstance(value, kinds):
            self.fault(name, f"{expected} expected, got {_shown(value)}")

    def _whole(self, name: str, value: Any, least: int, most: int) -> None:
        if not (isinstance(value, Integral) and not isinstance(value, bool) and least <= int(value) <= most):
            self.fault(name, f"a whole number from {least} to {most} expected, got {_shown(value)}")

    def fault(self, name: str, what: str, remedy: str = "") -> None:
        """Add a problem."""
        self.problems.append(Problem(name, what, remedy))


def given_path(name: str, value: Any) -> None:
    """Refuse what is no path, where a path must be given.

    Raises
    ------
    ScenarioError
    """
    asked = Arguments()
    asked.of(name, value, (str, PathLike), "a path")
    asked.check()


def _shown(value: object) -> str:
    text = safe_text(repr(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
