"""The section on finite units: what there was, what became of it, the plan; nothing where a scenario has no stock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.run import html
from sim.report.run.channels import channel, units_words
from sim.report.run.channels import channel_plots as plots
from sim.report.run.pictures.channel_pictures import ChannelPictures
from tests.report import tiny

FLATS: dict[str, Any] = {
    "products": {"hull": "{price: 60e3, term: 0mo, cost_ratio: 80%, stock: {units: 40, plan: 2}}"},
    "segments.bank.flow": "1",
    "segments.bank.reserves": "{share: 70%, own_flat: 4mo}",
    "policy.reservation": "{length: 2mo}",
}


@pytest.fixture(scope="module")
def flats(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return tiny.played(tmp_path_factory.mktemp("flats"), FLATS, replications=4)


def test_every_unit_is_on_the_picture(flats: Result) -> None:
    found = units_words.by_month(flats.cube)
    np.testing.assert_allclose(sum(found[name] for name in units_words.STACKED), 40.0)
    assert found["planned"][-1] == 2.0 * len(flats.cube.months) and (np.diff(found["back"]) >= 0).all()
    picture = ChannelPictures(flats, Labels(), Numbers(Labels(), "RUB", "2024-01")).units()
    assert [name for name, *_ in picture.legend] == ["sold", "reserved", "free", "plan", "came back"]
    assert len(plots.units(flats).axes[0].lines) == 2


@pytest.mark.parametrize(("lang", "said"), [("en", "Units on sale"), ("ru", "Единицы в продаже")])
def test_the_page_says_it(flats: Result, lang: str, said: str) -> None:
    page = html.report(flats, {"lang": lang})
    assert said in page and 'data-chart="units"' in page
    left, reserved, plan = units_words.says(flats, Labels(lang), Numbers(Labels(lang), "RUB", "2024-01"))
    assert " 40 " in left and left in page and reserved in page and plan in page


def test_without_stock_there_is_no_section(tmp_path: Path) -> None:
    plain = tiny.played(tmp_path, {}, replications=2)
    assert "units" not in channel.present(plain) and "Units on sale" not in html.report(plain)
