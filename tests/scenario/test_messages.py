"""Messages name the file, line, column, path, value and remedy, and all faults come at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import Problem, ScenarioError
from sim.scenario.load import load
from tests.scenario.minimal import changed, text_of, write


def problems(folder: Path, changes: dict[str, Any], sets: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load(write(folder, changes), sets)
    return caught.value.problems


def test_position_of_a_value(tmp_path: Path) -> None:
    path = tmp_path / "main.yaml"
    text = text_of(changed({"products.hull.price": "-5"}))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (problem,) = caught.value.problems
    line = text.splitlines().index("    price: -5") + 1
    what = "an amount of money must not be negative, got -5"
    assert problem == Problem("products.hull.price", what, "", str(path), line, 12, "    price: -5")
    assert str(problem).startswith(f"{path}:{line}:12: products.hull.price: ")


def test_position_of_a_key_and_of_a_missing_key(tmp_path: Path) -> None:
    unknown, missing = problems(tmp_path, {"products.hull.prise": "5", "segments.bank.flow": None})
    assert (unknown.path, unknown.column, unknown.source) == ("products.hull.prise", 5, "    prise: 5")
    assert unknown.remedy == "did you mean price?"
    assert (missing.path, missing.source) == ("segments.bank.flow", "  bank:")
    assert missing.what == "required key is missing"


def test_all_faults_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        {"months": "12", "seed": "true", "segments.bank.region": "no", "segments.bank.cost.basis": "3",
         "rivals.other.strategy.kind": "statc", "policy.rules.base.new": "15", "currency": "rub"},
    )  # fmt: skip
    assert [problem.path for problem in found] == [
        "months", "seed", "segments.bank.region", "segments.bank.cost.basis", "rivals.other.strategy.kind",
        "policy.rules.base.new", "currency",
    ]  # fmt: skip
    assert found[4].what == 'unknown kind "statc"'
    assert found[4].remedy == "did you mean static?"


@pytest.mark.parametrize(
    ("path", "raw", "words"),
    [
        ("seed", "1.5", "integer expected, got 1.5"),
        ("seed", '"1"', "remove the quotes"),
        ("seed", "-1", "must be >= 0, got -1"),
        ("name", '""', "must not be empty"),
        ("name", "5", "text expected, got integer 5".replace("integer ", "")),
        ("products.hull.claims.count", "negativ_binomial", "did you mean negative_binomial?"),
        ("products.hull.claims.loss_ratio", "55", 'did you mean "55%" or "5500%"?'),
        ("products.hull.price", "1e999", "finite number"),
        ("products.hull.price", "1_000", "without separators: 1000"),
        ("products.hull.price", "{since: {2024-13: 5}}", "2024-13"),
        ("products", "{a: {price: 1, cost_ratio: 1%, season: [1, 1]}}", "season needs 12 factors, got 2"),
        ("products.hull", "5", "mapping expected, got 5"),
        ("segments.bank.flow", "{dist: lognormal, mean: 5}", "a lognormal law needs cv"),
        ("segments.bank.flow", "many", "a number expected, or a law such as"),
        ("segments.bank.mix", "[hull]", "mapping expected, got a list"),
        ("start", "2024-02-30", "no such date"),
        ("start", "2024", "a month expected"),
        ("months", "2.5mo", "whole number of months"),
        ("schema", "2", "version 2"),
        ("schema", "one", "write schema: 1"),
        ("policy.rules.base", "{new: 5%}", "kind"),
        ("policy.rules", "[]", "mapping expected"),
        ("criteria", "{ok: {kpi: npv, at_least: 0, at_most: 1}}", "give either at_least or at_most"),
        ("opening.capital", "~", "number expected, got nothing"),
    ],
)
def test_one_message(tmp_path: Path, path: str, raw: str, words: str) -> None:
    found = problems(tmp_path, {path: raw})
    assert len(found) == 1, found
    assert words in f"{found[0].what}; {found[0].remedy}"
    assert found[0].path.startswith(path)
    assert found[0].line > 0


def test_many_unknown_keys_are_counted(tmp_path: Path) -> None:
    found = problems(tmp_path, {f"k{i}": "1" for i in range(25)})
    assert len(found) == 11
    assert found[0].what == "and 15 more unknown keys"


def test_many_problems_are_counted(tmp_path: Path) -> None:
    found = problems(tmp_path, {f"segments.bank.mix.p{i}": "1" for i in range(80)})
    assert len(found) == 51
    assert found[-1].what == "and 30 more problems"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\n---\nb: 2\n", "several documents"),
        ("%YAML 1.1\n---\na: no\n", "directives"),
        ("a: &x 1\nb: *x\n", "aliases (*x) are not allowed"),
        ("a: \x07\n", "control character U+0007 in line 1"),
        ("a: x\0\n", "control character NUL"),
        ("no: 1\n", "a boolean word"),
        ("~: 1\n", "a key is empty"),
        ("a: [1\n", "line 2"),
        ('a: "\\UFFFFFFFF"\n', "not valid YAML"),
        ('a: "\\ud800"\n', "half of a character pair"),
        ("a: 1\n b: 2\n", "mapping values are not allowed here"),
        ("text\n", "mapping expected at top level, got a single value"),
        ("# only a comment\n", "empty scenario"),
        ("---\n", "empty scenario"),
        ("- " * 60 + "a\n", "nesting"),
        ("a: " + "9" * 5000 + "\n", "64 bit"),
    ],
)
def test_yaml_that_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "main.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert words in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfea\x00", "имя: Ёж\n".encode("utf-16")])
def test_utf16_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "main.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match="UTF-16"):
        load(path)


def test_bom_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(path).scenario.name == "t"


def test_main_file_that_is_none(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "no.yaml", "file not found: no.yaml"), (tmp_path, "a folder"),
                        (tmp_path / ("a" * 5000), "cannot be"), ("a\0b", "cannot be")):  # fmt: skip
        with pytest.raises(ScenarioError, match=words):
            load(path)


def test_messages_show_nothing_that_moves_a_terminal(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, {"currency": '"\\e[2J\\u202e"'})
    assert "\x1b" not in str(problem)
    assert "\\x1b[2J\\u202e" in problem.what
