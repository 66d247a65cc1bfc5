"""Nothing in a file or a file's name steers the terminal; `--root` stands where files are read."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from sim.command.frame import streams
from sim.command.guard import guarded
from tests.scenario.minimal import write

NASTY = "a\x1b[2J\x9b31m\u202eb\u2066\x07\u200f\U000e0041"
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
SILENT = (["run", "--no-such"], ["cost"], ["store", "--remove"], ["explain", "--replication", "x"], ["schema", "--out"])
"""commands that do not come to the file"""


@pytest.mark.parametrize("command", [
    ["check"], ["show"], ["show", "--origins"], ["run", "--no-such"], ["run"], ["policy-check"],
    ["study"],    ["compare"], ["cost"], ["calibrate", "--panel"], ["run", "--from-manifest"], ["store", "--remove"],
    ["init", "--trade", "sales", "--from"], ["explain", "--replication", "x"], ["examples"], ["schema", "--out"],
])  # fmt: skip
def test_names_of_files_and_arguments(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, {"rivals": {'"x\\e[2J"': "{commission: 200%}"}, "name": '"\\e[31m"'}, f"{NASTY}.yaml")
    code = guarded([*command, str(path)])
    said = capsys.readouterr()
    assert code in (0, 2, 4) and not STEERS.search(said.out + said.err), said
    assert command in SILENT or "\\x1b[2J" in said.out + said.err


def test_tables_and_bars_of_a_terminal() -> None:
    """What rich draws on a terminal steers it; what it is given does not, whoever forgot to escape it."""
    from rich.table import Table

    held = io.StringIO()
    held.isatty = lambda: True  # type: ignore[method-assign]
    console = streams.console(held)
    table = Table("head\x1b]0;title\x07")
    table.add_row("cell\u202e\x1b[2J")
    console.print(table)
    console.print("text\x9b2J")
    assert "\x1b]0" not in held.getvalue() and "\x1b[2J" not in held.getvalue() and "\x9b" not in held.getvalue()
    assert "cell\\u202e" in held.getvalue()


def test_letters_that_look_like_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, {"policy.rules.base.segments": "[bаnk]", "nаme": "x"})  # а is Cyrillic in both
    assert guarded(["check", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.count('"а" is Cyrillic Small Letter A (U+0430), not Latin Small Letter A (U+0061)') == 2, said


@pytest.mark.parametrize("command", ["check", "show", "run", "study", "cost", "explain", "equilibrium", "switching",
                                     "policy-check", "calibrate"])  # fmt: skip
def test_one_more_folder_is_an_option_of_all(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded([command, "--help"]) == 0
    assert "--root" in capsys.readouterr().out
