"""The fuzzer: mutants of every kind of input, drawn from one seed, each judged.

`python -m tests.hardening.fuzz --inputs 20000 --seed 7 --keep corpus` runs it by hand; faults are put into `--keep`.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.hardening.inputs import KINDS, Kind
from tests.hardening.judging import ACCEPTED, Verdict, judge
from tests.hardening.mutants import mutant

Told = Callable[[Kind, bytes, Verdict], None]
CORPUS = Path(__file__).parent / "corpus"


@dataclass
class Fuzzed:
    """What fuzzing found: exit codes by kind, faults, and mutants that were accepted."""

    codes: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[tuple[Kind, bytes, Verdict]] = field(default_factory=list)
    accepted: list[tuple[Kind, bytes]] = field(default_factory=list)
    fault: Told = lambda *seen: None


def fuzz(
    inputs: int,
    seed: int,
    kinds: Sequence[Kind] = KINDS,
    fault: Told = lambda *seen: None,
    over: Callable[[Kind, Fuzzed], None] = lambda *done: None,
) -> Fuzzed:
    """Judge so many mutants, evenly over the kinds; `fault` is told each fault as it is found, `over` each kind."""
    found = Fuzzed(fault=fault)
    with tempfile.TemporaryDirectory() as root:
        for number, kind in enumerate(kinds):
            folder, rng = Path(root) / kind.name, random.Random(f"{seed} {kind.name}")
            folder.mkdir()
            kind.beside(folder)
            seeds = kind.seeds()
            for _ in range(inputs // len(kinds) + (number < inputs % len(kinds))):
                _one(kind, mutant(rng, seeds), folder, found)
            over(kind, found)
    return found


def _one(kind: Kind, data: bytes, folder: Path, found: Fuzzed) -> None:
    seen = judge(kind, data, folder)
    found.codes[kind.name, seen.code] += 1
    if seen.fault:
        found.faults.append((kind, data, seen))
        found.fault(kind, data, seen)
    if seen.code == ACCEPTED:
        found.accepted.append((kind, data))


def corpus() -> Iterator[tuple[Kind, Path]]:
    """Every input that was once a fault, with its kind: the name of its folder."""
    by_name = {kind.name: kind for kind in KINDS}
    for path in sorted(CORPUS.glob("*/*")):
        yield by_name[path.parent.name], path


def keep(kind: Kind, data: bytes, where: Path) -> Path:
    """Put an input into a corpus."""
    path = where / kind.name / hashlib.sha256(data).hexdigest()[:12]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser()
    asked.add_argument("--inputs", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--kind", action="append")
    asked.add_argument("--keep", type=Path)
    return asked.parse_args()


def _tell(kind: Kind, data: bytes, seen: Verdict) -> None:
    place = keep(kind, data, asked.keep) if asked.keep else kind.name
    print(f"--- {place}: {seen.fault}\n{seen.said[:600]}", flush=True)


def _over(kind: Kind, found: Fuzzed) -> None:
    codes = {int(code): number for (name, code), number in found.codes.items() if name == kind.name}
    print(f"{kind.name}: {sum(codes.values())} by exit code {codes}", flush=True)


if __name__ == "__main__":
    asked = _arguments()
    fuzz(asked.inputs, asked.seed, [one for one in KINDS if not asked.kind or one.name in asked.kind], _tell, _over)
