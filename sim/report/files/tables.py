"""The tables of the output folder: monthly.parquet, partners.parquet, events.csv, dictionary.csv.

The same result gives the same bytes on one machine: no time, no path, fixed row groups, sorted rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.text import csv_safe
from sim.base.units import MINOR_PER_MAJOR
from sim.figures.monthly import Metric
from sim.report.language.labels import Labels
from sim.results.cube import Cube

if TYPE_CHECKING:
    import pandas

    from sim.judgement.result import Result

ROWS = 1 << 20  # of a row group, rounded down to whole replications
_TEXTS = ("level", "segment", "partner", "name", "status")
_COUNTS = ("replication", "year", "contracts", "joined")
ZERO = "0 in every month: left out of monthly.parquet"


def kept(cube: Cube) -> list[int]:
    """Positions of the metrics that are not zero everywhere, in the order of their names."""
    there = [m for m in range(len(cube.metrics)) if cube.values[0, 0, :, :, m].any()]
    return sorted(there, key=lambda m: cube.metrics[m].name)


def write_monthly(cube: Cube, path: Path) -> None:
    """Write replication, month, metric, value; money in major units, what is not known as null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    positions = np.array(kept(cube), dtype=np.int64)
    months, width = len(cube.months), positions.size
    schema = pa.schema([
        ("replication", pa.int32()), ("month", pa.dictionary(pa.int16(), pa.string())),
        ("metric", pa.dictionary(pa.int16(), pa.string())), ("value", pa.float64()),
    ])  # fmt: skip
    if not width:
        pq.write_table(schema.empty_table(), path)
        return
    scale = np.array([MINOR_PER_MAJOR if cube.metrics[m].unit == "money" else 1 for m in positions], dtype=np.float64)
    names = pa.array([cube.metrics[m].name for m in positions], pa.string())
    each = max(1, ROWS // (months * width))
    with pq.ParquetWriter(path, schema, **_how("value")) as writer:
        for first in range(0, len(cube.replications), each):
            numbers = np.asarray(cube.replications[first : first + each], dtype=np.int32)
            values = cube.values[0, 0, first : first + each][:, :, positions] / scale
            month = np.tile(np.repeat(np.arange(months, dtype=np.int16), width), numbers.size)
            metric = np.tile(np.arange(width, dtype=np.int16), numbers.size * months)
            columns = [
                pa.array(np.repeat(numbers, months * width)),
                pa.DictionaryArray.from_arrays(month, pa.array(cube.months, pa.string())),
                pa.DictionaryArray.from_arrays(metric, names),
                pa.array(values.ravel(), from_pandas=True),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=values.size)


def write_partners(frame: pandas.DataFrame, path: Path) -> None:
    """Write the panel of partners."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    plain = [_plain(field) for field in table.schema]
    reals = [field.name for field in plain if pa.types.is_floating(field.type)]
    pq.write_table(table.cast(pa.schema(plain)), path, row_group_size=ROWS, **_how(*reals))


def write_events(result: Result, path: Path) -> None:
    """Write replication, month (named), day in months from the start, name and text of every dated event."""
    months = result.cube.months
    rows = (
        (one.number, months[min(max(int(when), 0), len(months) - 1)], f"{when:.6g}", csv_safe(name), csv_safe(text))
        for one in result.replications
        for when, name, text in one.events
    )
    write_csv(path, ("replication", "month", "months_from_start", "event", "text"), rows)


def write_dictionary(result: Result, path: Path) -> None:
    """Write metric, unit, text and remark of everything in the tables."""
    cube, labels = result.cube, Labels.of(result)
    there = {cube.metrics[m].name for m in kept(cube)}
    rows = [
        (
            "monthly",
            csv_safe(one.name),
            _unit(one, cube),
            csv_safe(labels.metric(one.name)),
            "" if one.name in there else ZERO,
        )
        for one in sorted(cube.metrics, key=lambda one: one.name)
    ]
    rows += [
        ("kpis", csv_safe(one.name), cube.currency if one.unit == "money" else one.unit, csv_safe(one.text), "")
        for one in result.figures.values()
    ]
    units = {one.figure.name: _unit(one, cube) for one in cube.metrics if one.figure.axis == "segment"}
    rows += [
        ("partners", name, units.get(name) or _unit_of_column(name, cube.currency), labels.panel(name), "")
        for name in result.partners.columns
    ]
    write_csv(path, ("table", "metric", "unit", "text", "remark"), rows)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file in UTF-8 with line feeds; the caller has made texts safe."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _unit(metric: Metric, cube: Cube) -> str:
    return cube.currency if metric.unit == "money" else metric.unit


def _unit_of_column(name: str, currency: str) -> str:
    """Unit of a column of partners.parquet that is no monthly figure."""
    return "text" if name in _TEXTS else "count" if name in _COUNTS else currency


def _plain(field: Any) -> Any:
    """Text columns as plain strings, whatever pandas made of them (a column of nothing included)."""
    import pyarrow as pa

    text = pa.types.is_large_string(field.type) or pa.types.is_null(field.type) or pa.types.is_dictionary(field.type)
    return pa.field(field.name, pa.string() if text else field.type)


def _how(*reals: str) -> dict[str, Any]:
    return {
        "compression": "zstd", "version": "2.6", "store_schema": True, "write_statistics": True,
        "use_dictionary": ["replication", "month", "metric", "year", "level", "segment", "partner", "name", "status"],
        "column_encoding": dict.fromkeys(reals, "BYTE_STREAM_SPLIT"),
    }  # fmt: skip
