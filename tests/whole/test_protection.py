"""The small case without compiled code: every column is written by its owner only, and the numbers are the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from tests.whole.fingerprint import both, fingerprint
from tests.whole.running import monthly
from tests.whole.scenarios import EVERYTHING, plan

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compiled() -> list[dict[str, Any]]:
    models = [PartnerNetwork(run) for run in both()]
    for model in models:
        model.run()
    return [fingerprint(model) for model in models]


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
    """Each stage runs with the columns of other rooms write-protected, in plain Python, to the same integers."""
    done = elsewhere("-m", "tests.whole.fingerprint", "guard", NUMBA_DISABLE_JIT="1")
    assert done.returncode == 0, done.stderr[-3000:]
    same(json.loads(done.stdout), compiled)


FOREIGN = """
from sim.engine import month
from sim.engine.model import PartnerNetwork
from tests.whole import fingerprint
from tests.whole.scenarios import EVERYTHING, plan

real = {{name: stage for name, stage in month.MONTH}}
def stranger(model):
    model.table.{column}[..., 0] = 1
fingerprint.MONTH = (("{room}", stranger),)
fingerprint.protected(plan({{}}, EVERYTHING), 0)
"""


@pytest.mark.parametrize(
    ("room", "column"),
    [("contracts", "principal"), ("partners", "receivable"), ("settlement", "accrued"), ("policy", "earned")],
)
def test_a_foreign_column_cannot_be_written(room: str, column: str) -> None:
    done = elsewhere("-c", FOREIGN.format(room=room, column=column), NUMBA_DISABLE_JIT="1")
    assert done.returncode == 1
    assert "read-only" in done.stderr.splitlines()[-1]


@pytest.mark.long
def test_processor_without_vector_features(compiled: list[dict[str, Any]], tmp_path: Path) -> None:
    """The hash of all integers does not depend on the processor."""
    done = elsewhere("-m", "tests.whole.fingerprint", NUMBA_CPU_NAME="generic", NUMBA_CACHE_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr[-3000:]
    same(json.loads(done.stdout), compiled)


def test_everything_happens() -> None:
    """The small case reaches what the write protection is to guard: deposits, credit control, control, network brokers."""
    found = monthly(plan({}, EVERYTHING))
    for name in (
        "deposit_in", "deposit_out", "deposit_set_off", "deposit_interest", "receivable_provided", "provision_released",
        "refused_contracts", "blanks_out", "returned", "ended", "broker_defaults", "agents_joined"
    ):  # fmt: skip
        assert found[name].sum() > 0, name
