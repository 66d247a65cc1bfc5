"""Rivals that answer: undercut, target share, rates that do not settle, exclusive offers; what they may see."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from sim.engine.model import PartnerNetwork
from sim.engine.state import market_view
from sim.market.at_rest import swings
from sim.market.rivals.best_response import BestResponse
from sim.market.rivals.short_horizon import ShortHorizon
from sim.market.rivals.target_share import TargetShare
from sim.market.rivals.undercut import Undercut
from sim.market.strategy import Strategy
from sim.scenario.schema import scenario_model
from tests.whole.market.playing import after, market, played, rates, rival
from tests.whole.scenarios import CHOICE, tree

STILL = {"kind": "static"}


def test_undercut_takes_last_months_best_and_a_step() -> None:
    rivals = {
        "first": rival(1, {"kind": "undercut", "step": 0.01, "cap": 0.28}),
        "second": rival(2, {"kind": "undercut", "step": 0.02, "cap": 0.25}),
    }
    seen = rates(market(rivals), 8)
    # 20 % is our rate; in the first month nothing has been seen yet, then all move at once on the month before
    by_hand = [
        (0.1, 0.1),
        (0.21, 0.22),
        (0.23, 0.23),
        (0.24, 0.25),
        (0.26, 0.25),
        (0.26, 0.25),
        (0.26, 0.25),
        (0.26, 0.25),
    ]
    np.testing.assert_allclose(seen, by_hand, rtol=0, atol=1e-15)


def test_undercut_spares_its_owners_other_brand() -> None:
    above = {"first": rival(1, {"kind": "undercut", "step": 0.01, "cap": 0.5}), "dear": rival(2, STILL, commission=0.3)}
    assert rates(market(above), 3)[-1, 0] == pytest.approx(0.31)
    above["dear"]["owner"] = "first"
    assert rates(market(above), 3)[-1, 0] == pytest.approx(0.21)


def test_target_share_moves_by_gain_times_what_is_missing() -> None:
    run = market({"r1": rival(1, {"kind": "target_share", "share": 0.4, "gain": 0.05})})
    model = PartnerNetwork(run)
    model.step()
    for _ in range(20):
        expected = model.rivals[0].rates[0, 0] + 0.05 * (0.4 - model.market.shares[1])
        model.step()
        assert model.rivals[0].rates[0, 0] == pytest.approx(expected, abs=1e-15)
    assert after(run, 100).market.shares[1] == pytest.approx(0.4, abs=0.05)


def test_target_share_by_segment_reads_the_segments_own_share() -> None:
    run = market(
        {"r1": rival(1, {"kind": "target_share", "share": 0.4, "gain": 0.05, "of": "segment"})}, {f"{CHOICE}.pull": 0.2}
    )
    model = after(run, 1)
    before, volumes = model.rivals[0].rates[0, 0], model.market.volumes[0].copy()
    share = volumes[1] / (0.8 * volumes.sum())  # of what commission can move: a fifth asks for us by name
    model.step()
    assert model.rivals[0].rates[0, 0] == pytest.approx(before + 0.05 * (0.4 - share), abs=1e-12)


def test_a_strategy_sees_nothing_of_this_month() -> None:
    """What our rate is this month changes no answer of this month."""
    dated = {"since": {"2025-01": 0.2, "2025-06": 0.35}}
    for strategy in ({"kind": "undercut", "step": 0.01, "cap": 0.5}, {"kind": "best_response"}):
        flat = rates(market({"r1": rival(1, strategy)}), 7)[:, 0]
        raised = rates(market({"r1": rival(1, strategy)}, {"policy.rules.base.new": dated}), 7)[:, 0]
        assert (flat[:6] == raised[:6]).all() and flat[6] < raised[6]


def test_facts_are_gathered_only_for_those_who_look(monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = market_view.gather, list[object]()
    monkeypatch.setattr(market_view, "gather", lambda *given: (seen.append(given), real(*given))[1])
    for strategy, gathered in ((STILL, False), ({"kind": "best_response"}, True)):
        seen.clear()
        after(market({"r1": rival(1, strategy)}), 2)
        assert bool(seen) is gathered


ALL_WHO_LOOK: tuple[tuple[type[Strategy], dict], ...] = (
    (BestResponse, {"kind": "best_response"}),
    (BestResponse, {"kind": "best_response", "moves": "all", "step": 1.0}),
    (ShortHorizon, {"kind": "short_horizon", "horizon": "2mo"}),
    (Undercut, {"kind": "undercut", "step": 0.01, "cap": 0.3}),
    (TargetShare, {"kind": "target_share", "share": 0.3, "gain": 2.0}),
    (TargetShare, {"kind": "target_share", "share": 0.3, "gain": 2.0, "of": "segment"}),
)


@pytest.mark.parametrize(("strategy", "block"), ALL_WHO_LOOK)
def test_many_replications_at_once_are_answered_as_each_by_itself(
    strategy: type[Strategy], block: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last bit, where one rival is ruined in some of them and rates do not settle."""
    settling = {"tolerance": 0.0001, "unsettled": "hold"}
    rivals = {
        "r1": rival(1, block, settling=settling, owner="house"),
        "r2": rival(2, STILL, commission=0.25, capital=1_000.0, owner="house"),
        "r3": rival(3, block),
    }
    crisis = {"kind": "markov_crisis", "begins": 0.03, "ends": 0.2, "rival_losses": 1.8}
    run = market(rivals, {"market.events": {"waves": crisis}, "segments.agents.partners": 40, f"{CHOICE}.review": 0.6})

    def of_all() -> tuple[np.ndarray, list]:
        model, path = PartnerNetwork(run, range(5)), []
        for _ in range(40):
            model.step()
            path.append([[one.rates[0, 0] for one in replication.rivals] for replication in model.replications])
        return np.array(path), [replication.calendar.events for replication in model.replications]

    assert strategy.batched
    at_once, told = of_all()
    monkeypatch.setattr(strategy, "batched", False)
    one_by_one, the_same = of_all()
    assert (at_once == one_by_one).all() and told == the_same
    ruined = [any("ruined" in event[2] for event in events) for events in told]
    assert len(set(ruined)) == 2 or strategy is not BestResponse


