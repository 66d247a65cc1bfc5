"""Scenarios of rivals, crises and audits show the figures that their header comments state.

A simulated mean passes when |mean - figure| <= tolerance + 3.3 standard errors, as in test_gallery.py. Variants of a
scenario are compared on common luck.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import sim
from sim.judgement.beside.share_lost import switching
from sim.judgement.result import Result

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
ERRORS = 3.3
Reals = NDArray[np.float64]


def play(name: str, sets: Sequence[str] = (), replications: int = 8) -> Result:
    return sim.run(sim.load(SCENARIOS / f"{name}.yaml", sets), replications=replications, workers=1)


def assert_about(values: Reals, figure: float, tolerance: float) -> None:
    error = values.std(ddof=1) / np.sqrt(values.size)
    assert abs(values.mean() - figure) <= tolerance + ERRORS * error


def monthly(result: Result, metric: str, first: int, last: int | None) -> Reals:
    """A metric in months first .. last - 1: float64[replication, month]."""
    values = result.monthly.squeeze(["policy", "world"]).sel(metric=metric).to_numpy()
    return np.asarray(values[:, first:last], dtype=np.float64)


# --- crisis_flight_to_quality -----------------------------------------------------------------------------------------

CRISIS = 21  # months from 2007-01 to 2008-10
PRINCIPALS = ("us", "leader", "second", "small_first", "small_second", "small_backed")
BEFORE = (0.167, 0.144, 0.105, 0.232, 0.208, 0.142)
SHARES_AFTER = {
    "quality": (0.349, 0.388, 0.151, 0.0, 0.0, 0.112),
    "commission": (0.258, 0.273, 0.198, 0.0, 0.0, 0.271),
}
RUINED_AFTER = {"quality": (7.3, 9.1), "commission": (6.0, 7.1)}
COMMISSION_ONLY = [
    f"segments.{segment}.choice.weights.{quality}=0"
    for segment in ("broker", "agent_company")
    for quality in ("service", "reliability")
]


@pytest.fixture(scope="module")
def regimes() -> dict[str, Result]:
    name = "crisis_flight_to_quality"
    return {"quality": play(name), "commission": play(name, COMMISSION_ONLY)}


def test_before_the_crisis_commission_decides(regimes: dict[str, Result]) -> None:
    for name, share in zip(PRINCIPALS, BEFORE, strict=True):
        shares = [monthly(one, f"market_share.{name}", CRISIS - 12, CRISIS) for one in regimes.values()]
        assert (shares[0] == shares[1]).all()
        assert_about(shares[0].mean(axis=1), share, 0.002)


@pytest.mark.parametrize("regime", SHARES_AFTER)
def test_market_after_the_crisis(regimes: dict[str, Result], regime: str) -> None:
    for name, share in zip(PRINCIPALS, SHARES_AFTER[regime], strict=True):
        assert_about(monthly(regimes[regime], f"market_share.{name}", 48, None).mean(axis=1), share, 0.002)


@pytest.mark.parametrize("regime", RUINED_AFTER)
def test_small_insurers_are_ruined_in_the_crisis(regimes: dict[str, Result], regime: str) -> None:
    events = regimes[regime].events
    ruined = events[events.text.str.contains("rival is ruined")]
    for name, months in zip(("small_first", "small_second"), RUINED_AFTER[regime], strict=True):
        found = ruined[ruined.name == name].month.to_numpy() - CRISIS
        assert found.size == 8
        assert_about(found, months, 0.2)
    assert len(ruined) == 16


def test_quality_gives_the_large_what_commission_gives_the_small(regimes: dict[str, Result]) -> None:
    gain = {
        name: monthly(regimes["quality"], f"market_share.{name}", 48, None).mean(axis=1)
        - monthly(regimes["commission"], f"market_share.{name}", 48, None).mean(axis=1)
        for name in ("us", "small_backed")
    }
    assert_about(gain["us"], 0.090, 0.003)
    assert_about(gain["small_backed"], -0.160, 0.003)


# --- dealer_repairs ---------------------------------------------------------------------------------------------------

NO_AUDITS, NO_CONTROL = "market.events.audit=", "policy.control="
ACTS = {"nothing": (NO_AUDITS, NO_CONTROL), "judges": (NO_AUDITS,), "audits": (NO_CONTROL,), "both": ()}
LOSS_RATIO_2016 = {"nothing": 0.687, "judges": 0.649, "audits": 0.632, "both": 0.622}
FRAUD_FOUND = {"nothing": 0.0, "judges": 0.0, "audits": 50.9, "both": 44.6}
ENDED = {"nothing": (0.0, 0.0), "judges": (26.1, 25.5), "audits": (33.4, 0.0), "both": (38.8, 25.5)}
RESULT_MORE = {"judges": 50.4, "audits": 105.1, "both": 119.2}
MN = 1e6
DEALERS = 12  # replications


@pytest.fixture(scope="module")
def dealers() -> dict[str, Result]:
    return {name: play("dealer_repairs", sets, DEALERS) for name, sets in ACTS.items()}


def loss_ratio(result: Result, first: int, last: int) -> Reals:
    """Claims less what audits got back, over earned premium, by replication."""
    net = monthly(result, "claims_incurred", first, last) - monthly(result, "claims_recovered", first, last)
    return np.asarray(net.sum(axis=1) / monthly(result, "premium_earned", first, last).sum(axis=1))


def ended(result: Result, segment: str) -> Reals:
    """Partners of a segment that were ended, by replication."""
    events = result.events
    found = events[(events["name"] == segment) & events.text.str.contains("partners ended")]
    number = found.text.str.extract(r"(\d+)", expand=False).astype(int)
    return np.asarray(number.groupby(found.replication).sum().reindex(range(DEALERS), fill_value=0), dtype=np.float64)


def test_before_audits_undeclared_damage_is_paid(dealers: dict[str, Result]) -> None:
    for one in dealers.values():
        assert (loss_ratio(one, 0, 12) == loss_ratio(dealers["both"], 0, 12)).all()
    assert_about(loss_ratio(dealers["both"], 0, 12), 0.685, 0.002)
    true, workshop = 0.62, 0.62 * 1.05 * 1.45
    for segment, expected in (("dealer", true), ("workshop_dealer", workshop)):
        kinds = [
            monthly(dealers["nothing"], f"{what}.{segment}", 0, None).sum(axis=1)
            for what in ("claims_incurred", "premium_earned")
        ]
        assert_about(kinds[0] / kinds[1], expected, 0.005)  # premium is not spread over the risks quite evenly


@pytest.mark.parametrize("act", ACTS)
def test_after_audits(dealers: dict[str, Result], act: str) -> None:
    result = dealers[act]
    assert_about(loss_ratio(result, 48, 60), LOSS_RATIO_2016[act], 0.002)
    assert_about(result.figures["fraud_found"].values / MN, FRAUD_FOUND[act], 0.5)
    for segment, number in zip(("workshop_dealer", "dealer"), ENDED[act], strict=True):
        assert_about(ended(result, segment), number, 0.3)


def test_both_pay_more_than_either(dealers: dict[str, Result]) -> None:
    nothing = dealers["nothing"].figures["result"].values
    for act, more in RESULT_MORE.items():
        assert_about((dealers[act].figures["result"].values - nothing) / MN, more, 2.0)
    gains = [
        dealers["both"].figures["result"].values - dealers[act].figures["result"].values for act in ("judges", "audits")
    ]
    assert all(gain.mean() > ERRORS * gain.std(ddof=1) / np.sqrt(gain.size) for gain in gains)


def test_repairs_make_dealers_sell(dealers: dict[str, Result]) -> None:
    none = play("dealer_repairs", [f"segments.{name}.side_income=0" for name in ("dealer", "workshop_dealer")], DEALERS)
    assert_about(none.figures["premium"].values / dealers["both"].figures["premium"].values, 0.88, 0.003)


# --- rival_outbids ----------------------------------------------------------------------------------------------------

ANSWERS = ("", "_match", "_service", "_exclusivity")
YEAR_BEFORE, FIRST_MONTH = 0.416, 0.286
SHARES = {  # last quarter of 2015, under the exclusive offer, last quarter of 2016
    "": (0.101, 0.060, 0.097),
    "_match": (0.479, 0.252, 0.463),
    "_service": (0.183, 0.128, 0.182),
    "_exclusivity": (0.403, 0.173, 0.383),
}
COSTS = {"_match": (24.7, 38.9e3, 7.3), "_service": (8.1, 51.3e3, 0.5), "_exclusivity": (19.5, 40.7e3, 5.1)}
ANSWERED = 14  # months from 2014-01 to 2015-03
LOST_A_MONTH = {  # share lost per point, at gaps of 0, 1, 2, 3, 5, 10 points
    "affiliate": (0.048, 0.045, 0.042, 0.037, 0.029, 0.017),
    "comparison_site": (0.021, 0.020, 0.019, 0.018, 0.016, 0.011),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, Result]:
    return {name: play(f"rival_outbids{name}", replications=16) for name in ANSWERS}


def share(result: Result, first: int, last: int | None) -> Reals:
    return np.asarray(monthly(result, "market_share.us", first, last).mean(axis=1))


@pytest.mark.parametrize("answer", ANSWERS)
def test_share_under_a_better_offer(answers: dict[str, Result], answer: str) -> None:
    result = answers[answer]
    assert_about(share(result, 0, 12), YEAR_BEFORE, 0.002)
    assert_about(share(result, 12, 13), FIRST_MONTH, 0.002)
    for months, figure in zip(((21, 24), (24, 30), (33, None)), SHARES[answer], strict=True):
        assert_about(share(result, *months), figure, 0.002)


@pytest.mark.parametrize("answer", COSTS)
def test_cost_of_a_defence(answers: dict[str, Result], answer: str) -> None:
    """What is paid more, for a point of share kept for a month, and what is left of it, on common luck."""

    def paid(one: Result) -> Reals:
        return one.figures["commission"].values + monthly(one, "programme_paid", 0, None).sum(axis=1)

    none, result = answers[""], answers[answer]
    more = paid(result) - paid(none)
    points = 100 * (
        monthly(result, "market_share.us", ANSWERED, None) - monthly(none, "market_share.us", ANSWERED, None)
    )
    cost, per_point, npv = COSTS[answer]
    assert_about(more / MN, cost, 0.2)
    assert_about(more - per_point * points.sum(axis=1), 0.0, 0.01 * cost * MN)
    assert_about((result.figures["npv"].values - none.figures["npv"].values) / MN, npv, 0.3)


def test_share_lost_a_month_per_point() -> None:
    gaps = (0, 1, 2, 3, 5, 10)
    table = switching(sim.load(SCENARIOS / "rival_outbids.yaml").scenario, gaps=gaps, replications=4)
    for segment, lost in LOST_A_MONTH.items():
        np.testing.assert_allclose(table.loc[segment, "lost_per_point"].to_numpy(), np.array(lost), rtol=0, atol=0.0006)
    assert (table["z"].dropna().abs() < ERRORS).all()
