"""docs/experiments.md says what the readers read: its tables equal their columns, its examples are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.experiments.calibration.data import CLAIMS, PANEL, read_claims, read_panel
from sim.experiments.calibration.loss_ratios import loss_ratios
from sim.scenario.language.csv_table import Kind
from tests.docs.reading import blocks, table

EXPERIMENTS = "docs/experiments.md"


@pytest.mark.parametrize("kind", [PANEL, CLAIMS], ids=lambda kind: kind.name)
def test_columns_are_listed(kind: Kind) -> None:
    rows = [row[:2] for row in table(EXPERIMENTS, kind.name)]
    assert rows == [[name, "yes"] for name in kind.required] + [[name, "no"] for name in kind.optional]


def test_examples_are_read(tmp_path: Path) -> None:
    panel, claims = blocks(EXPERIMENTS, "csv")
    (tmp_path / "panel.csv").write_text(panel, encoding="utf-8")
    (tmp_path / "claims.csv").write_text(claims, encoding="utf-8")
    assert read_panel(tmp_path / "panel.csv")["is_current"].tolist()[2:] == [1.0, 0.0]
    table = loss_ratios(read_claims(tmp_path / "claims.csv"), "claims.csv").table
    assert table["estimate"]["products.motor.claims.loss_ratio"] == pytest.approx(3628 / 5270)
    assert table["estimate"]["mean_claim.motor"] == pytest.approx(3_628_000 / 136)