def test_a_strategy_from_outside_is_asked_in_one_replication_at_a_time() -> None:
    class Mine(BestResponse):
        """Says nothing of many replications."""

    assert BestResponse.batched and not Mine.batched


# --- rates that do not settle ----------------------------------------------------------------------------------------

MONTHS = np.arange(13)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (0.2 + 0.02 * np.cos(np.pi * MONTHS / 2), True),
        (0.2 + 0.02 * (-1.0) ** MONTHS, True),
        (0.2 + 0.02 * (-0.8) ** MONTHS, False),  # dies out
        (0.2 + 0.001 * (-1.0) ** MONTHS, False),  # at rest within the tolerance
        (0.1 + 0.02 * MONTHS, False),  # a drift
        (np.where((MONTHS > 3) & (MONTHS < 9), 0.25, 0.2), False),  # there and back
    ],
)
def test_what_counts_as_swinging(path: np.ndarray, found: bool) -> None:
    assert swings(path[None, :, None, None], 0.005).tolist() == [found]


def swinging(unsettled: str) -> dict:
    """A gain far too high for partners who follow within a month."""
    strategy = {"kind": "target_share", "share": 0.4, "gain": 1.0}
    return {"r1": rival(1, strategy, settling={"months": "12mo", "tolerance": 0.01, "unsettled": unsettled})}


EAGER = {f"{CHOICE}.homing": "multi", f"{CHOICE}.review": 0.9}


def test_an_unsettled_rival_is_reported_and_damped_until_it_settles() -> None:
    model = after(market(swinging("damp"), EAGER), 119)
    told = [event for event in model.calendar.events if "does not settle" in event[2]]
    assert told[0][1:] == ("r1", "commission does not settle in 12 months: its steps are halved")
    assert 12 <= told[0][0] < 24
    assert model.rivals[0].pace == 0.5 ** len(told)
    assert model.market.shares[1] == pytest.approx(0.4, abs=1e-3)  # it gets what it wants once it is patient


def test_an_unsettled_rival_may_hold_its_rates() -> None:
    seen = rates(market(swinging("hold"), EAGER), 60)[:, 0]
    events = after(market(swinging("hold"), EAGER), 60).calendar.events
    assert [event[2] for event in events] == ["commission does not settle in 12 months: it keeps the average of them"]
    month = int(events[0][0])
    assert np.ptp(seen[month - 6 : month]) > 0.05 and (seen[month:] == seen[month]).all()
    assert 0.3 * seen[:month].max() < seen[month] < 0.7 * seen[:month].max()


