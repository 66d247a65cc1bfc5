"""Rates solved partner by partner, on facts written by hand.

Notation: P premium and L losses of the window, K premium of credibility one half, Z = P / (P + K). Money is in minor
units.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.statistics.credibility import buehlmann_straub
from tests.policy.desk import JANUARY, Desk

K, YEAR = 30_000, 12


def credible(**more: Any) -> dict[str, Any]:
    stated = {"target": 0.05, "expenses": 0.1, "prior": 0.6, "credibility_premium": K / 100, "window": "12mo"}
    return {"solved": {"kind": "credibility_rate", "service_per_month": 0, **stated, **more}}


def rates(desk: Desk, premium: Any, losses: Any, **given: Any) -> list[float]:
    """Rates after a year with so much of both."""
    for t in range(YEAR):
        desk.month(t, **({"earned": premium, "incurred": losses, **given} if t == 4 else {}))
    return [round(rate, 12) for rate in desk.trial.memory["solved"]["rate"][: desk.partners].tolist()]


def test_rate_by_hand() -> None:
    """K = 300: P of 300, 900, 0 and 100 with losses of 40 %, 70 %, -, 300 %: Z = 1/2, 3/4, 0, 1/4.

    85 % less (50, 67.5, 60, 120 %); the last is held at 5 %, the first at 30 %.
    """
    desk = Desk(credible(floor=0.05, cap=0.3), 4)
    found = rates(desk, [30_000, 90_000, 0, 10_000], [12_000, 63_000, 0, 30_000])
    assert found == [0.3, 0.175, 0.25, 0.05]
    assert desk.month(12, premium_new=1_000, premium_renewal=1_000).accrued.tolist() == [600, 350, 500, 100]
    shown = desk.trial.book.rules[0][1].shows(desk.trial.memory["solved"], 1)
    assert pytest.approx(shown) == {
        "rate": 0.175,
        "loss_ratio": 0.7,
        "credibility": 0.75,
        "premium": 900.0,
        "service": 0.0,
    }


def test_cost_of_service_is_the_partners_own() -> None:
    """0.10 a month and 0.20 a contract: 1.20 + 5 x 0.20 of 30 and of 60; where not stated, what the facts say."""
    stated = Desk(credible(service_per_month=0.1, service_per_contract=0.2), 2)
    contracts = {"count_new": [[2, 2]], "count_renewal": [[3, 3]]}
    plain = rates(Desk(credible(), 2), [3_000, 6_000], [1_000, 1_000])
    found = rates(stated, [3_000, 6_000], [1_000, 1_000], **contracts)
    assert np.subtract(plain, found) == pytest.approx([220 / 3_000, 220 / 6_000])
    asked = Desk(credible(service_per_month=None), 2)
    assert np.subtract(plain, rates(asked, [3_000, 6_000], [1_000, 1_000], service=[300, 900])) == pytest.approx(
        [0.1, 0.15]
    )


def test_reviews_at_their_dates_and_terms_amended_at_the_next() -> None:
    """Every six months from March: rates of August end count from September."""
    desk = Desk(credible(review="6mo", year_starts=3, target={"since": {"2025-01": 0.05, "2025-06": 0.1}}))
    seen = [int(desk.month(t, premium_new=1_000, earned=30_000, incurred=6_000).accrued[0]) for t in range(16)]
    assert seen[0] == seen[1] == 250
    z = 60_000 / 90_000
    assert seen[2] == round(1_000 * (0.85 - z * 0.2 - (1 - z) * 0.6)) and set(seen[2:8]) == {seen[2]}
    z = 240_000 / 270_000
    assert seen[8] == round(1_000 * (0.8 - z * 0.2 - (1 - z) * 0.6)) and set(seen[8:14]) == {seen[8]}


def test_window_moves_on_and_a_lag_leaves_out_the_last_months() -> None:
    """Of three months, those before the last one: January to March in April end, April to June in July end."""
    desk = Desk(credible(window="3mo", review="1mo", lag="1mo", credibility_premium=0))
    ratios = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    found = []
    for t, ratio in enumerate(ratios):
        desk.month(t, earned=1_000, incurred=round(1_000 * ratio))
        found.append(0.85 - float(desk.trial.memory["solved"]["rate"][0]))
    assert found[1:] == pytest.approx([0.1, 0.15, 0.2, 0.3, 0.4])
    assert found[0] == pytest.approx(0.6)


def test_weighed_with_the_portfolio() -> None:
    """The three together have 75 of 120: 62.5 % in place of the prior's 60 %; a newcomer has it, too."""
    found = rates(Desk(credible(weighed_with="portfolio"), 3), [30_000, 90_000, 0], [12_000, 63_000, 0])
    assert found == pytest.approx([0.85 - 0.5 * 0.4 - 0.5 * 0.625, 0.85 - 0.75 * 0.7 - 0.25 * 0.625, 0.85 - 0.625])


def test_with_the_constant_of_buehlmann_and_straub_it_is_their_credibility() -> None:
    random = np.random.default_rng(2)
    weights = random.uniform(2e5, 9e5, (6, 5)).round()
    ratios = random.normal(0.6, 0.1, (6, 1)) + random.normal(0, 40.0, (6, 5)) / np.sqrt(weights)
    found = buehlmann_straub(ratios, weights)
    premium, losses = weights.sum(axis=1), (weights * ratios).sum(axis=1).round()
    k = found.within / found.between / 100
    desk = Desk(credible(credibility_premium=k, prior=found.collective), 6)
    assert rates(desk, premium.astype(np.int64), losses.astype(np.int64)) == pytest.approx(
        (0.85 - found.premiums).tolist(), abs=1e-5
    )


def test_own_experience_alone_leaves_the_target_and_none_gives_one_rate() -> None:
    random = np.random.default_rng(4)
    premium = random.integers(10**5, 10**6, 20)
    losses = (premium * random.uniform(0.2, 0.8, 20)).astype(np.int64)
    own = np.array(rates(Desk(credible(credibility_premium=0), 20), premium, losses))
    assert premium * (1 - 0.1 - own) - losses == pytest.approx(0.05 * premium)
    assert rates(Desk(credible(credibility_premium=1e12), 20), premium, losses) == pytest.approx([0.25] * 20)


def test_before_it_begins_it_has_recorded() -> None:
    """From July on, on what January to June brought; until then base pays, and afterwards base stands back."""
    rules = {
        **credible(effective_from="2025-07", window="6mo", credibility_premium=0),
        "base": {"kind": "base", "new": 0.1},
    }
    desk = Desk(rules)
    accrued = [int(desk.month(t, premium_new=1_000, earned=1_000, incurred=700).accrued[0]) for t in range(8)]
    assert accrued == [100] * 6 + [150] * 2
    assert [page.name for page in desk.trial.book.looking_on(JANUARY + 3)] == ["solved"]
    assert not desk.trial.book.looking_on(JANUARY + 6)


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"floor": 0.3, "cap": 0.2}, "floor is above cap"),
        ({"target": 0.6, "expenses": 0.4}, "nothing is ever paid"),
        ({"window": "24mo", "stop_per_year": "90%"}, "write window: 12mo"),
    ],
)
def test_refused(stated: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Desk(credible(**stated))
