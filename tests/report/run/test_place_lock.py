"""Two runs never write one folder; a dead run is in nobody's way, and what it replaced is there, old or new."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.base.errors import OutputError
from sim.report.run import folder, replacing
from sim.report.run.folder_names import LONGEST_NAME
from sim.report.run.place_lock import PlaceLock, hidden_stem
from tests.command.running import ROOT

KEEPS = """
import os, pathlib, sys
from sim.report.run import folder, replacing
place, deed = pathlib.Path(sys.argv[1]), sys.argv[2]
steps = {name: (lambda path: path.write_text("new")) for name in ("summary.json", "manifest.json")}
if deed == "die while writing":
    steps["manifest.json"] = lambda path: os.kill(os.getpid(), 9)
if deed == "die between":
    real, moves = pathlib.Path.rename, []
    def rename(self, target):
        moves.append(self)
        if len(moves) == 2:
            os.kill(os.getpid(), 9)
        return real(self, target)
    pathlib.Path.rename, replacing.exchanged = rename, lambda one, other: False
with folder.reserved(place, overwrite=True):
    print("kept", flush=True)
    if deed == "wait":
        sys.stdin.read()
    folder.write_all(place, steps, overwrite=True, held=True)
"""


def other(place: Path, deed: str) -> subprocess.Popen[str]:
    """Another process that keeps a place."""
    return subprocess.Popen(
        [sys.executable, "-c", KEEPS, str(place), deed],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def written(place: Path, what: str, overwrite: bool = False) -> Path:
    steps: dict[str, folder.Step] = {
        name: (lambda path: path.write_text(what)) for name in ("summary.json", "manifest.json")
    }
    return folder.write_all(place, steps, overwrite)


def there(place: Path) -> list[str]:
    return sorted(one.name for one in place.iterdir())


def test_a_place_is_kept_for_one(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "run"
    process = other(place, "wait")
    assert process.stdout is not None and process.stdout.readline() == "kept\n"
    with pytest.raises(OutputError, match=f"kept by another run \\(process {process.pid} on .*another --out"):
        written(place, "mine")
    with folder.reserved_default("run.yaml", home=place.parent) as free:
        assert free == tmp_path / "deep" / "run-2"
    process.communicate("", timeout=60)
    assert process.returncode == 0 and (place / "summary.json").read_text() == "new"
    assert there(tmp_path / "deep") == ["run"]
    with pytest.raises(OutputError, match="not empty"):
        written(place, "mine")


@pytest.mark.parametrize("swaps", [True, False])
def test_a_dead_run_leaves_the_old_folder_or_the_new(swaps: bool, tmp_path: Path) -> None:
    place = written(tmp_path / "run", "old")
    process = other(place, "die while writing" if swaps else "die between")
    process.communicate("", timeout=60)
    assert process.returncode == -9 and len(there(tmp_path)) > 1
    if not swaps:
        assert not place.exists()  # no such system is at hand: the next run brings it back
    with folder.reserved(tmp_path / "other"):
        assert there(tmp_path) == [".other.lock", "run"]
    assert (place / "summary.json").read_text() == "old" and there(tmp_path) == ["run"]


def test_names_are_swapped_in_one_step(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one", "1"), written(tmp_path / "two", "2")
    if not replacing.exchanged(one, two):
        pytest.skip("no swap of names here")
    assert ((one / "summary.json").read_text(), (two / "summary.json").read_text()) == ("2", "1")


def test_what_came_in_the_meantime_stays(tmp_path: Path) -> None:
    """Somebody who keeps no place puts a run there while ours goes on."""
    place = tmp_path / "run"
    with folder.reserved(place):
        place.mkdir()
        (place / "manifest.json").write_text("theirs")
        with pytest.raises(OutputError, match="not empty"):
            folder.write_all(place, {}, held=True)
    assert (place / "manifest.json").read_text() == "theirs" and there(tmp_path) == ["run"]
    (tmp_path / "part").mkdir()
    with pytest.raises(OSError, match="not empty"):
        replacing.move_in(tmp_path / "part", place)


def test_foreign_files_beside_stay(tmp_path: Path) -> None:
    (tmp_path / ".x.lock").write_text("of another program")
    (tmp_path / ".x.abcdefgh.part").mkdir()
    (tmp_path / ".run.mine.part").mkdir()
    written(tmp_path / "run", "1")
    with pytest.raises(OutputError, match=r"\.x\.lock is not ours"):
        written(tmp_path / "x", "1")
    assert there(tmp_path) == [".run.mine.part", ".x.abcdefgh.part", ".x.lock", "run"]


def test_a_lock_is_no_way_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / ".run.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(OutputError):
        written(tmp_path / "run", "1")
    assert (tmp_path / "victim").read_text() == "mine"


def test_hidden_names_are_short_and_apart() -> None:
    long = "я" * LONGEST_NAME
    one, two = hidden_stem(Path(long + "a")), hidden_stem(Path(long + "b"))
    assert one != two and len(f"{one}.lock".encode()) < 255
    assert PlaceLock(Path("out/a.b")).path == Path("out/.a.b.lock")
