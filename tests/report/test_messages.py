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
from tests.scenario.minimal import write

PACKAGE = Path(sim.__file__).parent
SAYS = {
    "fault", "fail", "note", "Problem", "ScenarioError", "ValueError", "OutputError", "BadParameter", "Note", "SimError"
}  # fmt: skip
OF_PROGRAMS = ("theory", "statistics")
"""Rooms whose errors only a programmer meets"""
OF_INPUT = ("base", "contracts", "market", "partners", "policy", "scenario", "settlement", "worked")
"""Rooms that read what a user has written"""
NAMES = {"fault", "reading", "readings", "remedy", "said", "text", "what", "why", "_CLASHES", "_EXPECTED"}
"""What these rooms call a message, or a part of one, before they say it"""
NO_MESSAGES = {
    "# Resolved scenario: what it extends, presets and overrides are applied.\n", "Scenario of partner-sim",
    "Dated value", "by date",
}  # fmt: skip
"""In a file that is written, and in the schema"""
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
        return re.sub(r"\{[a-z]+\}", VALUE, node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(template(part) if isinstance(part, ast.Constant) else VALUE for part in node.values)
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


def parts(node: ast.AST) -> Iterator[str]:
    """The texts of which a value may be one, or be made; those that it fills in among them."""
    if text := template(node):
        yield text
    of: tuple[ast.AST | None, ...] = ()
    match node:
        case ast.IfExp():
            of = node.body, node.orelse
        case ast.BinOp() if not text:
            of = node.left, node.right
        case ast.Tuple() | ast.List():
            of = tuple(node.elts)
        case ast.Dict():
            of = tuple(node.values)
        case ast.BoolOp():
            of = tuple(node.values)
        case ast.JoinedStr():
            of = tuple(one for one in node.values if isinstance(one, ast.FormattedValue))
        case ast.FormattedValue():
            of = (node.value,)
    for one in of:
        yield from parts(one) if one is not None else ()


def parts_of_messages() -> Iterator[tuple[str, str]]:
    """What the code of input puts together before it says it: returned, yielded, or under a name such as `what`."""
    for path, tree in trees().items():
        for node in ast.walk(tree) if path.parts[0] in OF_INPUT else ():
            names: set[str] = set()
            if isinstance(node, ast.Assign):
                names = {one.id for there in node.targets for one in ast.walk(there) if isinstance(one, ast.Name)}
            given = node.value if isinstance(node, ast.Return | ast.Yield) or names & NAMES else None
            for text in parts(given) if given is not None else ():
                yield text, f"{path}:{node.lineno}"


def told(text: str) -> bool:
    """Whether a text is a sentence and not a name or an option."""
    letters = sum(one.isalpha() for one in text)
    return bool(WORDS.search(text)) and not text.startswith("--") and (VALUE not in text or letters >= LEAST_LETTERS)


def test_every_message_has_a_row() -> None:
    known = rows()
    assert not {text: where for text, where in messages() if told(text) and text not in known}


def test_what_messages_are_made_of_has_a_row_too() -> None:
    known = rows().keys() | NO_MESSAGES

    def lacks(text: str) -> bool:
        halves = text.removeprefix("; ").split("; ")
        return told(text) and text not in known and not all(half in known for half in halves)

    assert not {text: where for text, where in parts_of_messages() if lacks(text)}


def test_every_row_is_a_message() -> None:
    whole = {template(node) for tree in trees().values() for node in ast.walk(tree)}
    there = whole | {part for text in whole for part in text.removeprefix("; ").split("; ")}
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
        ("note: policy.rules.wait.when: no product is paid in instalments, so that in_full is in_proportion",
         "примечание: policy.rules.wait.when: ни один продукт не оплачивается в рассрочку, поэтому in_full – то же, "
         "что in_proportion"),
        ("months expected, got nothing; fill it in", "ожидались месяцы, получено ничего; заполните"),
    ],
)  # fmt: skip
def test_said_again(text: str, again: str) -> None:
    assert said(text, "ru") == again and said(text, "en") == text


@pytest.mark.parametrize("way", [["--lang", "ru"], ["--lang=ru"]])
def test_a_fault_is_told_in_the_language_of_the_command(way: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["check", "nowhere.yaml", *way]) == 2
    assert "файл не найден: nowhere.yaml; проверьте имя и папку" in capsys.readouterr().err


FAULTS = {
    "months": "24", "opening.capital": "10 000 000", "products.hull.price": "30 USD", "segments.bank.mix": "[hull]",
    "market.demand": "{}", "accounts": "{tax: 250%}", "start": "2025-01-15", "products.hull.renewal": "95",
    "policy.rules": "{wait: {kind: collected}, back: {kind: holdback, share: 10%}, base: {kind: base}}",
    "rivals.other.strategy": "follow", "replications": "yes", "name": "5",
}  # fmt: skip
TOGETHER = {
    "policy.rules.wait": "{kind: collected}", "policy.rules.back": "{kind: holdback, share: 10%, months: 3mo}",
    "policy.rules.more": "{kind: base, new: 9%}", "segments.bank.mix.hul": "5%",
}  # fmt: skip
KEPT = re.compile(r'^\S+ \S+: |"[^"]*"|\b[a-z_.]+: |[^( ]+\.yaml:[0-9]+|[0-9]+mo', re.MULTILINE)
"""Where it stands, what was written, keys, places: these stay as they are"""
NAMES_OF = {"YAML", "true", "false", "wait", "back", "base", "more", "hull", "bank"}


@pytest.mark.parametrize("changes", [FAULTS, TOGETHER], ids=["values", "rules"])
def test_no_fault_is_told_by_halves(
    changes: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, changes)
    assert guarded(["check", str(file), "--lang", "ru"]) == 2
    shown = KEPT.sub(" ", capsys.readouterr().err)
    assert set(re.findall(r"[A-Za-z]{2,}", shown)) - NAMES_OF == set()
