"""Wrong scenarios: every fault at once, exit code 2, nothing on standard output, nothing written."""

from __future__ import annotations

import io
import os
import pty
import subprocess
from pathlib import Path

import pytest

from sim.base.errors import Problem
from sim.command.frame.problems import shown
from sim.command.guard import guarded
from tests.command.running import PROGRAM, ROOT, environment, tiny

WRONG = {"months": "six", "segments.bank.flow": "-1", "policy.rules.base.new": "15"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("command", [["check"], ["run"], ["show"], ["explain"]])
def test_all_faults_at_once(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path, WRONG)
    after = ["bank-1"] if command == ["explain"] else []
    assert guarded([*command, str(path), *after]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert len(lines) == 3
    for line in lines:
        file, number, column, rest = line.split(":", 3)
        assert file == str(path) and int(number) > 0 and int(column) > 0
        assert rest.startswith(" ") and len(rest) > 20
    assert [one for key in WRONG for one in lines if f": {key}" in one]
    assert [one.name for one in tmp_path.iterdir()] == ["tiny.yaml"]


def test_several_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tiny(tmp_path), tiny(tmp_path, WRONG, "bad.yaml")
    assert guarded(["check", str(good), str(bad), str(tmp_path / "none.yaml")]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "none.yaml" in printed.err and len(printed.err.splitlines()) == 4
    assert guarded(["check", str(good)]) == 0
    assert capsys.readouterr().out == f"{good}: ok\n"


def test_wrong_sets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded([str(tiny(tmp_path)), "--set", "segments.bank.flw=3", "--set", "months=0mo"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "did you mean flow" in printed.err and "months" in printed.err


@pytest.mark.parametrize("text", ["9", "0-9", "2-1", "x", "1,,2", "-1"])
def test_wrong_panels(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded([str(tiny(tmp_path)), f"--panel-replications={text}"]) == 2
    assert capsys.readouterr().out == ""


def test_unknown_partner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["explain", str(tiny(tmp_path)), "nobody"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "nobody" in printed.err


def test_a_caret_under_the_place() -> None:
    problem = Problem("a.b", "wrong", "mend it", "f.yaml", 7, 6, "  b: 日本 x")
    lines = shown([problem], Terminal()).splitlines()
    assert lines[0] == "f.yaml:7:6: a.b: wrong; mend it"
    assert lines[2].index("^") == lines[1].index("日")
    assert shown([problem], io.StringIO()) == lines[0]


def test_a_caret_after_wide_characters_and_in_a_long_line() -> None:
    wide = Problem("a", "wrong", "", "f", 1, 5, "日本: x")
    line, caret = shown([wide], Terminal()).splitlines()[1:]
    assert caret.index("^") == line.index("x") + 2
    long = Problem("a", "wrong", "", "f", 1, 300, " " * 299 + "here" + " " * 50)
    line, caret = shown([long], Terminal()).splitlines()[1:]
    assert line[caret.index("^") :].startswith("here") and len(line) < 130


def test_on_a_terminal(tmp_path: Path) -> None:
    path = tiny(tmp_path, WRONG)
    ours, theirs = pty.openpty()
    command = [*PROGRAM, "check", str(path)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    text = os.read(ours, 100_000).decode()
    os.close(ours)
    assert (done.returncode, done.stdout) == (2, b"")
    assert text.count("^") == 3 and "months: six" in text
