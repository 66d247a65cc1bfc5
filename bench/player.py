"""Plays in a checkout what it is asked and says what it took: the far side of `trees.Tree`.

Needs nothing but the public interface of the product, so that it plays older and newer checkouts alike; only a month's
statements come from the checkout's own bench, and a checkout that has batches is asked how large they are. One request
a line on standard input, as JSON; one whole number a line as answer.
"""

import gc
import json
import sys
from pathlib import Path
from time import process_time_ns
from typing import Any

import sim


def together(file: str, sets: list[str]) -> int:
    """How many replications are played in one table."""
    try:
        from sim.runs.batches import batch_size
    except ImportError:  # a checkout from before there were batches
        return 1
    from sim.runs.case import Case

    return batch_size(Case.of(sim.load(file, sets)).outline)


def scenario(file: str, sets: list[str], replications: int) -> int:
    """CPU ns of a run of so many replications, in this process."""
    loaded = sim.load(file, sets)
    gc.collect()
    began = process_time_ns()
    sim.run(loaded, replications, workers=1)
    return process_time_ns() - began


def calls(file: str, sets: list[str], replications: int) -> int:
    """Calls of Python functions and compiled kernels in such a run."""
    loaded, count = sim.load(file, sets), 0

    def seen(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(seen)
    try:
        sim.run(loaded, replications, workers=1)
    finally:
        sys.setprofile(None)
    return count


def statements(partners: int, months: int) -> int:
    """CPU ns of the statements of some months of one replication, five rules."""
    if partners not in MADE:
        from bench.policies import FIVE, Statements

        MADE[partners] = Statements(FIVE, partners)
    began = process_time_ns()
    for _ in range(months):
        MADE[partners].step()
    return (process_time_ns() - began) // getattr(MADE[partners], "replications", 1)  # before there were batches: one


MADE: dict[int, Any] = {}
PLAYS = {play.__name__: play for play in (together, scenario, calls, statements)}


def main() -> None:
    """Answer until the requests end."""
    if not Path(sim.__file__).is_relative_to(Path.cwd()):
        raise SystemExit(f"{sim.__file__} was imported, not the product in {Path.cwd()}")
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        print(PLAYS[request.pop("play")](**request), file=answers, flush=True)


if __name__ == "__main__":
    main()
