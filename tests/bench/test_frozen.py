"""The frozen core computes what the core computes, and leans on nothing that work on the product could make faster."""

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import bench.frozen
from bench import core
from bench.agree import months
from bench.frozen import core as frozen

FILES = sorted(Path(bench.frozen.__file__).parent.glob("*.py"))
PARTNERS, MONTHS, SEED, REPLICATION = 200, 40, 7, 3


def imported(file: Path) -> Iterator[str]:
    """Modules that a file names, also inside functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or "."
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_the_frozen_core_has_the_totals_of_the_core() -> None:
    one, other = (months(made(PARTNERS, SEED, REPLICATION), MONTHS) for made in (core.Core, frozen.Core))
    assert one.all(axis=1).any()  # a month in which every column of the ledger moves
    np.testing.assert_array_equal(one, other)


def test_the_frozen_core_imports_nothing_that_may_change() -> None:
    named = {name for file in FILES for name in imported(file)}
    assert {"bench.frozen.samplers", "numba"} <= named
    assert {name for name in named if name.split(".")[0] in ("sim", "bench")} == {
        name for name in named if name.startswith("bench.frozen")
    }
