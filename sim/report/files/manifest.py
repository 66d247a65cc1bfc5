"""manifest.json: what a run was made of (hashes, seed, versions), and how to run it again."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.base.discover import class_name
from sim.base.errors import ScenarioError
from sim.base.notes import Note
from sim.base.text import safe_text
from sim.report.files import hashes, scenario_as_run
from sim.report.files.manifest_fields import LUCK, SCHEMA, ManifestFields
from sim.report.files.output_file import OutputFile
from sim.report.files.summary import dumped, strict
from sim.scenario.copied_tables import COPIES
from sim.scenario.files.bounds import Bounds, Wider
from sim.scenario.files.plain_file import MEBIBYTE, UnfitFile, content
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Origin
from sim.scenario.language.reading import Reader
from sim.scenario.language.validation import validated
from sim.scenario.reads_claims import DRAWN, Claims
from sim.version import __version__

if TYPE_CHECKING:
    from sim.judgement.precision import Until
    from sim.judgement.result import Result

NAME = "manifest.json"
REPEATS = f"partner-sim --from-manifest {NAME}"  # in the folder of the run
PACKAGES = (
    "numpy", "numba", "llvmlite", "scipy", "mesa", "simpy", "pandas", "pyarrow", "xarray", "jinja2",
    "pydantic", "ruamel.yaml",
)  # fmt: skip
LARGEST = 10 * MEBIBYTE
LONGEST_SHOWN = 60
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
    if extra := [class_name(one) for one in result.specification.extra if not issubclass(one, OutputFile)]:
        found["extra"] = extra
    if rewritten := result.plan.scenario.opening.rewritten_by:
        found["warm_up_rewritten_by"] = list(rewritten)
    if result.until is not None and result.rounds is not None:
        found["until"] = {**asdict(result.until), "budget": result.rounds.totals[-1]}
    return found


def write(result: Result, options: Mapping[str, Any], written: Sequence[Path], path: Path) -> None:
    """Write manifest.json."""
    path.write_text(dumped(strict(manifest(result, options, written))), encoding="utf-8", newline="\n")


def read(path: Path, root: Wider = None) -> Rerun:
    """Read a manifest (or the folder that holds it) and check that what it names is still there, unchanged.

    `root` is a folder into which links may lead beside that of the manifest.

    Raises
    ------
    ScenarioError
        Where it cannot be read or is of another kind, a field is wrong, or the scenario was changed since.
    """
    path = Path(path)
    path = path / NAME if path.is_dir() else path
    _check_kind(loaded(path, root), path)
    stated = _stated(path)
    place = Place(path.parent, root)
    for name in (scenario_as_run.RESOLVED, *(one for one in COPIES.values() if one in stated.files)):
        place.check(name, stated.files[name])
    until, budget = _awaited(stated)
    return Rerun(
        path.parent / scenario_as_run.RESOLVED, stated.seed, budget, tuple(stated.panel_replications),
        stated.scenario.file, tuple(_differences(stated.versions)), until, stated.claims, stated.doubt, stated.breaks,
        stated.twin,
    )  # fmt: skip


def _stated(path: Path) -> ManifestFields:
    """Every field, checked; a fault has its line."""
    findings = Findings()
    text = content(path, LARGEST).decode("utf-8")
    findings.add_text(str(path), text)
    tree = findings.tree = Reader(findings).parse(text, Origin(str(path), 0, 0))
    found = validated(tree, ManifestFields, findings)
    findings.raise_if_any()
    assert found is not None
    return found


def _awaited(stated: ManifestFields) -> tuple[Until | None, int]:
    """What the run waited for, and the most that it may play."""
    from sim.judgement.precision import Until

    said = stated.until
    return (None, stated.replications) if said is None else (Until(said.kpi, said.half, said.relative), said.budget)


def loaded(path: Path, root: Wider = None) -> dict[str, Any]:
    """A manifest as plain data."""
    shown = safe_text(str(path))
    try:
        Bounds.within(path.parent, root).own(path)
        found = json.loads(content(path, LARGEST, "it is none of ours").decode("utf-8"), object_pairs_hook=_once)
    except UnfitFile as error:
        raise ScenarioError(f"{shown}: {error.what}; give the manifest.json of an output folder") from None
    except (ValueError, RecursionError):
        raise _broken(path, "it is not JSON, or says a key twice") from None
    if not isinstance(found, dict):
        raise _broken(path, "a mapping expected")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping in which no key stands twice."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _check_kind(found: Mapping[str, Any], path: Path) -> None:
    if found.get("kind") is not None:
        raise _broken(path, f"it is that of a study ({safe_text(str(found['kind']))[:LONGEST_SHOWN]})")
    if not _is(found.get("schema"), SCHEMA):
        raise _broken(path, f"schema {SCHEMA} expected, got {_short(found.get('schema'))}")
    if not _is(found.get("luck"), LUCK):
        raise ScenarioError(
            f"{safe_text(str(path))}: made with luck {_short(found.get('luck'))}, "
            f"this version draws luck {LUCK}; install the version that the manifest names"
        )


def _is(value: object, number: int) -> bool:
    return type(value) is int and value == number


def _short(value: object) -> str:
    return safe_text(repr(value))[:LONGEST_SHOWN]


class Place:
    """The folder of a run: its files are read where they are still what they were."""

    def __init__(self, folder: Path, root: Wider = None) -> None:
        self.folder, self.bounds = folder, Bounds.within(folder, root)

    def check(self, name: str, expected: str) -> Path:
        """A file of the folder; refused where it is gone, leads out of the folder or was changed since the run."""
        path = self.folder / name
        shown = safe_text(str(path))
        try:
            there = hashes.of_file(self.bounds.own(path))
        except UnfitFile as error:
            raise ScenarioError(f"{shown}: {error.what}; keep the manifest in its output folder") from None
        if there != expected:
            raise ScenarioError(f"{shown}: changed since the run was made; run it as a scenario of its own instead")
        return path


def _differences(then: Mapping[str, str]) -> list[Note]:
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
