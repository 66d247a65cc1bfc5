"""Loss ratios with stops, losses carried and rates solved by partner, played by the whole simulator.

Notation: X a claim, d its stop, N claims of a partner in a year, LR loss ratio.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.base.laws import Law, limited_mean
from sim.engine.model import PartnerNetwork
from sim.judgement.explain import explain
from sim.judgement.solved_rates import solved_rates
from sim.policy.to_come import InForce
from sim.runs.replicate import replicate
from tests.whole.hypotheses import likely, z_mean
from tests.whole.laws.test_claims import LAWS, one_sale_a_month
from tests.whole.running import followed, monthly
from tests.whole.scenarios import EVERYTHING, S, plan

POINTS = [{"loss_ratio": 0.4, "rate": 0.3}, {"loss_ratio": 0.8, "rate": 0.1}]
SLIDE = {"kind": "sliding_scale", "provisional": 0.2, "points": POINTS}
CREDIBLE = {"kind": "credibility_rate", "target": 0.05, "expenses": 0.1, "prior": 0.6, "credibility_premium": 5_000.0}
STOPPED = {
    "carrying": {**SLIDE, "segments": ["banks"], "products": ["motor", "travel"], "stop_per_claim": 300.0,
                 "stop_per_year": "120%", "carry": "forever", "carry_credit": "2y", "year_starts": 4},
    "profit": {"kind": "profit_commission", "share": 0.2, "most": 0.05, "carry": "3y", "carry_credit": "3y",
               "stop_per_claim": 700.0, "segments": ["dealers"], "products": ["motor"]},
    "credible": {**CREDIBLE, "segments": ["brokers"], "products": ["motor"], "stop_per_claim": 300.0, "window": "4mo",
                 "review": "2mo", "effective_from": "2025-02"},
}  # fmt: skip


def stopped(claims: dict[str, Any], stop: float | None, partners: int = 2_000, **changes: Any) -> Any:
    """One sale a month and partner, over at once, under a slide whose claims are stopped."""
    rule = SLIDE if stop is None else {**SLIDE, "stop_per_claim": stop}
    return one_sale_a_month(claims, partners, 12, **{"policy.rules": {"slide": rule}, **changes})


@pytest.mark.parametrize("name", LAWS)
def test_claims_within_a_stop_have_the_limited_mean(name: str) -> None:
    """E[sum of min(X, d)] = frequency x E[min(X, d)] at d of 0.8 mean claims."""
    claims = LAWS[name]
    mean = claims["severity"]["mean"]
    run = stopped(claims, 0.8 * mean)
    found = np.array(list(followed(run, 0, lambda model: model.table.claims_within[0, :-1] / 100))).ravel()
    law = {key: value for key, value in claims["severity"].items() if key != "mean"}
    limited = float(limited_mean(Law.model_validate(law), np.array([0.8]))[0])
    # frequencies are of a contract-year, and a sale that is over at once is one
    likely(z_mean(found, claims["frequency"] * limited * mean), f"{name} within a stop")


def test_a_stop_moves_no_claim_and_one_that_no_claim_reaches_moves_nothing() -> None:
    """Gamma claims, drawn as one sum: the books of a run do not depend on whether they are told apart."""
    without, high, low = (monthly(stopped(LAWS["R013"], stop, 20)) for stop in (None, 1e9, 500.0))
    assert all(without[name].tobytes() == high[name].tobytes() for name in without)
    assert without["claims_incurred"].tobytes() == low["claims_incurred"].tobytes()
    assert low["commission_expensed"][-1] > without["commission_expensed"][-1]


def test_a_replication_with_stops_does_not_know_its_batch() -> None:
    rules = {**{n: r for n, r in EVERYTHING["policy"]["rules"].items() if n == "base"}, **STOPPED}
    laid = plan({"policy.rules": rules, "months": "13mo", "opening.months": "9mo"}, EVERYTHING)
    assert laid.book.needs.stops_of_claims == (300_00, 700_00)
    alone = replicate(laid, (3, 0, 5), most=1)
    together = replicate(laid, (3, 0, 5), most=3)
    assert [one.monthly.tobytes() for one in alone] == [one.monthly.tobytes() for one in together]
    assert len({one.monthly.tobytes() for one in alone}) == 3


def test_what_rules_do_not_stop_takes_no_column() -> None:
    table = PartnerNetwork(plan({"months": "1mo"}, EVERYTHING), 0).table
    assert len(table.claims_within) == 0


def solved(opening: dict[str, Any] | None = None, **more: Any) -> Any:
    claims = {"frequency": 2.0, "severity": {"dist": "gamma", "mean": 5_000.0, "cv": 1.0}}
    rule = {"kind": "credibility_rate", "target": 0.05, "expenses": 0.1, "prior": 0.5, "credibility_premium": 0.0,
            "window": "12mo", **more}  # fmt: skip
    changes = {"policy.rules": {"solved": rule}, f"{S}.cost": {"base": 40.0}}
    return one_sale_a_month(claims, 50, 24, **changes, **({"opening": opening} if opening else {}))


def test_own_figures_alone_leave_the_target_with_every_partner() -> None:
    """K = 0, no bounds: at the rate of the review, last year's business leaves 5 % after losses, expenses and service.

    Service is what the scenario says: 40 a month of each partner.
    """
    run = solved()
    years = list(followed(run, 0, lambda model: _year(model)))
    premium, losses = (np.sum([one[k] for one in years[:12]], axis=0) for k in range(2))
    rate = np.array(years[12][2])
    left = premium * (1.0 - rate - 0.1) - losses - 12 * 40_00
    bounded = (rate <= 0.0) | (rate >= 1.0)
    assert 0 < bounded.sum() < 25
    assert left[~bounded] == pytest.approx(0.05 * premium[~bounded], abs=1.0)


def _year(model: PartnerNetwork) -> tuple[Any, Any, Any]:
    table, memory = model.table, model.nouns.commission.memory["solved"]
    return table.earned[0, :-1].copy(), table.incurred[0, :-1].copy(), memory["rate"][:-1].copy()


def test_without_credibility_all_partners_get_one_rate() -> None:
    run = solved(credibility_premium=1e13, service_per_month=0.0)
    rates = list(followed(run, 0, lambda model: model.nouns.commission.memory["solved"]["rate"][:-1].copy()))[-1]
    assert rates == pytest.approx(np.full(50, 1.0 - 0.05 - 0.1 - 0.5))


def test_a_rule_that_comes_later_has_seen_its_window() -> None:
    """From 2026 on it stands on the losses of 2025, at once."""
    later = solved(effective_from="2026-01", service_per_month=0.0)
    always = solved(service_per_month=0.0)
    rates = [
        list(followed(one, 0, lambda model: model.nouns.commission.memory["solved"]["rate"][:-1].copy()))[12]
        for one in (later, always)
    ]
    assert np.array_equal(*rates) and len(set(rates[0])) > 10


def test_table_of_partners_at_each_review() -> None:
    """What stands in a row gives its rate: 1 - 5 % - 10 % - service - (Z LR + (1 - Z) 50 %), between 10 and 60 %."""
    run = solved(credibility_premium=100_000.0, floor=0.1, cap=0.6)
    found = solved_rates(run)
    assert found["month"].tolist() == ["2026-01"] * 50 + ["2027-01"] * 50
    z = found["premium"] / (found["premium"] + 100_000.0)
    expected = (0.85 - found["service"] - z * found["loss_ratio"] - (1.0 - z) * 0.5).clip(0.1, 0.6)
    assert found["credibility"].to_numpy() == pytest.approx(z) and found["rate"].to_numpy() == pytest.approx(expected)
    one = found.iloc[70]
    shown = explain(run, one["partner"]).loc["2026-12"]
    assert shown["solved.rate"] == one["rate"] and shown["solved.premium"] == one["premium"]


def test_what_is_in_force_counts_with_its_stop() -> None:
    """A slide on earned premium: 60 of claims on 100 unearned, of which half lie within the stop, have a LR of 30 %."""
    assert InForce(np.array([[100.0]]), np.array([[60.0]]), {500: np.array([0.5])}).ratio_within(500) == [0.3]
    claims = {"frequency": 2.0, "severity": {"dist": "lognormal", "mean": 4_000.0, "cv": 1.0}}
    run = one_sale_a_month(claims, 5, 3, **{"policy.rules": {"slide": {**SLIDE, "stop_per_claim": 3_000.0}}})
    model = PartnerNetwork(run, 0)
    model.step()
    law = Law.model_validate({"dist": "lognormal", "cv": 1.0})
    within = model.nouns.books._margin._within(model.nouns.now)
    assert within[3_000_00] == pytest.approx(limited_mean(law, np.array([0.75])))


def test_a_rule_put_in_place_of_another_at_the_opening_has_seen_the_warm_up() -> None:
    """A flat rate was paid in the warm-up; the solved rates of the first month stand on its losses."""
    flat = {"rules": {"base": {"kind": "base", "new": 0.1}}}
    before = {"kind": "warm_up", "months": "12mo", "capital": 0.0, "policy": flat}
    run = solved(service_per_month=0.0, opening=before)
    model, sums = PartnerNetwork(run, 0), np.zeros((2, 50), dtype=np.int64)
    for _ in range(12):
        model.step()
        sums += np.array([model.table.earned[0, :-1], model.table.incurred[0, :-1]])
        assert model.table.accrued[0, :-1].sum() == pytest.approx(0.1 * model.table.premium_new[0, :-1].sum(), abs=50)
    rate = np.clip(0.85 - sums[1] / sums[0], 0.0, 1.0)
    assert model.nouns.commission.memory["solved"]["rate"][:-1] == pytest.approx(rate)
    model.step()
    assert model.table.accrued[0, :-1] == pytest.approx(rate * model.table.premium_new[0, :-1], abs=1.0)