@pytest.mark.parametrize("unsettled", ["damp", "hold"])
def test_best_responses_that_chase_each_other_are_found(unsettled: str) -> None:
    """Two rivals in turn win partners with high inertia from each other: their full best responses have no rest."""
    best = {"kind": "best_response", "step": 1.0}
    rivals = {f"r{k}": rival(k, best, settling={"unsettled": unsettled, "tolerance": 0.01}) for k in (1, 2)}
    run = market(rivals, {f"{CHOICE}.inertia": 3.0, f"{CHOICE}.review": 0.9, f"{CHOICE}.weights": {"commission": 0.8}})
    model, seen = after(run, 80), rates(run, 80)
    told = {name: [event for event in model.calendar.events if event[1] == name] for name in rivals}
    assert all(told.values())
    for k, name in enumerate(rivals):
        first = int(told[name][0][0])
        assert np.ptp(seen[first - 12 : first, k]) > 0.02 and first < 24
    if unsettled == "damp":
        assert [one.pace for one in model.rivals] == [0.5 ** len(told[name]) for name in rivals]
        assert (np.ptp(seen[-12:], axis=0) < 0.5 * np.ptp(seen[:12], axis=0)).all()
    else:
        assert [one.pace for one in model.rivals] == [0.0, 0.0]
        assert (np.ptp(seen[-40:], axis=0) == 0.0).all()


def test_rivals_that_settle_are_left_alone() -> None:
    best = {f"r{k}": rival(k, {"kind": "best_response"}) for k in (1, 2, 3)}
    assert after(market(best), 60).calendar.events == []


# --- exclusive offers, losses of rivals -------------------------------------------------------------------------------


@pytest.mark.parametrize(("homing", "raised"), [("single", 0.15), ("multi", 0.1)])
def test_an_exclusive_offer_is_for_those_who_sell_for_nobody_else(homing: str, raised: float) -> None:
    offer = {
        "kind": "campaign",
        "rival": "r1",
        "start": "2025-02",
        "length": "2mo",
        "addition": 0.05,
        "exclusive": True,
    }
    run = market({"r1": rival(1, STILL)}, {"market.events": {"offer": offer}, f"{CHOICE}.homing": homing})
    seen = [model.rivals[0].public[0, 0] for model in played(run, 4)]
    assert seen == pytest.approx([0.1, raised, raised, 0.1])


@pytest.mark.parametrize(("where", "raised"), [
    ({}, 0.15), ({"products": ["line"]}, 0.15), ({"products": []}, 0.1),
    ({"segments": ["agents"]}, 0.15), ({"segments": []}, 0.1),
])  # fmt: skip
def test_a_campaign_holds_for_the_products_and_segments_that_it_names(
    where: dict[str, list[str]], raised: float
) -> None:
    offer = {"kind": "campaign", "rival": "r1", "start": "2025-01", "length": "1mo", "addition": 0.05, **where}
    run = market({"r1": rival(1, STILL)}, {"market.events": {"offer": offer}})
    assert after(run, 1).rivals[0].public[0, 0] == pytest.approx(raised)


def test_a_crisis_that_costs_rivals_ruins_the_thin_one() -> None:
    crisis = {"kind": "crisis", "start": "2025-03", "length": "6mo", "rival_losses": 2.0}
    rivals = {"thin": rival(1, STILL, capital=100.0), "thick": rival(2, STILL, capital=1e9)}
    model = after(market(rivals, {"market.events": {"crisis": crisis}}), 12)
    assert [one.gone for one in model.rivals] == [True, False]
    assert after(market(rivals), 12).calendar.events == []
    assert (model.table.principal[:-1] != 1).all()


def test_what_is_refused() -> None:
    refused = [
        {"kind": "undercut", "step": 0.01},
        {"kind": "best_response", "floor": 0.3, "cap": 0.2},
        {"kind": "best_response", "step": 0.0},
        {"kind": "short_horizon"},
        {"kind": "target_share", "share": 0.2},
    ]
    for strategy in refused:
        with pytest.raises(ValidationError):
            scenario_model().model_validate(tree({"rivals.other.strategy": strategy}))
    assert TargetShare(kind="target_share", share=0.2, gain=1.0).adapts
