"""The README's scenario runs; its tables of files and exit codes are the code's; the Python example works."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import get_args

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager

import sim
from sim.command.frame.exits import Exit
from sim.figures.figure import Trade
from sim.judgement.result import Result
from sim.report.run.folder import FILES
from tests.docs.reading import ROOT, blocks, column, text

LINES = 20
LARGEST_PICTURE = 200_000
README = "README.md"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The scenario of the README, played a few times."""
    scenario, *_ = blocks(README, "yaml")
    path = tmp_path_factory.mktemp("readme") / "small_network.yaml"
    path.write_text(scenario, encoding="utf-8")
    return sim.run(sim.load(path), replications=4, workers=1)


def test_twenty_lines(result: Result) -> None:
    assert len(blocks(README, "yaml")[0].strip().splitlines()) == LINES
    assert not result.notes


@pytest.mark.parametrize(("position", "trade"), list(enumerate(get_args(Trade))))
def test_one_example_a_trade(position: int, trade: Trade, tmp_path: Path) -> None:
    examples = blocks(README, "yaml")
    assert len(examples) == len(get_args(Trade))
    (tmp_path / "example.yaml").write_text(examples[position], encoding="utf-8")
    loaded = sim.load(tmp_path / "example.yaml")
    assert loaded.scenario.spoken.trade == trade and not loaded.notes


def test_scenario_runs(result: Result) -> None:
    assert result.verdict in ("PASS", "FAIL", "UNDECIDED")
    assert [one.name for one in result.criteria] == ["survives", "profitable"]
    assert result.kpis.loc["premium_year_1", "mean"] > 0
    assert 0.4 < result.kpis.loc["loss_ratio", "mean"] < 0.9


def test_python_example_names_what_exists(result: Result) -> None:
    example, more = blocks(README, "python")
    compile(f"{example}\n{more}", README, "exec")
    for name in re.findall(r"^result\.(\w+)", f"{example}\n{more}", re.MULTILINE):
        assert hasattr(result, name)
    columns = re.search(r"result\.kpis.*DataFrame: (.*)", example)
    assert columns and set(columns[1].split(", ")) <= set(result.kpis.columns)
    dims = re.search(r"result\.monthly.*xarray: (.*)", example)
    assert dims and tuple(dims[1].split(", ")) == result.monthly.dims
    partner = re.search(r'result\.explain\("([^"]+)"\)', example)
    path = re.search(r'sim\.load\("([^"]+)"\)', example)
    assert partner and path
    segment, _, number = partner[1].rpartition("-")
    partners = sim.load(ROOT / path[1]).scenario.segments[segment].partners
    assert len(number) == len(str(partners)) and 1 <= int(number) <= partners


def test_one_partner_explained(result: Result) -> None:
    table = result.explain("broker-001")
    assert len(table) == result.monthly.sizes["month"]


def test_outputs_are_listed() -> None:
    rows = [f"| `{name}` | {holds} |" for name, holds in FILES.items()]
    assert "\n".join(rows) in text(README)


def test_exit_codes_are_listed() -> None:
    assert [int(code) for code in column(README, "exits")] == sorted(Exit)


def test_set_of_the_readme_is_accepted() -> None:
    (line,) = [one for block in blocks(README, "sh") for one in block.splitlines() if "--set" in one]
    file = re.search(r"run_scenario\.py (\S+)", line)
    assert file
    sets = re.findall(r"--set (\S+)", line)
    loaded = sim.load(ROOT / file[1], sets)
    assert loaded.scenario.market.demand.at(loaded.scenario.start) == 0.9


def test_scenarios_are_listed() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "scenarios").rglob("*.yaml")}
    assert there == set(re.findall(r"^\| `(scenarios/[\w./]+)`", text(README), re.MULTILINE))


@pytest.mark.parametrize(
    "command", ["run", "check", "show", "explain", "equilibrium", "switching", "schema", "version"]
)
def test_commands_exist(command: str) -> None:
    assert (ROOT / "sim" / "command" / f"{command}.py").is_file()
    assert f"run_scenario.py {command}" in text(README) or command == "run"


def test_pictures_are_small() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text(README))
    assert len(pictures) == 3 and all((ROOT / one).stat().st_size < LARGEST_PICTURE for one in pictures)


def test_a_package_index_is_given_its_own_text() -> None:
    told = ProjectMetadata(str(ROOT), PluginManager()).core.readme
    assert told.startswith("# partner-sim") and not re.findall(r"\]\((?!http)", told)


@pytest.mark.parametrize("source", ["", "https://code.host/partner-sim"])
def test_no_link_of_a_package_index_is_relative(source: str) -> None:
    place = spec_from_file_location("index_readme", ROOT / "docs" / "site" / "index_readme.py")
    assert place and place.loader
    module = module_from_spec(place)
    place.loader.exec_module(module)
    shown = module.for_index(text(README), source)
    assert not re.findall(r"\]\((?!http)", shown)
    assert len(re.findall(r"\]\(http", shown)) >= (len(re.findall(r"\]\(", text(README))) if source else 0)


def test_the_test_command_is_what_ci_runs() -> None:
    (line,) = [one for block in blocks(README, "sh") for one in block.splitlines() if ".[dev]" in one]
    assert f"\n{line.partition(' && ')[2]} " in text(".ci/run")
