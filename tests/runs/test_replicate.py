"""A replication that has been played leaves nothing behind but what it returns."""

from __future__ import annotations

import gc

from sim.base.columns import Table
from sim.judgement.session import lay_out
from sim.results.loading import load
from sim.runs.replicate import replicate, replicate_family
from tests.command.running import ROOT


def tables() -> int:
    return sum(isinstance(one, Table) for one in gc.get_objects())


def test_columns_are_freed_without_a_search_for_garbage() -> None:
    loaded = load(ROOT / "scenarios/gallery/small_network.yaml", ["months=2mo"])
    _, plan = lay_out(loaded)
    replicate(plan, [0])  # a compiler leaves frames behind
    gc.collect()
    before = tables()
    gc.disable()
    try:
        replicate(plan, [0, 1], panels=[0])
        replicate_family([plan, plan], [0, 1])
        assert tables() == before
    finally:
        gc.enable()
