"""summary.json: verdict, criteria, key figures with intervals, theory beside them, notes; strict JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.files import doubt_beside

if TYPE_CHECKING:
    from sim.judgement.result import Result


def summary(result: Result, options: Mapping[str, Any]) -> dict[str, Any]:
    """The summary as plain data; figures that do not exist are None."""
    scenario = result.loaded.scenario
    found = {
        "verdict": result.verdict,
        "criteria": [doubt_beside.criterion(one) for one in result.criteria],
        "kpis": _kpis(result),
        "theory": {
            one.name: {"value": one.value, "unit": _unit(one.unit, result), "text": one.text, "source": one.source}
            for one in result.theory.values()
        },
        "notes": [{"code": note.code, "text": note.text, "path": note.path} for note in result.notes],
        "scenario": {"name": scenario.name, "file": str(options.get("scenario_file", ""))},
        "replications": len(result.cube.replications),
        "seed": result.specification.seed,
        "currency": scenario.currency,
        "risk": {
            name: {"value": one.figure, "interval": [one.low, one.high], "replications_needed": one.needed}
            for name, one in result.risk.items()
        },
    }
    if result.doubt is not None:
        found["doubt"] = doubt_beside.doubt(result.doubt)
    if result.breaking is not None:
        found["breaking_points"] = doubt_beside.breaking(result.breaking)
    if result.until is not None and result.look is not None:
        found["until"] = {**asdict(result.until), **asdict(result.until.reached(result.look))}
    return {key: strict(value) for key, value in found.items()}


def write(result: Result, options: Mapping[str, Any], path: Path) -> None:
    """Write summary.json."""
    path.write_text(dumped(summary(result, options)), encoding="utf-8", newline="\n")


def dumped(value: Any) -> str:
    """Strict JSON that people can read."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def strict(value: Any) -> Any:
    """Plain data without NaN and infinities (None instead), and with texts that UTF-8 can hold."""
    if isinstance(value, Mapping):
        return {str(key): strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strict(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if value is None or isinstance(value, bool | int):
        return value
    return float(value) if isfinite(value) else None


def _kpis(result: Result) -> dict[str, Any]:
    found = {}
    for name, row in result.kpi_rows.items():
        found[str(name)] = {
            "unit": _unit(str(row["unit"]), result), "mean": row["mean"], "interval": [row["low"], row["high"]],
            "p5": row["p5"], "p50": row["p50"], "p95": row["p95"], "theory": row["theory"], "known": int(row["known"]),
            "text": row["text"],
        }  # fmt: skip
    return found


def _unit(unit: str, result: Result) -> str:
    return result.loaded.scenario.currency if unit == "money" else unit
