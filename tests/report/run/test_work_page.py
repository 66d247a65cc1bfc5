"""Partners at work on the page: leads step by step, contacts, who is served; nothing where nothing is said of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.run import html
from sim.report.run.channels.work_words import PartnersAtWork
from tests.report import tiny

STEPS = "steps: {since: {2000-01: 2, 2024-05: 0}}, step_rate: 50%, fit: 80%"
FUNNEL = f"{{click_rate: 50%, lead_rate: 20%, conversion: 25%, {STEPS}}}"
SHOP = "{kind: organic, default: true, demand: {hull: 40}, sends: {segment: {bank: 20%}, income: 30, return: 1}}"
STATED: dict[str, Any] = {
    "segments.bank.attention": "{half_life: 3mo, floor: 10%}",
    "segments.bank.effort": "{reference: 10%, elasticity: 0.5, own_value: 5}",
    "segments.bank.funnel": FUNNEL,
    "segments.bank.handover": "desk",
    "own.shop": SHOP,
    "policy.contacts": "{managers: 1, each: 5, cost: 20e3, rule: gain}",
    "policy.desk": "{desks: 2, per_hour: 2, hours: 160h, half_life: 1h, cost: 5e3}",
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return tiny.played(tmp_path_factory.mktemp("work"), STATED)


def at_work(result: Result, lang: str = "en") -> PartnersAtWork:
    labels = Labels.of(result, lang)
    return PartnersAtWork(result, labels, Numbers(labels, result.cube.currency))


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_page_tells_all_of_it(worked: Result, lang: str) -> None:
    page = at_work(worked, lang).page()
    assert page is not None and len(page["says"]) == 5
    text = html.report(worked, {"lang": lang})
    assert f"<h2>{Labels(lang)('section.work')}</h2>" in text
    shown = " ".join([*page["says"], *page["years"]["heads"], *(row["label"] for row in page["steps"][0]["rows"])])
    assert not re.search(r"\{\w+\}", shown)
    assert all(len(row["cells"]) == len(page["years"]["heads"]) for row in page["years"]["rows"])


def test_what_is_left_of_a_hundred_leads(worked: Result) -> None:
    """Two actions by hand at the opening, none at the end; the desk leaves what it left in these months."""
    (table,) = at_work(worked).page()["steps"]  # type: ignore[index]
    cells = {row["label"]: [float(cell) for cell in row["cells"]] for row in table["rows"]}
    labels, cube = Labels("en"), worked.cube
    left = [float((cube.series("desk_warmth").mean(axis=0) * 1.0)[at]) for at in (0, -1)]
    served = [
        float((cube.series("desk_served").mean(axis=0) / cube.series("desk_leads").mean(axis=0))[at]) for at in (0, -1)
    ]
    assert cells[labels("lead_step.actions")] == [25.0, 100.0] and cells[labels("lead_step.suits")] == [20.0, 80.0]
    kept = [left[at] * served[at] for at in (0, 1)]
    assert cells[labels("lead_step.desk")] == pytest.approx([20.0 * kept[0], 80.0 * kept[1]], abs=0.006)
    assert cells[labels("lead_step.sold")] == pytest.approx([5.0 * kept[0], 20.0 * kept[1]], abs=0.006)


def test_contacts_are_those_of_the_key_figures(worked: Result) -> None:
    says, figures = " ".join(at_work(worked).page()["says"]), worked.figures  # type: ignore[index]
    numbers = Numbers(Labels("en"), "RUB")
    for name in ("contacts_cost", "contacts_brought", "referral_income"):
        assert numbers.figure(float(figures[name].values.mean()), "money") in says, name
    best = numbers.figure(worked.theory["best_pay.bank"].value, "ratio")
    assert f"A commission of {best} would leave us the most" in says


def test_who_waits_is_told_where_somebody_does(tmp_path: Path) -> None:
    """A capacity alone makes no section; one that cuts sales does."""
    for capacity, told in (("50", False), ("0.2", True)):
        changes = {"segments.bank.sales": f"{{law: poisson, capacity: {capacity}, waiting_decay: 50%}}"}
        page = at_work(tiny.played(tmp_path, changes, replications=1)).page()
        assert (page is not None) == told
        assert page is None or (len(page["says"]) == 1 and not page["steps"])


def test_nothing_is_said_where_nothing_is_stated(result: Result) -> None:
    assert at_work(result).page() is None
    assert Labels("en")("section.work") not in html.report(result)
