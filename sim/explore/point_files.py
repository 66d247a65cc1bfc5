"""What may be taken away of a point: the page and the workbook of its run, and its scenario as YAML."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.explore.explorer import Explorer
from sim.judgement.result import Result
from sim.report.run import html
from sim.report.run.book import run_workbook
from sim.scenario.show import resolved_yaml

PAGE, WORKBOOK, SCENARIO = "report.html", "workbook.xlsx", "scenario.yaml"


def scenario_yaml(explorer: Explorer, sets: tuple[str, ...]) -> str:
    """The scenario of a point, resolved: it loads and plays to the same figures."""
    return resolved_yaml(explorer.loaded_at(sets))


def page(result: Result, lang: str, sets: tuple[str, ...]) -> bytes:
    """report.html of a run."""
    return html.report(result, _options(result, lang, sets)).encode("utf-8", "backslashreplace")


def workbook(result: Result, lang: str, sets: tuple[str, ...]) -> bytes:
    """workbook.xlsx of a run."""
    with TemporaryDirectory(prefix="partner-sim-workbook-") as folder:
        path = Path(folder) / WORKBOOK
        run_workbook.write(result, _options(result, lang, sets), path)
        return path.read_bytes()


def beside(explorer: Explorer) -> list[str]:
    """Files that the scenario names, such as a roster."""
    return [path.name for path in explorer.loaded.beside.values()]


def _options(result: Result, lang: str, sets: tuple[str, ...]) -> dict[str, Any]:
    return {"lang": lang, "sets": sets, "panel_replications": (), "scenario_file": result.loaded.files[0].name}
