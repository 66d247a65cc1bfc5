"""A batch of replications is one table: what each gives does not depend on how many there are, nor on their order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mesa.datacollection import DataCollector
from simpy import Environment

import sim
from sim.base.errors import RunError
from sim.engine.model import PartnerNetwork
from sim.engine.state.books import Books
from sim.money.ledger import Ledger
from sim.runs import batches, resources
from sim.runs.batches import batch_size
from sim.runs.replicate import Replication, replicate
from tests.whole.scenarios import EVERY_RULE, EVERYTHING, plan

AUDITS = {
    "look": {"kind": "audit", "start": "2025-01", "every": "2mo", "sample": 0.5, "detection": 0.8, "cost": 5.0,
             "finds": ["fraud", "insolvency"], "ends": True},
    "slump": {"kind": "markov_crisis", "begins": 0.3, "ends": 0.4, "demand": 0.6, "default": 2.0, "claims": 1.3},
    "leaves": {"kind": "departure", "segment": "banks", "start": "2025-02"},
    "some": {"kind": "departure", "start": "2025-04", "share": 0.4},
    "fails": {"kind": "departure", "segment": "dealers", "start": "2025-03", "largest": 2, "how": "defaults"},
}  # fmt: skip
RUIN = {
    "opening.capital": 3e4, "accounts.on_ruin": "stop", "us.late_payment_penalty": 0.3,
    "products.motor.claims.loss_ratio": 0.9,
}  # fmt: skip
CHANGES = {
    "products.motor.changes": {"up": {"rate": 0.1, "size": 0.5}, "down": {"rate": 0.1, "size": 0.4}},
    "products.service.changes": {"up": {"rate": 0.2, "size": 0.5}, "down": {"rate": 0.1, "size": 1.0}},
}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "everything": ({}, EVERYTHING),
    "every rule": ({}, EVERY_RULE),
    "contracts are changed": (CHANGES, EVERYTHING),
    "audits and crises by chance": ({"market.events": AUDITS}, EVERYTHING),
    "ruin stops some": (RUIN, EVERYTHING),
    "every rule for a year": ({"months": "13mo"}, EVERY_RULE),
}
NUMBERS = (3, 0, 11, 4, 7)


def same(one: Replication, other: Replication) -> None:
    assert one.number == other.number and one.events == other.events
    assert one.monthly.tobytes() == other.monthly.tobytes()
    assert np.array_equal(one.flows, other.flows) and one.joining.tobytes() == other.joining.tobytes()
    assert one.panel.keys() == other.panel.keys()
    assert all(np.array_equal(one.panel[name], other.panel[name]) for name in one.panel)


@pytest.mark.parametrize("case", CASES)
def test_a_replication_does_not_know_its_batch(case: str) -> None:
    """Alone, by two, all five in one table and in another order: the same bytes, events, moves and panels."""
    laid = plan(*CASES[case])
    alone = {one.number: one for one in replicate(laid, NUMBERS, panels={0, 7}, most=1)}
    assert len({one.monthly.tobytes() for one in alone.values()}) == len(NUMBERS)
    for numbers, most in ((NUMBERS, 2), (NUMBERS, 5), (NUMBERS[::-1], 3), (sorted(NUMBERS), 64)):
        found = replicate(laid, numbers, panels={0, 7}, most=most)
        assert [one.number for one in found] == list(numbers)
        for one in found:
            same(one, alone[one.number])


def test_some_stop_and_others_go_on() -> None:
    """The case above would say little if all replications were ruined together, or none."""
    laid = plan(*CASES["ruin stops some"])
    model = PartnerNetwork(laid, NUMBERS)
    model.run()
    assert 0 < model.nouns.books.stopped[0].sum() < len(NUMBERS)


def test_one_of_many_is_seen_as_if_alone() -> None:
    """Partners, actors and figures of one replication of a batch; a batch of one is stepped by hand."""
    laid = plan({}, EVERYTHING)
    many, one = PartnerNetwork(laid, NUMBERS), PartnerNetwork(laid, NUMBERS[2])
    for _ in range(5):
        many.step()
        one.step()
    seen = many.replication(2)
    assert seen.number == NUMBERS[2] and len(seen.partners) == len(one.partners)
    for mine, its in zip(seen.partners, one.partners, strict=True):
        assert (mine.unique_id, mine.segment, mine.receivable) == (its.unique_id, its.segment, its.receivable)
    assert seen.partners.agg("premium_new", np.sum) == one.partners.agg("premium_new", np.sum) > 0
    for mine, its in zip(seen.rivals, one.rivals, strict=True):
        assert mine.name == its.name and np.array_equal(mine.public, its.public)
    assert np.array_equal(seen.market.volumes, one.market.volumes) and seen.calendar.events == one.calendar.events
    assert seen.nouns["note"]["equity"] == one.nouns.note["equity"].item()
    assert np.array_equal(seen.us.rate_history[-1], one.us.rate_history[-1])
    assert many.datacollector.model_vars["figures"][-1].shape == (1, len(NUMBERS), len(laid.metrics))
    with pytest.raises(sim.SimError, match="the batch has places 0 to 4"):
        many.replication(len(NUMBERS))


def test_what_is_played_goes_through_mesa_and_simpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run steps the model with its actors; the collector gathers each month, and the calendar plays the stories."""
    laid, seen = plan({}, EVERYTHING), dict.fromkeys(("steps", "rows", "events", "actors"), 0)
    step, collect, one_event = PartnerNetwork.step, DataCollector.collect, Environment.step

    def stepped(self: PartnerNetwork) -> None:
        step(self)
        seen["steps"] += 1
        seen["actors"] = len(self.agents)

    def collected(self: DataCollector, model: Any) -> None:
        collect(self, model)
        seen["rows"] += 1

    def played(self: Environment) -> None:
        one_event(self)
        seen["events"] += 1

    monkeypatch.setattr(PartnerNetwork, "step", stepped)
    monkeypatch.setattr(DataCollector, "collect", collected)
    monkeypatch.setattr(Environment, "step", played)
    replicate(laid, NUMBERS)
    assert seen["steps"] == laid.warm_up + laid.months and seen["rows"] == laid.months
    assert seen["actors"] == len(NUMBERS) * (1 + len(laid.rivals)) and seen["events"] > len(NUMBERS)


