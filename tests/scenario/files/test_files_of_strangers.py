"""What may be read, and what a name may lead to: nothing outside of the bounds, nothing but plain files."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.base.errors import ScenarioError
from sim.experiments.calibration.data import read_claims, read_panel
from sim.experiments.lab import Lab
from sim.experiments.study import read_study
from sim.report.files import manifest
from sim.results.loading import load
from sim.scenario.files import plain_file
from sim.scenario.files.plain_file import content
from sim.scenario.language.csv_bytes import encoding_of
from sim.scenario.language.findings import Findings
from sim.worked.example_file import read_cases
from tests.scenario.minimal import write

SECRET = "root:x:0:0:secret"
STUDY = "kind: {kind}\npolicy: {policy}\n{more}"


def refused(read: Callable[[], object]) -> str:
    with pytest.raises(ScenarioError) as caught:
        read()
    assert SECRET not in str(caught.value)
    assert not any(SECRET in problem.source for problem in caught.value.problems)
    return str(caught.value)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a scenario; beside it, outside of the bounds, a file that holds a secret."""
    (tmp_path / "secret.yaml").write_text(f"{SECRET}\n")
    write(tmp_path / "in")
    return tmp_path / "in"


@pytest.mark.parametrize("named", ["../secret.yaml", "link.yaml", "/etc/passwd", "folder/../../secret.yaml"])
def test_what_a_study_names_stays_inside(home: Path, named: str) -> None:
    (home / "folder").mkdir()
    (home / "link.yaml").symlink_to(home.parent / "secret.yaml")
    for kind, policy, more in (
        ("calibrate", "main.yaml", f"panel: {named}"),
        ("calibrate", "main.yaml", f"claims: {named}"),
        ("backtest", "main.yaml", f"actuals: {named}"),
        ("backtest", named, "actuals: main.yaml"),
        ("cost", named, "worlds: {a: {set: {months: 12mo}}}"),
    ):
        aim = "targets: {result: {value: 1}}\nopen: {a: {path: seed, low: 1, high: 2}}\n" if kind == "calibrate" else ""
        path = home / "study.yaml"
        path.write_text(STUDY.format(kind=kind, policy=f"{{scenario: {policy}}}", more=f"{more}\n{aim}"))
        said = refused(lambda path=path: read_study(path))
        assert f"{path}:" in said and ("outside" in said or "local file expected" in said), said


def test_one_more_folder_may_be_named(home: Path) -> None:
    above = write(home.parent, name="above.yaml")
    study = home / "study.yaml"
    study.write_text("kind: cost\npolicy: {scenario: ../above.yaml}\nworlds: {a: {set: {seed: 2}}}\n")
    assert "--root" in refused(lambda: read_study(study))
    assert read_study(study, home.parent)
    (home / "child.yaml").write_text("schema: 1\nextends: ../above.yaml\n")
    assert "--root" in refused(lambda: load(home / "child.yaml"))
    assert load(home / "child.yaml", root=home.parent).scenario.name == "t"
    (home / "link.yaml").symlink_to(above)
    assert "leads out" in refused(lambda: load(home / "link.yaml"))
    assert load(home / "link.yaml", root=home.parent).with_({"seed": 3}).scenario.seed == 3


READ: dict[str, Callable[[Path], object]] = {
    "scenario": load, "study": read_study, "cases": read_cases, "panel": read_panel, "claims": read_claims,
    "manifest": manifest.read, "roster": lambda path: load(write(path.parent, {"roster": f"{{csv: {path.name}}}"})),
    "actuals": lambda path: load(write(path.parent, {"actuals": path.name})),
    "data": lambda path: Lab(path.parent).file(path.name) and read_panel(path),
}  # fmt: skip


@pytest.mark.parametrize("read", READ)
@pytest.mark.parametrize("what", ["pipe", "socket", "device", "folder", "kernel", "link"])
def test_only_plain_files_are_opened(home: Path, what: str, read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home / "it.yaml"
    monkeypatch.chdir(home)
    if what == "pipe":
        os.mkfifo(path)
    elif what == "socket":
        socket.socket(socket.AF_UNIX).bind("it.yaml")
    elif what == "folder":
        (path / "it.yaml").mkdir(parents=True)
    else:
        targets = {"device": "/dev/zero", "kernel": "/proc/self/status", "link": home.parent / "secret.yaml"}
        path.symlink_to(targets[what])
    if read == "data" and what != "link":
        pytest.skip("it is read as a panel")
    if read in ("panel", "claims") and what in ("link", "kernel"):
        pytest.skip("a study looks where its data lie before it reads them")
    said = refused(lambda: READ[read](path))
    assert any(word in said for word in ("regular file", "leads out", "outside", "no YAML", "manifest.json")), said


def test_given_by_a_person_what_has_no_end_is_refused() -> None:
    for path in ("/dev/zero", "/proc/self/environ", "/proc/version", "/sys/kernel/notes"):
        if Path(path).exists():
            assert "not a regular file" in refused(lambda path=path: load(path))
            assert "not a regular file" in refused(lambda path=path: read_panel(path))


def test_sizes_are_looked_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sparse = tmp_path / "sparse.yaml"
    with sparse.open("wb") as file:
        file.truncate(2**40)
    monkeypatch.setattr(plain_file.os, "open", lambda *_: pytest.fail("opened"))
    assert "over 10 MB (1,048,576.0 MB)" in refused(lambda: load(sparse))
    assert "over 10 MB" in refused(lambda: manifest.read(sparse))
    assert "over 512 MB" in refused(lambda: encoding_of(sparse, "x", Findings(), "roster"))


def test_a_file_that_is_exchanged_while_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at, it was plain; opened, it is a device."""
    path, real = tmp_path / "a.yaml", os.open
    path.write_text("a: 1\n")
    monkeypatch.setattr(plain_file.os, "open", lambda _, how: real("/dev/zero", how))
    with pytest.raises(plain_file.UnfitFile, match="a device"):
        content(path, 10)


def test_links_within_a_folder_of_worked_examples(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(SECRET)
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    os.mkfifo(tmp_path / "cases" / "pipe.yaml")
    said = refused(lambda: read_cases(tmp_path / "cases"))
    assert "out.yaml: a link that leads out" in said and "pipe.yaml: not a regular file, a pipe" in said
