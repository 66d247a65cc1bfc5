"""docs/model.md says what the code does: its tables equal the code's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim
from sim.engine.layout.plan import Plan, make
from sim.engine.month import MONTH
from sim.figures.figure import Figure
from sim.figures.key import KEY
from sim.figures.monthly import MONTHLY
from sim.money.flows import FLOWS
from tests.docs.reading import ROOT, blocks, column, table, text

MODEL = "docs/model.md"
HELPERS = {"__init__", "arrays", "bounds"}
TIERS = "{kind: tiers, role: bonus, scale: {kind: marginal, brackets: [{above: 0, rate: 1%}]}}"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The README's scenario, with everything that makes columns."""
    path = tmp_path_factory.mktemp("model") / "small.yaml"
    path.write_text(blocks("README.md", "yaml")[0], encoding="utf-8")
    sets = [f"policy.rules.volume={TIERS}", "segments.broker.sales.law=fixed", "segments.broker.sales.capacity=2"]
    sets.append("segments.broker.remittance.discipline=0.9")
    return make(sim.load(path, sets).scenario)


def test_accounts_table_is_the_enum() -> None:
    stated = [(flow, debit, credit) for flow, debit, credit, _ in table(MODEL, "flows")]
    assert stated == [(flow.label, flow.debit.label, flow.credit.label) for flow in FLOWS]


def test_month_is_the_list() -> None:
    stated = [(stage, room) for stage, room, _ in table(MODEL, "month")]
    assert stated == [(stage.name, stage.room) for stage in MONTH]


def _told(one: Figure) -> str:
    """A figure as the tables name it."""
    return one.name if one.is_one else f"{one.name}.<{one.axis.removeprefix('rated_')}>"


def test_every_key_figure_is_defined() -> None:
    assert [row[:2] for row in table(MODEL, "kpis")] == [[_told(one), one.unit] for one in KEY]


def test_every_monthly_figure_is_declared() -> None:
    flows = len(FLOWS)
    assert [one.name for one in MONTHLY[:flows]] == [flow.label for flow in FLOWS]
    stated = [[_told(one), one.unit, one.adds, one.words.en] for one in MONTHLY[flows:]]
    assert table(MODEL, "monthly") == stated


def test_state_of_a_partner(small: Plan) -> None:
    kept = [one for columns in small.columns.values() for one in columns if one.keeps]
    stated = [(name, unit) for name, unit, _ in table(MODEL, "state")]
    assert sorted(stated) == sorted((one.name.removeprefix("volume."), one.unit) for one in kept)


def test_theory_lists_every_module() -> None:
    theory = ROOT / "sim" / "theory"
    for folder, mark in ((theory, "theory"), (theory / "channels", "channel_theory")):
        modules = {path.stem for path in folder.glob("*.py")} - HELPERS
        assert column(MODEL, mark) == sorted(modules)


def test_purposes_of_draws_are_in_the_code() -> None:
    code = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "sim" / "engine").rglob("*.py")))
    drawn = re.findall(r'(?:\.draw|\.world|\.normal|purpose|_some)\((?:[^"()]*, )?f?"([^"]+)"', code)
    drawn += re.findall(r'^\s*name = f"([a-z.]+\.\{line\.name\})"', code, re.MULTILINE)
    general = {_general(name) for name in drawn} - {
        "{name}.<product>",
        "{name}.<segment>",
        "credit.{name}.<product>.{journeys.table.names[j]}",
        "funnel.{name}",
    }  # stated by their own names
    assert len(general) > 9
    assert general <= _stated(), "a purpose is missing in docs/model.md"
    for name in _stated():
        assert name.split(".")[0] in code


def _stated() -> set[str]:
    return {name.strip() for cell in column(MODEL, "purposes") for name in cell.split(",")}


def _general(name: str) -> str:
    found = name.replace("{line.name}", "<product>").replace("{kind.name}", "<segment>").replace("{year}", "<year>")
    found = found.replace("{journey}", "<journey>").replace("{age}", "<age>").replace("{incident}", "<incident>")
    found = found.replace("{certificate}", "<certificate>")
    found = found.replace("{name}", "<product>") if found.startswith("repeat.") else found
    return found.replace("{name}", "cancellation.<product>") if found.endswith(".cohort") else found


def test_files_named_in_the_documents_exist() -> None:
    for name in ("README.md", MODEL, "docs/architecture.md", "docs/scenarios.md", "CHANGELOG.md"):
        for found in re.findall(r"`((?:sim|tests|docs|bench|scenarios|notebooks)/[\w./-]+)`", text(name)):
            assert (ROOT / found).exists(), f"{name} names {found}"
        for found in re.findall(r"\]\((?!http)([^)#]+)\)", text(name)):
            assert (ROOT / Path(name).parent / found).exists(), f"{name} links {found}"
