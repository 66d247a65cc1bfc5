"""The tables say what the cube says, sorted, with a dictionary."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas
import pyarrow.parquet as pq

from sim.judgement.result import Result
from sim.report.files import tables


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_monthly_is_the_cube(result: Result, written: Path) -> None:
    frame = pandas.read_parquet(written / "monthly.parquet")
    assert list(frame.columns) == ["replication", "month", "metric", "value"]
    keys = list(zip(frame.replication, frame.month.astype(str), frame.metric.astype(str), strict=True))
    assert keys == sorted(set(keys))
    wide = frame.pivot_table(index=["replication", "month"], columns="metric", values="value", observed=False)
    for name in ("premium_written", "equity", "market_share.us", "claims"):
        assert np.array_equal(wide[name].to_numpy(), result.cube.series(name).ravel()), name


def test_what_is_zero_is_left_out_and_listed(result: Result, written: Path) -> None:
    there = set(pandas.read_parquet(written / "monthly.parquet").metric)
    listed = {row["metric"]: row for row in rows(written / "dictionary.csv") if row["table"] == "monthly"}
    assert set(listed) == {metric.name for metric in result.cube.metrics}
    assert {name for name, row in listed.items() if row["remark"] == tables.ZERO} == set(listed) - there
    assert listed["premium_written"]["unit"] == "RUB" and listed["hhi"]["unit"] == "number"
    assert "cost_of_goods" not in there
    assert all(row["text"] and row["unit"] for row in rows(written / "dictionary.csv"))


def test_what_is_not_known_is_null(result: Result, written: Path) -> None:
    frame = pandas.read_parquet(written / "monthly.parquet")
    hhi = frame[frame.metric == "hhi"].value.isna()  # eight months hold no whole year
    assert len(hhi) in (0, 3 * 8) and hhi.all()


def test_row_groups_hold_whole_replications(result: Result, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tables, "ROWS", 1)
    tables.write_monthly(result.cube, tmp_path / "monthly.parquet")
    file = pq.ParquetFile(tmp_path / "monthly.parquet")
    assert file.num_row_groups == len(result.cube.replications)
    assert not any(key.startswith(b"pandas") for key in file.schema_arrow.metadata or {})


def test_partners_are_the_panel(result: Result, written: Path) -> None:
    frame = pandas.read_parquet(written / "partners.parquet")
    assert len(frame) == len(result.partners)
    assert set(frame.level) == {"segment", "partner"}
    assert frame.premium_written.sum() == result.partners.premium_written.sum()


def test_events_have_a_month(result: Result, tmp_path: Path) -> None:
    result.replications[0].events.append((3.25, "crisis", "=1+1"))
    try:
        tables.write_events(result, tmp_path / "events.csv")
    finally:
        result.replications[0].events.pop()
    assert rows(tmp_path / "events.csv") == [
        {"replication": "0", "month": "2024-04", "months_from_start": "3.25", "event": "crisis", "text": "'=1+1"}
    ]
