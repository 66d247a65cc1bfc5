"""A run that is killed at any moment goes on where it was, with any number of workers, and ends with the same bytes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.runs.store import SUFFIX
from tests.command.running import ROOT, environment
from tests.scenario.minimal import write

PROGRAM = """
import hashlib, sys, sim
from sim.runs import play
# small chunks, workers at once: more moments to be killed in
play.CHUNK_SECONDS, play.POOL_WORTH_SECONDS, play.batch_size = 0.02, 0.0, lambda outline: 1
if __name__ == "__main__":
    result = sim.run(sys.argv[1], replications=40, workers=int(sys.argv[2]), store=sys.argv[3] or None)
    figures = b"".join(one.values.tobytes() for one in result.figures.values())
    print(hashlib.sha256(result.cube.values.tobytes() + figures).hexdigest())
"""


def start(scenario: Path, workers: int, store: str, program: Path) -> subprocess.Popen[str]:
    program.write_text(PROGRAM, "utf-8")
    command = [sys.executable, str(program), str(scenario), str(workers), store]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return out.strip()


def tear(store: Path, luck: random.Random) -> None:
    """Cut a file short, or change a byte, as a disk may after a crash."""
    files = sorted(store.rglob(f"*{SUFFIX}"))
    if not files:
        return
    victim = luck.choice(files)
    data = bytearray(victim.read_bytes())
    if luck.random() < 0.5:
        data = data[: luck.randrange(len(data))]
    elif data:
        data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    victim.write_bytes(bytes(data))


def crash(kills: int, tmp_path: Path, seed: int) -> None:
    """Kill the run `kills` times, with a number of workers and a moment drawn anew, then let it end."""
    luck, store = random.Random(seed), tmp_path / "store"
    scenario, program = write(tmp_path, {"months": "12mo", "segments.bank.partners": "200"}), tmp_path / "program.py"
    expected = finished(start(scenario, 1, "", program))
    done = 0
    while done < kills:
        process = start(scenario, luck.choice((1, 2, 3)), str(store), program)
        end = time.monotonic() + luck.uniform(0.3, 3.0)
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        if process.poll() is not None:  # it ended before: forget a part, so that there is something to do again
            assert finished(process) == expected
            for victim in luck.sample(sorted(store.rglob(f"*{SUFFIX}")), 1):
                victim.unlink()
            continue
        os.kill(process.pid, 9)
        process.wait()
        done += 1
        if luck.random() < 0.3:
            tear(store, luck)
    assert finished(start(scenario, 2, str(store), program)) == expected


def test_killed_twice(tmp_path: Path) -> None:
    crash(2, tmp_path, 1)


@pytest.mark.long
def test_killed_two_hundred_times(tmp_path: Path) -> None:
    crash(200, tmp_path, 2)
