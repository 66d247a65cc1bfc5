"""Every sentence that a study can say has words in both languages, and is given what they need."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.experiments.answer import Answer
from sim.experiments.studies import optimise
from sim.experiments.tables import comparison
from sim.report.language.labels import LANGUAGES, table
from sim.report.study.words import Words
from sim.statistics import root

FOLDER = Path(optimise.__file__).parent
SOURCES = [*FOLDER.glob("*.py"), Path(comparison.__file__)]
COMPUTED = {
    *(
        f"frontier_{status.replace(' ', '_')}"
        for status in (root.FOUND, root.HOLDS, root.FAILS, root.UNCLEAR, root.BENT)
    ),
    *optimise.KEPT.values(),
    "failing_nearest",
    "failing_most_likely",
    "failing_now",
    "failing_peak",
}


def sentences(path: Path) -> Iterator[tuple[ast.expr, set[str] | None]]:
    """First argument of each Sentence, and the names given to it where they are written out."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Sentence":
            given = call.args[1] if len(call.args) > 1 else ast.Dict([], [])
            written = isinstance(given, ast.Dict) and all(isinstance(key, ast.Constant) for key in given.keys)
            yield call.args[0], {key.value for key in given.keys} if written else None  # type: ignore[attr-defined]


def keys(key: ast.expr) -> list[str]:
    """The keys that an expression can be, as far as it is written out."""
    parts = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
    return [part.value for part in parts if isinstance(part, ast.Constant)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_sentences_have_words_and_what_they_need(path: Path) -> None:
    for key, given in sentences(path):
        for name in keys(key):
            assert f"says.{name}" in table(), name
            wanted = set(re.findall(r"\{(\w+)\}", table()[f"says.{name}"]["en"]))
            assert given is None or wanted <= given, (name, wanted)


def test_computed_keys_have_words() -> None:
    assert {f"says.{name}" for name in COMPUTED} <= set(table())
    assert {f"status.{one}" for one in (root.FOUND, root.HOLDS, root.FAILS, root.UNCLEAR, root.BENT)} <= set(table())


def test_parts_of_names() -> None:
    """A chart of one input, and the ends of an interval of any figure."""
    words = Words(Answer("optimise", "t", [], []), "en")
    assert words.title("chart", "tried_by.new") == "What was tried: new"
    assert words.column("result_low") == f"{words.column('result')}, from" and words.column("low_value") == "Low value"


def test_ends_of_an_interval_in_every_language() -> None:
    for lang in LANGUAGES:
        assert "{" not in Words(Answer("optimise", "t", [], []), lang).column("ruined_high")


@pytest.mark.parametrize(
    ("name", "said"), [("policy.rules.base.new", "base: new business"), ("base_rate", "base_rate"), ("v 1.2", "v 1.2")]
)
def test_a_path_is_told_in_words_and_a_name_as_it_stands(name: str, said: str) -> None:
    assert Words(Answer("frontier", "t", (), ())).own(name) == said


def test_policies_may_be_called_otherwise_than_by_their_names() -> None:
    words = Words(Answer("compare", "t", (), (), called={"dealers_up": "Two points more"}))
    assert words.policy("dealers_up") == "Two points more" and words.policy("dealers") == "Dealers"
