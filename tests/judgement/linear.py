"""A business whose result is a straight line in its figures: one partner, fixed sales, no interest, no luck."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sim
from sim.judgement.result import Result
from tests.scenario.minimal import text_of

PRICE, FLOW, MONTHS, COST, RATE, LEAST = 1200, 100, 24, 0.5, 0.3, 200_000
# sold in month s, a contract earns 1/24 at either end and 1/12 between: of MONTHS sales, all but the last 12 wholly
EARNED = PRICE * FLOW * (MONTHS - 12 + sum((11.5 - k) / 12 for k in range(12)))
LINEAR: dict[str, Any] = {
    "schema": 1,
    "name": "a straight line",
    "start": "2025-01",
    "months": f"{MONTHS}mo",
    "replications": 2,
    "opening": {"capital": "1e6"},
    "products": {"line": {"price": PRICE, "term": "12mo", "renewal": "0%", "cost_ratio": COST}},
    "segments": {
        "shop": {
            "partners": 1,
            "flow": FLOW,
            "mix": {"line": 1.0},
            "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}},
            "sales": {"law": "fixed"},
            "remittance": {"lag": "0mo", "net": "false"},
        }
    },
    "rivals": {"other": {"commission": 0.1, "strategy": {"kind": "static"}}},
    "policy": {"payment": {"delay": "1mo"}, "rules": {"base": {"kind": "base", "new": RATE, "renewal": 0.1}}},
    "criteria": {"earns": {"kpi": "result", "at_least": LEAST}},
}
COST_RATIO = "{path: products.line.cost_ratio, law: normal, mean: 0.5, deviation: 0.08}"
COMMISSION = "{path: policy.rules.base.new, law: uniform, low: 0.1, high: 0.5}"


def written(folder: Path, **more: Any) -> Path:
    """The file of the scenario with blocks put in."""
    path = folder / "linear.yaml"
    path.write_text(text_of(LINEAR | more), encoding="utf-8")
    return path


def played(folder: Path, replications: int = 2, doubt: int | None = 0, **more: Any) -> Result:
    """A run of it."""
    return sim.run(written(folder, **more), replications, 1, doubt=doubt)
