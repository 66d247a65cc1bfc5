"""The report: one file, nothing from the network, names from outside only ever text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import sim
from sim.base.text import safe_text
from sim.judgement.result import Result
from sim.report.run import folder, html
from tests.report import tiny
from tests.scenario.hostile import OUTPUT_CASES, output_scenario
from tests.scenario.minimal import changed, text_of

VOID = {"meta", "br"}


class Parsed(HTMLParser):
    """The page as a browser would see it: tags with attributes, texts by tag, scripts apart."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)


@pytest.fixture(scope="module")
def plain(result: Result) -> Parsed:
    return Parsed(html.report(result))


def test_nothing_comes_from_outside(result: Result, plain: Parsed) -> None:
    assert not {"link", "img", "iframe", "object", "embed", "form", "base", "image", "use"} & {
        tag for tag, _ in plain.tags
    }
    assert not {"src", "action", "xlink:href"} & {name for name, _ in plain.attributes}
    assert all(value and value.startswith("#") for name, value in plain.attributes if name == "href")
    assert not [name for name, _ in plain.attributes if name.startswith("on")]
    assert "@import" not in "".join(plain.texts["style"]) and "url(" not in "".join(plain.texts["style"])


def test_only_its_own_scripts_may_run(result: Result) -> None:
    page = html.report(result)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    allowed = re.findall(r"sha256-([\w+/=]+)", policy[1])
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts] == allowed
    assert "default-src &#39;none&#39;" in policy[1] and "unsafe-eval" not in policy[1]
    assert len(scripts) == 1


def test_it_says_what_was_promised(result: Result, plain: Parsed) -> None:
    text = " ".join(data for texts in plain.texts.values() for data in texts)
    assert plain.texts["h1"] == ["Партнёрский канал"]
    for words in ("FAIL", "wanted at least 1,000.00", "Probability of ruin", "unstated", "schema: 1", "numpy"):
        assert words in text, words
    places = {value for name, value in plain.attributes if name == "data-chart"}
    assert places >= {"equity", "cash", "result", "premium", "waterfall", "segments", "switching", "debt"}


def test_russian(result: Result) -> None:
    page = Parsed(html.report(result, {"lang": "ru"}))
    assert ("lang", "ru") in page.attributes
    assert "НЕ ПРОЙДЕНО" in " ".join(page.texts["p"]) and "Показатели" in page.texts["h2"]


@pytest.mark.parametrize("case", OUTPUT_CASES)
def test_hostile_names_are_only_text(plain: Parsed, tmp_path: Path, case: str) -> None:
    loaded = sim.load(output_scenario(case, tmp_path), ["months=2mo"])
    result = sim.run(loaded, replications=1, workers=1)
    page = Parsed(html.report(result))
    name = safe_text(loaded.scenario.name)
    assert page.texts["h1"] == [name] and name in page.texts["title"][0]
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags} | {"br"}
    assert {name for name, _ in page.attributes} <= {name for name, _ in plain.attributes}
    assert page.open == []
    out = folder.write(result, tmp_path / "out")
    for path in out.glob("*.csv"):
        assert not unsafe_cells(path.read_text("utf-8")), path.name
    assert loaded.scenario.name == json.loads((out / "summary.json").read_text("utf-8"))["scenario"]["name"]
    assert sim.load(out / "scenario.resolved.yaml").scenario.name == loaded.scenario.name


HOSTILE_KEYS = {"hull": '"<b>=x</b>"', "bank": '"{{7*7}}</script><svg/onload=alert(1)>"', "other": '"=1+1 $x_{$"'}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Result:
    text = text_of(changed({**tiny.TINY, "months": "3mo"}))
    for key, raw in HOSTILE_KEYS.items():
        text = re.sub(rf"^( +){key}:", rf"\1{raw}:", text, flags=re.MULTILINE)
    path = tmp_path_factory.mktemp("hostile") / "main.yaml"
    path.write_text(text, "utf-8")
    return sim.run(sim.load(path), replications=2, workers=1)


def test_hostile_keys_are_only_text(plain: Parsed, hostile: Result, tmp_path: Path) -> None:
    page = Parsed(html.report(hostile))
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags}
    assert "<b>=x</b>" in page.texts["th"]
    assert any("{{7*7}}" in text for text in page.texts["li"])  # a legend
    assert any("<b>=x</b>" in (value or "") for name, value in page.attributes if name == "data-said")
    out = folder.write(hostile, tmp_path / "out")
    for path in out.glob("*.csv"):
        assert not unsafe_cells(path.read_text("utf-8")), path.name


def unsafe_cells(text: str) -> list[str]:
    """Cells that a spreadsheet would take for a formula, numbers apart."""
    import csv

    cells = [cell for row in csv.reader(text.splitlines(keepends=True)) for cell in row]
    number = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
    starts = tuple("=+-@\t\r\n＝＋－＠")
    return [cell for cell in cells if cell.lstrip(" \u00a0").startswith(starts) and not number.fullmatch(cell)]
