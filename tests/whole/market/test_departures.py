"""Departures: who goes and when, what becomes of their debts, and that nobody else's luck moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.base.errors import ScenarioError
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.partners.columns import ACTIVE, DEFAULTED, LEFT
from sim.partners.listed import Listed
from sim.scenario.load import load
from tests.scenario.minimal import write
from tests.whole.hypotheses import likely, z_mean, z_share
from tests.whole.running import monthly
from tests.whole.scenarios import SMALLEST, S, plan, tree

FLOWS = {"a": 5.0, "b": 9.0, "c": 9.0, "d": 20.0, "e": 1.0}
THEIRS = "d"  # the largest of all sells for the rival only
MONTH = 3


def departing(base: dict[str, Any] | None = None, **changes: Any) -> Plan:
    """Five agents that pay after two months, four of them ours; an event in April, unless changes are empty."""
    stated = {"kind": "departure", "segment": "agents", "start": "2025-04", **changes}
    event = {key: value for key, value in stated.items() if value is not None}
    roster = tuple(Listed(id, "agents", flow, us_share=float(id != THEIRS)) for id, flow in FLOWS.items())
    return plan(
        {
            "market.events": {"it": event} if changes else {}, "products.line.term": "0mo", "opening.capital": 1e5,
            f"{S}.remittance": {"lag": "2mo"}, **(base or {}),
        },
        roster=roster,
    )  # fmt: skip


def status(run: Plan, months: int) -> dict[str, int]:
    model = PartnerNetwork(run)
    while model.month < months:
        model.step()
    there = zip(run.population.ids, model.table.status, strict=True)
    return {id: int(one) for id, one in there if id in FLOWS}


@pytest.mark.parametrize(("how", "after"), [("leaves", LEFT), ("defaults", DEFAULTED)])
def test_those_named_go(how: str, after: int) -> None:
    """Whomever they sell for, if they are in the trade."""
    run = departing(segment=None, partners=["e", THEIRS], how=how)
    assert status(run, MONTH + 1) == {id: after if id in "de" else ACTIVE for id in FLOWS}


@pytest.mark.parametrize("how", ["leaves", "defaults"])
def test_a_share_of_ours_goes(how: str) -> None:
    """Each that sells for us with this chance, by its own luck, so that this share of the flow goes on average."""
    run = departing({"market.demand": 0.0}, segments=["agents"], segment=None, share=0.3, how=how)
    ours = [run.population.ids.index(id) for id in FLOWS if id != THEIRS]
    gone = np.array([_gone(run, replication)[ours] for replication in range(200)])
    assert not any(_gone(run, replication)[run.population.ids.index(THEIRS)] for replication in range(20))
    likely(z_share(gone.sum(axis=0), len(gone), 0.3), "share of partners that go, each")
    likely(z_mean(gone @ run.population.flow[ours] / run.population.flow[ours].sum(), 0.3), "share of flow")
    assert not _gone(departing(share=0.0, how=how), 0).any()
    assert _gone(departing(share=1.0, how=how), 0)[ours].all()


def _gone(run: Plan, replication: int) -> np.ndarray:
    model = PartnerNetwork(run, replication)
    while model.month <= MONTH:
        model.step()
    return np.isin(model.table.status, (LEFT, DEFAULTED))


def test_largest_of_several_segments() -> None:
    """Left out, segments are all; the largest of them together go."""
    kinds = {f"segments.{name}": tree(base=SMALLEST)["segments"]["agents"] for name in ("agents", "others")}
    event = {"kind": "departure", "start": "2025-02", "largest": 2}
    run = plan({**kinds, "segments.others.flow": 3.0, "market.events": {"it": event}})
    model = PartnerNetwork(run)
    model.step()
    model.step()
    assert [run.population.ids[i] for i in np.flatnonzero(model.table.status == LEFT)] == ["others-01", "others-02"]


@pytest.mark.parametrize(("how", "after"), [("leaves", LEFT), ("defaults", DEFAULTED)])
@pytest.mark.parametrize(("largest", "gone"), [(1, "b"), (2, "bc"), (9, "abce")])
def test_the_largest_of_ours_go(how: str, after: int, largest: int, gone: str) -> None:
    """Of equals the first by id; who sends us nobody is none of them, however large."""
    run = departing(largest=largest, how=how)
    assert set(status(run, MONTH).values()) == {ACTIVE}
    assert status(run, MONTH + 1) == {id: after if id in gone else ACTIVE for id in FLOWS}
    assert status(run, 12) == status(run, MONTH + 1)


def test_who_leaves_pays_and_who_defaults_does_not() -> None:
    """b sells 9 contracts of 100 a month: two months' premium is under way when it leaves, three when it defaults."""
    left, failed = monthly(departing(how="leaves")), monthly(departing(how="defaults"))
    assert left["receivable_written_off"].sum() == 0
    assert failed["receivable_written_off"].sum() == 3 * 900_00
    assert failed["receivable_written_off"][MONTH] == 3 * 900_00
    sold = np.array([24.0] * 12)  # of a, b, c and e
    for found, first in ((left, MONTH), (failed, MONTH + 1)):
        np.testing.assert_array_equal(found["new_contracts"], np.where(np.arange(12) < first, sold, sold - 9))
    assert left["left"].sum() == 1 and failed["defaulted"].sum() == 1
    assert left["balance.receivable"][MONTH + 1] == 2 * 1500_00  # only those that are still there owe anything


