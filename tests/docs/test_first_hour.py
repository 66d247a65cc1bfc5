"""Every command of the pages for a first hour works, and the Russian pages have the same commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.command.guard import guarded
from tests.docs.reading import ROOT, blocks, text

FOLDER = "docs/first_hour"
TRADES = ("insurance", "sales", "subscription")
SAVED = re.compile(r"`([\w.]+\.(?:yaml|csv))`(?:(?!```).)*```(?:yaml|csv)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LANGUAGE = "export PARTNER_SIM_LANG=ru"
MANY, FEW = "--replications 40", "--replications 2"
QUICK = {"run": ("--workers", "1", "--no-breaks", "--doubt", "0"), "compare": ("--workers", "1")}
SLOW = {"frontier"}
DECIDED = {0, 1, 3}


def commands(page: str) -> Iterator[str]:
    """Lines of its shell blocks."""
    yield from (line for block in blocks(page, "sh") for line in block.splitlines())


@pytest.mark.parametrize("trade", TRADES)
def test_every_command_works(trade: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = f"{FOLDER}/{trade}.md"
    for name, content in SAVED.findall(text(page)):
        Path(name).write_text(content, encoding="utf-8")
    for line in commands(page):
        program, command, *more = shlex.split(line.replace(MANY, FEW))
        assert program == "partner-sim"
        if command not in SLOW:
            assert guarded([command, *more, *QUICK.get(command, ())]) in DECIDED, line


@pytest.mark.parametrize("trade", TRADES)
def test_russian_pages_have_the_same_commands_and_files(trade: str) -> None:
    english, russian = f"{FOLDER}/{trade}.md", f"{FOLDER}/{trade}.ru.md"
    assert [LANGUAGE, *commands(english)] == list(commands(russian))
    unnamed = [
        [(name, re.sub("^name: .*", "", content, flags=re.M)) for name, content in SAVED.findall(text(page))]
        for page in (english, russian)
    ]
    assert unnamed[0] == unnamed[1] and unnamed[0]


def test_there_is_a_page_for_each_trade() -> None:
    there = {path.name for path in (ROOT / FOLDER).iterdir()}
    assert there == {f"{trade}{language}.md" for trade in TRADES for language in ("", ".ru")}
