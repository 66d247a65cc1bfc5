"""Without the package of an extra, what needs it says how it is installed; nothing else needs it."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.base.errors import OutputError
from sim.base.extras import EXTRAS
from sim.explore import explorer_server
from sim.results.cube import Cube
from sim.runs.crew import Crew
from sim.statistics.sensitivity import morris, sobol

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
FEATURES: list[tuple[str, Callable[[], object]]] = [
    ("distributed", lambda: Crew(cluster="tcp://127.0.0.1:9").submit(None)),  # type: ignore[arg-type]
    ("SALib", lambda: morris.design([], 4, 1)),
    ("SALib", lambda: sobol.design(2, 4, 1)),
    ("xarray", lambda: Cube(np.zeros((1, 1, 1, 1, 0)), (), (0,), ("2010-01",)).labelled()),
    ("streamlit", lambda: explorer_server.check(1)),
]


@pytest.mark.parametrize(("package", "extra"), EXTRAS.items())
def test_an_extra_holds_its_package_and_the_core_does_not(package: str, extra: str) -> None:
    extras = PROJECT["optional-dependencies"]
    assert [one for one in extras[extra] if one.startswith(package)]
    assert not [one for one in PROJECT["dependencies"] if one.startswith(package)]
    assert extra in extras["dev"][0]


@pytest.mark.parametrize(("package", "feature"), FEATURES)
def test_absence_names_the_command(
    package: str, feature: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [one for one in sys.modules if one.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(OutputError, match=rf' needs {package}: pip install "partner-sim\[{EXTRAS[package]}\]"'):
        feature()
