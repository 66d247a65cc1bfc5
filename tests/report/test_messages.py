"""Errors and warnings are said in Russian too: every message of the code has a row, and every row a message."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import sim
from sim.command.guard import guarded
from sim.report.language.messages import VALUE, said

PACKAGE = Path(sim.__file__).parent
SAYS = {
    "fault", "fail", "note", "Problem", "ScenarioError", "ValueError", "OutputError", "BadParameter", "Note", "SimError"
}  # fmt: skip
OF_PROGRAMS = ("theory", "statistics")
"""Rooms whose errors only a programmer meets"""
LEAST_LETTERS = 8  # beside values: "{} at {}" would be found in any sentence
WORDS = re.compile(r"[A-Za-z]+,? [A-Za-z]+")
TABLE = PACKAGE / "report" / "language" / "messages.csv"


def rows() -> dict[str, str]:
    return {row["en"]: row["ru"] for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())}


@cache
def trees() -> dict[Path, ast.Module]:
    return {path.relative_to(PACKAGE): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}


def template(node: ast.AST) -> str:
    """A text as the code writes it, with places for its values; empty where it is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else VALUE for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = template(node.left), template(node.right)
        return "".join(parts) if all(parts) else ""
    return ""


def messages() -> Iterator[tuple[str, str]]:
    """What the code says of a user's input, and where."""
    for path, tree in trees().items():
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or path.parts[0] in OF_PROGRAMS:
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            for given in (*call.args, *(one.value for one in call.keywords)) if name in SAYS else ():
                for part in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
                    yield template(part), f"{path}:{call.lineno}"


def told(text: str) -> bool:
    """Whether a text is a sentence and not a name or an option."""
    letters = sum(one.isalpha() for one in text)
    return bool(WORDS.search(text)) and not text.startswith("--") and (VALUE not in text or letters >= LEAST_LETTERS)


def test_every_message_has_a_row() -> None:
    known = rows()
    assert not {text: where for text, where in messages() if told(text) and text not in known}


def test_every_row_is_a_message() -> None:
    there = {template(node) for tree in trees().values() for node in ast.walk(tree)}
    presets = (PACKAGE / "partners" / "segments.yaml").read_text("utf-8")
    built = {"{} cases: {} passed, {} failed", "{} case: {} passed, {} failed"}
    assert not [text for text in rows() if text not in there | built and f'"{text}"' not in presets]


def test_both_languages_have_the_same_values() -> None:
    assert all(en.count(VALUE) == ru.count(VALUE) for en, ru in rows().items())


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ('unknown key "claims"', 'неизвестный ключ "claims"'),
        ("cannot go on: out is a file, not a folder: give another --out",
         "дальше нельзя: out — файл, а не папка: задайте другой --out"),
        ("duplicate key a, lines 3 and 5; keep one of the two",
         "ключ a повторяется в строках 3 и 5; оставьте один из двух"),
        ("nobody has said this yet", "nobody has said this yet"),
    ],
)  # fmt: skip
def test_said_again(text: str, again: str) -> None:
    assert said(text, "ru") == again and said(text, "en") == text


@pytest.mark.parametrize("way", [["--lang", "ru"], ["--lang=ru"]])
def test_a_fault_is_told_in_the_language_of_the_command(way: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["check", "nowhere.yaml", *way]) == 2
    assert "файл не найден: nowhere.yaml; проверьте имя и папку" in capsys.readouterr().err
