"""A reader of Russian meets no English: screen and page leave nothing of it but names and keys of the scenario."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

import sim
from sim.judgement.result import Result
from sim.report.run import html as page
from sim.report.run import terminal
from sim.scenario.show import resolved_yaml
from tests.report.test_vocabulary import seen

GALLERY = Path(__file__).parents[2] / "scenarios" / "gallery"
SHORT = ["months=3mo", "replications=2"]
WORD = re.compile(r"[A-Za-z][A-Za-z_]{2,}")
NAMES = {
    "partner", "sim", "python", "run_scenario", "yaml", "csv", "json", "manifest", "resolved", "all", "until",
    "decided", "frontier", "reverse", "stress", "lever", "vary", "LOW", "HIGH", "PATH", "SAFE", "HARSH", "RUB", "USD",
    "HHI", "NPS", "DAC", "VaR", "TVaR", "Wilson", "income_balance_cash", "replications", "from", "set", "kpi",
    "grace",
}  # fmt: skip
"""Commands, files, currencies, names of formulas, and a key that a note points at"""


@pytest.fixture(scope="module", params=["broker_deposit_2010", "saas_tiers", "partner_quality"])
def played(request: pytest.FixtureRequest) -> Result:
    return sim.run(sim.load(GALLERY / f"{request.param}.yaml", SHORT), workers=1)


def left_over(text: str, result: Result) -> set[str]:
    """English words that neither the scenario nor a command has."""
    known = {one.lower() for one in (*NAMES, *WORD.findall(resolved_yaml(result.loaded)))}
    known |= {part for one in known for part in one.split("_")}
    return {one for one in WORD.findall(text) if not {part for part in one.lower().split("_") if part} <= known}


def test_the_screen(played: Result) -> None:
    screen = io.StringIO()
    terminal.show(played, Console(file=screen, width=200), "ru", whole=True)
    assert left_over(screen.getvalue(), played) == set()


def test_the_page(played: Result) -> None:
    shown = seen(page.report(played, {"lang": "ru"}))
    versions = shown.rindex("python")  # the line of versions, names of programs
    assert left_over(shown[:versions], played) == set()
