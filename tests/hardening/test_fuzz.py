"""Whatever is written into an input, its reader ends as documented, says where, and writes nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sim.base.errors import ScenarioError
from sim.results.loading import load
from tests.hardening.fuzz import CORPUS, corpus, fuzz
from tests.hardening.inputs import KINDS, Kind
from tests.hardening.judging import ACCEPTED, judge
from tests.hardening.proofs import prove

SEED = 20261129
INPUTS, LONG = 300, 20_000
PLAYED = 10  # accepted mutants that are played to the end
SMALL = ("months=3mo", "replications=2", "opening.months=0mo", "opening.kind=empty", "uncertainties={}", "breaks=[]")
MOST_PARTNERS = 300
OF_OURS = [kind for kind in KINDS if kind.name not in ("scenario", "study")]
OF_SCENARIOS = ("scenario", "roster", "set")


@pytest.mark.parametrize("kind", OF_OURS, ids=lambda kind: kind.name)
def test_good_examples_are_accepted(kind: Kind, tmp_path: Path) -> None:
    """Those that are written here; other tests check scenarios and studies that are shipped."""
    kind.beside(tmp_path)
    for text in kind.seeds():
        seen = judge(kind, text.encode(), tmp_path)
        assert (seen.code, seen.fault) == (ACCEPTED, ""), seen.said


def test_what_was_once_a_fault(tmp_path: Path) -> None:
    """Every input of the corpus, which `fuzz --keep` has put there; what is accepted is played."""
    for number, (kind, path) in enumerate(corpus()):
        folder = tmp_path / str(number)
        folder.mkdir()
        kind.beside(folder)
        seen = judge(kind, path.read_bytes(), folder)
        assert not seen.fault, f"{path.relative_to(CORPUS)}: {seen.fault}\n{seen.said}"
        if seen.code == ACCEPTED and kind.name in OF_SCENARIOS:
            assert _played(kind, path.read_bytes(), tmp_path / f"{number} played")


def test_mutants(tmp_path: Path) -> None:
    _judged(INPUTS, SEED, tmp_path)


@pytest.mark.long
def test_many_mutants(tmp_path: Path) -> None:
    _judged(LONG, SEED + 1, tmp_path)


def _judged(inputs: int, seed: int, folder: Path) -> None:
    found = fuzz(inputs, seed)
    told = [f"{kind.name}: {seen.fault}\n{data[:2000]!r}\n{seen.said[:500]}" for kind, data, seen in found.faults]
    assert not told, "\n".join(told[:5])
    assert sum(found.codes.values()) == inputs
    by_kind = Counter(name for name, _ in found.codes.elements())
    assert min(by_kind.values()) >= inputs // len(KINDS)
    played = sum(_played(kind, data, folder / str(n)) for n, (kind, data) in enumerate(_spread(found.accepted)))
    assert played >= PLAYED


def _spread(accepted: list[tuple[Kind, bytes]]) -> list[tuple[Kind, bytes]]:
    """Those that are scenarios, as many of each kind as serve; some turn out to be too large to be played here."""
    chosen = []
    for name in OF_SCENARIOS:
        chosen += [one for one in accepted if one[0].name == name][:PLAYED]
    return chosen[: 3 * PLAYED]


def _played(kind: Kind, data: bytes, folder: Path) -> bool:
    """Play an accepted mutant small, with every proof; False where small is too large."""
    folder.mkdir()
    kind.beside(folder)
    (folder / kind.file).write_bytes(data)
    sets = (data.decode(),) if kind.name == "set" else ()
    main = folder / (kind.file if kind.name == "scenario" else "main.yaml")
    try:
        loaded = load(main, (*sets, *SMALL))
    except ScenarioError:
        return False  # what it says needs a longer horizon
    if sum(one.partners for one in loaded.scenario.segments.values()) > MOST_PARTNERS:
        return False
    prove(lambda: load(main, (*sets, *SMALL)), folder)
    return True
