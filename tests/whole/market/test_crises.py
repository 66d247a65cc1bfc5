"""Crises by chance and drawn lengths and severities: laws by z-scores, luck by bits, effects by hand."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from sim.base.calendar import Calendar
from sim.base.luck import Luck
from sim.engine.model import PartnerNetwork
from sim.market.conditions import Conditions
from sim.market.shocks.crisis import Crisis
from sim.market.shocks.markov_crisis import MarkovCrisis
from sim.market.story import Story
from sim.scenario.schema import scenario_model
from tests.whole.hypotheses import likely, z, z_mean, z_share
from tests.whole.market.playing import OUTSIDE, XI, after, market, played, rival
from tests.whole.scenarios import CHOICE, tree

START = 2025 * 12
STILL = {"kind": "static"}


def told(
    story: Story, months: int, replication: int = 0
) -> tuple[np.ndarray, np.ndarray, list[tuple[float, str, str]]]:
    """Demand and claims factors in each month, and the log."""
    calendar, conditions = Calendar(START), Conditions(Luck(11, replication).world)
    calendar.begin(story.tell("slump", calendar, conditions))
    seen = []
    for month in range(months):
        calendar.play_month(month)
        seen.append((conditions.factor("demand"), conditions.factor("claims")))
    return *np.array(seen).T, calendar.events


def spells(inside: np.ndarray) -> list[int]:
    """Lengths of the crises that began and ended within the months."""
    edges = np.flatnonzero(np.diff(inside.astype(int)))
    first = 0 if not inside[0] else 1
    starts, ends = edges[first::2], edges[first + 1 :: 2]
    return [int(end - start) for start, end in zip(starts, ends, strict=False)]


def test_switching_is_the_markov_chain() -> None:
    begins, ends, months = 0.08, 0.3, 20_000
    inside = told(MarkovCrisis(kind="markov_crisis", begins=begins, ends=ends, demand=0.5), months)[0] < 1
    calm = ~inside[:-1]
    likely(z_share(inside[1:][calm].sum(), calm.sum(), begins), "calm to crisis")
    likely(z_share((~inside[1:][~calm]).sum(), (~calm).sum(), ends), "crisis to calm")
    stationary, memory = begins / (begins + ends), 1 - begins - ends
    error = np.sqrt(stationary * (1 - stationary) * (1 + memory) / (1 - memory) / months)
    likely(z(inside.mean(), stationary, error), "share of crisis months")


def test_drawn_lengths_and_severities_follow_their_laws() -> None:
    law = {"dist": "discrete", "values": [2, 5, 9], "weights": [0.5, 0.3, 0.2]}
    story = MarkovCrisis.model_validate(
        {"kind": "markov_crisis", "begins": 0.2, "length": law, "demand": 0.5, "claims": 2.0,
         "severity": {"dist": "gamma", "mean": 1.5, "cv": 0.4}}
    )  # fmt: skip
    demand, claims, _ = told(story, 15_000)
    lengths = spells(demand < 1)
    assert set(lengths) == {2, 5, 9}
    for value, weight in zip(law["values"], law["weights"], strict=True):
        likely(z_share(lengths.count(value), len(lengths), weight), f"crises of {value} months")
    begun = np.flatnonzero((demand[1:] < 1) & (demand[:-1] == 1)) + 1
    severity = np.log(demand[begun]) / np.log(0.5)
    np.testing.assert_allclose(claims[begun], 2.0**severity, rtol=1e-12)  # one severity for all factors
    likely(z_mean(severity, 1.5), "mean severity")
    assert stats.kstest(severity, stats.gamma(1 / 0.16, scale=1.5 * 0.16).cdf).pvalue > 1e-5


def test_a_dated_crisis_of_drawn_length() -> None:
    story = Crisis.model_validate(
        {"kind": "crisis", "start": "2025-03", "length": "8mo", "demand": 0.5,
         "length_factor": {"dist": "uniform", "low": 0.5, "high": 1.5}}
    )  # fmt: skip
    months = [told(story, 30, replication)[0] for replication in range(400)]
    assert all(demand[:2].tolist() == [1, 1] and demand[2] == 0.5 for demand in months)
    lengths = np.array([(demand < 1).sum() for demand in months])
    assert (lengths.min(), lengths.max()) == (4, 12)
    likely(z_mean(lengths, 8.0), "mean length")


def test_luck_is_keyed() -> None:
    """The same replication meets the same crises, whatever else happens; another meets others."""
    story = MarkovCrisis(kind="markov_crisis", begins=0.1, ends=0.2, demand=0.5)
    event = {"kind": "markov_crisis", "begins": 0.1, "ends": 0.2, "demand": 0.5}
    changes = {"market.events": {"slump": event}, "seed": 11}
    few = after(market({"r1": rival(1, STILL)}, changes), 60).calendar.events
    many = after(
        market({"r1": rival(1, {"kind": "best_response"})}, {**changes, "segments.agents.partners": 900}), 60
    ).calendar.events
    assert few and few == many == told(story, 60)[2]
    assert told(story, 60, 1)[2] != few


def test_a_longer_run_tells_the_same_crises() -> None:
    story = MarkovCrisis(kind="markov_crisis", begins=0.1, ends=0.2, demand=0.5)
    assert told(story, 120)[0][:60].tolist() == told(story, 60)[0].tolist()


def test_flight_to_quality_changes_what_partners_weigh() -> None:
    """Weights of commission halved, of brand doubled: logit by hand, in the crisis and after it."""
    crisis = {"kind": "crisis", "start": "2025-03", "length": "2mo", "weights": {"commission": 0.5, "brand": 2.0}}
    run = market(
        {"r1": rival(1, STILL), "r2": rival(2, STILL)},
        {"market.events": {"crisis": crisis}, f"{CHOICE}.homing": "multi", f"{CHOICE}.review": 1.0},
    )

    def odds(commission: float, brand: float) -> np.ndarray:
        value = np.array([*(commission * 100 * np.array([0.2, 0.1, 0.1]) + brand * np.array(XI[:3])), OUTSIDE])
        return np.exp(value) / np.exp(value).sum()

    seen = [model.table.share[:, 0].copy() for model in played(run, 6)]
    for month, share in enumerate(seen):
        expected = odds(0.1, 2.0) if month in (2, 3) else odds(0.2, 1.0)
        np.testing.assert_allclose(share, expected, rtol=0, atol=1e-12)


def test_weights_act_on_what_rivals_answer() -> None:
    crisis = {"kind": "crisis", "start": "2025-03", "length": "60mo", "weights": {"commission": 0.5}}
    best = {"r1": rival(1, {"kind": "best_response"})}
    calm = after(market(best), 48).rivals[0].rates[0, 0]
    tense = after(market(best, {"market.events": {"crisis": crisis}}), 48).rivals[0].rates[0, 0]
    halved = after(market(best, {f"{CHOICE}.weights": {"commission": 0.1, "brand": 1.0}}), 48).rivals[0].rates[0, 0]
    assert tense == pytest.approx(halved, abs=1e-6) and abs(calm - tense) > 0.01


def test_the_report_says_how_severe() -> None:
    event = {"kind": "crisis", "start": "2025-02", "length": "2mo", "demand": 0.5, "severity": 2.0}
    model = PartnerNetwork(market({"r1": rival(1, STILL)}, {"market.events": {"slump": event}}))
    model.step()
    model.step()
    assert model.market.demand == 0.25
    assert [text for _, _, text in model.calendar.events] == ["crisis begins, severity 2.00"]


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "markov_crisis", "begins": 0.1},
        {"kind": "markov_crisis", "begins": 0.1, "ends": 0.1, "length": 3},
        {"kind": "markov_crisis", "begins": 0.1, "ends": 0.0},
        {"kind": "markov_crisis", "begins": 0.1, "length": {"dist": "gamma", "cv": 1.0}},
        {"kind": "crisis", "start": "2025-01", "length": "2mo", "severity": {"dist": "lognormal", "cv": 1.0}},
        {"kind": "crisis", "start": "2025-01", "length": "2mo", "weights": {"servise": 2.0}},
    ],
)
def test_what_is_refused(event: dict) -> None:
    with pytest.raises(ValidationError):
        scenario_model().model_validate(tree({"market.events": {"slump": event}}))
