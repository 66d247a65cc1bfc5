"""The store with two writers, on a full disk and on a disk that is read-only: nothing torn, nothing lost, and told."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim.runs import chunk
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.play import Order, Runner
from sim.runs.replicate import Specification
from sim.runs.sheet import Sheet
from sim.runs.store import SUFFIX, Store
from tests.command.running import partner_sim, tiny
from tests.whole.scenarios import tree

CASE = Case("small", Specification(tree({"segments.agents.sales.law": "poisson"}), 1))


def played(store: Store | None, numbers: range = range(3)) -> bytes:
    (sheet,) = Runner(Crew(1), store).play([Order(CASE, numbers)])
    assert isinstance(sheet, Sheet)
    return sheet.values.tobytes()


@contextmanager
def disk(place: Path, options: str) -> Iterator[Path]:
    """A small file system of its own."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def test_two_writers_of_one_file(tmp_path: Path) -> None:
    path, contents = tmp_path / f"x{SUFFIX}", [bytes([n]) * 100_000 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: [chunk.put(path, data) for _ in range(20)], contents))
    assert path.read_bytes() in contents and list(tmp_path.iterdir()) == [path]


def test_two_writers_of_one_scenario(tmp_path: Path) -> None:
    one, two = Store(tmp_path), Store(tmp_path)
    assert played(one) == played(two) == played(None)
    played(one, range(2, 5))
    assert played(two, range(5)) == played(None, range(5)) and one.refused is None is two.refused
    assert not list(tmp_path.rglob(".*"))


def test_a_disk_that_fills_in_mid_write(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "size=8k") as small:
        store = Store(small / "store")
        (small / "filler").write_bytes(bytes(4096))
        assert played(store) == played(None)
        assert store.refused is not None and "No space left" in store.refused.text
        assert store.news() == [store.refused] and store.news() == []
        assert not list(small.rglob(".*")) and not sum(one.figures for one in store.list())
        assert played(Store(small / "store")) == played(None)


def test_a_disk_that_is_read_only(tmp_path: Path) -> None:
    """What it holds is found; what is played is not kept, which is told."""
    with disk(tmp_path / "disk", "size=4m") as place:
        path, home = tiny(tmp_path), place / "store"
        first = partner_sim("run", path, "--store", home, "--out", tmp_path / "one")
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        again = partner_sim("run", path, "--store", home, "--out", tmp_path / "two")
    assert (first.returncode, again.returncode) == (3, 3)
    assert again.stderr.count("cannot be written (Read-only file system)") == 1
    one, two = ((tmp_path / out / "monthly.parquet").read_bytes() for out in ("one", "two"))
    assert one == two


def test_what_killed_writers_left_is_cleared(tmp_path: Path) -> None:
    old, fresh = tmp_path / f".a{chunk.HALF}", tmp_path / f".b{chunk.HALF}"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    chunk.clear(tmp_path)
    assert list(tmp_path.iterdir()) == [fresh]
