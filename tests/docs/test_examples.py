"""Examples of docs/scenarios.md load over the README's scenario; those of docs/architecture.md run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.command.guard import guarded
from sim.report.language.labels import LANGUAGES
from sim.runs.batches import batch_size
from sim.runs.case import Case
from sim.runs.replicate import replicate
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import plain
from sim.scenario.language.presets import FILE, NAME
from sim.scenario.language.reading import Reader
from sim.scenario.show import figures
from tests.docs.reading import blocks, text
from tests.report.outside import installed

SCENARIOS, ARCHITECTURE = "docs/scenarios.md", "docs/architecture.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the README's scenario and the tables of the documents."""
    (tmp_path / "base.yaml").write_text(blocks("README.md", "yaml")[0], encoding="utf-8")
    for name, table in zip(("partners.csv", "happened.csv"), blocks(SCENARIOS, "csv"), strict=True):
        (tmp_path / name).write_text(table, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("example", blocks(SCENARIOS, "yaml"))
def test_example_loads(folder: Path, example: str) -> None:
    path = folder / "example.yaml"
    path.write_text("extends: base.yaml\n" + example, encoding="utf-8")
    notes = {note.code for note in sim.load(path).notes}
    idle = {"never_pays", "nothing_to_take_back"}  # beside the rules and the product of the scenario that it extends
    assert notes <= idle | ({"event_outside_horizon"} if "events" in example else set())


def test_all_examples_together_run(folder: Path) -> None:
    names = []
    for position, example in enumerate(blocks(SCENARIOS, "yaml")):
        names.append(f"part{position}.yaml")
        (folder / names[-1]).write_text("schema: 1\n" + example, encoding="utf-8")
    path = folder / "all.yaml"
    path.write_text(f"extends: [base.yaml, {', '.join(names)}]\nmonths: 15mo\n", encoding="utf-8")
    result = sim.run(sim.load(path), replications=2, workers=1)
    assert result.events["text"].str.contains("crisis begins").any()
    assert set(result.plan.population.names) >= {"Вектор", "Гарант"}


def test_presets_and_warnings_are_listed() -> None:
    for name in plain(Reader(Findings()).read(FILE, NAME, "preset")):
        assert name in text(SCENARIOS)


def test_example_messages_are_real(folder: Path) -> None:
    path = folder / "bad.yaml"
    path.write_text(
        "schema: 1\nname: x\nstart: 2025-01\nmonths: 36\nopening: {capital: 60e6, kapital: 3}\nproducts:\n"
        "  motor: {price: 30e3, cost_ratio: 50%}\n"
        "segments:\n  broker: {preset: broker, partners: 1, mix: {motor: 1%}}\n"
        "policy: {rules: {base: {kind: base, new: 17}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(path)
    for problem in caught.value.problems:
        assert f"    {str(problem).replace(problem.file, 'bad.yaml')}\n" in text(SCENARIOS)


def classes(*examples: str) -> dict[str, Any]:
    """What the examples define."""
    space: dict[str, Any] = {"__name__": "examples"}
    for example in examples:
        exec(compile(example, "<example>", "exec", dont_inherit=True), space)
    return space


@pytest.fixture(scope="module")
def space() -> dict[str, Any]:
    """The classes that docs/architecture.md adds."""
    return classes(*blocks(ARCHITECTURE, "python"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_added_study_is_carried_out(
    folder: Path, space: dict[str, Any], lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = (one for one in blocks(ARCHITECTURE, "yaml") if "kind: downturn" in one)
    (folder / "study.yaml").write_text(file, encoding="utf-8")
    command = ["study", str(folder / "study.yaml"), "--set", "months=6mo", "--lang", lang, "--out", str(folder / "out")]
    with installed(space["Downturn"]):
        assert guarded(command) == 0
    screen, page = capsys.readouterr().out, (folder / "out" / "report.html").read_text("utf-8")
    for key, texts in space["Downturn"].words.items():
        said = re.split(r"\{\w+\}", texts[lang])[1 if "{" in texts[lang] else 0]
        assert said in page and (said in screen or key.startswith("chart."))


def test_added_rule_strategy_and_shock_run(folder: Path, space: dict[str, Any]) -> None:
    added = [space["NewBusinessBonus"], space["Outbid"], space["Fair"]]
    sets = [
        "policy.rules.welcome={kind: new_business_bonus, share: 2%}",
        "rivals.neighbour.strategy={kind: outbid, step: 1%}",
        "market.events.expo={kind: fair, start: 2025-06, demand: 1.3}",
        "months=12mo",
    ]
    for one in sets[:-1]:
        path, _, value = one.partition("=")
        assert f"`{path}: {value}`" in text(ARCHITECTURE)
    result = sim.run(sim.load(folder / "base.yaml", sets, added), replications=2, workers=1, extra=added)
    assert result.theory["offered_commission"].value == pytest.approx(0.19)
    assert list(result.events["text"]).count("fair begins") == 2
    accrued = result.monthly.sel(metric="commission_accrued.motor").sum()
    new = result.monthly.sel(metric="premium_new.motor").sum()
    assert float(accrued) == pytest.approx(0.19 * float(new), rel=1e-9)
    with pytest.raises(sim.ScenarioError, match="unknown kind"):
        sim.load(folder / "base.yaml", sets)


def test_added_segment_is_a_preset(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = (one for one in blocks(ARCHITECTURE, "yaml") if "travel_agent" in one)
    stated = re.search(r"`segments\.tours: (\{.*?\}\})`", text(ARCHITECTURE))
    assert stated
    presets = folder / "segments.yaml"
    presets.write_text(FILE.read_text("utf-8") + "\n" + block, encoding="utf-8")
    monkeypatch.setattr("sim.scenario.language.presets.FILE", presets)
    loaded = sim.load(folder / "base.yaml", [f"segments.tours={stated[1]}", "months=6mo"])
    assert not loaded.notes
    unsaid = [one.path for one in figures(loaded) if one.path.startswith("segments.tours.") and one.status != "assumed"]
    assert sorted(unsaid) == ["segments.tours.mix.motor", "segments.tours.partners"]
    result = sim.run(loaded, replications=1, workers=1)
    assert float(result.monthly.sel(metric="premium_written.tours").sum()) > 0.0


# the same rule far below its quota: as a share_bonus of 10 % under the same clawback
BELOW_THE_QUOTA = """
schema: 1
cases:
  with_accelerator:
    source: arithmetic
    text: the stranger's rule, written from the documents
    rules:
      b: {kind: accelerator, share: 10%, quota: 100000000}
      claw: {kind: clawback, window: 12mo, how: full}
    payment: {clawback: none}
    months:
      - {month: 2025-01, facts: {premium_new: 5000, new: 1}, expected: 500}
      - {month: 2025-04, facts: {lost: {3: 1}}, expected: -500}
"""


def by_amounts() -> str:
    """The example of a rule that accrues amounts."""
    (example,) = (one for one in blocks(ARCHITECTURE, "python") if "accrue_amount" in one)
    return example


@pytest.mark.parametrize("cases", [*(one for one in blocks(ARCHITECTURE, "yaml") if "cases:" in one), BELOW_THE_QUOTA])
def test_added_rule_by_amounts_is_clawed_back(cases: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(cases, encoding="utf-8")
    (result,) = sim.policy_check(path, extra=[classes(by_amounts())["Accelerator"]])
    assert not result.differences


def test_added_rule_must_say_what_is_on_new_business(tmp_path: Path) -> None:
    silent = by_amounts().replace(", on_new=amount", "")
    assert silent != by_amounts()
    path = tmp_path / "cases.yaml"
    path.write_text(BELOW_THE_QUOTA, encoding="utf-8")
    with pytest.raises(TypeError, match="on_new"):
        sim.policy_check(path, extra=[classes(silent)["Accelerator"]])


def test_added_key_figure_is_told(folder: Path) -> None:
    (example,) = (one for one in blocks(ARCHITECTURE, "python") if "KeyFigure" in one)
    added = [classes(example)["PremiumPerPartner"]]
    loaded = sim.load(
        folder / "base.yaml", ["months=6mo", "criteria.each.kpi=premium_per_partner", "criteria.each.at_least=1"], added
    )
    result = sim.run(loaded, replications=2, workers=1)
    told = result.kpis.loc["premium_per_partner"]
    partners = loaded.scenario.segments["broker"].partners
    assert told["mean"] == pytest.approx(result.kpis.loc["premium_partners", "mean"] / partners)
    assert (told["unit"], result.criteria[-1].verdict) == ("money", "PASS")
    assert told["text"] == "premium written through partners over partners at the opening"
    assert list(result.kpis.index)[-1] == "premium_per_partner"


def test_added_stage_is_played(folder: Path, space: dict[str, Any]) -> None:
    loaded = sim.load(folder / "base.yaml", ["months=6mo"], [space["SalesAreCelebrated"]])
    series = sim.run(loaded, replications=2, workers=1).cube.series
    bottles, sold = series("bottles").sum(axis=1), series("new_contracts.broker").sum(axis=1)
    partners = loaded.scenario.segments["broker"].partners
    assert (bottles <= sold // 10).all() and (bottles > sold / 10 - partners).all() and (bottles > 0).all()


def test_added_stage_of_many_replications_is_that_of_one(folder: Path, space: dict[str, Any]) -> None:
    """`batched` as the document says: the same bytes, replication by replication."""
    alone, together = (
        Case.of(sim.load(folder / "base.yaml", ["months=6mo"], [space[name]])).plan
        for name in ("SalesAreCelebrated", "AllSalesAreCelebrated")
    )
    assert batch_size(alone) == 1 and batch_size(together) > 3
    for one, other in zip(replicate(alone, range(3)), replicate(together, range(3)), strict=True):
        assert one.monthly.tobytes() == other.monthly.tobytes()


def test_added_rules_may_be_batched(folder: Path, space: dict[str, Any]) -> None:
    sets = [
        "months=6mo", "policy.rules.welcome={kind: new_business_bonus, share: 2%}",
        "policy.rules.faster={kind: accelerator, share: 1%, quota: 50000}",
    ]  # fmt: skip
    written = (space["NewBusinessBonus"], space["Accelerator"])
    saying = tuple(type(one.__name__, (one,), {"__doc__": "-", "batched": True}) for one in written)
    alone, together = (Case.of(sim.load(folder / "base.yaml", sets, added)).plan for added in (written, saying))
    assert batch_size(alone) == 1 and batch_size(together) > 3
    for one, other in zip(replicate(alone, range(3)), replicate(together, range(3)), strict=True):
        assert one.monthly.tobytes() == other.monthly.tobytes()
