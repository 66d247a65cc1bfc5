"""The output folder: written beside its place and moved there whole, so that nobody ever sees half of it."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.base.errors import OutputError
from sim.base.text import safe_text
from sim.report.files import scenario_as_run
from sim.report.files.output_file import own_files
from sim.report.run.beside import NOTHING, Beside
from sim.scenario.copied_tables import ACTUALS, ROSTER

if TYPE_CHECKING:
    from sim.judgement.result import Result

MANIFEST, BREAKING, BACKTEST, WORKBOOK = "manifest.json", "breaking_points.csv", "backtest.xlsx", "workbook.xlsx"
FILES: Mapping[str, str] = {
    "summary.json": "verdict, criteria, every key figure (mean, interval, p5, p50, p95), theory, notes",
    "report.html": "one page that opens without a network: "
    "verdict, figures, charts, sourced and assumed figures, the scenario",
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
LONGEST_NAME = 60
MOST_FOLDERS = 10_000
REPORT_BYTES = 12 * 2**20  # page and workbook
PARTNER_BYTES = 170
Step = Callable[[Path], object]
_UNSAFE = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def default_folder(scenario_path: str | os.PathLike[str], name: str = "", home: Path = Path("out")) -> Path:
    """A folder that is still free: `out/<stem of the scenario's file>`, then with -2, -3 and so on.

    `name` stands in where the stem has no letter or digit that a file name can keep.
    """
    stem = safe_name(Path(scenario_path).stem) or safe_name(name) or "run"
    for number in range(1, MOST_FOLDERS):
        folder = home / (stem if number == 1 else f"{stem}-{number}")
        if not os.path.lexists(folder):
            return folder
    raise OutputError(f"{safe_text(str(home))} holds {MOST_FOLDERS} folders of {stem}: remove some or give --out")


def safe_name(text: str) -> str:
    """`text` as a file name that every system can hold: letters, digits, `-`, `_` and inner dots."""
    name = _UNSAFE.sub("-", text).strip("-._")
    while len(name.encode()) > LONGEST_NAME:
        name = name[:-1].rstrip("-._")
    return f"{name}-run" if _RESERVED.fullmatch(name) else name


def check(out: str | os.PathLike[str], overwrite: bool = False, needed_bytes: int = 0) -> Path:
    """Refuse, before a run, a place that cannot take its results; returns the place, links resolved.

    Raises
    ------
    OutputError
        The folder exists and is not empty (without `overwrite`), holds files that are not ours, a file is in the way,
        the place is read-only or the disk too full.
    """
    with _told(Path(out)):
        place = Path(out).resolve()
        _refuse_occupied(place, overwrite)
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

    Returns
    -------
    Path : the folder.

    Raises
    ------
    OutputError
        With what is in the way; then nothing was written.
    """
    chosen = {"scenario_file": result.loaded.files[0].name, **(options or {})}
    return write_all(out, _steps(result, chosen, beside), overwrite, progress, _needed(result))


def write_all(
    out: str | os.PathLike[str],
    steps: Mapping[str, Step],
    overwrite: bool = False,
    progress: Callable[[str], None] | None = None,
    needed_bytes: int = 0,
) -> Path:
    """Write files into the folder `out`, all or nothing: each step by the path it fills, the manifest last.

    Raises
    ------
    OutputError
        With what is in the way; then nothing was written.
    """
    place = check(out, overwrite, needed_bytes)
    with _told(place), _beside(place) as part:
        for name, step in steps.items():
            if progress is not None:
                progress(name)
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            step(part / name)
        _move(part, place)
    return Path(out)


def files(place: Path) -> dict[str, Path]:
    """All files of a folder by their path within it, sorted."""
    found = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if not path.is_dir()}
    return dict(sorted(found.items()))


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


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """A hidden folder beside `place`, gone at the end whatever happens; folders above that were missing go with it."""
    missing = [folder for folder in place.parents if not folder.exists()]
    place.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{place.name[:40]}.", suffix=".part", dir=place.parent))
    try:
        part.chmod(0o777 & ~_umask())
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        for folder in missing:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _move(part: Path, place: Path) -> None:
    """Put `part` where `place` is; an older folder is moved away first and comes back if that fails."""
    if not place.exists():
        part.rename(place)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{place.name[:40]}.", suffix=".old", dir=place.parent))
    place.rename(old / place.name)
    try:
        part.rename(place)
    except BaseException:
        (old / place.name).rename(place)
        old.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)


def _refuse_occupied(place: Path, overwrite: bool) -> None:
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
        return set(json.loads(manifest.read_text("utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """The system's refusals in words, with what to do."""
    try:
        yield
    except ValueError as error:
        raise OutputError(f"{safe_text(str(place))} cannot be a file name ({error}): give another --out") from error
    except OSError as error:
        remedy = {
            errno.ENOSPC: "the disk is full: free some space or give another --out",
            getattr(errno, "EDQUOT", -1): "your disk quota is used up: free some space or give another --out",
            errno.EFBIG: "the file system does not take files of this size: give another --out",
            errno.EACCES: "the folder may not be written: give another --out",
            errno.EPERM: "the folder may not be written: give another --out",
            errno.EROFS: "the file system is read-only: give another --out",
            errno.ENAMETOOLONG: "the name is too long: give a shorter --out",
            errno.ENOTDIR: "a file is where a folder should be: give another --out",
        }.get(error.errno or 0, f"{error.strerror or error}: give another --out")
        raise OutputError(f"cannot write {safe_text(str(place))}: {remedy}") from error
