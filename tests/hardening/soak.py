"""The soak: scenarios drawn one after another, each played small with everything proven, for a stated time.

`python -m tests.hardening.soak --seconds 3600 --seed 1 --log out/soak.jsonl` runs it by hand and counts; one seed
again: `--seed 17 --scenarios 1`.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import json
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np

from sim.base.errors import OutputError, ScenarioError
from sim.results.loading import load
from tests.hardening.accepted import GivenUp, accepted
from tests.hardening.proofs import Looks, prove
from tests.hardening.reached import Reached, language, reached

WRITTEN, LOOKED_AT = 5, 3  # one in so many has its folder written, or its partners explained
HUNDRED = 100
PLACES = 6  # of a fault that are told


@dataclass
class Soaked:
    """What a soak has done: how often what came of a drawing, faults by seed, what of the language was proven.

    `memory` : MB after each scenario.
    """

    came: Counter[str] = field(default_factory=Counter)
    faults: dict[int, str] = field(default_factory=dict)
    reached: set[Reached] = field(default_factory=set)
    memory: list[float] = field(default_factory=list)
    seconds: float = 0.0


def soak(first: int, seconds: float, most: float = float("inf"), log: Path | None = None) -> Soaked:
    """Draw and prove scenarios of the seeds from `first` on, until the time or the number is over."""
    found, began = Soaked(), time.monotonic()
    for seed in count(first):
        if time.monotonic() - began > seconds or sum(found.came.values()) >= most:
            break
        came, told, what = one_scenario(seed)
        found.came[came] += 1
        if told:
            found.faults[seed] = told
        found.reached |= what
        found.memory.append(settled())
        if log is not None:
            with log.open("a", encoding="utf-8") as file:
                line = {"seed": seed, "came": came, "told": told, "mb": round(found.memory[-1])}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    found.seconds = time.monotonic() - began
    return found


def one_scenario(seed: int) -> tuple[str, str, set[Reached]]:
    """What came of a seed, the fault, if there was one, and what was proven."""
    looks = Looks(("en", "ru")[seed % 2] if seed % WRITTEN == 0 else "", seed % LOOKED_AT == 0)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.filterwarnings("error", category=RuntimeWarning, module=r"sim\.")
        try:
            one = accepted(seed, Path(folder))
            prove(lambda: load(one.tree, home=folder), Path(folder), looks)
        except GivenUp as error:
            return "given up", "" if error.problems else "no problem was named", set()
        except OutputError:
            return "too large", "", set()
        except ScenarioError as error:  # what only shows as it is played must still name its key
            placed = all(one.path for one in error.problems)
            return ("refused in play", "", set()) if placed else ("fault", str(error), set())
        except Exception as error:
            return "fault", told(error), set()
    return "proven", "", reached(one.tree)


def told(error: Exception) -> str:
    """An error in one line, with the last places of ours that it went through."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "/site-packages/" not in one.filename]
    places = (f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames[-PLACES:])
    return f"{type(error).__name__}: {error} [{' < '.join(reversed([*places]))}]"


def growth(memory: Sequence[float]) -> float:
    """MB by which a process grows with each scenario, over the last half of them.

    The median of the slopes between each of the first and each of the last third of that half, so that a kernel that is
    compiled for new types, or one large scenario, is not taken for growth.
    """
    later = np.array(memory[len(memory) // 2 :])
    third = len(later) // 3
    if not third:
        return 0.0
    begin, end = np.arange(third), np.arange(len(later) - third, len(later))
    return float(np.median((later[end][:, None] - later[begin]) / (end[:, None] - begin)))


def settled() -> float:
    """Memory of this process in MB once what is free has been given back, where the system lets us."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    return resident()


def resident() -> float:
    """Memory of this process in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=float, default=3600.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--scenarios", type=float, default=float("inf"))
    asked.add_argument("--log", type=Path)
    return asked.parse_args()


def memory_said(memory: Sequence[float]) -> str:
    """Memory over the first and the last hundred scenarios, and how it grows."""
    first, last = np.mean(memory[:HUNDRED]), np.mean(memory[-HUNDRED:])
    return f"memory {first:.0f} MB over the first hundred, {last:.0f} over the last, {growth(memory):.3f} more for each"


def _lines(found: Soaked) -> Iterator[str]:
    yield f"{dict(found.came)} in {found.seconds:.0f} s; {memory_said(found.memory)}"
    yield f"not reached: {sorted(language() - found.reached)}"
    yield from (f"--- seed {seed}\n{told}" for seed, told in found.faults.items())


if __name__ == "__main__":
    asked = _arguments()
    print("\n".join(_lines(soak(asked.seed, asked.seconds, asked.scenarios, asked.log))))
