"""The explorer's page without a browser: what its levers, languages and panels do."""

from __future__ import annotations

import pytest

pytest.importorskip("streamlit", reason='no Streamlit here: pip install -e ".[dev]"')

from streamlit.testing.v1 import AppTest

from sim.explore import played_grid
from sim.explore.explorer import Asked
from tests.explore.small import small

SECONDS = 60
SLIDER = "lever losses (en)"


def page(asked: str) -> None:
    """The page of a scenario that was played already: as stated, and a map of two levers."""
    from sim.explore.page.explorer_page import explorer_of, show

    explorer_of(asked).played(())
    explorer_of(asked).grid("losses", "policy.rules.base.new")
    show(asked)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small scenario and a store of its own."""
    home = tmp_path_factory.mktemp("explored")
    return Asked(str(small(home)), str(home / "store"), workers=1).text


@pytest.fixture(scope="module")
def opened(asked: str) -> AppTest:
    """The page as it opens; tests leave it as they find it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(played_grid, "SIZES", (3,))
        shown = AppTest.from_function(page, args=(asked,), default_timeout=SECONDS).run()
    assert not shown.exception, shown.exception
    return shown


def banner(shown: AppTest) -> str:
    """The verdict as it stands on the page."""
    return next(one.value for one in shown.get("html") if 'role="status"' in one.value)


def test_a_lever_moves_the_verdict_and_back(opened: AppTest) -> None:
    lever = opened.select_slider(key=SLIDER)
    stated = lever.value
    assert "PASS" in banner(opened) and not [one for one in opened.button if one.key == "play"]
    opened.select_slider(key=SLIDER).set_value(1.09).run()
    assert "FAIL" in banner(opened) and "Interpolated" in banner(opened) and "109" in banner(opened)
    assert [one.label for one in opened.button if one.key == "play"] == ["Play this point"]
    assert len([one for one in opened.get("html") if 'class="picture"' in one.value]) == 4 and any(
        "the interpolation was off by up to" in one.value for one in opened.caption
    )
    opened.button(key="reset").click().run()  # back to the stated figures
    assert opened.select_slider(key=SLIDER).value == stated and "PASS" in banner(opened)
    assert not opened.exception


def test_in_russian(opened: AppTest) -> None:
    opened.radio(key="lang").set_value("ru").run()
    assert "ПРОЙДЕНО" in banner(opened) and "Рычаги" in [one.value for one in opened.header]
    assert [one.label for one in opened.tabs][:2] == ["Вердикт", "Графики"]
    assert len(opened.select_slider) == 3 and opened.multiselect(key="compare (ru)").placeholder == "Выберите"
    opened.radio(key="lang").set_value("en").run()
    assert not opened.exception


def test_panels(opened: AppTest) -> None:
    """A statement of a partner, stored runs side by side, and files of the point."""
    opened.button(key="statement").click().run()
    statement = opened.dataframe[-1].value
    assert {"Rule", "Amount"} <= set(statement.columns) and len(statement) > 2
    opened.multiselect(key="compare (en)").set_value(opened.multiselect(key="compare (en)").options[:1]).run()
    opened.button(key="prepare").click().run()
    assert len(opened.get("download_button")) == 3 and not opened.exception
