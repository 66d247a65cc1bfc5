"""manifest.json: what a run was made of (hashes, seed, versions), and how to run it again."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from sim.base.errors import ScenarioError
from sim.base.notes import Note
from sim.base.text import safe_text
from sim.report.files import hashes, scenario_as_run
from sim.report.files.summary import dumped, strict
from sim.scenario.copied_tables import COPIES
from sim.scenario.reads_claims import DRAWN, Claims
from sim.version import __version__

if TYPE_CHECKING:
    from sim.judgement.precision import Until
    from sim.judgement.result import Result

NAME = "manifest.json"
SCHEMA = 1
LUCK = 1
PACKAGES = (
    "numpy", "numba", "llvmlite", "scipy", "mesa", "simpy", "pandas", "pyarrow", "xarray", "jinja2",
    "pydantic", "ruamel.yaml",
)  # fmt: skip
LARGEST = 16 * 2**20
_STEERS = ("sim", "python", "numpy", "numba", "scipy", "pyarrow")  # versions that may change bytes


@dataclass(frozen=True)
class Rerun:
    """What `run` needs to repeat a run: the scenario beside the manifest, and the options of that time."""

    scenario: Path
    seed: int
    replications: int
    panel_replications: tuple[int, ...]
    scenario_file: str
    """name of the file that was run, for the summary"""
    notes: tuple[Note, ...] = ()
    """versions that differ from those of the run"""
    until: Until | None = None
    """what the run waited for; `replications` are then its budget"""
    claims: Claims = DRAWN
    doubt: int | None = None
    breaks: bool = True
    twin: bool = False


def versions() -> dict[str, str]:
    """Versions of the simulator, Python and the libraries it runs on."""
    found = {"sim": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def manifest(result: Result, options: Mapping[str, Any], written: Sequence[Path]) -> dict[str, Any]:
    """The manifest as plain data; `written` are the files of the folder, each with its hash."""
    found = {
        "schema": SCHEMA,
        "luck": LUCK,
        "scenario": {"file": str(options.get("scenario_file", "")), "resolved": scenario_as_run.RESOLVED},
        "seed": result.specification.seed,
        "replications": len(result.cube.replications),
        "claims": result.plan.claims,
        "doubt": 0 if result.doubt is None else result.doubt.replications,
        "breaks": result.breaking is not None,
        "twin": result.twin is not None,
        "panel_replications": [int(number) for number in options.get("panel_replications", ())],
        "sets": [str(one) for one in options.get("sets", ())],
        "inputs": scenario_as_run.hashed(result.loaded),
        "data_hash": hashes.of_result(result),
        "files": {path.name: hashes.of_file(path) for path in sorted(written)},
        "versions": versions(),
    }
    if rewritten := result.plan.scenario.opening.rewritten_by:
        found["warm_up_rewritten_by"] = list(rewritten)
    if result.until is not None and result.rounds is not None:
        found["until"] = {**asdict(result.until), "budget": result.rounds.totals[-1]}
    return found


def write(result: Result, options: Mapping[str, Any], written: Sequence[Path], path: Path) -> None:
    """Write manifest.json."""
    path.write_text(dumped(strict(manifest(result, options, written))), encoding="utf-8", newline="\n")


def read(path: Path) -> Rerun:
    """Read a manifest (or the folder that holds it) and check that what it names is still there, unchanged.

    Raises
    ------
    ScenarioError
        Where the manifest cannot be read, is of another kind, or its scenario was changed since.
    """
    path = Path(path)
    path = path / NAME if path.is_dir() else path
    found = loaded(path)
    _check_kind(found, path)
    folder, files = path.parent, _mapping(found, "files", path)
    for name in (scenario_as_run.RESOLVED, *(one for one in COPIES.values() if one in files)):
        check_file(folder / name, files.get(name))
    try:
        seed, replications = int(found["seed"]), int(found["replications"])
        panels = tuple(int(number) for number in found["panel_replications"])
        file = str(found["scenario"]["file"])
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(
            path, f"seed, replications, panel_replications or scenario is missing or wrong ({error})"
        ) from None
    if replications < 1:
        raise _broken(path, f"replications is {replications}")
    notes = tuple(_differences(_mapping(found, "versions", path)))
    until, budget = _awaited(found, path) if "until" in found else (None, replications)
    return Rerun(folder / scenario_as_run.RESOLVED, seed, budget, panels, file, notes, until, _claims(found, path),
                 *_beside(found, path))  # fmt: skip


def _awaited(found: Mapping[str, Any], path: Path) -> tuple[Until, int]:
    """What the run waited for, and its budget."""
    from sim.judgement.precision import Until

    stated = _mapping(found, "until", path)
    try:
        kpi = None if stated["kpi"] is None else str(stated["kpi"])
        return Until(kpi, float(stated["half"]), bool(stated["relative"])), int(stated["budget"])
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(path, f"until is wrong ({error})") from None


def _beside(found: Mapping[str, Any], path: Path) -> tuple[int | None, bool, bool]:
    """Replications with doubt, whether breaking points were looked for, and the twin played.

    Before there were any a manifest says nothing of them.
    """
    doubt, breaks, twin = found.get("doubt"), found.get("breaks", True), found.get("twin", False)
    counted = doubt is None or (type(doubt) is int and doubt >= 0)
    if not (counted and isinstance(breaks, bool) and isinstance(twin, bool)):
        raise _broken(path, f"doubt, breaks or twin is wrong ({safe_text(repr((doubt, breaks, twin)))})")
    return doubt, breaks, twin


def _claims(found: Mapping[str, Any], path: Path) -> Claims:
    """How claims were played; a manifest from before there was a choice says nothing of it."""
    said = found.get("claims", DRAWN)
    if said not in get_args(Claims):
        raise _broken(path, f"claims is {safe_text(repr(said))}, drawn or expected was expected")
    return "expected" if said == "expected" else DRAWN


def loaded(path: Path) -> dict[str, Any]:
    """A manifest as plain data."""
    shown = safe_text(str(path))
    try:
        if path.stat().st_size > LARGEST:
            raise ScenarioError(f"{shown}: too large for a manifest; give the manifest.json of an output folder")
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ScenarioError(f"{shown}: {error.strerror}; give the manifest.json of an output folder") from None
    except (ValueError, RecursionError):
        raise _broken(path, "it is not JSON") from None
    if not isinstance(found, dict):
        raise _broken(path, "a mapping expected")
    return found


def _check_kind(found: Mapping[str, Any], path: Path) -> None:
    if found.get("schema") != SCHEMA:
        raise _broken(path, f"schema {SCHEMA} expected, got {safe_text(repr(found.get('schema')))}")
    if found.get("luck") != LUCK:
        raise ScenarioError(
            f"{safe_text(str(path))}: made with luck {safe_text(repr(found.get('luck')))}, "
            f"this version draws luck {LUCK}; install the version that the manifest names"
        )


def check_file(path: Path, expected: object) -> None:
    """Refuse a file that is gone or was changed since the run."""
    shown = safe_text(str(path))
    try:
        there = hashes.of_file(path)
    except OSError as error:
        raise ScenarioError(f"{shown}: {error.strerror}; keep the manifest in its output folder") from None
    if there != expected:
        raise ScenarioError(f"{shown}: changed since the run was made; run it as a scenario of its own instead")


def _mapping(found: Mapping[str, Any], key: str, path: Path) -> Mapping[str, Any]:
    value = found.get(key)
    if not isinstance(value, dict):
        raise _broken(path, f"{key} is missing")
    return value


def _differences(then: Mapping[str, Any]) -> list[Note]:
    now = versions()
    return [
        Note("version_differs", f"the run was made with {name} {safe_text(str(then.get(name)))}, this is {now[name]}")
        for name in _STEERS
        if name in now and then.get(name) != now[name]
    ]


def _broken(path: Path, what: str) -> ScenarioError:
    return ScenarioError(
        f"{safe_text(str(path))}: not a manifest of a run: {what}; give the manifest.json of an output folder"
    )
