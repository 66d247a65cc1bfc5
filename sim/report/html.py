"""report.html (simple for now)."""
from __future__ import annotations
from pathlib import Path
from typing import Any, Mapping
def write(result: Any, options: Mapping[str, Any], path: Path) -> None:
    path.write_text("<!doctype html><title>report</title>")
