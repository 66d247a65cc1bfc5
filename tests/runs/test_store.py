"""The store keeps what was played: the same bytes, nothing torn, nothing of another simulator."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.base.errors import OutputError
from sim.engine.layout.plan import Plan
from sim.runs import work
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.orders import Order
from sim.runs.play import Runner
from sim.runs.replicate import Replication, Specification
from sim.runs.sheet import Sheet
from sim.runs.store import SUFFIX, Store
from sim.runs.work import Job
from tests.whole.scenarios import EVERYTHING, tree

SMALL = tree({"segments.agents.sales.law": "poisson"})


def small(seed: int = 1) -> Case:
    return Case("small", Specification(SMALL, seed))


def runner(store: Store | None) -> Runner:
    return Runner(Crew(1), store)


def watch(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """What is played from now on: (number of the replication, scenarios of the family)."""
    done, real = list[tuple[int, int]](), work.replicate_family

    def played(plans: Sequence[Plan], numbers: Sequence[int]) -> Any:
        done.extend((number, len(plans)) for number in numbers)
        return real(plans, numbers)

    monkeypatch.setattr(work, "replicate_family", played)
    return done


def same(a: Replication, b: Replication) -> bool:
    pairs = [(getattr(a, field.name), getattr(b, field.name)) for field in dataclasses.fields(a)]
    return all(
        np.array_equal(x, y, equal_nan=True) if isinstance(x, np.ndarray)
        else sorted(x) == sorted(y) and all(np.array_equal(x[name], y[name]) for name in x) if isinstance(x, dict)
        else x == y
        for x, y in pairs
    )  # fmt: skip


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """Months, events and panels of a scenario with everything on; a panel that is wanted and was not kept is played."""
    case, store = Case("everything", Specification({**EVERYTHING, "seed": 7}, 7)), Store(tmp_path)
    order = Order(case, range(3), "months", frozenset({1}))
    (played,), (again,) = runner(store).play([order]), runner(store).play([order])
    assert isinstance(played, list) and isinstance(again, list)
    assert all(map(same, played, again)) and again[1].panel and not again[0].panel
    assert set(store.find(case.specification, "months", frozenset({1, 2}))) == {0, 1}
    assert set(store.find(case.specification, "figures")) == set()
    (bare,) = runner(store).play(
        [Order(case, range(3), "months")]
    )  # what others had kept beside it does not come along
    assert isinstance(bare, list) and not any(one.panel for one in bare)


def test_nothing_is_played_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    runner(store).play([Order(small(), [0, 2])])
    done = watch(monkeypatch)
    (sheet,) = runner(store).play([Order(small(), range(4))])
    assert sorted(done) == [(1, 1), (3, 1)]
    (fresh,) = runner(None).play([Order(small(), range(4))])
    assert isinstance(sheet, Sheet) and isinstance(fresh, Sheet)
    assert sheet.numbers == fresh.numbers == (0, 1, 2, 3)
    assert sheet.values.tobytes() == fresh.values.tobytes() and sheet.surprises.tobytes() == fresh.surprises.tobytes()
    assert [one.figures for one in store.list()] == [4]


def test_a_family_is_played_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scenarios that differ in loss ratios alone are one job, in which only what is not yet stored is played."""
    claims = {"frequency": 1.0, "severity": {"dist": "exponential"}}
    trees = [
        tree({"products.line.cost_ratio": None, "products.line.claims": {**claims, "loss_ratio": x}}, SMALL)
        for x in (0.5, 0.7, 0.9)
    ]
    cases = [Case("world", Specification(one, 1)) for one in trees]
    store = Store(tmp_path)
    runner(store).play([Order(cases[1], [0, 1])])
    done = watch(monkeypatch)
    found = runner(store).play([Order(case, range(3)) for case in cases])
    assert sorted(done) == [(0, 2), (1, 2), (2, 3)]
    for case, sheet in zip(cases, found, strict=True):
        (alone,) = runner(None).play([Order(case, range(3))])
        assert isinstance(sheet, Sheet) and isinstance(alone, Sheet)
        assert sheet.values.tobytes() == alone.values.tobytes() and sheet.claims.tobytes() == alone.claims.tobytes()


@pytest.mark.parametrize("harm", ["cut", "bit", "empty", "strange"])
def test_a_torn_file_counts_as_not_there(harm: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(3):
        runner(store).play([Order(small(), [number])])  # a file each
    (whole,) = runner(None).play([Order(small(), range(3))])
    victim = sorted(tmp_path.rglob(f"*{SUFFIX}"))[1]
    data = victim.read_bytes()
    torn = {"cut": data[:-7], "bit": data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], "empty": b"", "strange": b"PK\3\4"}
    victim.write_bytes(torn[harm])
    assert len(store.find(small().specification, "figures")) == 2
    (again,) = runner(store).play([Order(small(), range(3))])
    assert isinstance(whole, Sheet) and isinstance(again, Sheet)
    assert again.values.tobytes() == whole.values.tobytes()
    assert len(store.find(small().specification, "figures")) == 3


def test_another_scenario_seed_or_code_is_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    key = small().specification.key
    assert small().specification.key == key
    assert small(2).specification.key != key
    assert Specification(tree({"policy.rules.base.new": 0.01}), 1).key != key
    renamed = Specification({**SMALL, "name": "other", "description": "other words", "replications": 7}, 1)
    assert renamed.key == key
    monkeypatch.setattr("sim.runs.replicate.fingerprint", lambda: "0.0.0+other")
    assert small().specification.key != key


def test_a_worker_of_another_version_refuses() -> None:
    with pytest.raises(OutputError, match="install the same version"):
        work.perform(Job((small().specification,), (0,), version="0.0.0+other"))


def test_sheets_of_any_chunks_are_the_same() -> None:
    case = Case("everything", Specification({**EVERYTHING, "seed": 7}, 7))
    (whole,) = runner(None).play([Order(case, range(5))])
    assert isinstance(whole, Sheet)
    sent = [Job((case.specification,), some, detail="figures") for some in ((4,), (1, 3), (0, 2))]
    parts = [one for job in sent for one in work.played([case.plan], job)]
    joined = Sheet.joined([part for part in parts if isinstance(part, Sheet)])
    assert joined.numbers == whole.numbers and joined.values.tobytes() == whole.values.tobytes()
