"""Commands that carry out studies: what they print, write and end with; a study that was cut off goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from sim.command.application import routed
from sim.command.guard import guarded
from sim.command.studies import compare
from tests.command.running import PROGRAM, ROOT, environment, tiny
from tests.experiments import tiny as studies


def files(of: Path) -> dict[str, bytes]:
    return {path.relative_to(of).as_posix(): path.read_bytes() for path in of.rglob("*") if path.is_file()}


def test_a_file_that_is_a_study_is_carried_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = studies.study(tmp_path)
    assert routed([str(path), "-q"]) == ["study", str(path), "-q"]
    assert guarded([str(path), "--out", str(tmp_path / "one"), "--workers", "1", "-q"]) == 0
    printed = capsys.readouterr()
    assert (
        "Больше или нет" in printed.out and "Result over the horizon" in printed.out and "output folder" in printed.out
    )
    assert printed.err == ""
    scenarios = [str(tmp_path / name) for name in ("present.yaml", "richer.yaml")]
    options = [
        "--name",
        "Больше или нет",
        "--replications",
        "4",
        "--workers",
        "2",
        "-q",
        "--out",
        str(tmp_path / "two"),
    ]
    assert guarded(["compare", *scenarios, *options]) == 0
    one, two = (json.loads((tmp_path / name / "answer.json").read_text("utf-8")) for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["compare", "a/present.yaml", "--bogus"], 2, "--bogus"),
        (["compare", "{study}", "--name", "x" * 300, "{study}"], 2, "name"),
        (["study", "{present}"], 2, "is a scenario and no study"),
        (["compare", "{present}"], 2, "is one scenario: give two or more"),
        (["study", "{wrong}"], 2, 'unknown kind of study "compar"'),
        (["check", "{wrong}"], 2, "did you mean compare?"),
        (["{missing}"], 2, "gone.yaml"),
        (["compare", "{present}", "{richer}", "--set", "policy.rules.base.nwe=1%"], 2, "did you mean"),
    ],
)
def test_faults_are_told(
    arguments: list[str], code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"study": studies.study(tmp_path), "present": tmp_path / "present.yaml", "richer": tmp_path / "richer.yaml"}
    for name, changed in (("wrong", ("kind: compare", "kind: compar")), ("missing", ("richer.yaml", "gone.yaml"))):
        named[name] = tmp_path / f"{name}.yaml"
        named[name].write_text(named["study"].read_text("utf-8").replace(*changed), "utf-8")
    there = sorted(tmp_path.iterdir())
    assert (
        guarded(
            [one.format(**named) for one in arguments]
            + ([] if arguments[0] == "check" else ["-q", "--out", str(tmp_path / "out")])
        )
        == code
    )
    assert says in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == there


def test_check_takes_studies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["check", str(studies.study(tmp_path))]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("study.yaml: ok")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_killed_study_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    larger = "{{scenario: {}.yaml, set: {{segments.bank.partners: 300}}}}"
    study = studies.study(
        tmp_path, {"replications": "1000", "policies": {one: larger.format(one) for one in ("present", "richer")}}
    )
    store = tmp_path / "store"
    command = [*PROGRAM, "study", str(study), "-q", "--store", str(store), "--out"]
    process = subprocess.Popen([*command, str(tmp_path / "cut"), "--workers", "1"], cwd=ROOT, env=environment())
    end = time.monotonic() + 60
    while len(list(store.glob("*/*.part"))) < 2 and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL and not (tmp_path / "cut").exists()
    kept = sorted(store.glob("*/*.part"))
    assert kept
    kept[0].write_bytes(kept[0].read_bytes()[:-20])  # and one file torn
    subprocess.run(
        [*command, str(tmp_path / "on"), "--workers", "2"], cwd=ROOT, env=environment(), check=True, capture_output=True
    )
    whole = [*PROGRAM, "study", str(study), "-q", "--no-store", "--workers", "1", "--out", str(tmp_path / "whole")]
    subprocess.run(whole, cwd=ROOT, env=environment(), check=True, capture_output=True)
    assert files(tmp_path / "on") == files(tmp_path / "whole")


def test_a_run_is_taken_from_the_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ["--store", str(tmp_path / "store"), "--workers", "1"]
    command = [str(tiny(tmp_path)), *store, "--out"]
    assert guarded([*command, str(tmp_path / "one")]) == 3
    monkeypatch.setattr("sim.runs.work.replicate", None)
    assert guarded([*command, str(tmp_path / "two")]) == 3
    assert files(tmp_path / "one") == files(tmp_path / "two")
    capsys.readouterr()
    assert guarded(["store", "--store", str(tmp_path / "store")]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "Щит" in line).split()
    assert "3" in line
    assert guarded(["store", "--store", str(tmp_path / "store"), "--remove", line[0]]) == 0
    assert not list((tmp_path / "store").glob("*/*.part"))


def test_what_others_played_can_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    assert guarded([str(tiny(tmp_path)), "--store", str(store), "-q", "--out", str(tmp_path / "out")]) == 3
    (about,) = store.glob("*/about.json")
    about.write_text(about.read_text().replace("0.1.0+", "0.0.9+"))
    capsys.readouterr()
    assert guarded(["store", "--store", str(store), "--remove-others"]) == 0
    assert "forgotten: 1" in capsys.readouterr().out and not list(store.glob("*/about.json"))
    assert guarded(["store", "--store", str(store), "--remove", "abc"]) == 2


def test_a_store_that_cannot_be_written_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    place = tmp_path / "file" / "store"
    assert guarded([str(tiny(tmp_path)), "--store", str(place), "--out", str(tmp_path / "out")]) == 3
    printed = capsys.readouterr()
    assert f"note: the store {place} cannot be written" in printed.err and (tmp_path / "out").is_dir()


def test_the_environment_names_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNER_SIM_STORE", str(tmp_path / "kept"))
    assert guarded([str(tiny(tmp_path)), "-q", "--out", str(tmp_path / "a")]) == 3
    assert list((tmp_path / "kept").glob("*/*.part"))
    assert guarded([str(tiny(tmp_path)), "-q", "--no-store", "--out", str(tmp_path / "b"), "--seed", "99"]) == 3
    assert len(os.listdir(tmp_path / "kept")) == 1  # noqa: PTH208


def test_nobody_answers_at_the_cluster(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.runs.crew.CONNECT_SECONDS", 0.5)
    code = guarded([str(tiny(tmp_path)), "--cluster", "tcp://127.0.0.1:9", "-q", "--out", str(tmp_path / "out")])
    assert code == 4 and not (tmp_path / "out").exists()


def test_a_large_grid_asks_for_a_yes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiments.studies.sweep.MOST_CELLS", 1)
    studies.policies(tmp_path)
    path = tmp_path / "grid.yaml"
    grid = "{path: policy.rules.base.new, from: 1%, to: 3%, steps: 2}"
    path.write_text(
        f"schema: 1\nkind: sweep\nname: Сетка\npolicy: present.yaml\nreplications: 2\nacross: {grid}\n", "utf-8"
    )
    rest = ["-q", "--no-store", "--workers", "1", "--out", str(tmp_path / "out")]
    assert guarded(["sweep", str(path), *rest]) == 4
    assert "the grid has 2 cells, over 1" in capsys.readouterr().err and not (tmp_path / "out").exists()
    assert guarded(["sweep", str(path), "--yes", *rest]) == 0


def test_files_are_called_by_the_names_that_they_give_themselves(tmp_path: Path) -> None:
    texts = {"a": "name: Dealers now  # as they are\n", "b": "name: 'Two points more'\n", "c": "extends: a.yaml\n",
             "d": 'name: "Dealers now"\n', "e": "{name: flow}\n"}  # fmt: skip
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")

    def called(names: str) -> list[str | None]:
        return [one.get("name") for one in compare.called([tmp_path / f"{name}.yaml" for name in names])]

    assert called("ab") == ["Dealers now", "Two points more"]
    assert called("abc") == [None] * 3 and called("ad") == [None] * 2 and called("ae") == [None] * 2
