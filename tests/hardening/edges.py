"""Every figure of a scenario at the edges of what may be written, one at a time: refused with its path, or played.

`python -m tests.hardening.edges scenarios/gallery/hybrid_channels.yaml` goes through one by hand.
"""

from __future__ import annotations

import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.base.errors import OutputError, ScenarioError
from sim.results.loading import load
from tests.hardening.proofs import prove
from tests.hardening.soak import told

SMALL = ("months=5mo", "replications=3", "uncertainties={}", "breaks=[]")
WARM_UP = "opening.months=2mo"
FEW = 3  # partners of a segment
AT_EDGES = {"%": ("0%", "100%"), "mo": ("0mo", "1mo", "1200mo"), "d": ("0d", "3000d"), "y": ("0mo", "100y"),
            "h": ("0h", "700h"), "": ("0", "1", "1e9")}  # fmt: skip
"""by the unit in which a figure is written"""
FIXED = ("schema", "seed", "months", "replications", "start", "currency", "name", "description", "criteria", "words",
         "since")  # fmt: skip
FIGURE = re.compile(r"-?[\d.]+(e\d+)?( *(%|mo|d|y|h))?")


def figures(tree: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Paths of all that is a figure, each with how it is written."""
    if isinstance(tree, dict):
        for key, item in tree.items():
            if key not in FIXED:
                yield from figures(item, f"{at}.{_quoted(key)}".lstrip("."))
    elif isinstance(tree, list):
        for number, item in enumerate(tree):
            yield from figures(item, f"{at}[{number}]")
    elif not isinstance(tree, bool) and FIGURE.fullmatch(str(tree)):
        yield at, str(tree)


def _quoted(key: str) -> str:
    return f'"{key}"' if "." in key else key


def faults(path: Path) -> Iterator[str]:
    """What goes wrong with a figure of a scenario at an edge."""
    warnings.filterwarnings("error", category=RuntimeWarning, module=r"sim\.")
    loaded = load(path, SMALL)
    warm = (WARM_UP,) if loaded.scenario.opening.months else ()
    fewer = (*SMALL, *warm, *(f"segments.{name}.partners={FEW}" for name in loaded.scenario.segments))
    for figure, written in figures(loaded.tree):
        for value in AT_EDGES[written.lstrip("-0123456789.e ")]:
            try:
                with tempfile.TemporaryDirectory() as home:
                    prove(lambda sets=(*fewer, f"{figure}={value}"): load(path, sets), Path(home))  # type: ignore[misc]
            except OutputError:
                continue
            except ScenarioError as error:
                if not all(one.path for one in error.problems):
                    yield f"{figure}={value}: no path: {error}"
            except Exception as error:
                yield f"{figure}={value}: {told(error)}"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for fault in faults(Path(name)):
            print(f"{name}: {fault}", flush=True)
