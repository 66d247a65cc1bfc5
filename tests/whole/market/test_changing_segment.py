"""A partner appointed to another segment goes on there as who it is: its money, contracts and luck come along."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.judgement.explain import explain, statement
from sim.partners.listed import Listed
from sim.runs.replicate import replicate
from tests.whole.running import monthly
from tests.whole.scenarios import EVERY_RULE, EVERYTHING, SMALLEST, Tree, plan

OF_MEANS = {"run_off_value"}  # by the mean risk of a segment's partners at the opening
A_LAST_BIT = 1e-12  # of sums of real numbers by segment; far less than a minor unit of any sum of money


def twins(base: Tree, name: str, months: str, *partners: str) -> Plan:
    """A scenario with an empty segment as another one is, to which partners go, the second of them and back later.

    Nothing goes by how many there are in a segment, and rivals do not answer.
    """
    base = copy.deepcopy(base)
    own = base["segments"][name]
    for block, key in ((own, "adverse"), (own["choice"], "pull"), (own["choice"]["weights"], "popularity")):
        block.pop(key, None)
    for key in ("recruiting", "phoenix"):
        own["turnover"].pop(key, None)
    base["segments"]["twins"] = copy.deepcopy(own) | {"partners": 0}
    del base["segments"]["twins"]["turnover"]["entry"]
    for one in (*base["policy"]["rules"].values(), base["policy"]["credit_control"]):
        if name in one.get("segments", ()):
            one["segments"].append("twins")
    for rival in base["rivals"].values():
        rival["strategy"] = {"kind": "static"}
    up = {"kind": "appointment", "partners": list(partners), "start": "2025-02", "segment": "twins"}
    down = {"kind": "appointment", "partners": list(partners[1:]), "start": "2025-05", "segment": name}
    base["market"]["events"] |= {"up": up, "down": down} if partners else {}
    return plan({"months": months}, base)


def test_a_segment_with_the_same_terms_changes_nothing() -> None:
    """To the last minor unit, there and back, under every rule: the whole of the books, a partner's statements."""
    stays = twins(EVERY_RULE, "dealers", "13mo")
    moves = twins(EVERY_RULE, "dealers", "13mo", "dealers-02", "dealers-07")
    assert len(moves.transfers) == 2
    before, after = monthly(stays), monthly(moves)
    whole = [name for name in before if "[" not in name and "." not in name and name not in OF_MEANS]
    assert len(whole) > 50
    for name in whole:
        np.testing.assert_allclose(after[name], before[name], A_LAST_BIT, err_msg=name)
    assert explain(stays, "dealers-02").equals(explain(moves, "dealers-02").drop(columns="segment"))
    assert statement(stays, "dealers-02").equals(statement(moves, "dealers-02"))


def test_its_batch_leaves_no_trace() -> None:
    """The same bytes alone and by three; nobody has gone to another principal by it."""
    laid = twins(EVERYTHING, "banks", "6mo", "banks-2", "banks-5")
    alone = replicate(laid, (0, 3, 5), panels={0, 5}, most=1)
    for one, other in zip(alone, replicate(laid, (0, 3, 5), panels={0, 5}, most=3), strict=True):
        assert one.monthly.tobytes() == other.monthly.tobytes() and np.array_equal(one.flows, other.flows)
        assert all(np.array_equal(one.panel[name], other.panel[name]) for name in one.panel)
    stays = replicate(twins(EVERYTHING, "banks", "6mo"), (0,))[0]
    np.testing.assert_allclose(alone[0].flows, stays.flows, A_LAST_BIT, A_LAST_BIT)


def shops(**roster: object) -> Plan:
    """Agents at 10 %, shops at 15 %, who remit two months later; a-2, an agent, has two customers a month."""
    base = copy.deepcopy(SMALLEST)
    agents = base["segments"]["agents"] | {"partners": 0}
    shop = copy.deepcopy(agents) | {"remittance": {"lag": "2mo"}}
    base["segments"] = {"agents": agents, "shops": shop}
    base["products"]["line"]["term"] = "0mo"
    rates = {"agents": 0.10, "shops": 0.15}
    base["policy"]["rules"] = {
        name: {"kind": "base", "segments": [name], "new": rate, "renewal": 0.0} for name, rate in rates.items()
    }
    listed = [Listed("a-1", "agents", 1.0), Listed("a-2", "agents", 2.0, **roster), Listed("s-1", "shops", 1.0)]  # type: ignore[arg-type]
    return plan({"months": "6mo"}, base, tuple(listed))


def test_it_is_paid_and_pays_as_the_other_segment() -> None:
    """Two sales of 100 a month: 20 until March, 30 from April on, 20 again in June; premium of April waits for June."""
    april, june = 2025 * 12 + 3, 2025 * 12 + 5
    laid = shops(appointed=((april, "segment", "shops"), (june, "segment", "agents")))
    found = explain(laid, "a-2")
    assert found.filter(like="commission.").sum(axis=1).astype(float).tolist() == [20, 20, 20, 30, 30, 20]
    assert found["segment"].tolist() == ["agents"] * 3 + ["shops"] * 2 + ["agents"]
    assert found["premium.line"].astype(float).tolist() == [200.0] * 6
    assert found["receivable"].astype(float).tolist() == [0, 0, 0, 200, 400, 200]
    assert found["remitted"].astype(float).tolist() == [200, 200, 200, 0, 0, 400]
    model = PartnerNetwork(laid)
    model.run()
    assert [model.partners.population.ids[row] for row in np.flatnonzero(model.table.present)] == [
        "a-1",
        "a-2",
        "s-1",
        "@direct",
    ]


def test_contracts_in_force_come_along() -> None:
    """Contracts of a year, in July: rings are counted at the end of December, and nothing of the books differs."""
    year = {"months": "12mo", "policy.rules": {"base": {"kind": "base", "new": 0.1}}}
    base = copy.deepcopy(SMALLEST)
    base["segments"]["shops"] = copy.deepcopy(base["segments"]["agents"]) | {"partners": 0}
    up = {"kind": "appointment", "partners": ["agents-03"], "start": "2025-07", "segment": "shops"}
    stays, moves = monthly(plan(year, base)), monthly(plan(year | {"market.events": {"up": up}}, base))
    assert np.array_equal(stays["run_off_value"], moves["run_off_value"])
    assert moves["premium_earned.shops"][:6].sum() == 0 < moves["premium_earned.shops"][6:].min()
    assert np.array_equal(stays["in_force"], moves["in_force"])


@pytest.mark.parametrize("homing", ["multi", "single"])
def test_what_it_gave_to_several_it_gives_to_one(homing: str) -> None:
    """Who splits its flow and comes to a segment that does not stays with the one that had most of it."""
    base = copy.deepcopy(SMALLEST)
    agents = base["segments"]["agents"]
    agents["choice"] |= {"homing": "multi", "us_at_start": 0.4}
    base["segments"]["shops"] = copy.deepcopy(agents) | {"partners": 0}
    base["segments"]["shops"]["choice"]["homing"] = homing
    up = {"kind": "appointment", "partners": ["agents-03"], "start": "2025-03", "segment": "shops"}
    model = PartnerNetwork(plan({"market.events": {"up": up}}, base))
    while model.month < 3:
        model.step()
    (row,) = (r for r in model.population.rows_by_id()["agents-03"] if model.table.present[r])
    share = model.table.share[:, row]
    assert model.population.segments[model.population.segment[row]] == "shops"
    assert share.sum() == pytest.approx(1.0)
    assert share.max() == (1.0 if homing == "single" else pytest.approx(0.6))
