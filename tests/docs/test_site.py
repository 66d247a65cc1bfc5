"""The site is built without a warning, asks nothing of the network, and is searched from disk."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.docs.reading import ROOT

FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
ASKS = re.compile(r"\bfetch\(|XMLHttpRequest|new Worker|\bimport\(|WebSocket|sendBeacon")
CHROMIUM = shutil.which("chromium")
NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND"
SEARCHED = {"index.html?q=clawback window": "rules.html#clawback", "keys.ru.html?q=возврат": "keys.ru.html#"}


class Fetched(HTMLParser):
    """What a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        place = dict(attrs).get(FETCHED.get(tag, ""))
        self.places += [place] if place else []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a warning, such as of a link that leads nowhere, is an error."""
    folder = tmp_path_factory.mktemp("site")
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True))
    return folder


def fetched(page: Path) -> list[str]:
    """Places that a page or a style sheet fetches."""
    if page.suffix == ".css":
        return re.findall(r"(?:url\(|@import )[\"']?([^\"')]+)", page.read_text("utf-8"))
    parser = Fetched()
    parser.feed(page.read_text("utf-8"))
    return parser.places


def test_all_that_a_page_fetches_lies_beside_it(site: Path) -> None:
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(pages) > 30
    for page in pages:
        for place in fetched(page):
            asked = urlsplit(place)
            inside = asked.scheme == "data" or (page.parent / unquote(asked.path)).is_file()
            assert inside and not asked.netloc, f"{page.name} fetches {place}"


def test_no_script_asks_for_more(site: Path) -> None:
    assert {one.name for one in site.rglob("*.js") if ASKS.search(one.read_text("utf-8"))} == set()


def test_every_page_is_searched(site: Path) -> None:
    index = (site / "search" / "index.js").read_text("utf-8")
    entries = json.loads(index.removeprefix("var searchIndex = ").rstrip(";\n"))
    pages = {page.relative_to(site).as_posix() for page in site.rglob("*.html")}
    assert {place.partition("#")[0] for place, *_ in entries} == pages
    assert all("&lt;" not in title for _, _, title, _ in entries)


def test_russian_pages_say_so(site: Path) -> None:
    for page in site.rglob("*.html"):
        language = "ru" if page.name.endswith(".ru.html") else "en"
        shown = page.read_text("utf-8")
        assert f'<html lang="{language}"' in shown, page.name
        assert ("Ничего не найдено" in shown) == (language == "ru") != ("No results found" in shown), page.name


@pytest.mark.skipif(not CHROMIUM, reason="chromium is not here: the search was not tried")
@pytest.mark.parametrize(("asked", "found"), SEARCHED.items())
def test_the_search_works_from_disk(site: Path, asked: str, found: str) -> None:
    options = ["--headless", "--no-sandbox", "--disable-gpu", NO_NETWORK, "--virtual-time-budget=5000", "--dump-dom"]
    page = subprocess.run(
        [str(CHROMIUM), *options, f"{site.as_uri()}/{asked}"], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    results = page.partition('id="mkdocs-search-results"')[2].partition('class="modal-footer"')[0]
    assert f"/{found}" in results and "<mark>" in results
