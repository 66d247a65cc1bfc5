"""Ways to run a command in a test: in a process of its own, and a tiny scenario for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.scenario.minimal import write

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, str(ROOT / "run_scenario.py"))
HEAVY = {"mesa", "scipy", "pandas", "xarray", "matplotlib"}
PROFIT = {"criteria.profit": "{kpi: premium_year_1, at_least: 1}"}
LOSS = {"criteria.profit": "{kpi: premium_year_1, at_least: 1e15}"}


def tiny(folder: Path, changes: dict[str, Any] | None = None, name: str = "tiny.yaml") -> Path:
    """A scenario of 20 partners, 6 months and 3 replications."""
    small = {"months": "6mo", "replications": "3", "segments.bank.partners": "20", "name": "Щит ₽"}
    return write(folder, {**small, **(changes or {})}, name)


def environment(**changes: str) -> dict[str, str]:
    """The environment without what would change encodings, widths or kernels."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONIOENCODING", "COLUMNS", "PYTHONUTF8")}
    return kept | changes


def partner_sim(*arguments: object, cwd: Path = ROOT, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command line; text is UTF-8 unless `encoding` says otherwise."""
    command = [*PROGRAM, *map(str, arguments)]
    settings = {"env": environment(), "encoding": "utf-8", "capture_output": True, "timeout": 120, **options}
    return subprocess.run(command, cwd=cwd, check=False, **settings)
