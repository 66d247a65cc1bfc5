"""The output folder: written beside its place and moved there whole, so that nobody ever sees half of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.files import scenario_as_run
from sim.report.files.output_file import own_files
from sim.report.run.beside import NOTHING, Beside
from sim.report.run.folder_names import told
from sim.report.run.folder_place import (
    BACKTEST,
    BREAKING,
    FILES,
    MANIFEST,
    WORKBOOK,
    check,
    default_folder,
    files,
    refuse_occupied,
    reserved,
    reserved_default,
)
from sim.report.run.replacing import half_written, move_in, replace

if TYPE_CHECKING:
    from sim.judgement.result import Result

__all__ = [
    "BACKTEST", "FILES", "MANIFEST", "check", "default_folder", "files", "reserved", "reserved_default", "size",
    "write", "write_all",
]  # fmt: skip

REPORT_BYTES = 12 * 2**20  # page and workbook
PARTNER_BYTES = 170
Step = Callable[[Path], object]


def size(replications: int, months: int, metrics: int = 160, panel_rows: int = 0) -> int:
    """Bytes that an output folder may take, at most."""
    return 9 * replications * months * metrics + PARTNER_BYTES * panel_rows + REPORT_BYTES


def write(
    result: Result,
    out: str | os.PathLike[str],
    options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    progress: Callable[[str], None] | None = None,
    beside: Beside = NOTHING,
    held: bool = False,
) -> Path:
    """Write everything that a run says into the folder `out`, all or nothing.

    Parameters
    ----------
    result : what `sim.run` returned
    out : the folder; must not exist or be empty
    options : `sets`, `panel_replications`, `scenario_file` (a name shown in the summary), `lang` (of the report)
    overwrite : replace a folder that an earlier run has written
    progress : called with the name of each file before it is written
    beside : what stands beside the run's own, such as its back-test (`sim.report.backtest_of_run`)
    held : the caller keeps the place already (`reserved`)

    Returns
    -------
    Path : the folder.

    Raises
    ------
    OutputError
        With what is in the way; then nothing was written.
    """
    chosen = {"scenario_file": result.loaded.files[0].name, **(options or {})}
    return write_all(out, _steps(result, chosen, beside), overwrite, progress, _needed(result), held)


def write_all(
    out: str | os.PathLike[str],
    steps: Mapping[str, Step],
    overwrite: bool = False,
    progress: Callable[[str], None] | None = None,
    needed_bytes: int = 0,
    held: bool = False,
) -> Path:
    """Write files into the folder `out`, all or nothing: each step by the path it fills, the manifest last.

    Raises
    ------
    OutputError
        With what is in the way; then nothing was written.
    """
    with nullcontext() if held else reserved(out, overwrite, needed_bytes):
        _write_all(check(out, overwrite, needed_bytes), steps, overwrite, progress)
    return Path(out)


def _write_all(place: Path, steps: Mapping[str, Step], overwrite: bool, progress: Callable[[str], None] | None) -> None:
    with told(place), half_written(place) as part:
        for name, step in steps.items():
            if progress is not None:
                progress(name)
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            step(part / name)
        _move(part, place, overwrite)


def _needed(result: Result) -> int:
    replications, months, metrics = result.cube.values.shape[2:]
    return size(replications, months, metrics, len(result.partners))


def _steps(result: Result, options: Mapping[str, Any], beside: Beside) -> dict[str, Step]:
    from sim.report.files import doubt_beside, manifest, statements, summary, tables
    from sim.report.run import html
    from sim.report.run.book import run_workbook

    breaking = result.breaking
    points = {} if breaking is None else {BREAKING: lambda path: doubt_beside.write_breaking(breaking, path)}
    return {
        "summary.json": lambda path: summary.write(result, options, path),
        "monthly.parquet": lambda path: tables.write_monthly(result.cube, path),
        "partners.parquet": lambda path: tables.write_partners(result.partners, path),
        "events.csv": lambda path: tables.write_events(result, path),
        "income_balance_cash.csv": lambda path: statements.write(result.cube, path),
        **points,
        "dictionary.csv": lambda path: tables.write_dictionary(result, path),
        scenario_as_run.RESOLVED: lambda path: scenario_as_run.write(result.loaded, path.parent),
        "report.html": lambda path: html.write(result, options, beside, path),
        WORKBOOK: lambda path: run_workbook.write(result, options, path),
        **beside.files,
        **{one.name: partial(one.write, result, options) for one in own_files(result.specification.extra, FILES)},
        MANIFEST: lambda path: manifest.write(result, options, list(path.parent.iterdir()), path),
    }


def _move(part: Path, place: Path, overwrite: bool) -> None:
    """Put `part` where `place` is, over nothing or an empty folder unless an older run is to be replaced."""
    refuse_occupied(place, overwrite)
    if place.is_dir() and any(place.iterdir()):
        replace(part, place)
    else:
        move_in(part, place)
