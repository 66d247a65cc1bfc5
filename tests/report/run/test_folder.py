"""The output folder: complete or absent, never over somebody's files, the same bytes every time."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sim.base.errors import OutputError
from sim.judgement.result import Result
from sim.report.files import tables
from sim.report.run import folder, replacing
from sim.report.run.folder_names import LONGEST_NAME
from tests.report import tiny


def files(of: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in of.iterdir()}


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(tables, "write_events", fail)


def test_holds_everything(written: Path) -> None:
    assert set(files(written)) == set(folder.FILES) - {
        "roster.csv",
        "actuals.csv",
        "backtest.xlsx",
        "breaking_points.csv",
    }
    assert all(files(written).values())
    assert [path.name for path in written.parent.iterdir()] == [written.name]


def test_the_same_bytes_every_time(result: Result, written: Path, tmp_path: Path) -> None:
    again = tiny.played(tmp_path, panels=[0])
    assert files(folder.write(again, tmp_path / "again", {"panel_replications": [0]})) == files(written)


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device"), RuntimeError()]
)
def test_a_failure_leaves_nothing(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    failing(monkeypatch, error)
    expected = OutputError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        folder.write(result, tmp_path / "not" / "there" / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(OutputError, match="disk is full: free some space or give another --out"):
        folder.write(result, tmp_path / "run")


def test_existing_folder_is_refused(result: Result, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty: give another --out"):
        folder.write(result, tmp_path / "run")
    assert files(tmp_path / "run") == {"mine.txt": b"mine"}


def test_empty_folder_is_taken(result: Result, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert folder.write(result, tmp_path / "run") == tmp_path / "run"
    assert "summary.json" in files(tmp_path / "run")


def test_overwriting_replaces_only_our_own(result: Result, tmp_path: Path) -> None:
    run = folder.write(result, tmp_path / "run")
    before = files(run)
    (run / "summary.json").write_text("old")
    folder.write(result, run, overwrite=True)
    assert files(run) == before
    (run / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"notes\.txt, which is not ours"):
        folder.write(result, run, overwrite=True)
    (run / "manifest.json").unlink()
    with pytest.raises(OutputError, match="not written by a run"):
        folder.write(result, run, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_failed_overwriting_keeps_the_old(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the system cannot swap two names."""
    run = folder.write(result, tmp_path / "run")
    before, rename = files(run), Path.rename

    def moved(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(replacing, "exchanged", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", moved)
    with pytest.raises(KeyboardInterrupt):
        folder.write(result, run, overwrite=True)
    assert files(run) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_file_in_the_way(result: Result, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    for out in (tmp_path / "run", tmp_path / "run" / "below", tmp_path / "run" / "far" / "below"):
        with pytest.raises(OutputError, match="file"):
            folder.write(result, out)
    assert (tmp_path / "run").read_text() == "a file"


@pytest.mark.parametrize("error", [errno.EACCES, errno.EROFS, errno.ENAMETOOLONG])
def test_places_that_cannot_be_written(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def refused(*_: object, **__: object) -> str:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("tempfile.mkdtemp", refused)
    with pytest.raises(OutputError, match=r"cannot write .*give a"):
        folder.write(result, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["x" * 400, "a\0b"])
def test_names_that_no_system_takes(tmp_path: Path, out: str) -> None:
    with pytest.raises(OutputError, match="--out"):
        folder.check(f"{tmp_path}/{out}")


def test_too_full_a_disk_is_seen_before(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="MiB free"):
        folder.check(tmp_path / "run", needed_bytes=1 << 60)
    assert folder.check(tmp_path / "run", needed_bytes=1) == (tmp_path / "run").resolve()
    assert not (tmp_path / "run").exists()


def test_estimate_is_above_what_is_written(result: Result, written: Path) -> None:
    estimate = folder.size(*result.cube.values.shape[2:], panel_rows=len(result.partners))
    assert sum(map(len, files(written).values())) < estimate < 64 * 2**20


def test_default_folder_is_free(tmp_path: Path) -> None:
    assert folder.default_folder("deep/Мой сценарий?.yaml", "x", tmp_path) == tmp_path / "Мой-сценарий"
    (tmp_path / "a").mkdir()
    (tmp_path / "a-2").write_text("")
    assert folder.default_folder("a.yaml", home=tmp_path) == tmp_path / "a-3"
    assert folder.default_folder("???.yaml", "Имя: 1", tmp_path) == tmp_path / "Имя-1"
    assert folder.default_folder("...yaml", "", tmp_path) == tmp_path / "run"
    assert folder.default_folder("nul.yaml", "", tmp_path) == tmp_path / "nul-run"
    assert len(folder.default_folder("я" * 120 + ".yaml", "", tmp_path).name.encode()) <= LONGEST_NAME


def test_permissions_are_those_of_a_plain_folder(written: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert written.stat().st_mode == (tmp_path / "plain").stat().st_mode
