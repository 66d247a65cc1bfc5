"""Doubt and breaking points as plain data for summary.json, and breaking points as a table."""

from __future__ import annotations

import csv
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.base.text import csv_safe
from sim.judgement.verdict import Judgement

if TYPE_CHECKING:
    from sim.judgement.breaking.found_points import Break, Breaking
    from sim.judgement.with_doubt import Doubted
    from sim.statistics.evaluation import Estimate
    from sim.statistics.sensitivity.variance_shares import Shares

CRITERION = (
    "name", "kpi", "verdict", "figure", "low", "high", "bound", "sense", "of", "limit", "more", "reason",
)  # fmt: skip
COLUMNS = ("figure", "unit", "now", "breaks_at", "low", "high", "distance", "measure", "criterion", "from", "to")


def criterion(one: Judgement) -> dict[str, Any]:
    """A criterion judged."""
    return {name: getattr(one, name) for name in CRITERION}


def doubt(found: Doubted) -> dict[str, Any]:
    """The verdict with doubt, its key figures, and what their spread consists of."""
    figures = {}
    for kpi, shares in found.shares.items():
        one = found.figures[kpi].estimate()
        figures[kpi] = {
            "mean": one.figure,
            "interval": [one.low, one.high],
            "spread": None if shares is None else _spread(shares),
        }
    return {
        "verdict": found.verdict,
        "replications": found.replications,
        "criteria": [criterion(one) for one in found.criteria],
        "figures": figures,
    }


def _spread(shares: Shares) -> dict[str, Any]:
    return {
        "variance": shares.variance,
        "luck": _estimate(shares.luck),
        "inputs": {name: _estimate(one) for name, one in shares.inputs.items()},
        "together": shares.together,
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"share": one.figure, "interval": [one.low, one.high]}


def breaking(found: Breaking) -> dict[str, Any]:
    """Breaking points, nearest first."""
    ends, more = found.replications
    return {
        "points": [_point(one) for one in found.points],
        "together": None if found.together is None else _together(found.together),
        "only_together": found.only_together,
        "broken_already": list(found.broken),
        "left_out": list(found.left_out),
        "claims": found.claims,
        "replications": {"ends": ends, "between": more},
    }


def _point(one: Break) -> dict[str, Any]:
    low, high = (None, None) if one.interval is None else one.interval
    assert one.knob is not None
    return {
        "figure": one.name, "unit": one.knob.unit, "now": one.present, "breaks_at": one.value, "low": low, "high": high,
        "distance": one.distance if isfinite(one.distance) else None, "measure": one.measure,
        "criterion": one.criterion or None, "from": one.low, "to": one.high, "idle": one.idle,
    }  # fmt: skip


def _together(one: Break) -> dict[str, Any]:
    low, high = (None, None) if one.interval is None else one.interval
    return {"spreads": one.value, "low": low, "high": high, "criterion": one.criterion or None, "to": one.high}


def write_breaking(found: Breaking, path: Path) -> None:
    """Write breaking_points.csv, nearest first; what is not known is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in _point(one).items()} for one in found.points)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return csv_safe(value)
    return "" if value is None or not isfinite(value) else value
