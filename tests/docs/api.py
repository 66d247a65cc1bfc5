"""docs/api.md: what Python offers, made from signatures and docstrings.

python -m tests.docs.api            says whether the document, and its Russian, are as the code is
python -m tests.docs.api --write    writes them
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import sim
from sim.experiments.answer import Answer
from sim.judgement.precision import Until
from sim.report.faces import of_answer, of_result
from sim.scenario.load import Loaded
from tests.docs import generated
from tests.docs.keys import ROOT, WIDTH

DOCUMENT = ROOT / "docs" / "api.md"
ABOUT = (
    "What `import sim` offers, made from its docstrings by `python -m tests.docs.api --write`. Tests execute the "
    "examples. README shows the whole in ten lines; `architecture.md` says how to add a rule, a strategy, a stage."
)
CALLED = ("load", "run", "study", "open", "store", "policy_check", "progress")
CLASSES: dict[str, type] = {
    "A scenario: what `sim.load` returns": Loaded,
    "A result: what `sim.run` returns": sim.Result,
    "Pictures of a result: `result.plot`": of_result.Plots,
    "An answer: what `sim.study` returns": Answer,
    "Pictures of an answer: `answer.plot`": of_answer.Plots,
    "A finished run: what `sim.open` returns": sim.Finished,
    "When a run knows enough: `until=sim.judgement.precision.Until(...)`": Until,
}
ERRORS = ("SimError", "ScenarioError", "OutputError", "LedgerError", "RunError")
UNDERLINED = re.compile(r"^(\w+)\n-+\n", re.MULTILINE)
EXAMPLES, ARGUMENT = "Examples", re.compile(r"^(\w[\w, ]*) : ", re.MULTILINE)


def document() -> str:
    """The whole document."""
    return "\n".join(["# Python", "", *wrapped(ABOUT), *functions(), *classes(), *errors()]).rstrip("\n") + "\n"


def functions() -> Iterator[str]:
    """Each function that is called by its name."""
    yield from ("## Functions", "")
    for name in CALLED:
        yield from (f"### `sim.{name}`", "", *signature(f"sim.{name}", getattr(sim, name)))
        yield from said(getattr(sim, name))


def signature(name: str, function: Callable[..., Any]) -> list[str]:
    """How it is called, without annotations."""
    stated = inspect.signature(function)
    plain = [one.replace(annotation=inspect.Parameter.empty) for one in stated.parameters.values()]
    called = stated.replace(
        parameters=[one for one in plain if one.name != "self"], return_annotation=inspect.Signature.empty
    )
    line = textwrap.fill(f"{name}{called}", WIDTH, subsequent_indent="    ", break_long_words=False)
    return ["```text", *line.splitlines(), "```", ""]


def classes() -> Iterator[str]:
    """What each kind of thing holds and does."""
    for title, kind in CLASSES.items():
        yield from (f"## {title}", "", *said(kind), *fields(kind), *methods(kind))


def fields(kind: type) -> Iterator[str]:
    """What it knows of itself: a line each."""
    known = {name: one for name, one in members(kind) if isinstance(one, (property, cached_property))}
    for name, one in known.items():
        told = " ".join((inspect.getdoc(one) or "").split("\n\n")[0].split())
        yield textwrap.fill(f"- `{name}`: {told}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    yield from [""] * bool(known)


def methods(kind: type) -> Iterator[str]:
    """What it does."""
    for name, one in members(kind):
        if inspect.isfunction(one):
            yield from (*signature(f".{name}", one), *said(one))


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """Public members with a text, its own first, then what it has from those above."""
    seen: set[str] = set()
    for one in (above for above in kind.__mro__ if above.__module__.startswith("sim.")):
        for name, member in vars(one).items():
            if not name.startswith("_") and name not in seen and inspect.getdoc(member):
                seen.add(name)
                yield name, member


def errors() -> Iterator[str]:
    """What is raised on purpose."""
    yield from ("## Errors", "")
    for name in ERRORS:
        yield f"- `sim.{name}`: {(inspect.getdoc(getattr(sim, name)) or '').splitlines()[0]}"


def said(thing: Any) -> Iterator[str]:
    """A docstring as text: what it is, arguments, errors, examples."""
    about, *parts = UNDERLINED.split(inspect.getdoc(thing) or "")
    for paragraph in about.strip().split("\n\n"):
        yield from wrapped(paragraph)
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        yield from (f"**{title}**", "", *(example(text) if title == EXAMPLES else listed(text)))


def example(text: str) -> list[str]:
    """Lines of an example."""
    return ["```pycon", *text.strip().splitlines(), "```", ""]


def listed(text: str) -> Iterator[str]:
    """Arguments, or errors with when they come, as a list."""
    entries = re.split(r"\n(?=\S)", text.strip())
    for entry in entries:
        head, _, more = entry.partition("\n")
        one = ARGUMENT.sub(r"`\1`: ", head) if ARGUMENT.match(head) else f"`{head}`" + ": " * bool(more)
        line = " ".join([one.rstrip(), *more.split()])
        yield textwrap.fill(f"- {line}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    yield ""


def wrapped(text: str) -> list[str]:
    """Lines of a paragraph, and an empty one."""
    return [*textwrap.wrap(" ".join(text.split()), WIDTH, break_on_hyphens=False, break_long_words=False), ""]


if __name__ == "__main__":
    sys.exit(generated.main({DOCUMENT: document()}, "code is"))
