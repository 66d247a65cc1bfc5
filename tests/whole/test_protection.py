"""The small case without compiled code: every column is written by its owner only, and the numbers are the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.engine.month import MONTH, Stage
from tests.whole.fingerprint import NUMBERS, both, fingerprint
from tests.whole.running import monthly
from tests.whole.scenarios import EVERYTHING, plan

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compiled() -> list[dict[str, Any]]:
    """Each replication played by itself."""
    models = [PartnerNetwork(run, number) for run in both() for number in NUMBERS]
    for model in models:
        model.run()
    return [one for model in models for one in fingerprint(model)]


def elsewhere(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project's folder under other settings."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=settings, capture_output=True, text=True, timeout=600
    )


def same(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert one["integers"] == other["integers"]
        assert one["states"] == other["states"]
        np.testing.assert_allclose(one["others"], other["others"], rtol=1e-9, atol=1e-6)


def test_guarded_without_jit(compiled: list[dict[str, Any]]) -> None:
    """Replications in one table, in plain Python, each stage in its own columns alone: the same integers."""
    done = elsewhere("-m", "tests.whole.fingerprint", "guard", NUMBA_DISABLE_JIT="1")
    assert done.returncode == 0, done.stderr[-3000:]
    same(json.loads(done.stdout), compiled)


UNDECLARED = """
from sim.engine.month import Stage
from tests.whole import fingerprint
from tests.whole.scenarios import EVERYTHING, plan

def stranger(table):
    table.{column}[..., 0] = 1
fingerprint.protected(plan({{}}, EVERYTHING), 0, [Stage("{room}", stranger, "table", "", "{declared}")])
"""


@pytest.mark.parametrize(
    ("room", "declared", "column"),
    [
        ("contracts", "*", "principal"),  # another room's
        ("partners", "receivable", "receivable"),
        ("settlement", "", "accrued"),
        ("policy", "offer", "accrued"),  # its own, not declared
        ("contracts", "premium_*", "earned"),
    ],
)
def test_an_undeclared_column_cannot_be_written(room: str, declared: str, column: str) -> None:
    done = elsewhere("-c", UNDECLARED.format(room=room, declared=declared, column=column), NUMBA_DISABLE_JIT="1")
    assert done.returncode == 1
    assert "read-only" in done.stderr.splitlines()[-1]


def test_a_row_names_what_its_stage_takes() -> None:
    """Parameters are the nouns of the row; each pattern of columns is met by some column of the room."""
    table = both()[0].table()
    for stage in MONTH:
        assert set(signature(stage.play).parameters) == set(stage.nouns), stage.name
        for pattern in stage.columns.split():
            assert Stage(stage.room, stage.play, columns=pattern).written(table), (stage.name, pattern)


@pytest.mark.long
def test_processor_without_vector_features(compiled: list[dict[str, Any]], tmp_path: Path) -> None:
    """The hash of all integers does not depend on the processor, nor on how many replications stand in one table."""
    done = elsewhere("-m", "tests.whole.fingerprint", NUMBA_CPU_NAME="generic", NUMBA_CACHE_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr[-3000:]
    same(json.loads(done.stdout), compiled)


def test_everything_happens() -> None:
    """The small case reaches what write protection is to guard: deposits, credit control, control, network brokers."""
    found = monthly(plan({}, EVERYTHING))
    for name in (
        "deposit_in", "deposit_out", "deposit_set_off", "deposit_interest", "receivable_provided", "provision_released",
        "refused_contracts", "blanks_out", "returned", "ended", "broker_defaults", "agents_joined"
    ):  # fmt: skip
        assert found[name].sum() > 0, name