@pytest.mark.parametrize("whom", [{}, {"segment": None, "partners": ["b"]}])
@pytest.mark.parametrize("how", ["leaves", "defaults"])
def test_the_luck_of_the_others_stays(how: str, whom: dict[str, Any]) -> None:
    """With everything drawn, all but the one that goes do to the bit what they did."""
    drawn = {f"{S}.sales": {"law": "poisson"}, f"{S}.remittance": {"lag": "2mo", "discipline": 0.7, "default": 0.02}}
    before, after = (PartnerNetwork(run, 3) for run in (departing(drawn), departing(drawn, how=how, **whom)))
    gone = before.population.ids.index("b")
    others = np.arange(before.table.rows) != gone
    for _ in range(12):
        before.step()
        after.step()
        for column in ("new", "status", "remitted", "receivable", "arrears_premium"):
            one, other = (model.table.array(column) for model in (before, after))
            np.testing.assert_array_equal(one[..., others], other[..., others])
    assert before.table.status[gone] == ACTIVE != after.table.status[gone]


@pytest.mark.parametrize(
    ("changes", "told"), [({"largest": 2}, ["b leaves", "c leaves"]), ({"share": 1.0}, ["4 partners leave"])]
)
def test_it_is_told_in_the_log(changes: dict[str, Any], told: list[str]) -> None:
    model = PartnerNetwork(departing(**changes))
    model.run()
    said = [(int(when), text) for when, name, text in model.calendar.events if name == "it"]
    assert said == [(MONTH, text) for text in told]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"segment": "bnak"}, 'market.events.gone.segment: unknown segment "bnak"; did you mean bank?'),
        ({"largest": "0"}, "market.events.gone.largest"),
        ({"how": "dies"}, "market.events.gone.how"),
        ({"how": "defaults", "segment": "net"}, "network brokers, who default when their cash runs out"),
        ({"how": "defaults", "segment": None}, "partners of net are network brokers"),
        ({"segment": None, "how": "defaults", "partners": "[bank-01, net-2]"}, "partners of net are network brokers"),
        ({"segment": None, "partners": "[bank-1]"}, 'gone.partners[0]: unknown partner "bank-1"; did you mean bank-01'),
        ({"segments": "[bank]"}, "segment and segments say the same"),
        ({"share": "10%", "largest": "2"}, "state one of them, or several events"),
        ({"partners": "[bank-01]"}, "take the segments out"),
    ],
)
def test_what_cannot_go_is_refused(tmp_path: Path, changes: dict[str, str | None], said: str) -> None:
    network = {"promised": "20%", "agents": "5", "opening_cash": "1e3"}
    net = {"partners": "3", "mix": {"hull": "1"}, "choice": {"review": "0", "weights": {"commission": "0.1"}},
           "network": network}  # fmt: skip
    stated = {"kind": "departure", "segment": "bank", "start": "2024-05", **changes}
    event = {key: value for key, value in stated.items() if value is not None}
    path = write(tmp_path, {"segments.net": net, "market.events": {"gone": event}})
    with pytest.raises(ScenarioError) as refused:
        load(path)
    assert said in str(refused.value) and "main.yaml:" in str(refused.value)
