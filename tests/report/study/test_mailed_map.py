"""map.html of a sweep: every cell is in it, and nothing that a network or a server would be needed for."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re

import pytest

import sim
from sim.experiments.answer import Answer
from sim.report.study import mailed_map
from sim.report.study.words import Words

AXES = {"across": {"path": "policy.rules.base.new", "values": ["10%", "15%", "60%"], "name": "rate <of> ours"}}
UP = {"up": {"path": "opening.capital", "values": [1e6, 10e6], "name": "capital", "unit": "money"}}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Three rates by two capitals."""
    from tests.experiments.tiny import policies

    present, _ = policies(tmp_path_factory.mktemp("swept"))
    policy = {"scenario": present.name}
    asked = {"kind": "sweep", "replications": 2, "policy": policy, "ruin_budget": 0, **AXES, **UP}
    return sim.study(asked, workers=1, home=present.parent)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_file_holds_every_cell_and_asks_for_nothing(swept: Answer, lang: str) -> None:
    page = mailed_map.page(swept, lang)
    assert not re.search(r"(src|href)=|url\(|https?:|@import|fetch\(|XMLHttp", page)
    (data,) = re.findall(r'<main data-cells="(.*?)">', page)
    held, cells, words = json.loads(html.unescape(data)), swept.table("cells"), Words(swept, lang)
    assert [len(one) for one in held["axes"]] == [3, 2] and len(held["cells"]) == len(cells) == 6
    for at, texts in enumerate(held["cells"]):
        assert texts[0].startswith(words.figure(cells["result"].iloc[at], "money"))
    assert re.findall(r'data-cell="(\d)"', page) == list("345012") and "rate &lt;of&gt; ours" in page
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in page.partition("<style>")[0]


def test_other_studies_have_none(swept: Answer) -> None:
    import dataclasses

    assert list(mailed_map.steps(swept, "en")) == ["map.html"]
    assert mailed_map.steps(dataclasses.replace(swept, kind="compare"), "en") == {}