def test_a_batch_is_as_large_as_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many rows as serve, or one replication; less where memory is short."""
    laid = plan({}, EVERYTHING)
    best = batches.replications_together(laid.rows, laid.bytes_per_row)
    assert batch_size(laid) == best > 1 and best * laid.rows * laid.bytes_per_row <= resources.TABLE_BYTES
    month = len(laid.metrics) * laid.months * 8
    assert batches.family_size(laid, 1) == batch_size(laid)
    assert batches.family_size(laid, 10_000) * 10_000 * month <= batches.FIGURES
    monkeypatch.setattr(batches, "available_memory", lambda: 1 << 20)
    assert 1 <= batch_size(laid) < best
    monkeypatch.setattr(batches, "available_memory", lambda: 0)
    assert batch_size(laid) == 1


def test_who_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof that fails in a batch is told as if its replications had been played one by one, lowest number first."""
    laid, close = plan({"months": "6mo"}), Books.close

    def spoiled(self: Books, now: Any, *more: Any) -> Any:
        bad = np.isin(now.replications, (4, 7)) & (now.month == 2)
        self.ledger.balance[:, 0] += np.tile(bad, len(self.worlds))
        return close(self, now, *more)

    monkeypatch.setattr(Books, "close", spoiled)
    with pytest.raises(RunError, match="do not balance") as caught:
        replicate(laid, NUMBERS)
    assert (caught.value.replication, caught.value.month) == (4, 2)
    assert isinstance(PartnerNetwork(laid, NUMBERS).ledger, Ledger)
    assert len(replicate(laid, [0, 3, 11])) == 3
