"""The manifest repeats a run, and refuses where it no longer can."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import sim
from sim.base.errors import ScenarioError
from sim.report.files import hashes, manifest
from sim.report.run import folder
from tests.report import tiny


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "copy"))


def change(folder: Path, **keys: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **keys}), "utf-8")


def repeated(source: Path, out: Path) -> Path:
    again = manifest.read(source)
    result = sim.run(sim.load(again.scenario), again.replications, 1, again.seed, panels=again.panel_replications)
    options = {"scenario_file": again.scenario_file, "panel_replications": again.panel_replications}
    return folder.write(result, out, options)


def test_it_names_what_went_in_and_came_out(written: Path) -> None:
    found = json.loads((written / "manifest.json").read_text("utf-8"))
    assert (found["schema"], found["luck"], found["seed"], found["replications"]) == (1, 1, 7, 3)
    assert found["files"] == {
        path.name: hashes.of_file(path) for path in written.iterdir() if path.name != "manifest.json"
    }
    assert list(found["inputs"]) == ["main.yaml"] and len(found["inputs"]["main.yaml"]) == 64
    assert len(found["data_hash"]) == 64 and {"sim", "python", "numpy", "numba"} <= set(found["versions"])


def test_the_same_data_from_the_manifest(written: Path, tmp_path: Path) -> None:
    again = repeated(written, tmp_path / "again")
    for path in written.iterdir():
        if path.name not in ("manifest.json", "report.html", "workbook.xlsx"):  # these name the file that was played
            assert (again / path.name).read_bytes() == path.read_bytes(), path.name
    first, second = (json.loads((one / "manifest.json").read_text("utf-8")) for one in (written, again))
    assert first["data_hash"] == second["data_hash"]


def test_a_roster_goes_along(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "партнёры.csv").write_text("id;segment;flow\nА-1;bank;1,5\nБ-2;bank;20\n", encoding="cp1251")
    result = tiny.played(tmp_path, {"roster": "{csv: deep/партнёры.csv}"}, panels=[0])
    options = {"panel_replications": [0], "sets": ["seed=7"]}
    out = folder.write(result, tmp_path / "out", options)
    assert (out / "roster.csv").read_bytes() == (tmp_path / "deep" / "партнёры.csv").read_bytes()
    assert set(json.loads((out / "manifest.json").read_text("utf-8"))["inputs"]) == {"main.yaml", "deep/партнёры.csv"}
    moved = Path(shutil.move(out, tmp_path / "moved"))
    again = repeated(moved, tmp_path / "again")
    for name in ("monthly.parquet", "partners.parquet", "scenario.resolved.yaml", "roster.csv"):
        assert (again / name).read_bytes() == (moved / name).read_bytes(), name


def test_a_changed_scenario_is_refused(copy: Path) -> None:
    (copy / "scenario.resolved.yaml").write_text("schema: 1\n")
    with pytest.raises(ScenarioError, match="changed since the run"):
        manifest.read(copy / "manifest.json")
    (copy / "scenario.resolved.yaml").unlink()
    with pytest.raises(ScenarioError, match="keep the manifest in its output folder"):
        manifest.read(copy)


@pytest.mark.parametrize(
    ("keys", "says"),
    [({"luck": 2}, "draws luck 1"), ({"schema": 9}, "schema 1 expected"), ({"seed": "x"}, "seed"),
     ({"files": []}, "files: mapping expected"), ({"replications": 0}, "replications: must be >= 1, got 0"),
     ({"until": {"kpi": "result"}}, "until.half: required key"), ({"until": 5}, "until: mapping expected"),
     ({"panel_replications": 3}, "panel_replications: list expected, got 3"),
     ({"seed": True}, 'seed: integer expected, got boolean "true"'), ({"seed": -1}, "seed: must be >= 0"),
     ({"seed": 7.5}, "seed: integer expected, got 7.5"), ({"seed": 1e400}, "JSON|seed"),
     ({"seed": 2**63}, "seed: an integer over 64 bit"), ({"replications": 10**9}, "replications: must be <="),
     ({"twin": 1}, "twin: boolean"), ({"breaks": None}, "breaks: boolean"), ({"doubt": 0.5}, "doubt: integer"),
     ({"panel_replications": [3]}, "each below replications"), ({"panel_replications": [1, 0]}, "must rise"),
     ({"claims": "drwan"}, "did you mean drawn"), ({"sead": 7}, "did you mean seed"), ({"kind": "compare"}, "study"),
     ({"luck": True}, "luck True"), ({"data_hash": "x"}, "data_hash"), ({"inputs": {"a": 1}}, "inputs.a: text"),
     ({"files": {"../a": "0" * 64}}, "files"), ({"scenario": {"file": 7}}, "scenario.file: text expected"),
     ({"until": {"kpi": None, "half": -1, "relative": 0, "budget": 0.5}}, "until.half: must be >= 0")],
)  # fmt: skip
def test_other_manifests_are_refused(copy: Path, keys: dict[str, object], says: str) -> None:
    change(copy, **keys)
    with pytest.raises(ScenarioError, match=says):
        manifest.read(copy)


@pytest.mark.parametrize("text", ["", "[1]", "{", "\x00", "[" * 100_000])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(ScenarioError, match=r"give the manifest\.json"):
        manifest.read(tmp_path / "m.json")
    with pytest.raises(ScenarioError, match=r"give the manifest\.json"):
        manifest.read(tmp_path / "none.json")


def test_other_versions_are_noted(copy: Path) -> None:
    assert manifest.read(copy).notes == ()
    change(copy, versions={**manifest.versions(), "numpy": "1.0"})
    assert [note.code for note in manifest.read(copy).notes] == ["version_differs"]
