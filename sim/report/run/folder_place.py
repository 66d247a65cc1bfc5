"""Where an output folder may stand: what is ours there, what is in the way, and the place kept while a run lasts."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sim.base.errors import OutputError
from sim.base.text import safe_text
from sim.report.files import scenario_as_run
from sim.report.run.folder_names import free_folders, told
from sim.report.run.place_lock import PlaceLock, TakenError
from sim.scenario.copied_tables import ACTUALS, ROSTER
from sim.scenario.files.plain_file import MEBIBYTE, UnfitFile, content

LARGEST_MANIFEST = 10 * MEBIBYTE
MANIFEST, BREAKING, BACKTEST, WORKBOOK = "manifest.json", "breaking_points.csv", "backtest.xlsx", "workbook.xlsx"
FILES: Mapping[str, str] = {
    "summary.json": "verdict, criteria, every key figure (mean, interval, p5, p50, p95), theory, notes",
    "report.html": "a board paper that opens without a network: one screen that decides (verdict, why, what it hangs "
    "on, what would break it, what to do next), then contents and sections, charts titled by what they show; prints to "
    "PDF, folded tables left out",
    WORKBOOK: "a workbook with live formulas: front sheet, statements by month and year, key figures, contributions, "
    "charts, assumptions, checks",
    "monthly.parquet": "replication, month, metric, value",
    "partners.parquet": "premium, claims, commission, bad debt by segment and year; "
    "by partner for `--panel-replications`",
    "events.csv": "what happened when",
    "income_balance_cash.csv": "monthly statements of the first replication and of the mean",
    BREAKING: "breaking points, nearest first, where they were looked for",
    "dictionary.csv": "unit and meaning of every metric and key figure",
    scenario_as_run.RESOLVED: "the scenario as played, `extends`, presets and `--set` applied",
    ROSTER: "a copy of the roster, where there is one",
    ACTUALS: "a copy of what happened, where the scenario states `actuals`",
    BACKTEST: "the back-test as a workbook, where the scenario states `actuals`",
    MANIFEST: "hashes of inputs and files, seed, versions; "
    "`--from-manifest` repeats the run, to the same tables and summary",
}
"""what a run writes, and what each file holds"""


def default_folder(scenario_path: str | os.PathLike[str], name: str = "", home: Path = Path("out")) -> Path:
    """The first folder that is still free (`free_folders`)."""
    return next(free_folders(scenario_path, name, home))


@contextmanager
def reserved(out: str | os.PathLike[str], overwrite: bool = False, needed_bytes: int = 0) -> Iterator[Path]:
    """Keep the place `out` for a run from before its start to its end, so that no other run begins there.

    Raises
    ------
    OutputError
        What `check` refuses, or another run keeps the place; it is named.
    """
    lock = _taken(Path(out), overwrite, needed_bytes)
    try:
        yield Path(out)
    finally:
        lock.release()


@contextmanager
def reserved_default(
    scenario_path: str | os.PathLike[str], name: str = "", home: Path = Path("out"), needed_bytes: int = 0
) -> Iterator[Path]:
    """Keep the first of the default folders that nobody has or keeps."""
    for place in free_folders(scenario_path, name, home):
        try:
            lock = _taken(place, False, needed_bytes)
        except TakenError:
            continue
        if os.path.lexists(place):  # a run ended there a moment ago
            lock.release()
            continue
        break
    try:
        yield place
    finally:
        lock.release()


def _taken(out: Path, overwrite: bool, needed_bytes: int) -> PlaceLock:
    lock = PlaceLock(check(out, overwrite, needed_bytes))
    with told(lock.place):
        lock.take()
        try:
            refuse_occupied(lock.place, overwrite)
        except BaseException:
            lock.release()
            raise
    return lock


def check(out: str | os.PathLike[str], overwrite: bool = False, needed_bytes: int = 0) -> Path:
    """Refuse, before a run, a place that cannot take its results; returns the place, links resolved.

    Raises
    ------
    OutputError
        The folder exists and is not empty (without `overwrite`), holds files that are not ours, a file is in the way,
        the place is read-only or the disk too full.
    """
    with told(Path(out)):
        place = Path(out).resolve()
        refuse_occupied(place, overwrite)
        above = next(folder for folder in place.parents if folder.exists())
        if not above.is_dir():
            raise OutputError(f"{safe_text(str(above))} is a file, not a folder: give another --out")
        if not os.access(above, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(above))
        free = shutil.disk_usage(above).free
    if free < needed_bytes:
        raise OutputError(
            f"the results need about {needed_bytes / 2**20:,.0f} MiB and {safe_text(str(above))} has "
            f"{free / 2**20:,.0f} MiB free: free some space, lower --replications or give another --out"
        )
    return place


def files(place: Path) -> dict[str, Path]:
    """All files of a folder by their path within it, sorted."""
    found = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if not path.is_dir()}
    return dict(sorted(found.items()))


def refuse_occupied(place: Path, overwrite: bool) -> None:
    """Refuse a place where something stands that a run may not replace."""
    try:
        place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return
    shown = safe_text(str(place))
    if not place.is_dir():
        raise OutputError(f"{shown} is a file, not a folder: give another --out")
    there = set(files(place)) or {path.name for path in place.iterdir()}
    if there and not overwrite:
        raise OutputError(f"{shown} exists and is not empty: give another --out, or --overwrite to replace it")
    if there and MANIFEST not in there:
        raise OutputError(f"{shown} was not written by a run (it has no {MANIFEST}): give another --out")
    if strangers := sorted(there - set(FILES) - _listed(place / MANIFEST)):
        raise OutputError(
            f"{shown} also holds {safe_text(strangers[0])}, which is not ours to delete: "
            "move it away or give another --out"
        )


def _listed(manifest: Path) -> set[str]:
    """Files that a manifest says are its folder's; none where it cannot be read."""
    try:
        return set(json.loads(content(manifest, LARGEST_MANIFEST))["files"])
    except (UnfitFile, ValueError, KeyError, TypeError, RecursionError):
        return set()
