"""How far a run in rounds came, in words: never narrower than it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim.judgement.precision import Reached, Until
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.run.stopping import about, stopped


def said(until: Until, unit: str, lang: str = "en", **reached: Any) -> str:
    found = Reached(**{"enough": False, "replications": 2000, "rounds": 12, "budget": 2000, "needed": 5051, **reached})
    asked = SimpleNamespace(kpi=until.kpi, half=until.half, relative=until.relative, reached=lambda look: found)
    labels = Labels(lang)
    result: Any = SimpleNamespace(until=asked, look=object(), figures={until.kpi: SimpleNamespace(unit=unit)})
    return stopped(result, labels, Numbers(labels, "RUB")).replace("\u00a0", " ")


def test_a_budget_that_ran_out() -> None:
    text = said(Until("result", 0.005), "money", figure=-1e9, half=8e6)
    assert "asked for ±0.5 %, reached ±0.8 % after 2,000 replications" in text and text.endswith(
        "About 5,100 would be needed."
    )
    assert "cannot be told from 0" in said(Until("result", 0.005), "money", figure=1e6, half=8e6)
    assert "No number of replications" in said(Until("result", 0.005), "money", figure=1e9, half=8e6, needed=None)
    assert "does not exist in 7 of the 2,000" in said(Until("ruin_month", 0.1), "month", unknown=7)


@pytest.mark.parametrize(
    ("until", "unit", "half", "shown"),
    [(Until("loss_ratio", 0.01, relative=False), "ratio", 0.0100001, "±1 pp, reached ±1.01 pp"),
     (Until("result", 1e6, relative=False), "money", 1000001.0, "±1.00 mn RUB, reached ±1.01 mn RUB"),
     (Until("defaults", 0.125, relative=False), "count", 0.7, "±0.125, reached ±0.7 "),
     (Until("payback_month", 2.0, relative=False), "month", 12.345, "±2 months, reached ±12.4 months")],
)  # fmt: skip
def test_what_is_too_wide_is_rounded_up(until: Until, unit: str, half: float, shown: str) -> None:
    assert f"asked for {shown}" in said(until, unit, figure=50.0, half=half)


def test_a_need_has_two_digits() -> None:
    assert [about(number) for number in (7, 99, 101, 5051, 123_000)] == [7, 99, 110, 5100, 130_000]
