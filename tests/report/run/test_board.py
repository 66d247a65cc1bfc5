"""The page of a run as a board paper: it decides, finds its way, says what pictures show, prints on six pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.pages import colours, ticks
from sim.report.pages.picture import Along, Bars, Line, Picture
from sim.report.pages.shown_picture import figure
from sim.report.run import html
from sim.report.run.board.key_rows import EACH, GROUPS, KeyRows
from sim.report.run.page import Page
from sim.report.run.pictures.finding_words import Findings
from tests.report.run.test_html import Parsed

TEXT, DRAWN = 4.5, 3.0
"""contrasts that WCAG AA asks of texts and of what is drawn"""
MOST_PAGES, MOST_KEY_FIGURES = 6, 15
CSS = Path(html.__file__).parents[1] / "templates" / "page.css"


@pytest.fixture(scope="module", params=["en", "ru"])
def page(request: pytest.FixtureRequest, result: Result) -> str:
    return html.report(result, {"lang": request.param})


def test_contrast_is_wcags() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert colours.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert colours.contrast("#777777", "#ffffff") < TEXT


def test_colours_can_be_told_from_paper() -> None:
    drawn = {*colours.PALETTE, *colours.UP.values(), *colours.DOWN.values(), *colours.AGES.values(), colours.QUIET}
    drawn |= {colours.BLUE, colours.GOOD, colours.BAD, colours.ORANGE, colours.AXIS}
    assert not {one: ratio for one in drawn if (ratio := colours.contrast(one, colours.PAPER)) < DRAWN}


def test_texts_can_be_read() -> None:
    words = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", CSS.read_text("utf-8")))
    pairs = [(text, back) for text in ("ink", "soft", "accent") for back in ("paper", "back")]
    pairs += [(word, f"{word}-back") for word in ("pass", "fail", "open")]
    assert not [pair for pair in pairs if colours.contrast(words[pair[0]], words[pair[1]]) < TEXT]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 10, [0, 2, 4, 6, 8, 10]), (-35, 95, [-20, 0, 20, 40, 60, 80]), (0, 0.3, [0, 0.1, 0.2, 0.3])],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks.ticks(low, high) == pytest.approx(expected)


def test_one_description_makes_title_text_and_drawing() -> None:
    labels = Labels()
    names = Along.of(["a<b", "c"])
    marks = [Bars("won & kept", np.array([1.0, 3.0]), ["#2b5f8c"]), Line("", np.array([1.0, np.nan]), "#b8701a")]
    shown = figure(Picture("p", "Won <3", "Partners", "mn RUB", names, marks), Numbers(labels, "RUB"))
    assert shown["title"] == "Won <3" and shown["subtitle"] == "Partners, mn RUB"
    for drawing in shown["drawings"]:
        assert 'aria-label="Won &lt;3. Partners, mn RUB."' in drawing and "a&lt;b" in drawing
        assert drawing.count("<rect") == 2 and "NaN" not in drawing and "nan" not in drawing


@pytest.mark.parametrize(("last", "said"), [(1.3e6, "up from"), (0.9e6, "down from"), (1.01e6, "stays at about")])
def test_titles_are_computed(last: float, said: str) -> None:
    labels = Labels()
    assert said in Findings(labels, Numbers(labels, "RUB")).change("Equity", 1e6, last, "money")


def test_every_section_is_in_the_contents(page: str) -> None:
    listed = re.findall(r'<a href="#(\w+)">', page)
    ids = re.findall(r'<section id="(\w+)"', page)
    assert listed == ids and len(set(ids)) == len(ids)
    assert page.index('class="decision"') < page.index('class="contents"') < page.index(f'id="{ids[0]}"')


def test_pictures_say_what_they_show(page: str) -> None:
    titles = re.findall(r"<figure.*?<h3>(.*?)</h3>", page, flags=re.DOTALL)
    texts = re.findall(r'<svg [^>]*role="img"[^>]*aria-label="(.*?)"', page)
    assert len(texts) == 2 * len(titles) > 10
    assert all(text.startswith(title) for title, text in zip(titles, texts[::2], strict=True))
    assert not re.search(r"\{\w+\}|\bnan\b", " ".join(titles))


def test_tables_have_scopes(page: str) -> None:
    parsed = Parsed(page)
    assert all("scope" in names for tag, names in parsed.tags if tag == "th")


def test_a_month_with_its_date_bears_no_unit(result: Result) -> None:
    row = Page(result, {}, Labels.of(result, "en")).kpi("payback_month")
    assert re.fullmatch(r"\d+(\.\d)? \(\d{4}-\d\d\)", row["mean"]) and row["unit"] == ""


def test_fifteen_key_figures_stand_open(result: Result) -> None:
    rows = KeyRows(Page(result, {}, Labels.of(result)))
    first, rest = rows.tables()
    shown = [row["label"] for row in first["rows"] if "label" in row]
    assert len(shown) <= MOST_KEY_FIGURES == EACH * len(GROUPS)
    assert not {*shown} & {row["label"] for row in rest["rows"]} and rest["rows"]
    assert {rows.labels.kpi(name) for name in rows.judged} <= {*shown}


def test_it_prints_on_six_pages(page: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium here, so nobody has printed the page")
    (tmp_path / "page.html").write_text(page, "utf-8")
    command: list[Any] = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={tmp_path / 'page.pdf'}"]
    subprocess.run([*command, (tmp_path / "page.html").as_uri()], check=True, capture_output=True, timeout=120)
    printed = (tmp_path / "page.pdf").read_bytes()
    assert 1 < len(re.findall(rb"/Type\s*/Page\b", printed)) <= MOST_PAGES
