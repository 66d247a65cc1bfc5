"""Pages fit windows of telephones and tablets, whatever is written in their tables, charts and lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.experiments.answer import Answer
from sim.judgement.result import Result
from sim.report.run import html
from sim.report.study import answer_page
from tests.explore.browser import Browser, chromium

WIDTHS = 390, 500, 900, 1280
TEXTS = "p, li, dt + dd, h1, h2, h3, th, td b, td small, td.text, figcaption, summary, .chip"
LONG = "Проценты и скидки за досрочную оплату", "products.motor_hull.expenses.administration_of_claims"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if chromium() is None:
        pytest.skip("there is no chromium here, so nobody has looked at the page")
    with Browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("kind", ["run", "study"])
def test_no_page_is_wider_than_its_window(
    browser: Browser, result: Result, downturn: Answer, kind: str, lang: str, tmp_path: Path
) -> None:
    text = html.report(result, {"lang": lang}) if kind == "run" else answer_page.report(downturn, lang)
    (tmp_path / "page.html").write_text(text, "utf-8")
    browser.open((tmp_path / "page.html").as_uri())
    browser.until(f"location.href.endsWith('{tmp_path.name}/page.html') && document.readyState == 'complete'")
    browser.js("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for words in ("", *LONG):
        browser.js(f"document.querySelectorAll('{TEXTS}').forEach(one => one.append(' {words}'))")
        for width in WIDTHS:
            browser.ask(
                "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
            )
            found = browser.js("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert found == 0, f'{found} px more than a window of {width} px with "{words}"'
